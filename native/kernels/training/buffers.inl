// The arrays of a TiledNetwork for a block of rows, and the addresses in them: lib/kernels/training/buffers.ts.
#pragma once

#include "../activations.inl"
#include "../layers/table.inl"
#include "../support/arena.inl"
#include "../support/unit_sharding.inl"
#include "tensors.inl"

namespace lockstep {
namespace {

// The arrays of a layer, [rows × units], and how it is connected, as one thread sees it.
struct LayerBuffers {
  double* z;
  // The activation of z; z itself if that is linear.
  double* a;
  // dL/da, then dL/dz; nullptr if it is not needed.
  double* d;
  // The address of each row of the output.
  const double* const* rows;
  // Of each input, the addresses of its rows; its d, nullptr if that is not needed; and whether this layer is the first
  // to store there in the backward pass: the last in the plan that reads it.
  const double* const* inputs[kMaxInputs];
  double* dInputs[kMaxInputs];
  bool overwrites[kMaxInputs];
  // Whether a later layer that reads it has been connected.
  bool isRead;
};

template <class V>
struct TiledBuffers {
  // The number of rows in a block: enough to amortize a tile's reads of the weights, few enough to keep a layer's
  // values in the cache.
  static constexpr int64_t kRows = 64;

  // The largest number of rows in a block of this plan.
  static int64_t blockRows(const Plan& plan, Mode mode) {
    const bool trains = mode == Mode::kTrain;
    const int64_t all = trains ? largestBatch(plan) : plan.rows;
    return all < kRows || (trains && anyNeedsWholeBatch(plan)) ? all : kRows;
  }

  // p: the parameters, at a fixed address.
  TiledBuffers(const Plan& plan, const double* p, Arena& arena, Mode mode, ThreadTeam& threads)
      : plan(plan),
        p(p),
        mode(mode),
        threads(threads),
        sharding(plan, threads.size()),
        last(plan.layerCount - 1),
        maxRows(blockRows(plan, mode)),
        widest(widestOf(plan, mode)) {
    const LayerPlan& end = plan.layers[last];
    const int64_t size = threads.size();
    const int64_t pointers = maxRows * (2 + plan.layerCount);
    inputLanes = arena.allocate<double>(laneRows() * end.inputs);
    zLanes = arena.allocate<double>(laneRows() * end.units);
    aLanes = arena.allocate<double>(laneRows() * end.units);
    yLanes = arena.allocate<double>(laneRows() * end.units);
    biasLanes = arena.allocate<double>(size * end.units * V::lanes);
    losses = arena.allocate<double>(laneRows());
    sampleWeightLanes = arena.allocate<double>(laneRows());
    dX = mode == Mode::kInputGradients ? arena.allocate<double>(maxRows * plan.inputs) : nullptr;
    table = arena.allocate<const double*>(size * pointers);
    buffers = arena.allocate<LayerBuffers>(size * plan.layerCount);
    if (table != nullptr) {
      table += threads.index() * pointers;
      biasLanes += threads.index() * end.units * V::lanes;
      buffers += threads.index() * plan.layerCount;
    }
    for (int l = 0; l <= last; l++) allocateLayer(l, arena);
    for (int l = last; l >= 0 && table != nullptr; l--) connect(l);
  }

  // The largest width of what panels hold: of all layers, and of the samples if these have derivatives.
  static int64_t widestOf(const Plan& plan, Mode mode) {
    int64_t widest = mode == Mode::kInputGradients ? plan.inputs : 0;
    for (int l = 0; l < plan.layerCount; l++) widest = widest < plan.layers[l].units ? plan.layers[l].units : widest;
    return widest;
  }

  // Whether this layer exists in training only.
  bool isSkipped(int l) const {
    return mode != Mode::kTrain && ofKind(plan.layers[l].kind, [](auto entry) { return entry.trainingOnly; });
  }

  // Rows in whole vectors.
  int64_t laneRows() const { return ceilDiv(maxRows, V::lanes) * V::lanes; }

  static LOCKSTEP_INLINE V* panel(double* lanes, int64_t v, int64_t units) {
    return reinterpret_cast<V*>(lanes + v * units * V::lanes);
  }

  void pointTo(const double** to, const double* from, const int32_t* order, int64_t first, int64_t columns) const {
    for (int64_t i = 0; i < rows.count; i++) to[i] = from + (order == nullptr ? first + i : order[first + i]) * columns;
  }

  const Plan& plan;
  const double* p;
  const Mode mode;
  ThreadTeam& threads;
  const UnitSharding<V> sharding;
  const int last;
  const int64_t maxRows;
  const int64_t widest;
  BlockRows rows{};
  // One for each layer.
  LayerBuffers* buffers;
  // With samples in the lanes, a panel of all units for each vector of samples: the last layer's inputs, values and
  // targets.
  double* inputLanes;
  double* zLanes;
  double* aLanes;
  double* yLanes;
  double* biasLanes;
  double* losses;
  // The weights of the samples, if there are any.
  double* sampleWeightLanes;
  bool weighted = false;
  // dL/dx, [rows × inputs]; nullptr if it is not needed.
  double* dX;
  // The addresses of rows: of x, of y, then of the output of each layer.
  const double** table;

 private:
  // The activations of the last layer are in lanes only.
  void allocateLayer(int l, Arena& arena) {
    const LayerPlan& layer = plan.layers[l];
    const int64_t length = isSkipped(l) ? 0 : maxRows * layer.units;
    const bool isLinear = l < last && layer.activation == Activations::codeOf<Linear>();
    double* const z = arena.allocate<double>(length);
    double* const a = isLinear || l == last ? z : arena.allocate<double>(length);
    double* const d = needsDerivative(l) ? arena.allocate<double>(length) : nullptr;
    if (table == nullptr) return;
    LayerBuffers& own = buffers[l];
    own = LayerBuffers{z, a, d, nullptr, {}, {}, {}, false};
    for (int i = 0; i < layer.inputCount; i++) {
      const int from = layer.inputLayers[i];
      own.inputs[i] = from < 0 ? table : buffers[from].rows;
    }
    const double** const rows = table + (2 + l) * maxRows;
    for (int64_t i = 0; i < maxRows && !isSkipped(l); i++) rows[i] = a + i * layer.units;
    own.rows = isSkipped(l) ? own.inputs[0] : rows;
  }

  bool needsDerivative(int l) const {
    if (!hasBackward(mode) || isSkipped(l)) return false;
    return mode == Mode::kInputGradients || plan.layers[l].needsDerivative;
  }

  // From the last layer to the first.
  void connect(int l) {
    const LayerPlan& layer = plan.layers[l];
    if (isSkipped(l)) return;
    for (int i = 0; i < layer.inputCount; i++) {
      int from = layer.inputLayers[i];
      while (from >= 0 && isSkipped(from)) from = plan.layers[from].inputLayers[0];
      bool& isRead = from < 0 ? isSampleRead : buffers[from].isRead;
      buffers[l].dInputs[i] = from < 0 ? dX : buffers[from].d;
      buffers[l].overwrites[i] = !isRead;
      isRead = true;
    }
  }

  // Whether a layer that reads the samples has been connected.
  bool isSampleRead = false;
};

}  // namespace
}  // namespace lockstep
