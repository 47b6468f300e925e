// Decodes what differs between the members of a session. A network is an ensemble of one member.
#pragma once

#include <vector>

#include "../kernel_set.h"
#include "numbers.h"
#include "../plan.h"

namespace lockstep {

// The members: for each the low and high word of the seed, then the options of the optimizer, then those of the layers
// that only training has. No numbers are one member with the seed and the options of the plan: a network.
class OwnedMembers {
 public:
  OwnedMembers(const Numbers& encoded, const Plan& plan, const KernelSet& kernels);
  int count() const { return members; }
  const MemberPlans& get() const { return plans; }

 private:
  void readLayers(const Plan& plan, const KernelSet& kernels, int64_t layerOptionCount);

  std::vector<double> options;
  // [members × options of layers], and the layers that they are for; empty: those of the plan.
  std::vector<double> layerOptions;
  std::vector<LayerPlan> layers;
  std::vector<uint32_t> seeds;
  MemberPlans plans{};
  int members = 1;
};

}  // namespace lockstep
