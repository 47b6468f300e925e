// The dense layers of a TiledNetwork: lib/kernels/layers/dense.ts. In a layer of many units each thread computes its
// own units, forward and backward, so that no weight moves between cores. In the other layers it computes its own
// samples, then the gradients of its own rows of weights.
#pragma once

#include "../../plan.h"
#include "../products/product.inl"
#include "../products/sparse.inl"
#include "../support/arena.inl"
#include "../support/unit_sharding.inl"
#include "layer.inl"

namespace lockstep {
namespace {

template <class V>
class TiledDense {
 public:
  // Rows of weights are divided between threads in multiples of this.
  static constexpr int64_t kRowsPerRange = 8;

  // p: the parameters, at a fixed address. maxRows: the largest number of rows in a block.
  TiledDense(const Plan& plan, const double* p, const UnitSharding<V>& sharding, Arena& arena, bool training,
             int64_t maxRows, ThreadTeam& threads)
      : plan(plan),
        p(p),
        sharding(sharding),
        threads(threads),
        maxRows(maxRows),
        masks(arena.allocate<NonzeroMask>(threads.size() * plan.layerCount)) {
    int64_t pieceLength = 0;
    int64_t panelLength = 0;
    for (int l = 0; l < plan.layerCount; l++) {
      const LayerPlan& layer = plan.layers[l];
      if (layer.kind != kDense) continue;
      // For pieceRows rows of any range of the units.
      const int64_t length = kNearParameters + kRowsPerRange * layer.units;
      pieceLength = pieceLength < length ? length : pieceLength;
      if (!tracksSparsity(l)) continue;
      panelLength = panelLength < panelLengthOf<V>(layer.units) ? panelLengthOf<V>(layer.units) : panelLength;
      for (int i = 0; i < sharding.maxCount(l); i++) {
        const NonzeroMask mask(layer, arena);
        if (masks != nullptr && i == threads.index()) masks[threads.index() * plan.layerCount + l] = mask;
      }
    }
    piece = arena.allocate<double>(training ? threads.size() * pieceLength : 0);
    panels = arena.allocate<double>(threads.size() * panelLength);
    if (masks == nullptr) return;
    // Each thread has its own.
    masks += threads.index() * plan.layerCount;
    piece += threads.index() * pieceLength;
    panels += threads.index() * panelLength;
    for (int l = 0; l < plan.layerCount; l++) {
      if (!tracksSparsity(l) || !hasWholeBlock(l)) masks[l].found = false;
    }
  }

  // Whether the threads divide a layer's units; otherwise they divide the samples.
  bool shardsUnits(int l) const { return sharding.count(l) > 1; }

  // The units of layer l that this thread computes.
  Range ownUnits(int l) const { return sharding.units(l, shardsUnits(l) ? threads.index() : 0); }

  // Forward: z of layer l for this thread's part of the block. inputs: all rows of the block; z: [rows × units]
  LOCKSTEP_NOINLINE void forward(int l, const BlockRows& rows, const double* const* inputs, double* z) {
    const LayerPlan& layer = plan.layers[l];
    const Range samples = hasWholeBlock(l) ? Range{0, rows.count} : rows.own;
    const Range units = ownUnits(l);
    const int64_t count = samples.to - samples.from;
    const int64_t columns = units.to - units.from;
    const Vectors weights = {p + sharding.weights(layer, units), columns, V::lanes};
    const double* const bias = p + layer.bias + units.from;
    NonzeroMask& nonzeros = masks[l];
    nonzeros.found = tracksSparsity(l) && hasWholeBlock(l) && count >= kMinSparseRows &&
                     findNonzeros<V>(inputs, count, layer.inputs, nonzeros);
    const Sums sums = {z + units.from, layer.units, V::lanes};
    if (nonzeros.found &&
        sparseProduct<V>(nonzeros, panels, inputs, count, layer.inputs, weights, bias, sums, columns)) {
      return;
    }
    productByColumns<V, Terms::kAlongRows>({inputs + samples.from, 0, count}, layer.inputs, weights,
                                           sums.from(samples.from, 0), {bias, 0, V::lanes}, columns);
  }

  // Gradients of this thread's part of layer l, from d = dL/dz: [rows × units]. overwrite, discards, finished: as in
  // TiledNetwork::gradients.
  template <class F>
  LOCKSTEP_INLINE void gradients(int l, const BlockRows& rows, const double* const* inputs, const double* d, double* g,
                                 bool overwrite, bool discards, F finished) {
    const LayerPlan& layer = plan.layers[l];
    const Range units = ownUnits(l);
    const int64_t columns = units.to - units.from;
    const Vectors derivatives = {d + units.from, layer.units, V::lanes};
    const Range own = hasWholeBlock(l) ? Range{0, layer.inputs}
                                       : partitionAligned(layer.inputs, kRowsPerRange, threads.index(), threads.size());
    const int64_t max = pieceRows(layer, columns);
    const bool skipsZeros = masks[l].found && packDerivatives<V>(masks[l], panels, rows.count, derivatives, columns);
    if (skipsZeros) transposeMask(masks[l], rows.count, layer.inputs);
    for (int64_t k = own.from; k < own.to; k += max) {
      const int64_t count = own.to - k < max ? own.to - k : max;
      const int64_t at = sharding.weights(layer, units) + k * columns;
      double* const to = discards ? piece : g + at;
      const Sums sums = {to, columns, V::lanes};
      if (skipsZeros) {
        sparseGradients<V>(masks[l], panels, {inputs, k, count}, sums, overwrite, columns);
      } else {
        productByColumns<V, Terms::kAcrossRows>({inputs, k, count}, rows.count, derivatives, sums,
                                                overwrite ? kFromMinusZero : Vectors(sums), columns);
      }
      finished(layer, at, to, count * columns);
    }
    if (!shardsUnits(l) && !threads.first()) return;
    const int64_t at = layer.bias + units.from;
    double* const bias = discards ? piece : g + at;
    eachVector<V>(columns, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      T sum = overwrite ? T::splat(-0.0) : T::load(bias + j);
      for (int64_t i = 0; i < rows.count; i++) sum = sum + T::load(derivatives.vector(i, 0) + j);
      sum.store(bias + j);
    });
    finished(layer, at, bias, columns);
  }

 private:
  static constexpr Vectors kFromMinusZero = {nullptr, 0, 0};
  static constexpr int64_t kNearParameters = 8192;
  // With fewer rows, finding zeros costs more than it saves.
  static constexpr int64_t kMinSparseRows = 8;

  // Whether zeros in the inputs of layer l may be skipped.
  bool tracksSparsity(int l) const {
    const LayerPlan& layer = plan.layers[l];
    return layer.kind == kDense && l != plan.layerCount - 1 && maxRows <= kWord &&
           layer.units >= UnitSharding<V>::kUnits;
  }

  // Whether this thread needs all samples of a block, forward and for the gradients.
  bool hasWholeBlock(int l) const { return threads.size() == 1 || shardsUnits(l); }

  // As many rows of weights as keep their gradients in the cache until they are finished.
  static int64_t pieceRows(const LayerPlan& layer, int64_t columns) {
    const int64_t rows = kNearParameters / columns / kRowsPerRange * kRowsPerRange + kRowsPerRange;
    return rows < layer.inputs ? rows : layer.inputs;
  }

  const Plan& plan;
  const double* p;
  const UnitSharding<V>& sharding;
  ThreadTeam& threads;
  const int64_t maxRows;
  // One for each layer.
  NonzeroMask* masks;
  double* piece;
  double* panels;
};

}  // namespace
}  // namespace lockstep
