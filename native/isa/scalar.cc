#include "../simd/scalar.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kScalar = KernelSetOf<WidthList<VectorPair<VectorPair<Scalar>>>, WidthList<Scalar>>::set;

}  // namespace lockstep
