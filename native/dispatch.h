// The kernel sets of this binary, best first, and which of them this processor can run.
#pragma once

#include <string>
#include <vector>

#include "plan.h"

namespace lockstep {

struct NamedKernelSet {
  const char* name;
  const KernelSet* kernels;
  bool available;
  // Why it is not available, else empty.
  std::string reason;
};

const std::vector<NamedKernelSet>& kernelSets();

}  // namespace lockstep
