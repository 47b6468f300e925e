#include "../simd/neon.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kNeon = KernelSetOf<Twice<Neon>, Twice<Twice<Neon>>>::set;

}  // namespace lockstep
