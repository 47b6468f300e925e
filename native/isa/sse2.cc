#include "../simd/sse2.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kSse2 = KernelSetOf<WidthList<VectorPair<Sse2>, VectorPair<VectorPair<Sse2>>>, WidthList<Sse2>>::set;

}  // namespace lockstep
