// The network for layers of many units: forward and backward over a block of rows as matrix products
// (products/product.inl). lib/kernels/training/graph.ts is its partner. The lanes hold units in the forward pass and in
// the gradients, and samples in the last layer and in the backward pass. Several threads may run it together: each
// takes its range of the samples forward and backward, then its range of the rows of weights for their gradients and
// the update.
#pragma once

#include "../activations.inl"
#include "../layers/dense.inl"
#include "../layers/table.inl"
#include "../losses.inl"
#include "../products/product.inl"
#include "buffers.inl"

namespace lockstep {
namespace {

template <class V>
class TiledNetwork {
  using Values = TiledBuffers<V>;

 public:
  static constexpr int64_t kRows = Values::kRows;
  static int64_t blockRows(const Plan& plan, bool training) { return Values::blockRows(plan, training); }

  // The number of threads that have work: panels of samples in the passes, tiles of weights in the gradients.
  static int64_t usableThreads(const Plan& plan) {
    int64_t max = ceilDiv(blockRows(plan, true), V::lanes);
    for (int l = 0; l < plan.layerCount; l++) {
      const int64_t tiles = ceilDiv(plan.layers[l].inputs, TiledDense<V>::kRowsPerRange);
      max = max < tiles ? tiles : max;
    }
    return max;
  }

  // moving: see LayerTable.
  TiledNetwork(const Plan& plan, const double* p, double* moving, Arena& arena, bool training, ThreadTeam& threads)
      : plan(plan),
        p(p),
        threads(threads),
        values(plan, p, arena, training, threads),
        dense(plan, p, values.sharding, arena, training, values.maxRows, threads),
        otherLayers(plan, p, moving, arena, training, values.laneRows(), values.widest, threads) {}

  // Sets the rows of the block: first … first + count - 1 of x, or those that `order` lists. A thread's own rows are
  // whole panels.
  void begin(const double* x, const int32_t* order, int64_t first, int64_t count) {
    values.rows = rowsFor<V>(count, threads);
    values.pointTo(values.table, x, order, first, plan.inputs);
  }

  // Begins a step of the training. step: its number since the first epoch.
  void beginStep(uint32_t step) { otherLayers.begin(step); }

  // Forward: up to the last layer's values, with samples in the lanes.
  void forward() {
    // Whether all rows of the previous layer's output are complete.
    bool complete = true;
    for (int l = 0; l < values.last; l++) {
      if (values.isSkipped(l)) continue;
      if (dense.shardsUnits(l) && !complete) threads.wait();
      forwardByUnits(l);
      complete = dense.shardsUnits(l);
      if (complete) threads.wait();
    }
    forwardLast();
  }

