// The dense layers of a WideNetwork: their values from the inputs, and the gradients of their parameters. Of a layer
// with many units each thread has its own ones, forward and backward, so that no weight goes from one core to another;
// of the others it has its own samples, and then its own rows of weights.
#pragma once

namespace lockstep {
namespace {

template <class V>
class WideDense {
 public:
  // Of the rows of weights, a thread's share is whole tiles of so many.
  static constexpr int64_t kShareRows = 8;

  // p: the parameters, which stay where they are. mostRows: how many rows a block has at most.
  WideDense(const Plan& plan, const double* p, const UnitShares<V>& shares, Room& room, bool training, int64_t mostRows,
            Together& threads)
      : plan(plan),
        p(p),
        shares(shares),
        threads(threads),
        mostRows(mostRows),
        zeros(room.take<NonZeros>(threads.size() * plan.layerCount)) {
    int64_t pieceLength = 0;
    int64_t panelLength = 0;
    for (int l = 0; l < plan.layerCount; l++) {
      const LayerPlan& layer = plan.layers[l];
      if (layer.kind != kDense) continue;
      // Of pieceRows rows, whatever share of the units they have.
      const int64_t length = kNearParameters + kShareRows * layer.units;
      pieceLength = pieceLength < length ? length : pieceLength;
      if (!hasRoomForZeros(l)) continue;
      panelLength = panelLength < panelsOf<V>(layer.units) ? panelsOf<V>(layer.units) : panelLength;
      for (int i = 0; i < shares.most(l); i++) {
        const NonZeros taken(layer, room);
        if (zeros != nullptr && i == threads.index()) zeros[threads.index() * plan.layerCount + l] = taken;
      }
    }
    piece = room.take<double>(training ? threads.size() * pieceLength : 0);
    panels = room.take<double>(threads.size() * panelLength);
    if (zeros == nullptr) return;
    // Each thread has its own.
    zeros += threads.index() * plan.layerCount;
    piece += threads.index() * pieceLength;
    panels += threads.index() * panelLength;
    for (int l = 0; l < plan.layerCount; l++) {
      if (!hasRoomForZeros(l) || !hasWholeBlock(l)) zeros[l].found = false;
    }
  }

  // Whether a layer's units are shared out; else the samples are.
  bool sharesUnits(int l) const { return shares.of(l) > 1; }

  // The units of layer l that are this thread's own.
  Share ownUnits(int l) const { return shares.units(l, sharesUnits(l) ? threads.index() : 0); }

  // z of layer l for this thread's part of the block. inputs: the rows of all of it; z: [rows × units]
  LOCKSTEP_APART void forward(int l, const BlockRows& rows, const double* const* inputs, double* z) {
    const LayerPlan& layer = plan.layers[l];
    const Share samples = hasWholeBlock(l) ? Share{0, rows.count} : rows.own;
    const Share units = ownUnits(l);
    const int64_t count = samples.to - samples.from;
    const int64_t columns = units.to - units.from;
    const Vectors weights = {p + shares.weights(layer, units), columns, V::lanes};
    const double* const bias = p + layer.bias + units.from;
    NonZeros& nonZeros = zeros[l];
    nonZeros.found = hasRoomForZeros(l) && hasWholeBlock(l) && count >= kFewRows &&
                     findNonZeros<V>(inputs, count, layer.inputs, nonZeros);
    const Sums sums = {z + units.from, layer.units, V::lanes};
    if (nonZeros.found &&
        productOfNonZeros<V>(nonZeros, panels, inputs, count, layer.inputs, weights, bias, sums, columns)) {
      return;
    }
    productByColumns<V, Terms::kAlongRows>({inputs + samples.from, 0, count}, layer.inputs, weights,
                                           sums.from(samples.from, 0), {bias, 0, V::lanes}, columns);
  }

  // Adds to the gradients of this thread's part of layer l, or begins them anew; d = dL/dz: [rows × units].
  // whole, finished: as WideNetwork::gradients has them.
  template <class F>
  LOCKSTEP_INLINE void gradients(int l, const BlockRows& rows, const double* const* inputs, const double* d, double* g,
                                 bool anew, bool whole, F finished) {
    const LayerPlan& layer = plan.layers[l];
    const Share units = ownUnits(l);
    const int64_t columns = units.to - units.from;
    const Vectors derivatives = {d + units.from, layer.units, V::lanes};
    const Share own = hasWholeBlock(l) ? Share{0, layer.inputs}
                                       : shareOfPieces(layer.inputs, kShareRows, threads.index(), threads.size());
    const int64_t most = pieceRows(layer, columns);
    const bool leaveOutZeros = zeros[l].found && packDerivatives<V>(zeros[l], panels, rows.count, derivatives, columns);
    if (leaveOutZeros) turnNonZeros(zeros[l], rows.count, layer.inputs);
    for (int64_t k = own.from; k < own.to; k += most) {
      const int64_t count = own.to - k < most ? own.to - k : most;
      const int64_t at = shares.weights(layer, units) + k * columns;
      double* const to = whole ? piece : g + at;
      const Sums sums = {to, columns, V::lanes};
      if (leaveOutZeros) {
        gradientsOfNonZeros<V>(zeros[l], panels, {inputs, k, count}, sums, anew, columns);
      } else {
        productByColumns<V, Terms::kAcrossRows>({inputs, k, count}, rows.count, derivatives, sums,
                                                anew ? kAnew : Vectors(sums), columns);
      }
      finished(layer, at, to, count * columns);
    }
    if (!sharesUnits(l) && !threads.first()) return;
    const int64_t at = layer.bias + units.from;
    double* const bias = whole ? piece : g + at;
    eachVector<V>(columns, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      T sum = anew ? T::splat(-0.0) : T::load(bias + j);
      for (int64_t i = 0; i < rows.count; i++) sum = sum + T::load(derivatives.vector(i, 0) + j);
      sum.store(bias + j);
    });
    finished(layer, at, bias, columns);
  }

 private:
  static constexpr Vectors kAnew = {nullptr, 0, 0};
  static constexpr int64_t kNearParameters = 8192;
  // So few rows are not worth looking for zeros.
  static constexpr int64_t kFewRows = 8;

  // Whether inputs of layer l that are 0 may be noted.
  bool hasRoomForZeros(int l) const {
    const LayerPlan& layer = plan.layers[l];
    return layer.kind == kDense && l != plan.layerCount - 1 && mostRows <= kWord &&
           layer.units >= UnitShares<V>::kUnits;
  }

  // Whether this thread needs the inputs of all samples of a block, forward and for the gradients.
  bool hasWholeBlock(int l) const { return threads.size() == 1 || sharesUnits(l); }

  // So many rows of weights that their gradients are still near when they are finished.
  static int64_t pieceRows(const LayerPlan& layer, int64_t columns) {
    const int64_t rows = kNearParameters / columns / kShareRows * kShareRows + kShareRows;
    return rows < layer.inputs ? rows : layer.inputs;
  }

  const Plan& plan;
  const double* p;
  const UnitShares<V>& shares;
  Together& threads;
  const int64_t mostRows;
  // Of each layer.
  NonZeros* zeros;
  double* piece;
  double* panels;
};

}  // namespace
}  // namespace lockstep
