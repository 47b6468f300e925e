#include "../simd/avx2.h"
#include "../simd/sse2.h"
#include "../simd/avx512.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

// Four samples go through the narrower registers: a division of four is quicker than one of eight, and as long as no
// wide register is in use the processor keeps its clock and its ports.
const KernelSet kAvx512 =
    KernelSetOf<WidthList<Avx2, Avx512, Twice<Avx512>, Twice<Twice<Avx512>>>, WidthList<Sse2, Avx2, Avx512>>::set;

}  // namespace lockstep
