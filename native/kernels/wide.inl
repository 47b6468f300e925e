// The form of a network with layers of many units: the passes over a block of rows as products of matrices (tiles.inl),
// with units in the lanes in the forward pass and in the gradients, and samples in the lanes from the last layer on and
// back through the layers. Several threads may run it together: each takes its share of the samples all the way there
// and back, then its share of the rows of weights, for their gradients and the update.
#pragma once

namespace lockstep {
namespace {

template <class V>
class WideNetwork : WideValues<V> {
  using Values = WideValues<V>;
  using Values::a;
  using Values::aLanes;
  using Values::biasLanes;
  using Values::d;
  using Values::dBefore;
  using Values::derivativesOf;
  using Values::dLanes;
  using Values::inputLanes;
  using Values::inputRows;
  using Values::isDense;
  using Values::isLeftOut;
  using Values::laneRows;
  using Values::last;
  using Values::losses;
  using Values::mostRows;
  using Values::outputOf;
  using Values::p;
  using Values::panel;
  using Values::plan;
  using Values::pointTo;
  using Values::rows;
  using Values::shares;
  using Values::table;
  using Values::threads;
  using Values::training;
  using Values::valuesOf;
  using Values::weighted;
  using Values::weightLanes;
  using Values::weightRows;
  using Values::widest;
  using Values::yLanes;
  using Values::z;
  using Values::zLanes;

 public:
  using Values::blockRows;
  using Values::kRows;

  // How many threads find something to do: panels of samples on the way there and back, tiles of weights in the
  // gradients.
  static int64_t usableThreads(const Plan& plan) {
    int64_t most = piecesOf(blockRows(plan, true), V::lanes);
    for (int l = 0; l < plan.layerCount; l++) {
      const int64_t tiles = piecesOf(plan.layers[l].inputs, WideDense<V>::kShareRows);
      most = most < tiles ? tiles : most;
    }
    return most;
  }

  // moving: as SpecialLayers have it.
  WideNetwork(const Plan& plan, const double* p, double* moving, Room& room, bool training, Together& threads)
      : Values(plan, p, room, training, threads),
        dense(plan, p, shares, room, training, mostRows, threads),
        special(plan, p, moving, room, training, laneRows(), widest, threads) {}

  // Takes rows first … first + count - 1 of x, or those that `order` names. Of these, a thread's share is whole panels.
  void begin(const double* x, const int32_t* order, int64_t first, int64_t count) {
    rows = rowsFor<V>(count, threads);
    pointTo(table, x, order, first, plan.inputs);
  }

  // A step of the training begins. step: its number among all of the training.
  void beginStep(uint32_t step) { special.begin(step); }

  // Up to the last layer's values, in lanes.
  void forward() {
    // Whether all rows are there of what the layer before has put out.
    bool complete = true;
    for (int l = 0; l < last; l++) {
      if (isLeftOut(l)) continue;
      if (dense.sharesUnits(l) && !complete) threads.wait();
      forwardByUnits(l);
      complete = dense.sharesUnits(l);
      if (complete) threads.wait();
    }
    forwardLast();
  }

