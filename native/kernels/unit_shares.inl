// How a team shares out the units of its wide dense layers. While it trains, the weights of one thread's units stand
// together, [inputs × own units], one thread's after the other's: no page of them is written by two cores, nor fetched
// ahead from one while the other works on it. Parameters, gradients and the optimizer's state all lie like that; all
// else, and everything where one thread is alone, lies as the caller has it.
#pragma once

namespace lockstep {
namespace {

template <class V>
class UnitShares {
 public:
  // As many units as a tile is wide belong together.
  static constexpr int64_t kUnits = 2 * V::lanes;

  UnitShares(const Plan& plan, int size) : plan(plan), size(size) {}

  // Into how many shares the units of layer l are split. Those of the last layer never are: its values go by samples.
  int of(int l) const { return most(l) == size ? size : 1; }

  // The most that a team of this size or a smaller one has: what the workspace must have room for, as fewer threads may
  // come than were asked for.
  int most(int l) const {
    const LayerPlan& layer = plan.layers[l];
    if (l == plan.layerCount - 1 || layer.kind != kDense) return 1;
    const int64_t wide = layer.units < kUnits ? 1 : layer.units / kUnits;
    return wide < size ? static_cast<int>(wide) : size;
  }

  bool any() const {
    for (int l = 0; l < plan.layerCount; l++) {
      if (of(l) > 1) return true;
    }
    return false;
  }

  Share units(int l, int share) const { return shareOfPieces(plan.layers[l].units, kUnits, share, of(l)); }

  // Where the weights of these units, a share, begin.
  static int64_t weights(const LayerPlan& layer, const Share& units) {
    return layer.weights + layer.inputs * units.from;
  }

  // f(at, callers, count) for each run of parameters that stand side by side here, from `at` on, and in the caller's
  // arrays, from `callers` on: those of one thread of the team.
  template <class F>
  LOCKSTEP_INLINE void eachRun(int thread, F f) const {
    int64_t from = 0;
    for (int l = 0; l < plan.layerCount; l++) {
      if (of(l) == 1) continue;
      const LayerPlan& layer = plan.layers[l];
      if (thread == 0 && layer.weights > from) f(from, from, layer.weights - from);
      from = layer.bias;
      const Share own = units(l, thread);
      const int64_t count = own.to - own.from;
      for (int64_t k = 0; k < layer.inputs; k++) {
        f(weights(layer, own) + k * count, layer.weights + k * layer.units + own.from, count);
      }
    }
    if (thread == 0) f(from, from, plan.parameterCount - from);
  }

 private:
  const Plan& plan;
  const int size;
};

}  // namespace
}  // namespace lockstep
