// The form of a network with layers of many units: the passes over a block of rows as products of matrices (tiles.inl),
// with units in the lanes in the forward pass and in the gradients, and samples in the lanes from the last layer on and
// back through the layers. Several threads may run it together: each takes its share of the samples all the way there
// and back, then its share of the rows of weights, for their gradients and the update.
#pragma once

namespace lockstep {
namespace {

template <class V>
class WideNetwork {
 public:
  // How many rows go through the network at a time: enough for a tile's reads of the weights to pay, and few enough for
  // the values of a layer to stay near.
  static constexpr int64_t kRows = 64;

  // How many go at once at most.
  static int64_t blockRows(const Plan& plan, bool training) {
    const int64_t all = training ? plan.batchSize : plan.rows;
    return all < kRows ? all : kRows;
  }

  // How many threads find something to do: panels of samples on the way there and back, tiles of weights in the
  // gradients.
  static int64_t usableThreads(const Plan& plan) {
    int64_t most = piecesOf(blockRows(plan, true), V::lanes);
    for (int l = 0; l < plan.layerCount; l++) {
      const int64_t tiles = piecesOf(plan.layers[l].inputs, kShareRows);
      most = most < tiles ? tiles : most;
    }
    return most;
  }

  // p: the parameters, which stay where they are.
  WideNetwork(const Plan& plan, const double* p, Room& room, bool training, Together& threads)
      : plan(plan), p(p), threads(threads), last(plan.layerCount - 1), mostRows(blockRows(plan, training)) {
    const LayerPlan& end = plan.layers[last];
    int64_t pointers = 2 * mostRows;
    int64_t pieceLength = 0;
    for (int l = 0; l <= last; l++) {
      widest = widest < plan.layers[l].units ? plan.layers[l].units : widest;
      pointers += mostRows + plan.layers[l].inputs;
      const int64_t length = pieceRows(plan.layers[l]) * plan.layers[l].units;
      pieceLength = pieceLength < length ? length : pieceLength;
    }
    const int64_t units = end.unitsBefore + end.units;
    z = room.take<double>(mostRows * units);
    a = room.take<double>(mostRows * units);
    inputLanes = room.take<double>(laneRows() * end.inputs);
    zLanes = room.take<double>(laneRows() * end.units);
    aLanes = room.take<double>(laneRows() * end.units);
    yLanes = room.take<double>(laneRows() * end.units);
    biasLanes = room.take<double>(threads.size() * end.units * V::lanes);
    losses = room.take<double>(laneRows());
    d = training ? room.take<double>(mostRows * units) : nullptr;
    dLanes = training ? room.take<double>(laneRows() * widest) : nullptr;
    dBefore = training ? room.take<double>(laneRows() * widest) : nullptr;
    // Each thread's own.
    piece = training ? room.take<double>(threads.size() * pieceLength) : nullptr;
    table = room.take<const double*>(threads.size() * pointers);
    if (table == nullptr) return;
    table += threads.index() * pointers;
    biasLanes += threads.index() * end.units * V::lanes;
    if (training) piece += threads.index() * pieceLength;
    const double** at = table + 2 * mostRows;
    for (int l = 0; l <= last; l++) {
      for (int64_t i = 0; i < mostRows; i++) *at++ = outputOf(l) + i * plan.layers[l].units;
      for (int64_t k = 0; k < plan.layers[l].inputs; k++) {
        *at++ = p + plan.layers[l].weights + k * plan.layers[l].units;
      }
    }
  }

  // Takes rows first … first + count - 1 of x, or those that `order` names. Of these, a thread's share is whole panels.
  void begin(const double* x, const int32_t* order, int64_t first, int64_t count) {
    rows = count;
    ownPanels = shareOf(piecesOf(rows, V::lanes), threads);
    const int64_t end = ownPanels.to * V::lanes;
    ownRows = {ownPanels.from * V::lanes, end < rows ? end : rows};
    pointTo(table, x, order, first, plan.inputs);
  }

  // Up to the last layer's values, in lanes.
  void forward() {
    for (int l = 0; l < last; l++) forwardByUnits(l);
    forwardLast();
  }

