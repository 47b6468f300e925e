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
class TiledNetwork : TiledBuffers<V> {
  using Values = TiledBuffers<V>;
  using Values::aLanes;
  using Values::biasLanes;
  using Values::buffers;
  using Values::inputLanes;
  using Values::isSkipped;
  using Values::last;
  using Values::losses;
  using Values::maxRows;
  using Values::p;
  using Values::panel;
  using Values::plan;
  using Values::pointTo;
  using Values::rows;
  using Values::sampleWeightLanes;
  using Values::sharding;
  using Values::table;
  using Values::threads;
  using Values::training;
  using Values::weighted;
  using Values::widest;
  using Values::yLanes;
  using Values::zLanes;

 public:
  using Values::blockRows;
  using Values::kRows;

  // The number of threads that have work: panels of samples in the passes, tiles of weights in the gradients.
  static int64_t usableThreads(const Plan& plan) {
    int64_t max = ceilDiv(blockRows(plan, true), V::lanes);
    for (int l = 0; l < plan.layerCount; l++) {
      const int64_t tiles = ceilDiv(plan.layers[l].inputs, Dense::kRowsPerRange);
      max = max < tiles ? tiles : max;
    }
    return max;
  }

  // moving: see LayerContext.
  TiledNetwork(const Plan& plan, const double* p, double* moving, Arena& arena, bool training, ThreadTeam& threads)
      : Values(plan, p, arena, training, threads),
        layers({plan, p, moving, training, maxRows, threads, sharding, widest}, arena) {}

  // Sets the rows of the block: first … first + count - 1 of x, or those that `order` lists. A thread's own rows are
  // whole panels.
  void begin(const double* x, const int32_t* order, int64_t first, int64_t count) {
    rows = rowsFor<V>(count, threads);
    pointTo(table, x, order, first, plan.inputs);
  }

  // Begins a step of the training. step: its number since the first epoch.
  void beginStep(uint32_t step) { layers.begin(step); }

