// The network for layers of many units: forward and backward over a block of rows as matrix products
// (products/product.inl). lib/kernels/training/graph.ts is its partner. The lanes hold units in the forward pass and in
// the gradients, and samples in the last layer and in the backward pass. Several threads may run it together: each
// takes its range of the samples forward and backward, then its range of the rows of weights for their gradients and
// the update.
#pragma once

#include "../activations.inl"
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
  static int64_t blockRows(const Plan& plan, Mode mode) { return Values::blockRows(plan, mode); }

  // The number of threads that have work: panels of samples in the passes, tiles of weights in the gradients.
  static int64_t usableThreads(const Plan& plan) {
    int64_t max = ceilDiv(blockRows(plan, Mode::kTrain), V::lanes);
    for (int l = 0; l < plan.layerCount; l++) {
      const int64_t tiles = ceilDiv(plan.layers[l].inputs, Dense::kRowsPerRange);
      max = max < tiles ? tiles : max;
    }
    return max;
  }

  // moving: see LayerContext.
  TiledNetwork(const Plan& plan, const double* p, double* moving, Arena& arena, Mode mode, ThreadTeam& threads)
      : plan(plan),
        threads(threads),
        values(plan, p, arena, mode, threads),
        layers({plan, p, moving, mode, values.maxRows, threads, values.sharding, values.widest}, arena) {}

  // Sets the rows of the block: first … first + count - 1 of x, or those that `order` lists. A thread's own rows are
  // whole panels.
  void begin(const double* x, const int32_t* order, int64_t first, int64_t count) {
    values.rows = rowsFor<V>(count, threads);
    values.pointTo(values.table, x, order, first, plan.inputs);
  }

  // Begins a step of the training. step: its number since the first epoch.
  void beginStep(uint32_t step) { layers.begin(step); }

  // Forward: up to the last layer's values, with samples in the lanes.
  void forward() {
    // The layers before this index are complete: all threads have stored their part.
    int complete = 0;
    for (int l = 0; l < values.last; l++) {
      if (values.isSkipped(l)) continue;
      const bool dividesUnits = values.sharding.count(l) > 1;
      if (dividesUnits && plan.layers[l].inputLayers[0] >= complete) {
        threads.wait();
        complete = l;
      }
      forwardByUnits(l);
      if (!dividesUnits) continue;
      threads.wait();
      complete = l + 1;
    }
    forwardLast();
  }

  // Loss: one for each sample, in `losses`. Without sampleWeight each weighs 1.
  LOCKSTEP_NOINLINE void rowLosses(const double* y, const double* sampleWeight, const int32_t* order, int64_t first) {
    const int64_t units = plan.outputs;
    values.pointTo(values.table + values.maxRows, y, order, first, units);
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(loss, plan.lossOptions);
      eachPanel<V>(values.rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(values.table + values.maxRows + v * V::lanes, count, values.yLanes + v * units * V::lanes, units);
        loss.forward(values.panel(values.zLanes, v, units), values.panel(values.aLanes, v, units),
                     values.panel(values.yLanes, v, units), units, options)
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

  // Backward, from the loss: dL/dz of every layer that needs it.
  LOCKSTEP_NOINLINE void backward(double scale) {
    double* const dLanes = layers.lanes();
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(loss, plan.lossOptions);
      for (int64_t v = values.rows.panels.from; v < values.rows.panels.to; v++) {
        V* const derivatives = values.panel(dLanes, v, values.widest);
        loss.backward(values.panel(values.aLanes, v, plan.outputs), values.panel(values.yLanes, v, plan.outputs),
                      derivatives, plan.outputs, scale, options);
        if (values.weighted) weightDerivatives(v, derivatives);
        if (loss.fusedWith < 0) backwardLastActivation(v);
      }
    });
    backwardLayers();
  }

  // Backward, from dL/da of the last layer, [rows × outputs]; down to dL/dx if the mode says so.
  LOCKSTEP_NOINLINE void backwardFrom(const double* dOutput) {
    rowsToLanes<V>(values.rows, dOutput, plan.outputs, layers.lanes(), values.widest);
    for (int64_t v = values.rows.panels.from; v < values.rows.panels.to; v++) backwardLastActivation(v);
    backwardLayers();
  }

  // dL/dx, [rows × inputs], after `backwardFrom`.
  void inputGradients(double* dInputs) const { copyParameters<V>(values.dX, dInputs, values.rows.count * plan.inputs); }

  // Gradients, after all threads have arrived: of this thread's part of the trainable layers. finished(tensor, at, g,
  // count) is called for each piece of parameters as soon as its gradients are complete. If the step `discards` its
  // gradients, all pieces use one small array, which leaves the cache to the weights.
  template <class F>
  LOCKSTEP_INLINE void gradients(double* g, bool overwrite, bool discards, F finished) {
    for (int l = 0; l <= values.last; l++) {
      if (!plan.layers[l].trainable) continue;
      layers.gradients(l, values.rows, values.buffers[l].inputs, values.buffers[l].d, g, overwrite, discards, finished);
    }
  }

 private:
  // From dL/da to dL/dz of the last layer, for panel v.
  LOCKSTEP_NOINLINE void backwardLastActivation(int64_t v) {
    const LayerPlan& end = plan.layers[values.last];
    Activations::with(end.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      activation.backward(values.panel(values.zLanes, v, plan.outputs), values.panel(values.aLanes, v, plan.outputs),
                          values.panel(layers.lanes(), v, values.widest), plan.outputs,
                          optionsOf(activation, end.activationOptions));
    });
  }

  // From dL/dz of the last layer, in lanes, to that of every layer that needs it.
  LOCKSTEP_NOINLINE void backwardLayers() {
    rowsFromLanes<V>(values.rows, layers.lanes(), values.widest, values.buffers[values.last].d, plan.outputs);
    for (int l = values.last; l >= 0; l--) {
      const LayerBuffers& own = values.buffers[l];
      if (own.d == nullptr) continue;
      if (l < values.last) {
        if (own.a != own.z) backwardActivation(l);
        layers.summarize(l, values.rows, own.d);
      }
      if (own.dInputs[0] != nullptr || own.dInputs[1] != nullptr) {
        layers.backward(l, values.rows, own.d, own.dInputs, own.overwrites);
      }
    }
  }

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
    const LayerBuffers& own = values.buffers[l];
    layers.forward(l, values.rows, own.inputs, own.z);
    if (own.a == own.z) return;
    const double* const z = own.z;
    double* const a = own.a;
    const Range samples = values.sharding.count(l) > 1 ? Range{0, values.rows.count} : values.rows.own;
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(activation, layer.activationOptions);
      eachValue(layer, samples, values.sharding.ownUnits(l, threads.index()),
                [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
                  using T = typename decltype(lanes)::type;
                  const T before = T::load(z + i);
                  T after = before;
                  activation.forward(&before, &after, Fixed<1>{}, options);
                  after.store(a + i);
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
    const LayerBuffers& own = values.buffers[values.last];
    if (ownCount * ceilDiv(units, V::lanes) < units * (values.rows.panels.to - values.rows.panels.from)) {
      layers.forward(values.last, values.rows, own.inputs, own.z);
      rowsToLanes<V>(values.rows, own.z, units, values.zLanes, units);
    } else {
      layers.forwardLanes(values.last, values.rows, own.inputs, values.inputLanes, values.biasLanes, values.zLanes);
    }
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(activation, layer.activationOptions);
      eachPanel<V>(values.rows, [&](int64_t v, int64_t) LOCKSTEP_LAMBDA {
        activation.forward(values.panel(values.zLanes, v, units), values.panel(values.aLanes, v, units), units,
                           options);
      });
    });
  }

  // From dL/da to dL/dz.
  LOCKSTEP_NOINLINE void backwardActivation(int l) {
    const LayerPlan& layer = plan.layers[l];
    const double* const z = values.buffers[l].z;
    const double* const a = values.buffers[l].a;
    double* const d = values.buffers[l].d;
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(activation, layer.activationOptions);
      eachValue(layer, values.rows.own, {0, layer.units}, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(z + i);
        const T after = T::load(a + i);
        T derivative = T::load(d + i);
        activation.backward(&before, &after, &derivative, Fixed<1>{}, options);
        derivative.store(d + i);
      });
    });
  }

  const Plan& plan;
  ThreadTeam& threads;
  Values values;
  TiledLayers<V> layers;
};

}  // namespace
}  // namespace lockstep
