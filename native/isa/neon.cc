#include "../simd/neon.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kNeon = KernelSetOf<WidthList<VectorPair<Neon>, VectorPair<VectorPair<Neon>>>, WidthList<Neon>>::set;

}  // namespace lockstep
