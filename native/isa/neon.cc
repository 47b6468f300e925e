#include "../simd/neon.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kNeon = KernelSetOf<WidthList<Twice<Neon>, Twice<Twice<Neon>>>, WidthList<Neon>>::set;

}  // namespace lockstep
