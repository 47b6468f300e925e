#include "member_codec.h"

namespace lockstep {
namespace {

// The low and the high word of a member's seed.
constexpr int64_t kSeedWords = 2;

}  // namespace

OwnedMembers::OwnedMembers(const Numbers& encoded, const Plan& plan, const KernelSet& kernels) {
  const auto [values, length] = encoded;
  if (length == 0) return;
  const int optionCount = kernels.optimizers.entries[plan.optimizer].optionCount;
  const int64_t each = kSeedWords + optionCount;
  if (length % each != 0 || length / each > kMaxMembers) {
    refuse({"Expected ", each, " numbers for each member but received ", length, "."});
  }
  members = static_cast<int>(length / each);
  plans.sameSeeds = true;
  for (int i = 0; i < members; i++) {
    const double* const member = values + i * each;
    for (int k = 0; k < kSeedWords; k++) {
      if (!isInteger(member[k], -2147483648, 4294967295)) {
        refuse({"Expected a 32-bit word for the seed of member ", i, "."});
      }
      seeds.push_back(static_cast<uint32_t>(static_cast<int64_t>(member[k])));
      plans.sameSeeds = plans.sameSeeds && seeds.back() == seeds[static_cast<size_t>(k)];
    }
    for (int k = 0; k < optionCount; k++) {
      options.push_back(member[kSeedWords + k]);
      if ((options.back() == 0) != (plan.optimizerOptions[k] == 0)) {
        refuse({"An option of the optimizer is 0 for some members and not for others."});
      }
    }
  }
  plans.optimizerOptions = options.data();
  plans.seeds = seeds.data();
}

}  // namespace lockstep
