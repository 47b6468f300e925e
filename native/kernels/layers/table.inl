// The layers of a TiledNetwork other than dense ones: dropout and normalizations. A thread waits for the others where
// it needs their results.
#pragma once

#include "../../plan.h"
#include "../support/arena.inl"
#include "batch_normalization.inl"
#include "dropout.inl"
#include "layer.inl"
#include "layer_normalization.inl"

namespace lockstep {
namespace {

template <class V>
class LayerTable {
 public:
  // Whether a training needs whole batches.
  static bool anyNeedsWholeBatch(const Plan& plan) {
    for (int l = 0; l < plan.layerCount; l++) {
      if (needsWholeBatch(plan.layers[l])) return true;
    }
    return false;
  }

  // p: the parameters. moving: in training the same array, whose moving statistics are updated; otherwise nullptr.
  // laneRows: the rows of a block in whole panels, each with space for `widest` units.
  LayerTable(const Plan& plan, const double* p, double* moving, Arena& arena, bool training, int64_t laneRows,
             int64_t widest, ThreadTeam& threads)
      : plan(plan), p(p), moving(moving), training(training), widest(widest), threads(threads) {
    if (hasOnlyDenseLayers(plan)) return;
    states = arena.allocate<LayerState>(threads.size() * plan.layerCount);
    dLanes = arena.allocate<double>(laneRows * widest);
    valueLanes = arena.allocate<double>(laneRows * widest);
    if (states != nullptr) states += threads.index() * plan.layerCount;
    for (int l = 0; l < plan.layerCount; l++) {
      const LayerPlan& layer = plan.layers[l];
      if (layer.kind != kBatchNormalization && layer.kind != kLayerNormalization) continue;
      const int64_t statistics = layer.kind == kBatchNormalization ? layer.units : laneRows;
      const int64_t sums = layer.kind == kBatchNormalization ? layer.units : 0;
      const Normalization saved = {arena.allocate<double>(statistics), arena.allocate<double>(statistics),
                                   arena.allocate<double>(laneRows * layer.units), arena.allocate<double>(sums),
                                   arena.allocate<double>(sums)};
      if (states != nullptr) states[l].normalization = saved;
    }
  }

  // Begins a step of the training.
  void begin(uint32_t step) {
    for (int l = 0; l < plan.layerCount; l++) {
      if (plan.layers[l].kind == kDropout) states[l].masks = Masks(plan, l, step);
    }
  }

  // Forward: z of layer l from its inputs. Dropout stores its masks in z, and a. z, a: [rows × units]
  void forward(int l, const BlockRows& rows, const double* const* inputs, double* z, double* a) {
    const LayerPlan& layer = plan.layers[l];
    const Normalization& saved = states[l].normalization;
    if (layer.kind == kDropout) {
      states[l].masks.draw(z, rows.count, rows.own, layer.units);
      drop(layer, rows.own, inputs, z, a);
    } else if (layer.kind == kBatchNormalization) {
      threads.wait();
      unitStatistics(layer, rows.count, inputs, saved);
      threads.wait();
      normalizeUnits<V>(layer, p, inputs, rows.own, saved, z);
    } else {
      eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(inputs + v * V::lanes, count, valueLanes + v * widest * V::lanes, layer.units);
        rowStatistics(panel(valueLanes, v), layer.units, saved.mean + v * V::lanes, saved.inverse + v * V::lanes);
      });
      inverseRoots<V>(saved.inverse, rows.own.from, rows.own.to, layer.epsilon);
      normalizeRows<V>(layer, p, inputs, rows.own, saved, z);
    }
  }

  // Sums over the batch that `backward` and `gradients` need, from d = dL/dz: [rows × units].
  void summarize(int l, const BlockRows& rows, const double* d) {
    const LayerPlan& layer = plan.layers[l];
    if (!needsWholeBatch(layer)) return;
    const Normalization& saved = states[l].normalization;
    threads.wait();
    addGradients<V>(d, saved.normalized, saved.dGamma, saved.dBeta, rows.count, layer.units, ownUnitRange(layer), true);
  }

