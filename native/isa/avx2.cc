#include "../simd/avx2.h"
#include "../simd/sse2.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kAvx2 =
    KernelSetOf<WidthList<Avx2, VectorPair<Avx2>, VectorPair<VectorPair<Avx2>>>, WidthList<Sse2, Avx2>>::set;

}  // namespace lockstep
