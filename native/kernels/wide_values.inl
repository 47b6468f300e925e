// What a WideNetwork keeps of a block of rows, and where each piece of it is.
#pragma once

namespace lockstep {
namespace {

template <class V>
class WideValues {
 public:
  // How many rows go through the network at a time: enough for a tile's reads of the weights to pay, and few enough for
  // the values of a layer to stay near.
  static constexpr int64_t kRows = 64;

  // How many go at once at most.
  static int64_t blockRows(const Plan& plan, bool training) {
    const int64_t all = training ? largestBatch(plan) : plan.rows;
    return all < kRows || (training && SpecialLayers<V>::takeWholeBatch(plan)) ? all : kRows;
  }

  // p: the parameters, which stay where they are.
  WideValues(const Plan& plan, const double* p, Room& room, bool training, Together& threads)
      : plan(plan),
        p(p),
        training(training),
        threads(threads),
        shares(plan, threads.size()),
        last(plan.layerCount - 1),
        mostRows(blockRows(plan, training)),
        widest(widestOf(plan)) {
    const LayerPlan& end = plan.layers[last];
    int64_t pointers = 2 * mostRows;
    for (int l = 0; l <= last; l++) pointers += mostRows + weightRowCount(l);
    const int64_t units = end.unitsBefore + end.units;
    z = room.take<double>(mostRows * units);
    a = room.take<double>(mostRows * units);
    inputLanes = room.take<double>(laneRows() * end.inputs);
    zLanes = room.take<double>(laneRows() * end.units);
    aLanes = room.take<double>(laneRows() * end.units);
    yLanes = room.take<double>(laneRows() * end.units);
    biasLanes = room.take<double>(threads.size() * end.units * V::lanes);
    losses = room.take<double>(laneRows());
    weightLanes = room.take<double>(laneRows());
    d = training ? room.take<double>(mostRows * units) : nullptr;
    dLanes = training ? room.take<double>(laneRows() * widest) : nullptr;
    dBefore = training ? room.take<double>(laneRows() * widest) : nullptr;
    table = room.take<const double*>(threads.size() * pointers);
    if (table == nullptr) return;
    table += threads.index() * pointers;
    biasLanes += threads.index() * end.units * V::lanes;
    const double** at = table + 2 * mostRows;
    for (int l = 0; l <= last; l++) {
      const LayerPlan& layer = plan.layers[l];
      for (int64_t i = 0; i < mostRows; i++) *at++ = outputOf(l) + i * layer.units;
      const double** weights = at;
      for (int i = 0; i < shares.of(l) && isDense(layer); i++) {
        const Share units = shares.units(l, i);
        for (int64_t k = 0; k < layer.inputs; k++) {
          *weights++ = p + shares.weights(layer, units) + k * (units.to - units.from);
        }
      }
      at += weightRowCount(l);
    }
  }

 protected:
  static bool isDense(const LayerPlan& layer) { return layer.kind == kDense; }

  // A row of weights for each share of the units, at most.
  int64_t weightRowCount(int l) const { return isDense(plan.layers[l]) ? plan.layers[l].inputs * shares.most(l) : 0; }

  static int64_t widestOf(const Plan& plan) {
    int64_t widest = 0;
    for (int l = 0; l < plan.layerCount; l++) widest = widest < plan.layers[l].units ? plan.layers[l].units : widest;
    return widest;
  }

  // Whether only training has this layer.
  bool isLeftOut(int l) const { return !training && plan.layers[l].kind == kDropout; }

  // Whole vectors of samples.
  int64_t laneRows() const { return piecesOf(mostRows, V::lanes) * V::lanes; }

  double* valuesOf(int l) const { return z + mostRows * plan.layers[l].unitsBefore; }
  double* outputOf(int l) const { return a + mostRows * plan.layers[l].unitsBefore; }
  double* derivativesOf(int l) const { return d + mostRows * plan.layers[l].unitsBefore; }
  const double* const* inputRows(int l) const {
    int before = l - 1;
    while (before >= 0 && isLeftOut(before)) before--;
    return before < 0 ? table : layerTable(before);
  }
  const double* const* weightRows(int l) const { return layerTable(l) + mostRows; }
  const double** layerTable(int l) const {
    const double** at = table + 2 * mostRows;
    for (int i = 0; i < l; i++) at += mostRows + weightRowCount(i);
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
  Together& threads;
  const UnitShares<V> shares;
  const int last;
  const int64_t mostRows;
  const int64_t widest;
  BlockRows rows{};
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
  // The samples' weights, where they have any.
  double* weightLanes;
  bool weighted = false;
  // Where the rows begin: of x, of y, then for each layer of its outputs and, if it is dense, of its weights.
  const double** table;
};

}  // namespace
}  // namespace lockstep
