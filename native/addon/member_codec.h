// Decodes what differs between the members of a session. A network is an ensemble of one member.
#pragma once

#include <napi.h>

#include <vector>

#include "arguments.h"
#include "../plan.h"

namespace lockstep {

// The members: for each the low and high word of the seed, then the options of the optimizer. An array of length 0 is
// one member with the seed and the options of the plan: a network.
class OwnedMembers {
 public:
  OwnedMembers(const Napi::Value& encoded, const Plan& plan, const KernelSet& kernels);
  int count() const { return members; }
  const MemberPlans& get() const { return plans; }

 private:
  std::vector<double> options;
  std::vector<uint32_t> seeds;
  MemberPlans plans{};
  int members = 1;
};

}  // namespace lockstep
