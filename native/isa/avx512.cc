#include "../simd/avx512.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kAvx512 = KernelSetOf<Avx512Half, Avx512, Twice<Avx512>, Twice<Twice<Avx512>>>::set;

}  // namespace lockstep
