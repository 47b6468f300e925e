// The layers of a WideNetwork that are not dense: dropout and normalizations. Where a thread needs what others have
// made, it waits for them.
#pragma once

namespace lockstep {
namespace {

template <class V>
class SpecialLayers {
 public:
  static bool any(const Plan& plan) {
    for (int l = 0; l < plan.layerCount; l++) {
      if (plan.layers[l].kind != kDense) return true;
    }
    return false;
  }

  // Whether a training takes a whole batch at once.
  static bool takeWholeBatch(const Plan& plan) {
    for (int l = 0; l < plan.layerCount; l++) {
      if (takesWholeBatch(plan.layers[l])) return true;
    }
    return false;
  }

  // p: the parameters. moving: the same in training, where moving statistics follow the batches; else nullptr.
  // laneRows: the rows of a block in whole panels, each with room for `widest` units.
  SpecialLayers(const Plan& plan, const double* p, double* moving, Room& room, bool training, int64_t laneRows,
                int64_t widest, Together& threads)
      : plan(plan), p(p), moving(moving), training(training), widest(widest), threads(threads) {
    if (!any(plan)) return;
    kept = room.take<Kept>(threads.size() * plan.layerCount);
    dLanes = room.take<double>(laneRows * widest);
    valueLanes = room.take<double>(laneRows * widest);
    if (kept != nullptr) kept += threads.index() * plan.layerCount;
    for (int l = 0; l < plan.layerCount; l++) {
      const LayerPlan& layer = plan.layers[l];
      if (layer.kind != kBatchNormalization && layer.kind != kLayerNormalization) continue;
      const int64_t statistics = layer.kind == kBatchNormalization ? layer.units : laneRows;
      const int64_t sums = layer.kind == kBatchNormalization ? layer.units : 0;
      const Normalization taken = {room.take<double>(statistics), room.take<double>(statistics),
                                   room.take<double>(laneRows * layer.units), room.take<double>(sums),
                                   room.take<double>(sums)};
      if (kept != nullptr) kept[l].normalization = taken;
    }
  }

  // A step of the training begins.
  void begin(uint32_t step) {
    for (int l = 0; l < plan.layerCount; l++) {
      if (plan.layers[l].kind == kDropout) kept[l].masks = Masks(plan, l, step);
    }
  }

  // z of layer l from its inputs; of dropout its masks, and a. z, a: [rows × units]
  void forward(int l, const BlockRows& rows, const double* const* inputs, double* z, double* a) {
    const LayerPlan& layer = plan.layers[l];
    const Normalization& room = kept[l].normalization;
    if (layer.kind == kDropout) {
      kept[l].masks.draw(z, rows.count, rows.own, layer.units);
      drop(layer, rows.own, inputs, z, a);
    } else if (layer.kind == kBatchNormalization) {
      threads.wait();
      unitStatistics(layer, rows.count, inputs, room);
      threads.wait();
      normalizeUnits<V>(layer, p, inputs, rows.own, room, z);
    } else {
      eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
        toLanes<V>(inputs + v * V::lanes, count, valueLanes + v * widest * V::lanes, layer.units);
        rowStatistics(panel(valueLanes, v), layer.units, room.mean + v * V::lanes, room.inverse + v * V::lanes);
      });
      inverseRoots<V>(room.inverse, rows.own.from, rows.own.to, layer.epsilon);
      normalizeRows<V>(layer, p, inputs, rows.own, room, z);
    }
  }

  // What layer l needs of its own derivatives, d = dL/dz [rows × units], before `backward` and `gradients`.
  void summarize(int l, const BlockRows& rows, const double* d) {
    const LayerPlan& layer = plan.layers[l];
    if (!takesWholeBatch(layer)) return;
    const Normalization& room = kept[l].normalization;
    threads.wait();
    addGradients<V>(d, room.normalized, room.dGamma, room.dBeta, rows.count, layer.units, unitShare(layer), true);
  }

  // dInput from d = dL/dz, both [rows × units]. masks: what `forward` left as z.
  void backward(int l, const BlockRows& rows, const double* d, const double* masks, double* dInput) {
    const LayerPlan& layer = plan.layers[l];
    const Normalization& room = kept[l].normalization;
    if (layer.kind == kDropout) {
      const int64_t from = rows.own.from * layer.units;
      eachVector<V>((rows.own.to - rows.own.from) * layer.units, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        (T::load(d + from + i) * T::load(masks + from + i)).store(dInput + from + i);
      });
    } else if (takesWholeBatch(layer)) {
      threads.wait();
      batchBackward<V>(layer, p, d, dInput, rows.count, rows.own, room);
    } else if (layer.kind == kBatchNormalization) {
      movingBackward<V>(layer, p, d, dInput, rows.own, room);
    } else {
      rowsToLanes<V>(rows, d, layer.units, dLanes, widest);
      rowsToLanes<V>(rows, room.normalized, layer.units, valueLanes, widest);
      for (int64_t v = rows.panels.from; v < rows.panels.to; v++) {
        rowBackward(layer, p, panel(dLanes, v), panel(valueLanes, v), V::load(room.inverse + v * V::lanes));
      }
      rowsFromLanes<V>(rows, dLanes, widest, dInput, layer.units);
    }
  }

  // Adds to the gradients of gamma and beta, at `to` one behind the other, or begins them anew.
  void gradients(int l, const BlockRows& rows, const double* d, double* to, bool anew) const {
    const LayerPlan& layer = plan.layers[l];
    const Normalization& room = kept[l].normalization;
    if (takesWholeBatch(layer)) {
      for (int64_t j = 0; j < layer.units; j++) {
        to[j] = room.dGamma[j];
        to[layer.units + j] = room.dBeta[j];
      }
    } else {
      addGradients<V>(d, room.normalized, to, to + layer.units, rows.count, layer.units, {0, layer.units}, anew);
    }
  }

 private:
  struct Kept {
    Normalization normalization;
    Masks masks;
  };

  // Whole vectors of units.
  Share unitShare(const LayerPlan& layer) const {
    const Share vectors = shareOf(piecesOf(layer.units, V::lanes), threads);
    const int64_t to = vectors.to * V::lanes;
    return {vectors.from * V::lanes, to < layer.units ? to : layer.units};
  }

  V* panel(double* lanes, int64_t v) const { return reinterpret_cast<V*>(lanes + v * widest * V::lanes); }

  // a = input · masks
  static LOCKSTEP_APART void drop(const LayerPlan& layer, Share own, const double* const* inputs, const double* masks,
                                  double* a) {
    for (int64_t row = own.from; row < own.to; row++) {
      eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const int64_t at = row * layer.units + j;
        (T::load(inputs[row] + j) * T::load(masks + at)).store(a + at);
      });
    }
  }

  // The mean and the inverse of this thread's share of the units.
  void unitStatistics(const LayerPlan& layer, int64_t count, const double* const* inputs, const Normalization& room) {
    const Share own = unitShare(layer);
    if (training && takesWholeBatch(layer)) {
      batchStatistics<V>(layer, inputs, count, own, room, moving);
    } else {
      movingStatistics<V>(layer, p, own, room);
    }
    inverseRoots<V>(room.inverse, own.from, own.to, layer.epsilon);
  }

  const Plan& plan;
  const double* p;
  double* moving;
  const bool training;
  const int64_t widest;
  Together& threads;
  // Of each layer; each thread has its own, whose arrays are those of all.
  Kept* kept = nullptr;
  double* dLanes = nullptr;
  double* valueLanes = nullptr;
};

}  // namespace
}  // namespace lockstep