  // Backward: dInput from d = dL/dz, both [rows × units]. masks: what `forward` stored in z.
  void backward(int l, const BlockRows& rows, const double* d, const double* masks, double* dInput) {
    const LayerPlan& layer = plan.layers[l];
    const Normalization& saved = states[l].normalization;
    if (layer.kind == kDropout) {
      const int64_t from = rows.own.from * layer.units;
      eachVector<V>((rows.own.to - rows.own.from) * layer.units, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        (T::load(d + from + i) * T::load(masks + from + i)).store(dInput + from + i);
      });
    } else if (needsWholeBatch(layer)) {
      threads.wait();
      batchBackward<V>(layer, p, d, dInput, rows.count, rows.own, saved);
    } else if (layer.kind == kBatchNormalization) {
      movingBackward<V>(layer, p, d, dInput, rows.own, saved);
    } else {
      rowsToLanes<V>(rows, d, layer.units, dLanes, widest);
      rowsToLanes<V>(rows, saved.normalized, layer.units, valueLanes, widest);
      for (int64_t v = rows.panels.from; v < rows.panels.to; v++) {
        rowBackward(layer, p, panel(dLanes, v), panel(valueLanes, v), V::load(saved.inverse + v * V::lanes));
      }
      rowsFromLanes<V>(rows, dLanes, widest, dInput, layer.units);
    }
  }

  // Gradients of gamma and, after them, beta, at `to`.
  void gradients(int l, const BlockRows& rows, const double* d, double* to, bool overwrite) const {
    const LayerPlan& layer = plan.layers[l];
    const Normalization& saved = states[l].normalization;
    if (needsWholeBatch(layer)) {
      for (int64_t j = 0; j < layer.units; j++) {
        to[j] = saved.dGamma[j];
        to[layer.units + j] = saved.dBeta[j];
      }
    } else {
      addGradients<V>(d, saved.normalized, to, to + layer.units, rows.count, layer.units, {0, layer.units}, overwrite);
    }
  }

 private:
  struct LayerState {
    Normalization normalization;
    Masks masks;
  };

  // The units of this thread: whole vectors.
  Range ownUnitRange(const LayerPlan& layer) const {
    const Range vectors = partition(ceilDiv(layer.units, V::lanes), threads);
    const int64_t to = vectors.to * V::lanes;
    return {vectors.from * V::lanes, to < layer.units ? to : layer.units};
  }

  V* panel(double* lanes, int64_t v) const { return reinterpret_cast<V*>(lanes + v * widest * V::lanes); }

  // a = input · masks
  static LOCKSTEP_NOINLINE void drop(const LayerPlan& layer, Range own, const double* const* inputs,
                                     const double* masks, double* a) {
    for (int64_t row = own.from; row < own.to; row++) {
      eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const int64_t at = row * layer.units + j;
        (T::load(inputs[row] + j) * T::load(masks + at)).store(a + at);
      });
    }
  }

  // Mean and inverse of this thread's units.
  void unitStatistics(const LayerPlan& layer, int64_t count, const double* const* inputs, const Normalization& saved) {
    const Range own = ownUnitRange(layer);
    if (training && needsWholeBatch(layer)) {
      batchStatistics<V>(layer, inputs, count, own, saved, moving);
    } else {
      movingStatistics<V>(layer, p, own, saved);
    }
    inverseRoots<V>(saved.inverse, own.from, own.to, layer.epsilon);
  }

  const Plan& plan;
  const double* p;
  double* moving;
  const bool training;
  const int64_t widest;
  ThreadTeam& threads;
  // One for each layer. Each thread has its own states, whose arrays are shared.
  LayerState* states = nullptr;
  double* dLanes = nullptr;
  double* valueLanes = nullptr;
};

}  // namespace
}  // namespace lockstep