  // Loss: one for each sample, in `losses`. Without sampleWeight each weighs 1.
  LOCKSTEP_NOINLINE void rowLosses(const double* y, const double* sampleWeight, const int32_t* order, int64_t first) {
    const int64_t units = plan.outputs;
    values.pointTo(values.table + values.maxRows, y, order, first, units);
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      eachPanel<V>(values.rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(values.table + values.maxRows + v * V::lanes, count, values.yLanes + v * units * V::lanes, units);
        loss.forward(values.panel(values.zLanes, v, units), values.panel(values.aLanes, v, units),
                     values.panel(values.yLanes, v, units), units, plan.lossOption)
            .store(values.losses + v * V::lanes);
      });
    });
    values.weighted = sampleWeight != nullptr;
    if (values.weighted) weightLosses(sampleWeight, order, first);
  }

  // After all threads have arrived: adds the losses of the block in row order.
  void addLosses(double& sum) const {
    for (int64_t i = 0; i < values.rows.count; i++) sum += values.losses[i];
  }

  // The layout of the parameters.
  const UnitSharding<V>& unitSharding() const { return values.sharding; }

  void predictions(double* output) const {
    rowsFromLanes<V>(values.rows, values.aLanes, plan.outputs, output, plan.outputs);
  }

  // Backward: dL/dz of every layer down to the first trainable one.
  LOCKSTEP_NOINLINE void backward(double scale) {
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      for (int64_t v = values.rows.panels.from; v < values.rows.panels.to; v++) {
        V* const derivatives = values.panel(values.dLanes, v, values.widest);
        loss.backward(values.panel(values.aLanes, v, plan.outputs), values.panel(values.yLanes, v, plan.outputs),
                      derivatives, plan.outputs, scale, plan.lossOption);
        if (values.weighted) weightDerivatives(v, derivatives);
        if (loss.fusedWith >= 0) continue;
        Activations::with(plan.layers[values.last].activation, [&](auto activation) LOCKSTEP_LAMBDA {
          activation.backward(values.panel(values.zLanes, v, plan.outputs),
                              values.panel(values.aLanes, v, plan.outputs), derivatives, plan.outputs,
                              plan.layers[values.last].alpha);
        });
      }
    });
    rowsFromLanes<V>(values.rows, values.dLanes, values.widest, values.derivativesOf(values.last), plan.outputs);
    for (int l = values.last - 1; l >= plan.firstTrainable; l--) backwardTo(l);
  }

  // Gradients, after all threads have arrived: of this thread's part of the trainable layers. finished(layer, at, g,
  // count) is called for each piece of parameters as soon as its gradients are complete. If the step `discards` its
  // gradients, all pieces use one small array, which leaves the cache to the weights.
  template <class F>
  LOCKSTEP_INLINE void gradients(double* g, bool overwrite, bool discards, F finished) {
    for (int l = 0; l <= values.last; l++) {
      const LayerPlan& layer = plan.layers[l];
      if (!layer.trainable) continue;
      if (values.isDense(layer)) {
        dense.gradients(l, values.rows, values.inputRows(l), values.derivativesOf(l), g, overwrite, discards, finished);
      } else if (threads.first()) {
        otherLayers.gradients(l, values.rows, values.derivativesOf(l), g + layer.weights, overwrite);
        finished(layer, layer.weights, g + layer.weights, layer.units);
        finished(layer, layer.bias, g + layer.bias, layer.units);
      }
    }
  }

 private:
  // Stores the weights of this thread's samples for the backward pass, and multiplies their losses by them.
  LOCKSTEP_NOINLINE void weightLosses(const double* sampleWeight, const int32_t* order, int64_t first) {
    eachPanel<V>(values.rows, [&](int64_t v, int64_t count) {
      const int64_t from = v * V::lanes;
      for (int64_t i = 0; i < V::lanes; i++) {
        const int64_t row = first + from + (i < count ? i : count - 1);
        values.sampleWeightLanes[from + i] = sampleWeight[order == nullptr ? row : order[row]];
        values.losses[from + i] = values.losses[from + i] * values.sampleWeightLanes[from + i];
      }
    });
  }

  LOCKSTEP_NOINLINE void weightDerivatives(int64_t v, V* derivatives) const {
    const V weights = V::load(values.sampleWeightLanes + v * V::lanes);
    for (int64_t j = 0; j < plan.outputs; j++) derivatives[j] = derivatives[j] * weights;
  }

  // Forward: z and a of layer l.
  LOCKSTEP_NOINLINE void forwardByUnits(int l) {
    const LayerPlan& layer = plan.layers[l];
    if (values.isDense(layer)) {
      dense.forward(l, values.rows, values.inputRows(l), values.valuesOf(l));
    } else {
      otherLayers.forward(l, values.rows, values.inputRows(l), values.valuesOf(l), values.outputOf(l));
      if (layer.kind == kDropout) return;
    }
    const double* const zs = values.valuesOf(l);
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const Range samples = dense.shardsUnits(l) ? Range{0, values.rows.count} : values.rows.own;
      eachValue(layer, samples, dense.ownUnits(l), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(zs + i);
        T after = before;
        activation.forward(&before, &after, Fixed<1>{}, layer.alpha);
        after.store(values.outputOf(l) + i);
      });
    });
  }

  // f(Lanes<T>, offset) over the values of a layer for these samples and units.
  template <class F>
  LOCKSTEP_INLINE void eachValue(const LayerPlan& layer, Range samples, Range units, F f) const {
    const int64_t count = samples.to - samples.from;
    const int64_t columns = units.to - units.from;
    const bool contiguous = columns == layer.units;
    const int64_t runs = contiguous ? 1 : count;
    for (int64_t run = 0; run < runs; run++) {
      const int64_t from = (samples.from + run) * layer.units + units.from;
      eachVector<V>(contiguous ? count * columns : columns,
                    [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA { f(lanes, from + i); });
    }
  }

  // Forward: the last layer's z and a, with samples in the lanes. The product has samples in the lanes too, unless
  // units fill the vectors better because samples are few.
  LOCKSTEP_NOINLINE void forwardLast() {
    const LayerPlan& layer = plan.layers[values.last];
    const int64_t units = layer.units;
    const int64_t ownCount = values.rows.own.to - values.rows.own.from;
    if (ownCount * ceilDiv(units, V::lanes) < units * (values.rows.panels.to - values.rows.panels.from)) {
      dense.forward(values.last, values.rows, values.inputRows(values.last), values.valuesOf(values.last));
      rowsToLanes<V>(values.rows, values.valuesOf(values.last), units, values.zLanes, units);
    } else {
      for (int64_t j = 0; j < units; j++) V::splat(p[layer.bias + j]).store(values.biasLanes + j * V::lanes);
      eachPanel<V>(values.rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(values.inputRows(values.last) + v * V::lanes, count, values.inputLanes + v * layer.inputs * V::lanes,
                   layer.inputs);
      });
      productByVectors<V, Terms::kAcrossRows>(
          {values.weightRows(values.last), 0, units}, layer.inputs,
          {values.inputLanes, V::lanes, layer.inputs * V::lanes}, {values.zLanes, V::lanes, units * V::lanes},
          {values.biasLanes, V::lanes, 0}, values.rows.panels.from, values.rows.panels.to);
    }
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      eachPanel<V>(values.rows, [&](int64_t v, int64_t) LOCKSTEP_LAMBDA {
        activation.forward(values.panel(values.zLanes, v, units), values.panel(values.aLanes, v, units), units,
                           layer.alpha);
      });
    });
  }

  // Backward: dL/dz of layer l from that of the next layer. If the next layer is dense, dLanes holds its derivatives.
  LOCKSTEP_NOINLINE void backwardTo(int l) {
    const LayerPlan& layer = plan.layers[l];
    const LayerPlan& next = plan.layers[l + 1];
    if (values.isDense(next)) {
      const Vectors derivatives = {values.dLanes, V::lanes, values.widest * V::lanes};
      const Sums sums = {values.dInputLanes, V::lanes, values.widest * V::lanes};
      for (int i = 0; i < values.sharding.count(l + 1); i++) {
        const Range units = values.sharding.units(l + 1, i);
        productByVectors<V, Terms::kAlongRows>({values.weightRows(l + 1) + i * next.inputs, 0, next.inputs},
                                               units.to - units.from, derivatives.from(units.from, 0), sums,
                                               i == 0 ? Vectors{nullptr, 0, 0} : Vectors(sums), values.rows.panels.from,
                                               values.rows.panels.to);
      }
      rowsFromLanes<V>(values.rows, values.dInputLanes, values.widest, values.derivativesOf(l), layer.units);
    } else {
      otherLayers.backward(l + 1, values.rows, values.derivativesOf(l + 1), values.valuesOf(l + 1),
                           values.derivativesOf(l));
    }
    if (layer.kind != kDropout) backwardActivation(l);
    if (!values.isDense(layer)) {
      otherLayers.summarize(l, values.rows, values.derivativesOf(l));
    } else if (l > 0) {
      rowsToLanes<V>(values.rows, values.derivativesOf(l), layer.units, values.dLanes, values.widest);
    }
  }

  // From dL/da to dL/dz.
  LOCKSTEP_NOINLINE void backwardActivation(int l) {
    const LayerPlan& layer = plan.layers[l];
    const double* const zs = values.valuesOf(l);
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      eachValue(layer, values.rows.own, {0, layer.units}, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(zs + i);
        const T after = T::load(values.outputOf(l) + i);
        T derivative = T::load(values.derivativesOf(l) + i);
        activation.backward(&before, &after, &derivative, Fixed<1>{}, layer.alpha);
        derivative.store(values.derivativesOf(l) + i);
      });
    });
  }

  const Plan& plan;
  const double* p;
  ThreadTeam& threads;
  Values values;
  TiledDense<V> dense;
  LayerTable<V> otherLayers;
};

}  // namespace
}  // namespace lockstep
