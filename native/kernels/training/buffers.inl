// The arrays of a TiledNetwork for a block of rows, and the addresses in them: lib/kernels/training/buffers.ts.
#pragma once

#include "../layers/table.inl"
#include "../support/arena.inl"
#include "../support/unit_sharding.inl"
#include "tensors.inl"

namespace lockstep {
namespace {

template <class V>
struct TiledBuffers {
  // The number of rows in a block: enough to amortize a tile's reads of the weights, few enough to keep a layer's
  // values in the cache.
  static constexpr int64_t kRows = 64;

  // The largest number of rows in a block of this plan.
  static int64_t blockRows(const Plan& plan, bool training) {
    const int64_t all = training ? largestBatch(plan) : plan.rows;
    return all < kRows || (training && LayerTable<V>::anyNeedsWholeBatch(plan)) ? all : kRows;
  }

  // p: the parameters, at a fixed address.
  TiledBuffers(const Plan& plan, const double* p, Arena& arena, bool training, ThreadTeam& threads)
      : plan(plan),
        p(p),
        training(training),
        threads(threads),
        sharding(plan, threads.size()),
        last(plan.layerCount - 1),
        maxRows(blockRows(plan, training)),
        widest(widestOf(plan)) {
    const LayerPlan& end = plan.layers[last];
    int64_t pointers = 2 * maxRows;
    for (int l = 0; l <= last; l++) pointers += maxRows + weightRowCount(l);
    const int64_t units = end.unitsBefore + end.units;
    z = arena.allocate<double>(maxRows * units);
    a = arena.allocate<double>(maxRows * units);
    inputLanes = arena.allocate<double>(laneRows() * end.inputs);
    zLanes = arena.allocate<double>(laneRows() * end.units);
    aLanes = arena.allocate<double>(laneRows() * end.units);
    yLanes = arena.allocate<double>(laneRows() * end.units);
    biasLanes = arena.allocate<double>(threads.size() * end.units * V::lanes);
    losses = arena.allocate<double>(laneRows());
    sampleWeightLanes = arena.allocate<double>(laneRows());
    d = training ? arena.allocate<double>(maxRows * units) : nullptr;
    dLanes = training ? arena.allocate<double>(laneRows() * widest) : nullptr;
    dInputLanes = training ? arena.allocate<double>(laneRows() * widest) : nullptr;
    table = arena.allocate<const double*>(threads.size() * pointers);
    if (table == nullptr) return;
    table += threads.index() * pointers;
    biasLanes += threads.index() * end.units * V::lanes;
    const double** at = table + 2 * maxRows;
    for (int l = 0; l <= last; l++) {
      const LayerPlan& layer = plan.layers[l];
      for (int64_t i = 0; i < maxRows; i++) *at++ = outputOf(l) + i * layer.units;
      const double** weights = at;
      for (int i = 0; i < sharding.count(l) && isDense(layer); i++) {
        const Range units = sharding.units(l, i);
        for (int64_t k = 0; k < layer.inputs; k++) {
          *weights++ = p + sharding.weights(layer, units) + k * (units.to - units.from);
        }
      }
      at += weightRowCount(l);
    }
  }

  static bool isDense(const LayerPlan& layer) { return layer.kind == kDense; }

  // At most one row of weights for each range of the units.
  int64_t weightRowCount(int l) const {
    return isDense(plan.layers[l]) ? plan.layers[l].inputs * sharding.maxCount(l) : 0;
  }

  static int64_t widestOf(const Plan& plan) {
    int64_t widest = 0;
    for (int l = 0; l < plan.layerCount; l++) widest = widest < plan.layers[l].units ? plan.layers[l].units : widest;
    return widest;
  }

  // Whether this layer exists in training only.
  bool isSkipped(int l) const { return !training && plan.layers[l].kind == kDropout; }

  // Rows in whole vectors.
  int64_t laneRows() const { return ceilDiv(maxRows, V::lanes) * V::lanes; }

  double* valuesOf(int l) const { return z + maxRows * plan.layers[l].unitsBefore; }
  double* outputOf(int l) const { return a + maxRows * plan.layers[l].unitsBefore; }
  double* derivativesOf(int l) const { return d + maxRows * plan.layers[l].unitsBefore; }
  const double* const* inputRows(int l) const {
    int before = l - 1;
    while (before >= 0 && isSkipped(before)) before--;
    return before < 0 ? table : layerTable(before);
  }
  const double* const* weightRows(int l) const { return layerTable(l) + maxRows; }
  const double** layerTable(int l) const {
    const double** at = table + 2 * maxRows;
    for (int i = 0; i < l; i++) at += maxRows + weightRowCount(i);
    return at;
  }

  static LOCKSTEP_INLINE V* panel(double* lanes, int64_t v, int64_t units) {
    return reinterpret_cast<V*>(lanes + v * units * V::lanes);
  }

  void pointTo(const double** to, const double* from, const int32_t* order, int64_t first, int64_t columns) const {
    for (int64_t i = 0; i < rows.count; i++) to[i] = from + (order == nullptr ? first + i : order[first + i]) * columns;
  }

  const Plan& plan;
  const double* p;
  const bool training;
  ThreadTeam& threads;
  const UnitSharding<V> sharding;
  const int last;
  const int64_t maxRows;
  const int64_t widest;
  BlockRows rows{};
  // For each layer: [rows × units].
  double* z;
  double* a;
  double* d;
  // With samples in the lanes, a panel of all units for each vector of samples: the last layer's inputs, values and
  // targets, and the derivatives of the backward pass. Panels of derivatives are at the same place for all layers, as
  // one thread may be a layer ahead of another.
  double* inputLanes;
  double* zLanes;
  double* aLanes;
  double* yLanes;
  double* biasLanes;
  double* dLanes;
  double* dInputLanes;
  double* losses;
  // The weights of the samples, if there are any.
  double* sampleWeightLanes;
  bool weighted = false;
  // The addresses of rows: of x, of y, then for each layer of its outputs and, for dense layers, of its weights.
  const double** table;
};

}  // namespace
}  // namespace lockstep
