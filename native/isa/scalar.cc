#include "../simd/scalar.h"

#include "../kernels/kernel_set.inl"
#include "sets.h"

namespace lockstep {

const KernelSet kScalar = KernelSetOf<Twice<Twice<Scalar>>>::set;

}  // namespace lockstep
