// The form of a network with layers of many units: the passes over a block of rows as products of matrices (tiles.inl),
// with units in the lanes in the forward pass and in the gradients, and samples in the lanes from the last layer on and
// back through the layers. Several threads may run it together: each takes its share of the columns of a layer, then
// its share of the samples, then its columns' gradients.
#pragma once

namespace lockstep {
namespace {

// One thread, which waits for nobody.
struct Alone {
  static constexpr bool first() { return true; }
  static LOCKSTEP_INLINE void wait() {}
  static LOCKSTEP_INLINE bool agree(bool value) { return value; }
};

constexpr Team kAlone = {0, 1, nullptr, nullptr, nullptr};

// A team of threads, each with such an object of its own.
class Together {
 public:
  explicit Together(const Team& team) : team(team) {}
  int size() const { return team.size; }
  int index() const { return team.index; }
  bool first() const { return team.index == 0; }
  void wait() {
    if (team.size > 1) team.wait(team.barrier);
  }
  // What the first of them says. Two words take turns: it may be one answer ahead of those who read.
  bool agree(bool value) {
    if (team.size == 1) return value;
    int& word = team.words[turn];
    turn = 1 - turn;
    if (first()) word = value ? 1 : 0;
    wait();
    return word != 0;
  }

 private:
  const Team& team;
  int turn = 0;
};

// What one of the team does of `count` things: from … to - 1.
struct Share {
  int64_t from;
  int64_t to;
};

inline Share shareOf(int64_t count, const Together& threads) {
  return {count * threads.index() / threads.size(), count * (threads.index() + 1) / threads.size()};
}

// to[k] lane i = rows[i][k] for `count` rows; the lanes beyond are 0.
template <class V>
LOCKSTEP_APART void toLanes(const double* const* rows, int64_t count, double* to, int64_t columns) {
  int64_t k = 0;
  for (; k + V::lanes <= columns; k += V::lanes) {
    V square[V::lanes];
    each(Fixed<V::lanes>{},
         [&](auto i) LOCKSTEP_LAMBDA { square[i] = i < count ? V::load(rows[i] + k) : V::splat(0); });
    transpose(square);
    each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { square[i].store(to + (k + i) * V::lanes); });
  }
  for (; k < columns; k++) {
    for (int64_t i = 0; i < V::lanes; i++) to[k * V::lanes + i] = i < count ? rows[i][k] : 0;
  }
}

// The way back, for rows that are `stride` apart.
template <class V>
LOCKSTEP_APART void fromLanes(const double* from, double* to, int64_t stride, int64_t count, int64_t columns) {
  int64_t k = 0;
  for (; k + V::lanes <= columns; k += V::lanes) {
    V square[V::lanes];
    each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { square[i] = V::load(from + (k + i) * V::lanes); });
    transpose(square);
    each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA {
      if (i < count) square[i].store(to + i * stride + k);
    });
  }
  for (; k < columns; k++) {
    for (int64_t i = 0; i < V::lanes && i < count; i++) to[i * stride + k] = from[k * V::lanes + i];
  }
}

template <class V, class Widths>
class WideNetwork {
 public:
  // How many rows go through the network at a time: enough for a tile's reads of the weights to pay, and few enough for
  // the values of a layer to stay near.
  static constexpr int64_t kRows = 64;

