// The dense layers of a TiledNetwork: lib/kernels/layers/dense.ts. In a layer of many units each thread computes its
// own units, forward and backward, so that no weight moves between cores. In the other layers it computes its own
// samples, then the gradients of its own rows of weights.
#pragma once

#include "../../plan.h"
#include "../products/product.inl"
#include "../products/sparse.inl"
#include "../support/arena.inl"
#include "layer.inl"

namespace lockstep {
namespace {

struct Dense : LayerEntry {
  static constexpr const char* name = "dense";
  static constexpr bool activated = true;
  // The caller chooses the units.
  static int64_t outputUnits(const LayerPlan& layer, const int*) { return layer.units; }
  static int tensorCount(const LayerPlan&) { return 2; }
  static TensorShape tensor(const LayerPlan& layer, int i) {
    return {i == 0 ? layer.inputs : 1, layer.units, false, i == 0};
  }

  // Rows of weights are divided between threads in multiples of this.
  static constexpr int64_t kRowsPerRange = 8;

  struct State {
    NonzeroMask nonzeros;
    // The address of each row of weights, for each range of the units: [ranges × inputs].
    const double** weightRows = nullptr;
  };

  template <class V>
  static Scratch scratch(const LayerContext<V>& context, int l) {
    const int64_t units = context.plan.layers[l].units;
    // A piece: for pieceRows rows of any range of the units.
    return {hasBackward(context.mode), context.mode == Mode::kTrain ? kNearParameters + kRowsPerRange * units : 0,
            tracksSparsity(context, l) ? panelLengthOf<V>(units) : 0};
  }

  template <class V>
  static State allocate(const LayerContext<V>& context, int l, Arena& arena) {
    const LayerPlan& layer = context.plan.layers[l];
    const UnitSharding<V>& sharding = context.sharding;
    const int thread = context.threads.index();
    State state;
    for (int i = 0; i < sharding.maxCount(l) && tracksSparsity(context, l); i++) {
      const NonzeroMask mask(layer, arena);
      if (i == thread) state.nonzeros = mask;
    }
    // What `forwardLanes` and `backward` read.
    if (!hasBackward(context.mode) && !isLast(context, l)) return state;
    const int64_t rows = int64_t{layer.inputs} * sharding.maxCount(l);
    state.weightRows = arena.allocate<const double*>(context.threads.size() * rows);
    if (state.weightRows == nullptr) return state;
    state.weightRows += thread * rows;
    const double** at = state.weightRows;
    for (int i = 0; i < sharding.count(l); i++) {
      const Range units = sharding.units(l, i);
      const double* const weights = context.p + UnitSharding<V>::weights(layer, units);
      for (int64_t k = 0; k < layer.inputs; k++) *at++ = weights + k * (units.to - units.from);
    }
    return state;
  }

  // Forward: z of layer l for this thread's part of the block.
  template <class V>
  static LOCKSTEP_NOINLINE void forward(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                        const double* const* const* inputs, double* z) {
    const LayerPlan& layer = context.plan.layers[l];
    const double* const* const input = inputs[0];
    const Range samples = hasWholeBlock(context, l) ? Range{0, rows.count} : rows.own;
    const Range units = context.sharding.ownUnits(l, context.threads.index());
    const int64_t count = samples.to - samples.from;
    const int64_t columns = units.to - units.from;
    const Vectors weights = {context.p + UnitSharding<V>::weights(layer, units), columns, V::lanes};
    const double* const bias = context.p + biasOf(layer) + units.from;
    NonzeroMask& nonzeros = state.nonzeros;
    nonzeros.found = tracksSparsity(context, l) && hasWholeBlock(context, l) && count >= kMinSparseRows &&
                     findNonzeros<V>(input, count, layer.inputs, nonzeros);
    const Sums sums = {z + units.from, layer.units, V::lanes};
    if (nonzeros.found &&
        sparseProduct<V>(nonzeros, context.panels, input, count, layer.inputs, weights, bias, sums, columns)) {
      return;
    }
    productByColumns<V, Terms::kAlongRows>({input + samples.from, 0, count}, layer.inputs, weights,
                                           sums.from(samples.from, 0), {bias, 0, V::lanes}, columns);
  }

  // Forward of the last layer, with samples in the lanes: z in panels of `units` vectors. inputLanes, biasLanes: space
  // for the input and the bias in that form.
  template <class V>
  static LOCKSTEP_INLINE void forwardLanes(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                           const double* const* const* inputs, double* inputLanes, double* biasLanes,
                                           double* zLanes) {
    const LayerPlan& layer = context.plan.layers[l];
    const int64_t units = layer.units;
    const double* const bias = context.p + biasOf(layer);
    for (int64_t j = 0; j < units; j++) V::splat(bias[j]).store(biasLanes + j * V::lanes);
    eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
      toLanes<V>(inputs[0] + v * V::lanes, count, inputLanes + v * layer.inputs * V::lanes, layer.inputs);
    });
    productByVectors<V, Terms::kAcrossRows>(
        {state.weightRows, 0, units}, layer.inputs, {inputLanes, V::lanes, layer.inputs * V::lanes},
        {zLanes, V::lanes, units * V::lanes}, {biasLanes, V::lanes, 0}, rows.panels.from, rows.panels.to);
  }

