#include "member_codec.h"

#include <algorithm>
#include <cmath>

namespace lockstep {
namespace {

// The low and the high word of a member's seed.
constexpr int64_t kSeedWords = 2;

// f(layer) for each layer whose options may differ between members.
template <class Layers, class F>
void eachTrainingOnly(const KernelSet& kernels, const Plan& plan, Layers layers, F f) {
  for (int l = 0; l < plan.layerCount; l++) {
    if (kernels.layers.isTrainingOnly(layers[l].kind)) f(layers[l], l);
  }
}

}  // namespace

OwnedMembers::OwnedMembers(const Numbers& encoded, const Plan& plan, const KernelSet& kernels) {
  const auto [values, length] = encoded;
  if (length == 0) return;
  const int optionCount = kernels.optimizers.entries[plan.optimizer].optionCount;
  std::vector<double> common;
  eachTrainingOnly(kernels, plan, plan.layers, [&](const LayerPlan& layer, int) {
    common.insert(common.end(), layer.options, layer.options + layer.optionCount);
  });
  const int64_t layerOptionCount = static_cast<int64_t>(common.size());
  const int64_t each = kSeedWords + optionCount + layerOptionCount;
  if (length % each != 0 || length / each > kMaxMembers) {
    refuse({"Expected ", each, " numbers for each member but received ", length, "."});
  }
  members = static_cast<int>(length / each);
  plans.sameSeeds = true;
  bool sameLayers = true;
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
    const double* const own = member + kSeedWords + optionCount;
    layerOptions.insert(layerOptions.end(), own, own + layerOptionCount);
    sameLayers = sameLayers && std::equal(common.begin(), common.end(), own);
  }
  if (!sameLayers) readLayers(plan, kernels, layerOptionCount);
  plans.optimizerOptions = options.data();
  plans.seeds = seeds.data();
}

void OwnedMembers::readLayers(const Plan& plan, const KernelSet& kernels, int64_t layerOptionCount) {
  layers.reserve(static_cast<size_t>(members) * static_cast<size_t>(plan.layerCount));
  for (int i = 0; i < members; i++) {
    const double* own = layerOptions.data() + i * layerOptionCount;
    layers.insert(layers.end(), plan.layers, plan.layers + plan.layerCount);
    LayerPlan* const first = layers.data() + static_cast<int64_t>(i) * plan.layerCount;
    eachTrainingOnly(kernels, plan, first, [&](LayerPlan& layer, int l) {
      layer.options = own;
      own += layer.optionCount;
      if (!std::all_of(layer.options, own, [](double option) { return std::isfinite(option); }) ||
          !kernels.layers.optionsFit(layer)) {
        refuse({"Expected possible options of layer ", l, " of member ", i, "."});
      }
    });
  }
  plans.layers = layers.data();
}

}  // namespace lockstep