  // p: the parameters, which stay where they are.
  WideNetwork(const Plan& plan, const double* p, Room& room, bool training, Together& threads)
      : plan(plan), p(p), threads(threads), last(plan.layerCount - 1) {
    const LayerPlan& end = plan.layers[last];
    int64_t pointers = 2 * rowCount();
    for (int l = 0; l <= last; l++) {
      widest = widest < plan.layers[l].units ? plan.layers[l].units : widest;
      pointers += rowCount() + plan.layers[l].inputs;
    }
    const int64_t units = end.unitsBefore + end.units;
    z = room.take<double>(rowCount() * units);
    a = room.take<double>(rowCount() * units);
    inputLanes = room.take<double>(laneRows() * end.inputs);
    zLanes = room.take<double>(laneRows() * end.units);
    aLanes = room.take<double>(laneRows() * end.units);
    yLanes = room.take<double>(laneRows() * end.units);
    biasLanes = room.take<double>(threads.size() * end.units * V::lanes);
    losses = room.take<double>(laneRows());
    d = training ? room.take<double>(rowCount() * units) : nullptr;
    dLanes = training ? room.take<double>(laneRows() * widest) : nullptr;
    dBefore = training ? room.take<double>(laneRows() * widest) : nullptr;
    // Pointers to rows: each thread's own.
    table = room.take<const double*>(threads.size() * pointers);
    if (table == nullptr) return;
    table += threads.index() * pointers;
    biasLanes += threads.index() * end.units * V::lanes;
    const double** at = table + 2 * rowCount();
    for (int l = 0; l <= last; l++) {
      for (int64_t i = 0; i < rowCount(); i++) *at++ = outputOf(l) + i * plan.layers[l].units;
      for (int64_t k = 0; k < plan.layers[l].inputs; k++) {
        *at++ = p + plan.layers[l].weights + k * plan.layers[l].units;
      }
    }
  }

  // Takes rows first … first + count - 1 of x, or those that `order` names.
  void begin(const double* x, const int32_t* order, int64_t first, int64_t count) {
    rows = count;
    pointTo(table, x, order, first, plan.inputs);
  }

  // Up to the last layer's values, in lanes for this thread's share of the samples.
  void forward() {
    for (int l = 0; l < last; l++) {
      forwardByUnits(l);
      threads.wait();
    }
    forwardLast();
  }