  // With samples in the lanes. d of the last layer is there in `context.lanes` already.
  template <class V>
  static LOCKSTEP_NOINLINE void backward(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                         const double* d, double* const* dInputs, const bool* overwrite) {
    const LayerPlan& layer = context.plan.layers[l];
    const int64_t widest = context.widest;
    const Vectors derivatives = {context.lanes, V::lanes, widest * V::lanes};
    const Sums sums = {context.moreLanes, V::lanes, widest * V::lanes};
    if (!isLast(context, l)) rowsToLanes<V>(rows, d, layer.units, context.lanes, widest);
    if (!overwrite[0]) rowsToLanes<V>(rows, dInputs[0], layer.inputs, context.moreLanes, widest);
    for (int i = 0; i < context.sharding.count(l); i++) {
      const Range units = context.sharding.units(l, i);
      productByVectors<V, Terms::kAlongRows>({state.weightRows + i * layer.inputs, 0, layer.inputs},
                                             units.to - units.from, derivatives.from(units.from, 0), sums,
                                             i == 0 && overwrite[0] ? kFromMinusZero : Vectors(sums), rows.panels.from,
                                             rows.panels.to);
    }
    rowsFromLanes<V>(rows, context.moreLanes, widest, dInputs[0], layer.inputs);
  }

  template <class V, class F>
  static LOCKSTEP_INLINE void gradients(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                        const double* const* const* inputs, const double* d, double* g, bool overwrite,
                                        bool discards, F finished) {
    const LayerPlan& layer = context.plan.layers[l];
    ThreadTeam& threads = context.threads;
    const double* const* const input = inputs[0];
    const Range units = context.sharding.ownUnits(l, threads.index());
    const int64_t columns = units.to - units.from;
    const Vectors derivatives = {d + units.from, layer.units, V::lanes};
    const Range own = hasWholeBlock(context, l)
                          ? Range{0, layer.inputs}
                          : partitionAligned(layer.inputs, kRowsPerRange, threads.index(), threads.size());
    const int64_t max = pieceRows(layer, columns);
    NonzeroMask& nonzeros = state.nonzeros;
    const bool skipsZeros =
        nonzeros.found && packDerivatives<V>(nonzeros, context.panels, rows.count, derivatives, columns);
    if (skipsZeros) transposeMask(nonzeros, rows.count, layer.inputs);
    for (int64_t k = own.from; k < own.to; k += max) {
      const int64_t count = own.to - k < max ? own.to - k : max;
      const int64_t at = UnitSharding<V>::weights(layer, units) + k * columns;
      double* const to = discards ? context.piece : g + at;
      const Sums sums = {to, columns, V::lanes};
      if (skipsZeros) {
        sparseGradients<V>(nonzeros, context.panels, {input, k, count}, sums, overwrite, columns);
      } else {
        productByColumns<V, Terms::kAcrossRows>({input, k, count}, rows.count, derivatives, sums,
                                                overwrite ? kFromMinusZero : Vectors(sums), columns);
      }
      finished(layer.tensors[0], at, to, count * columns);
    }
    if (context.sharding.count(l) == 1 && !threads.first()) return;
    const int64_t at = biasOf(layer) + units.from;
    double* const bias = discards ? context.piece : g + at;
    eachVector<V>(columns, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      T sum = overwrite ? T::splat(-0.0) : T::load(bias + j);
      for (int64_t i = 0; i < rows.count; i++) sum = sum + T::load(derivatives.vector(i, 0) + j);
      sum.store(bias + j);
    });
    finished(layer.tensors[1], at, bias, columns);
  }

 private:
  static constexpr Vectors kFromMinusZero = {nullptr, 0, 0};
  static constexpr int64_t kNearParameters = 8192;
  // With fewer rows, finding zeros costs more than it saves.
  static constexpr int64_t kMinSparseRows = 8;

  template <class V>
  static bool isLast(const LayerContext<V>& context, int l) {
    return l == context.plan.layerCount - 1;
  }

  // Whether zeros in the inputs of layer l may be skipped.
  template <class V>
  static bool tracksSparsity(const LayerContext<V>& context, int l) {
    return !isLast(context, l) && context.maxRows <= kWord && context.plan.layers[l].units >= UnitSharding<V>::kUnits;
  }

  // Whether this thread needs all samples of a block, forward and for the gradients.
  template <class V>
  static bool hasWholeBlock(const LayerContext<V>& context, int l) {
    return context.threads.size() == 1 || context.sharding.count(l) > 1;
  }

  // As many rows of weights as keep their gradients in the cache until they are finished.
  static int64_t pieceRows(const LayerPlan& layer, int64_t columns) {
    const int64_t rows = kNearParameters / columns / kRowsPerRange * kRowsPerRange + kRowsPerRange;
    return rows < layer.inputs ? rows : layer.inputs;
  }
};

}  // namespace
}  // namespace lockstep