  // The loss of each sample, into `losses`. Without sampleWeight each weighs 1.
  LOCKSTEP_APART void rowLosses(const double* y, const double* sampleWeight, const int32_t* order, int64_t first) {
    const int64_t units = plan.outputs;
    pointTo(table + mostRows, y, order, first, units);
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(table + mostRows + v * V::lanes, count, yLanes + v * units * V::lanes, units);
        loss.forward(panel(zLanes, v, units), panel(aLanes, v, units), panel(yLanes, v, units), units, plan.lossOption)
            .store(losses + v * V::lanes);
      });
    });
    weighted = sampleWeight != nullptr;
    if (weighted) weighLosses(sampleWeight, order, first);
  }

  // Once all threads are here: the losses of the block, in the order of the rows.
  void addLosses(double& sum) const {
    for (int64_t i = 0; i < rows.count; i++) sum += losses[i];
  }

  // How the parameters lie.
  const UnitShares<V>& unitShares() const { return shares; }

  void predictions(double* output) const { rowsFromLanes<V>(rows, aLanes, plan.outputs, output, plan.outputs); }

  // dL/dz of every layer down to the lowest trainable one.
  LOCKSTEP_APART void backward(double scale) {
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      for (int64_t v = rows.panels.from; v < rows.panels.to; v++) {
        V* const derivatives = panel(dLanes, v, widest);
        loss.backward(panel(aLanes, v, plan.outputs), panel(yLanes, v, plan.outputs), derivatives, plan.outputs, scale,
                      plan.lossOption);
        if (weighted) weighDerivatives(v, derivatives);
        if (loss.fusedWith >= 0) continue;
        Activations::with(plan.layers[last].activation, [&](auto activation) LOCKSTEP_LAMBDA {
          activation.backward(panel(zLanes, v, plan.outputs), panel(aLanes, v, plan.outputs), derivatives, plan.outputs,
                              plan.layers[last].alpha);
        });
      }
    });
    rowsFromLanes<V>(rows, dLanes, widest, derivativesOf(last), plan.outputs);
    for (int l = last - 1; l >= plan.lowestTrainable; l--) backwardTo(l);
  }

  // Once all threads are here: adds to the gradients of this thread's part of the trainable layers, or begins them
  // anew. finished(layer, at, g, count) is called for one piece of parameters after the other as soon as their
  // gradients are there. Those of a `whole` step nobody needs afterwards: they go to a place of their own, again and
  // again, and leave the cache to the weights.
  template <class F>
  LOCKSTEP_INLINE void gradients(double* g, bool anew, bool whole, F finished) {
    for (int l = 0; l <= last; l++) {
      const LayerPlan& layer = plan.layers[l];
      if (!layer.trainable) continue;
      if (isDense(layer)) {
        dense.gradients(l, rows, inputRows(l), derivativesOf(l), g, anew, whole, finished);
      } else if (threads.first() && layer.kind != kDropout) {
        special.gradients(l, rows, derivativesOf(l), g + layer.weights, anew);
        finished(layer, layer.weights, g + layer.weights, layer.units);
        finished(layer, layer.bias, g + layer.bias, layer.units);
      }
    }
  }

 private:
  // The weights of this thread's samples, kept for the way back, and their losses times these.
  LOCKSTEP_APART void weighLosses(const double* sampleWeight, const int32_t* order, int64_t first) {
    eachPanel<V>(rows, [&](int64_t v, int64_t count) {
      const int64_t from = v * V::lanes;
      for (int64_t i = 0; i < V::lanes; i++) {
        const int64_t row = first + from + (i < count ? i : count - 1);
        weightLanes[from + i] = sampleWeight[order == nullptr ? row : order[row]];
        losses[from + i] = losses[from + i] * weightLanes[from + i];
      }
    });
  }

  LOCKSTEP_APART void weighDerivatives(int64_t v, V* derivatives) const {
    const V weights = V::load(weightLanes + v * V::lanes);
    for (int64_t j = 0; j < plan.outputs; j++) derivatives[j] = derivatives[j] * weights;
  }

  // z and a of layer l.
  LOCKSTEP_APART void forwardByUnits(int l) {
    const LayerPlan& layer = plan.layers[l];
    if (isDense(layer)) {
      dense.forward(l, rows, inputRows(l), valuesOf(l));
    } else {
      special.forward(l, rows, inputRows(l), valuesOf(l), outputOf(l));
      if (layer.kind == kDropout) return;
    }
    const double* const zs = valuesOf(l);
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const Share samples = dense.sharesUnits(l) ? Share{0, rows.count} : rows.own;
      eachValue(layer, samples, dense.ownUnits(l), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(zs + i);
        T after = before;
        activation.forward(&before, &after, Fixed<1>{}, layer.alpha);
        after.store(outputOf(l) + i);
      });
    });
  }

  // f(Lanes<T>, offset) over the values of a layer for these samples and units.
  template <class F>
  LOCKSTEP_INLINE void eachValue(const LayerPlan& layer, Share samples, Share units, F f) const {
    const int64_t count = samples.to - samples.from;
    const int64_t columns = units.to - units.from;
    const bool together = columns == layer.units;
    const int64_t runs = together ? 1 : count;
    for (int64_t run = 0; run < runs; run++) {
      const int64_t from = (samples.from + run) * layer.units + units.from;
      eachVector<V>(together ? count * columns : columns,
                    [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA { f(lanes, from + i); });
    }
  }

  // The last layer's z and a in lanes. Samples go side by side in the product as well, unless they are so few that
  // units fill the vectors better.
  LOCKSTEP_APART void forwardLast() {
    const LayerPlan& layer = plan.layers[last];
    const int64_t units = layer.units;
    const int64_t ownCount = rows.own.to - rows.own.from;
    if (ownCount * piecesOf(units, V::lanes) < units * (rows.panels.to - rows.panels.from)) {
      dense.forward(last, rows, inputRows(last), valuesOf(last));
      rowsToLanes<V>(rows, valuesOf(last), units, zLanes, units);
    } else {
      for (int64_t j = 0; j < units; j++) V::splat(p[layer.bias + j]).store(biasLanes + j * V::lanes);
      eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(inputRows(last) + v * V::lanes, count, inputLanes + v * layer.inputs * V::lanes, layer.inputs);
      });
      productByVectors<V, Terms::kAcrossRows>(
          {weightRows(last), 0, units}, layer.inputs, {inputLanes, V::lanes, layer.inputs * V::lanes},
          {zLanes, V::lanes, units * V::lanes}, {biasLanes, V::lanes, 0}, rows.panels.from, rows.panels.to);
    }
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      eachPanel<V>(rows, [&](int64_t v, int64_t) LOCKSTEP_LAMBDA {
        activation.forward(panel(zLanes, v, units), panel(aLanes, v, units), units, layer.alpha);
      });
    });
  }

  // dL/dz of layer l from that of the next, which stands in dLanes if it is dense.
  LOCKSTEP_APART void backwardTo(int l) {
    const LayerPlan& layer = plan.layers[l];
    const LayerPlan& next = plan.layers[l + 1];
    if (isDense(next)) {
      const Vectors derivatives = {dLanes, V::lanes, widest * V::lanes};
      const Sums sums = {dBefore, V::lanes, widest * V::lanes};
      for (int i = 0; i < shares.of(l + 1); i++) {
        const Share units = shares.units(l + 1, i);
        productByVectors<V, Terms::kAlongRows>({weightRows(l + 1) + i * next.inputs, 0, next.inputs},
                                               units.to - units.from, derivatives.from(units.from, 0), sums,
                                               i == 0 ? Vectors{nullptr, 0, 0} : Vectors(sums), rows.panels.from,
                                               rows.panels.to);
      }
      rowsFromLanes<V>(rows, dBefore, widest, derivativesOf(l), layer.units);
    } else {
      special.backward(l + 1, rows, derivativesOf(l + 1), valuesOf(l + 1), derivativesOf(l));
    }
    if (layer.kind != kDropout) backwardActivation(l);
    if (!isDense(layer)) {
      special.summarize(l, rows, derivativesOf(l));
    } else if (l > 0) {
      rowsToLanes<V>(rows, derivativesOf(l), layer.units, dLanes, widest);
    }
  }

  // From dL/da to dL/dz.
  LOCKSTEP_APART void backwardActivation(int l) {
    const LayerPlan& layer = plan.layers[l];
    const double* const zs = valuesOf(l);
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      eachValue(layer, rows.own, {0, layer.units}, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(zs + i);
        const T after = T::load(outputOf(l) + i);
        T derivative = T::load(derivativesOf(l) + i);
        activation.backward(&before, &after, &derivative, Fixed<1>{}, layer.alpha);
        derivative.store(derivativesOf(l) + i);
      });
    });
  }

  WideDense<V> dense;
  SpecialLayers<V> special;
};

}  // namespace
}  // namespace lockstep
