// The kernel sets; which of them are built depends on the processor (CMakeLists.txt).
#pragma once

#include "../plan.h"

namespace lockstep {

extern const KernelSet kAvx512;
extern const KernelSet kAvx2;
extern const KernelSet kSse2;
extern const KernelSet kNeon;
extern const KernelSet kScalar;

}  // namespace lockstep
