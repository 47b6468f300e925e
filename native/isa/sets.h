// The three parts of each kernel set. CMakeLists.txt chooses the sets that are built.
#pragma once

#include "../kernel_set.h"

#define LOCKSTEP_PARTS_OF(Set)             \
  extern const TiledKernels k##Set##Tiled; \
  extern const LaneKernels k##Set##Lanes;  \
  extern const EnsembleKernels k##Set##Ensemble;

namespace lockstep {

LOCKSTEP_PARTS_OF(Avx512)
LOCKSTEP_PARTS_OF(Avx2)
LOCKSTEP_PARTS_OF(Sse2)
LOCKSTEP_PARTS_OF(Neon)
LOCKSTEP_PARTS_OF(Wasm128)
LOCKSTEP_PARTS_OF(Scalar)

}  // namespace lockstep