  // The loss of each of this thread's samples, into `losses`.
  LOCKSTEP_APART void rowLosses(const double* y, const int32_t* order, int64_t first) {
    const int64_t units = plan.outputs;
    pointTo(table + rowCount(), y, order, first, units);
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(table + rowCount() + v * V::lanes, count, yLanes + v * units * V::lanes, units);
        loss.forward(panel(zLanes, v, units), panel(aLanes, v, units), panel(yLanes, v, units), units)
            .store(losses + v * V::lanes);
      });
    });
  }

  // Once all threads are here: the losses of the block, in the order of the rows.
  void addLosses(double& sum) const {
    for (int64_t i = 0; i < rows; i++) sum += losses[i];
  }

  void predictions(double* output) const {
    eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
      fromLanes<V>(aLanes + v * plan.outputs * V::lanes, output + v * V::lanes * plan.outputs, plan.outputs, count,
                   plan.outputs);
    });
  }

  // dL/dz of every layer, for this thread's share of the samples.
  LOCKSTEP_APART void backward(double scale) {
    const Share panels = panelShare();
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      for (int64_t v = panels.from; v < panels.to; v++) {
        V* const derivatives = panel(dLanes, v, widest);
        loss.backward(panel(aLanes, v, plan.outputs), panel(yLanes, v, plan.outputs), derivatives, plan.outputs, scale);
        if (loss.fusedWith >= 0) continue;
        Activations::with(plan.layers[last].activation, [&](auto activation) LOCKSTEP_LAMBDA {
          activation.backward(panel(zLanes, v, plan.outputs), panel(aLanes, v, plan.outputs), derivatives, plan.outputs,
                              plan.layers[last].alpha);
        });
      }
    });
    derivativesFromLanes(last, dLanes);
    for (int l = last - 1; l >= 0; l--) backwardTo(l);
  }

  // Once all threads are here: adds to the gradients of this thread's columns, or begins them anew. finished(offset,
  // count) is called for one piece of parameters after the other as soon as their gradients are there.
  template <class F>
  LOCKSTEP_INLINE void gradients(double* g, bool anew, F finished) {
    for (int l = 0; l <= last; l++) {
      const LayerPlan& layer = plan.layers[l];
      const int64_t units = layer.units;
      const Share columns = columnShare(l);
      if (columns.from == columns.to) continue;
      const Vectors derivatives = {derivativesOf(l), units, V::lanes};
      // So many rows of weights that they are still near when they are finished.
      const int64_t most = kNearParameters / units / 8 * 8 + 8;
      for (int64_t k = 0; k < layer.inputs; k += most) {
        const int64_t count = layer.inputs - k < most ? layer.inputs - k : most;
        const int64_t at = layer.weights + k * units;
        const Sums weights = {g + at, units, V::lanes};
        productByColumns<V, Widths, Terms::kAcrossRows>({inputRows(l), k, count}, rows, derivatives, weights,
                                                        anew ? kAnew : Vectors(weights), columns.from, columns.to);
        eachSegment(count, units, columns,
                    [&](int64_t i, int64_t length) LOCKSTEP_LAMBDA { finished(at + i, length); });
      }
      double* const bias = g + layer.bias;
      eachVectorOf<Widths>(columns.from, columns.to, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        T sum = anew ? T::splat(-0.0) : T::load(bias + j);
        for (int64_t i = 0; i < rows; i++) sum = sum + T::load(derivativesOf(l) + i * units + j);
        sum.store(bias + j);
      });
      finished(layer.bias + columns.from, columns.to - columns.from);
    }
  }

 private:
  static constexpr Vectors kAnew = {nullptr, 0, 0};
  static constexpr int64_t kNearParameters = 8192;

  int64_t rowCount() const { return plan.rows < kRows ? plan.rows : kRows; }
  // Whole vectors of samples.
  int64_t laneRows() const { return (rowCount() + V::lanes - 1) / V::lanes * V::lanes; }
  int64_t panels() const { return (rows + V::lanes - 1) / V::lanes; }
  Share panelShare() const { return shareOf(panels(), threads); }

  // Whole vectors of columns.
  Share columnShare(int l) const {
    const int64_t units = plan.layers[l].units;
    const Share vectors = shareOf((units + V::lanes - 1) / V::lanes, threads);
    const int64_t to = vectors.to * V::lanes;
    return {vectors.from * V::lanes, to < units ? to : units};
  }

  double* outputOf(int l) const { return a + rowCount() * plan.layers[l].unitsBefore; }
  double* derivativesOf(int l) const { return d + rowCount() * plan.layers[l].unitsBefore; }
  const double* const* inputRows(int l) const { return l == 0 ? table : layerTable(l - 1); }
  const double* const* weightRows(int l) const { return layerTable(l) + rowCount(); }
  const double** layerTable(int l) const {
    const double** at = table + 2 * rowCount();
    for (int i = 0; i < l; i++) at += rowCount() + plan.layers[i].inputs;
    return at;
  }

  static LOCKSTEP_INLINE V* panel(double* lanes, int64_t v, int64_t units) {
    return reinterpret_cast<V*>(lanes + v * units * V::lanes);
  }

  // f(panel, samples in it) for this thread's share of them.
  template <class F>
  LOCKSTEP_INLINE void eachPanel(F f) const {
    const Share own = panelShare();
    for (int64_t v = own.from; v < own.to; v++) {
      const int64_t left = rows - v * V::lanes;
      f(v, left < V::lanes ? left : V::lanes);
    }
  }

  void pointTo(const double** to, const double* from, const int32_t* order, int64_t first, int64_t columns) const {
    for (int64_t i = 0; i < rows; i++) to[i] = from + (order == nullptr ? first + i : order[first + i]) * columns;
  }

  // z and a of this thread's columns of layer l, for all rows.
  LOCKSTEP_APART void forwardByUnits(int l) {
    const LayerPlan& layer = plan.layers[l];
    const Share columns = columnShare(l);
    zByUnits(l, columns);
    double* const from = z + rowCount() * layer.unitsBefore;
    double* const to = outputOf(l);
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const auto apply = [&](int64_t at, int64_t count) LOCKSTEP_LAMBDA {
        eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
          using T = typename decltype(lanes)::type;
          const T before = T::load(from + at + i);
          T after = before;
          activation.forward(&before, &after, Fixed<1>{}, layer.alpha);
          after.store(to + at + i);
        });
      };
      eachSegment(rows, layer.units, columns, apply);
    });
  }

  LOCKSTEP_APART void zByUnits(int l, const Share& columns) {
    const LayerPlan& layer = plan.layers[l];
    productByColumns<V, Widths, Terms::kAlongRows>({inputRows(l), 0, rows}, layer.inputs,
                                                   {p + layer.weights, layer.units, V::lanes},
                                                   {z + rowCount() * layer.unitsBefore, layer.units, V::lanes},
                                                   {p + layer.bias, 0, V::lanes}, columns.from, columns.to);
  }

  // f(offset, count) for these columns of so many rows, in pieces that stand side by side.
  template <class F>
  static LOCKSTEP_INLINE void eachSegment(int64_t count, int64_t units, const Share& columns, F f) {
    if (columns.to - columns.from == units) return f(0, count * units);
    for (int64_t i = 0; i < count; i++) f(i * units + columns.from, columns.to - columns.from);
  }

  // The last layer's z and a in lanes. Samples go side by side in the product as well, unless they are so few that
  // units fill the vectors better.
  LOCKSTEP_APART void forwardLast() {
    const LayerPlan& layer = plan.layers[last];
    const int64_t units = layer.units;
    if (rows * ((units + V::lanes - 1) / V::lanes) < units * panels()) {
      zByUnits(last, columnShare(last));
      threads.wait();
      const double* zRows[V::lanes];
      eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        for (int64_t i = 0; i < count; i++) zRows[i] = z + rowCount() * layer.unitsBefore + (v * V::lanes + i) * units;
        toLanes<V>(zRows, count, zLanes + v * units * V::lanes, units);
      });
    } else {
      for (int64_t j = 0; j < units; j++) V::splat(p[layer.bias + j]).store(biasLanes + j * V::lanes);
      eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(inputRows(last) + v * V::lanes, count, inputLanes + v * layer.inputs * V::lanes, layer.inputs);
      });
      const Share own = panelShare();
      productByVectors<V, Terms::kAcrossRows>(
          {weightRows(last), 0, units}, layer.inputs, {inputLanes, V::lanes, layer.inputs * V::lanes},
          {zLanes, V::lanes, units * V::lanes}, {biasLanes, V::lanes, 0}, own.from, own.to);
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
    const Share own = panelShare();
    productByVectors<V, Terms::kAlongRows>({weightRows(l + 1), 0, next.inputs}, next.units,
                                           {dLanes, V::lanes, widest * V::lanes},
                                           {dBefore, V::lanes, widest * V::lanes}, kAnew, own.from, own.to);
    derivativesFromLanes(l, dBefore);
    const int64_t from = own.from * V::lanes;
    const int64_t to = own.to * V::lanes < rows ? own.to * V::lanes : rows;
    const double* const zs = z + rowCount() * layer.unitsBefore;
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const int64_t end = to * layer.units;
      eachVectorOf<Widths>(from * layer.units, end, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(zs + i);
        const T after = T::load(outputOf(l) + i);
        T derivative = T::load(derivativesOf(l) + i);
        activation.backward(&before, &after, &derivative, Fixed<1>{}, layer.alpha);
        derivative.store(derivativesOf(l) + i);
      });
    });
    if (l == 0) return;
    const double* dRows[V::lanes];
    eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
      for (int64_t i = 0; i < count; i++) dRows[i] = derivativesOf(l) + (v * V::lanes + i) * layer.units;
      toLanes<V>(dRows, count, dLanes + v * widest * V::lanes, layer.units);
    });
  }

  LOCKSTEP_APART void derivativesFromLanes(int l, const double* lanes) {
    const int64_t units = plan.layers[l].units;
    eachPanel([&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
      fromLanes<V>(lanes + v * widest * V::lanes, derivativesOf(l) + v * V::lanes * units, units, count, units);
    });
  }

  const Plan& plan;
  const double* p;
  Together& threads;
  int last;
  int64_t widest = 0;
  int64_t rows = 0;
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
  // Where the rows begin: of x, of y, then for each layer of its outputs and of its weights.
  const double** table;
};

}  // namespace
}  // namespace lockstep
