// The kernel sets. CMakeLists.txt chooses those that are built for a processor.
#pragma once

#include "../kernel_set.h"

namespace lockstep {

extern const KernelSet kAvx512;
extern const KernelSet kAvx2;
extern const KernelSet kSse2;
extern const KernelSet kNeon;
extern const KernelSet kScalar;

}  // namespace lockstep
