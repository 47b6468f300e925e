// Unit sharding: how a team divides the units of its wide dense layers. During training the weights of one thread's
// units are contiguous, [inputs × own units], thread after thread. Then no page of weights is written by two cores, or
// prefetched by one while the other writes it. Parameters, gradients and the optimizer's state have this layout. Other
// layers, and all layers on one thread, keep the caller's layout. Measured: two threads are 1.85 times as fast as one,
// and 1.5 to 1.7 times without it.
#pragma once

#include "../../plan.h"
#include "thread_team.inl"

namespace lockstep {
namespace {

template <class V>
class UnitSharding {
 public:
  // Units are divided in multiples of a tile's width.
  static constexpr int64_t kUnits = 2 * V::lanes;

  UnitSharding(const Plan& plan, int size) : plan(plan), size(size) {}

  // The number of ranges that the units of layer l are divided into. The last layer is never divided: its work is
  // divided by samples.
  int count(int l) const { return maxCount(l) == size ? size : 1; }

  // The largest count for a team of this size or smaller. The workspace is sized for it, as fewer threads may be
  // available than were asked for.
  int maxCount(int l) const {
    const LayerPlan& layer = plan.layers[l];
    if (l == plan.layerCount - 1 || !isDense(layer)) return 1;
    const int64_t tiles = layer.units < kUnits ? 1 : layer.units / kUnits;
    return tiles < size ? static_cast<int>(tiles) : size;
  }

  // The units of range i of layer l.
  Range units(int l, int i) const { return partitionAligned(plan.layers[l].units, kUnits, i, count(l)); }

  // The units of layer l that a thread computes.
  Range ownUnits(int l, int thread) const { return units(l, count(l) > 1 ? thread : 0); }

  // Whether the columns of a tensor of layer l are divided: its weights'.
  bool dividesColumns(int l, const TensorPlan& tensor) const {
    return count(l) > 1 && tensor.offset == weightsOf(plan.layers[l]);
  }

  // The offset of the weights of a range of units.
  static int64_t weights(const LayerPlan& layer, const Range& units) {
    return weightsOf(layer) + layer.inputs * units.from;
  }

  // f(at, callers, count) for each contiguous run of one thread's parameters: `at` is its offset in this layout,
  // `callers` its offset in the caller's arrays.
  template <class F>
  LOCKSTEP_INLINE void eachRange(int thread, F f) const {
    int64_t from = 0;
    for (int l = 0; l < plan.layerCount; l++) {
      if (count(l) == 1) continue;
      const LayerPlan& layer = plan.layers[l];
      if (thread == 0 && weightsOf(layer) > from) f(from, from, weightsOf(layer) - from);
      from = biasOf(layer);
      const Range own = units(l, thread);
      const int64_t count = own.to - own.from;
      for (int64_t k = 0; k < layer.inputs; k++) {
        f(weights(layer, own) + k * count, weightsOf(layer) + k * layer.units + own.from, count);
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