  // The loss of each sample, into `losses`.
  LOCKSTEP_APART void rowLosses(const double* y, const int32_t* order, int64_t first) {
    const int64_t units = plan.outputs;
    pointTo(table + mostRows, y, order, first, units);
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(table + mostRows + v * V::lanes, count, yLanes + v * units * V::lanes, units);
        loss.forward(panel(zLanes, v, units), panel(aLanes, v, units), panel(yLanes, v, units), units, plan.lossOption)
            .store(losses + v * V::lanes);
      });
    });
  }

  // Once all threads are here: the losses of the block, in the order of the rows.
  void addLosses(double& sum) const {
    for (int64_t i = 0; i < rows; i++) sum += losses[i];
  }

  void predictions(double* output) const { rowsFromLanes(aLanes, plan.outputs, output, plan.outputs); }

  // dL/dz of every layer.
  LOCKSTEP_APART void backward(double scale) {
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      for (int64_t v = ownPanels.from; v < ownPanels.to; v++) {
        V* const derivatives = panel(dLanes, v, widest);
        loss.backward(panel(aLanes, v, plan.outputs), panel(yLanes, v, plan.outputs), derivatives, plan.outputs, scale,
                      plan.lossOption);
        if (loss.fusedWith >= 0) continue;
        Activations::with(plan.layers[last].activation, [&](auto activation) LOCKSTEP_LAMBDA {
          activation.backward(panel(zLanes, v, plan.outputs), panel(aLanes, v, plan.outputs), derivatives, plan.outputs,
                              plan.layers[last].alpha);
        });
      }
    });
    rowsFromLanes(dLanes, widest, derivativesOf(last), plan.outputs);
    for (int l = last - 1; l >= 0; l--) backwardTo(l);
  }

  // Once all threads are here: adds to the gradients of this thread's rows of weights, or begins them anew.
  // finished(at, g, count) is called for one piece of parameters after the other as soon as their gradients are there.
  // Those of a `whole` step nobody needs afterwards: they go to a place of their own, again and again, and leave the
  // cache to the weights.
  template <class F>
  LOCKSTEP_INLINE void gradients(double* g, bool anew, bool whole, F finished) {
    for (int l = 0; l <= last; l++) {
      const LayerPlan& layer = plan.layers[l];
      const int64_t units = layer.units;
      const Vectors derivatives = {derivativesOf(l), units, V::lanes};
      const Share own = inputShare(layer);
      const int64_t most = pieceRows(layer);
      for (int64_t k = own.from; k < own.to; k += most) {
        const int64_t count = own.to - k < most ? own.to - k : most;
        const int64_t at = layer.weights + k * units;
        double* const to = whole ? piece : g + at;
        const Sums weights = {to, units, V::lanes};
        productByColumns<V, Terms::kAcrossRows>({inputRows(l), k, count}, rows, derivatives, weights,
                                                anew ? kAnew : Vectors(weights), units);
        finished(at, to, count * units);
      }
      if (!threads.first()) continue;
      double* const bias = whole ? piece : g + layer.bias;
      eachVector<V>(units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        T sum = anew ? T::splat(-0.0) : T::load(bias + j);
        for (int64_t i = 0; i < rows; i++) sum = sum + T::load(derivativesOf(l) + i * units + j);
        sum.store(bias + j);
      });
      finished(layer.bias, bias, units);
    }
  }

 private:
  // Of the rows of weights, a thread's share is whole tiles of so many.
  static constexpr int64_t kShareRows = 8;
  static constexpr Vectors kAnew = {nullptr, 0, 0};

  // So many rows of weights that their gradients are still near when they are finished.
  static int64_t pieceRows(const LayerPlan& layer) {
    constexpr int64_t nearParameters = 8192;
    const int64_t rows = nearParameters / layer.units / kShareRows * kShareRows + kShareRows;
    return rows < layer.inputs ? rows : layer.inputs;
  }

  // Whole vectors of samples.
  int64_t laneRows() const { return piecesOf(mostRows, V::lanes) * V::lanes; }

  Share inputShare(const LayerPlan& layer) const {
    const Share tiles = shareOf(piecesOf(layer.inputs, kShareRows), threads);
    const int64_t to = tiles.to * kShareRows;
    return {tiles.from * kShareRows, to < layer.inputs ? to : layer.inputs};
  }

  double* valuesOf(int l) const { return z + mostRows * plan.layers[l].unitsBefore; }
  double* outputOf(int l) const { return a + mostRows * plan.layers[l].unitsBefore; }
  double* derivativesOf(int l) const { return d + mostRows * plan.layers[l].unitsBefore; }
  const double* const* inputRows(int l) const { return l == 0 ? table : layerTable(l - 1); }
  const double* const* weightRows(int l) const { return layerTable(l) + mostRows; }
  const double** layerTable(int l) const {
    const double** at = table + 2 * mostRows;
    for (int i = 0; i < l; i++) at += mostRows + plan.layers[i].inputs;
    return at;
  }

  static LOCKSTEP_INLINE V* panel(double* lanes, int64_t v, int64_t units) {
    return reinterpret_cast<V*>(lanes + v * units * V::lanes);
  }

  // f(panel, samples in it)
  template <class F>
  LOCKSTEP_INLINE void eachPanel(F f) const {
    for (int64_t v = ownPanels.from; v < ownPanels.to; v++) {
      const int64_t left = rows - v * V::lanes;
      f(v, left < V::lanes ? left : V::lanes);
    }
  }

  void pointTo(const double** to, const double* from, const int32_t* order, int64_t first, int64_t columns) const {
    for (int64_t i = 0; i < rows; i++) to[i] = from + (order == nullptr ? first + i : order[first + i]) * columns;
  }

  // z and a of layer l.
  LOCKSTEP_APART void forwardByUnits(int l) {
    const LayerPlan& layer = plan.layers[l];
    zByUnits(l);
    const double* const zs = valuesOf(l);
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      eachOwnValue(layer, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(zs + i);
        T after = before;
        activation.forward(&before, &after, Fixed<1>{}, layer.alpha);
        after.store(outputOf(l) + i);
      });
    });
  }

  LOCKSTEP_APART void zByUnits(int l) {
    const LayerPlan& layer = plan.layers[l];
    const Sums sums = {valuesOf(l), layer.units, V::lanes};
    productByColumns<V, Terms::kAlongRows>({inputRows(l) + ownRows.from, 0, ownRows.to - ownRows.from}, layer.inputs,
                                           {p + layer.weights, layer.units, V::lanes}, sums.from(ownRows.from, 0),
                                           {p + layer.bias, 0, V::lanes}, layer.units);
  }

  // f(Lanes<T>, offset) over the values of a layer for this thread's samples.
  template <class F>
  LOCKSTEP_INLINE void eachOwnValue(const LayerPlan& layer, F f) const {
    const int64_t from = ownRows.from * layer.units;
    eachVector<V>((ownRows.to - ownRows.from) * layer.units,
                  [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA { f(lanes, from + i); });
  }

  // The last layer's z and a in lanes. Samples go side by side in the product as well, unless they are so few that
  // units fill the vectors better.
  LOCKSTEP_APART void forwardLast() {
    const LayerPlan& layer = plan.layers[last];
    const int64_t units = layer.units;
    const int64_t ownCount = ownRows.to - ownRows.from;
    if (ownCount * piecesOf(units, V::lanes) < units * (ownPanels.to - ownPanels.from)) {
      zByUnits(last);
      rowsToLanes(valuesOf(last), units, zLanes, units);
    } else {
      for (int64_t j = 0; j < units; j++) V::splat(p[layer.bias + j]).store(biasLanes + j * V::lanes);
      eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(inputRows(last) + v * V::lanes, count, inputLanes + v * layer.inputs * V::lanes, layer.inputs);
      });
      productByVectors<V, Terms::kAcrossRows>(
          {weightRows(last), 0, units}, layer.inputs, {inputLanes, V::lanes, layer.inputs * V::lanes},
          {zLanes, V::lanes, units * V::lanes}, {biasLanes, V::lanes, 0}, ownPanels.from, ownPanels.to);
    }
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      eachPanel([&](int64_t v, int64_t) LOCKSTEP_LAMBDA {
        activation.forward(panel(zLanes, v, units), panel(aLanes, v, units), units, layer.alpha);
      });
    });
  }

  // dL/dz of layer l from that of the next, which stands in dLanes.
  LOCKSTEP_APART void backwardTo(int l) {
    const LayerPlan& layer = plan.layers[l];
    const LayerPlan& next = plan.layers[l + 1];
    productByVectors<V, Terms::kAlongRows>({weightRows(l + 1), 0, next.inputs}, next.units,
                                           {dLanes, V::lanes, widest * V::lanes},
                                           {dBefore, V::lanes, widest * V::lanes}, kAnew, ownPanels.from, ownPanels.to);
    rowsFromLanes(dBefore, widest, derivativesOf(l), layer.units);
    const double* const zs = valuesOf(l);
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      eachOwnValue(layer, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(zs + i);
        const T after = T::load(outputOf(l) + i);
        T derivative = T::load(derivativesOf(l) + i);
        activation.backward(&before, &after, &derivative, Fixed<1>{}, layer.alpha);
        derivative.store(derivativesOf(l) + i);
      });
    });
    if (l > 0) rowsToLanes(derivativesOf(l), layer.units, dLanes, widest);
  }

  // This thread's samples of [rows × units] into panels, each with room for so many units; and back.
  LOCKSTEP_APART void rowsToLanes(const double* from, int64_t units, double* lanes, int64_t room) const {
    const double* samples[V::lanes];
    eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
      for (int64_t i = 0; i < count; i++) samples[i] = from + (v * V::lanes + i) * units;
      toLanes<V>(samples, count, lanes + v * room * V::lanes, units);
    });
  }

  LOCKSTEP_APART void rowsFromLanes(const double* lanes, int64_t room, double* to, int64_t units) const {
    eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
      fromLanes<V>(lanes + v * room * V::lanes, to + v * V::lanes * units, units, count, units);
    });
  }

  const Plan& plan;
  const double* p;
  Together& threads;
  int last;
  int64_t mostRows;
  int64_t widest = 0;
  int64_t rows = 0;
  // This thread's share of them.
  Share ownPanels = {0, 0};
  Share ownRows = {0, 0};
  // Of each layer, for a block of rows, a row for each sample.
  double* z;
  double* a;
  double* d;
  // Samples in the lanes, a panel of all units for each vector of samples: the last layer's inputs, values and
  // targets, and the derivatives on their way back, whose panels have the same place in all layers, as one thread may
  // be a layer ahead of another.
  double* inputLanes;
  double* zLanes;
  double* aLanes;
  double* yLanes;
  double* biasLanes;
  double* dLanes;
  double* dBefore;
  double* losses;
  double* piece;
  // Where the rows begin: of x, of y, then for each layer of its outputs and of its weights.
  const double** table;
};

}  // namespace
}  // namespace lockstep