  // Forward: up to the last layer's values, with samples in the lanes.
  void forward() {
    // The layers before this index are complete: all threads have stored their part.
    int complete = 0;
    for (int l = 0; l < last; l++) {
      if (isSkipped(l)) continue;
      const bool dividesUnits = sharding.count(l) > 1;
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
    pointTo(table + maxRows, y, order, first, units);
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(loss, plan.lossOptions);
      eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(table + maxRows + v * V::lanes, count, yLanes + v * units * V::lanes, units);
        loss.forward(panel(zLanes, v, units), panel(aLanes, v, units), panel(yLanes, v, units), units, options)
            .store(losses + v * V::lanes);
      });
    });
    weighted = sampleWeight != nullptr;
    if (weighted) weightLosses(sampleWeight, order, first);
  }

  // After all threads have arrived: adds the losses of the block in row order.
  void addLosses(double& sum) const {
    for (int64_t i = 0; i < rows.count; i++) sum += losses[i];
  }

  // The layout of the parameters.
  const UnitSharding<V>& unitSharding() const { return sharding; }

  void predictions(double* output) const { rowsFromLanes<V>(rows, aLanes, plan.outputs, output, plan.outputs); }

  // Backward: dL/dz of every layer that needs it.
  LOCKSTEP_NOINLINE void backward(double scale) {
    const LayerPlan& end = plan.layers[last];
    double* const dLanes = layers.lanes();
    Losses::with(plan.loss, [&](auto loss) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(loss, plan.lossOptions);
      for (int64_t v = rows.panels.from; v < rows.panels.to; v++) {
        V* const derivatives = panel(dLanes, v, widest);
        loss.backward(panel(aLanes, v, plan.outputs), panel(yLanes, v, plan.outputs), derivatives, plan.outputs, scale,
                      options);
        if (weighted) weightDerivatives(v, derivatives);
        if (loss.fusedWith >= 0) continue;
        Activations::with(end.activation, [&](auto activation) LOCKSTEP_LAMBDA {
          activation.backward(panel(zLanes, v, plan.outputs), panel(aLanes, v, plan.outputs), derivatives, plan.outputs,
                              optionsOf(activation, end.activationOptions));
        });
      }
    });
    rowsFromLanes<V>(rows, dLanes, widest, buffers[last].d, plan.outputs);
    for (int l = last; l >= 0; l--) {
      if (!plan.layers[l].needsDerivative) continue;
      const LayerBuffers& own = buffers[l];
      if (l < last) {
        if (own.a != own.z) backwardActivation(l);
        layers.summarize(l, rows, own.d);
      }
      if (own.dInputs[0] != nullptr || own.dInputs[1] != nullptr) {
        layers.backward(l, rows, own.d, own.dInputs, own.overwrites);
      }
    }
  }

  // Gradients, after all threads have arrived: of this thread's part of the trainable layers. finished(tensor, at, g,
  // count) is called for each piece of parameters as soon as its gradients are complete. If the step `discards` its
  // gradients, all pieces use one small array, which leaves the cache to the weights.
  template <class F>
  LOCKSTEP_INLINE void gradients(double* g, bool overwrite, bool discards, F finished) {
    for (int l = 0; l <= last; l++) {
      if (!plan.layers[l].trainable) continue;
      layers.gradients(l, rows, buffers[l].inputs, buffers[l].d, g, overwrite, discards, finished);
    }
  }

 private:
  // Stores the weights of this thread's samples for the backward pass, and multiplies their losses by them.
  LOCKSTEP_NOINLINE void weightLosses(const double* sampleWeight, const int32_t* order, int64_t first) {
    eachPanel<V>(rows, [&](int64_t v, int64_t count) {
      const int64_t from = v * V::lanes;
      for (int64_t i = 0; i < V::lanes; i++) {
        const int64_t row = first + from + (i < count ? i : count - 1);
        sampleWeightLanes[from + i] = sampleWeight[order == nullptr ? row : order[row]];
        losses[from + i] = losses[from + i] * sampleWeightLanes[from + i];
      }
    });
  }

  LOCKSTEP_NOINLINE void weightDerivatives(int64_t v, V* derivatives) const {
    const V weights = V::load(sampleWeightLanes + v * V::lanes);
    for (int64_t j = 0; j < plan.outputs; j++) derivatives[j] = derivatives[j] * weights;
  }

  // Forward: z and a of layer l.
  LOCKSTEP_NOINLINE void forwardByUnits(int l) {
    const LayerPlan& layer = plan.layers[l];
    const LayerBuffers& own = buffers[l];
    layers.forward(l, rows, own.inputs, own.z);
    if (own.a == own.z) return;
    const double* const z = own.z;
    double* const a = own.a;
    const Range samples = sharding.count(l) > 1 ? Range{0, rows.count} : rows.own;
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(activation, layer.activationOptions);
      eachValue(layer, samples, sharding.ownUnits(l, threads.index()), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
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
    const LayerPlan& layer = plan.layers[last];
    const int64_t units = layer.units;
    const int64_t ownCount = rows.own.to - rows.own.from;
    const LayerBuffers& own = buffers[last];
    if (ownCount * ceilDiv(units, V::lanes) < units * (rows.panels.to - rows.panels.from)) {
      layers.forward(last, rows, own.inputs, own.z);
      rowsToLanes<V>(rows, own.z, units, zLanes, units);
    } else {
      layers.forwardLanes(last, rows, own.inputs, inputLanes, biasLanes, zLanes);
    }
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(activation, layer.activationOptions);
      eachPanel<V>(rows, [&](int64_t v, int64_t) LOCKSTEP_LAMBDA {
        activation.forward(panel(zLanes, v, units), panel(aLanes, v, units), units, options);
      });
    });
  }

  // From dL/da to dL/dz.
  LOCKSTEP_NOINLINE void backwardActivation(int l) {
    const LayerPlan& layer = plan.layers[l];
    const double* const z = buffers[l].z;
    const double* const a = buffers[l].a;
    double* const d = buffers[l].d;
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(activation, layer.activationOptions);
      eachValue(layer, rows.own, {0, layer.units}, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T before = T::load(z + i);
        const T after = T::load(a + i);
        T derivative = T::load(d + i);
        activation.backward(&before, &after, &derivative, Fixed<1>{}, options);
        derivative.store(d + i);
      });
    });
  }

  TiledLayers<V> layers;
};

}  // namespace
}  // namespace lockstep
