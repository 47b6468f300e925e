// The kernel sets of this binary, best first, and whether this processor can run them.
#pragma once

#include <string>
#include <vector>

#include "kernel_set.h"

namespace lockstep {

struct NamedKernelSet {
  const char* name;
  const KernelSet* kernels;
  bool available;
  // Why it is not available; otherwise empty.
  std::string reason;
};

const std::vector<NamedKernelSet>& kernelSets();

}  // namespace lockstep
