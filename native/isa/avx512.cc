#include "../simd/avx2.h"
#include "../simd/sse2.h"
#include "../simd/avx512.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

// Up to four samples use AVX2 registers: a division of four is faster than one of eight, and the processor keeps its
// clock and its ports while no 512-bit register is in use.
const KernelSet kAvx512 = KernelSetOf<WidthList<Avx2, Avx512, VectorPair<Avx512>, VectorPair<VectorPair<Avx512>>>,
                                      WidthList<Sse2, Avx2, Avx512>>::set;

}  // namespace lockstep
