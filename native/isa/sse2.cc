#include "../simd/sse2.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kSse2 = KernelSetOf<WidthList<Twice<Sse2>, Twice<Twice<Sse2>>>, WidthList<Sse2>>::set;

}  // namespace lockstep
