// Layer normalization, with units in the lanes for the elementwise parts and samples in the lanes for the sums over a
// sample's units: lib/kernels/layers/layer-normalization.ts.
#pragma once

#include "../../plan.h"
#include "normalization.inl"

namespace lockstep {
namespace {

// Forward for the rows `own`: x̂ = (x - mean) · inverse and z = gamma x̂ + beta, with the statistics of each row.
template <class V>
LOCKSTEP_NOINLINE void normalizeRows(const LayerPlan& layer, const double* p, const double* const* rows, Range own,
                                     const Normalization& saved, double* z) {
  const double* const gamma = p + gammaOf(layer);
  const double* const beta = p + betaOf(layer);
  for (int64_t row = own.from; row < own.to; row++) {
    const double mean = saved.mean[row];
    const double inverse = saved.inverse[row];
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T value = (T::load(rows[row] + j) - T::splat(mean)) * T::splat(inverse);
      value.store(saved.normalized + row * layer.units + j);
      (T::load(gamma + j) * value + T::load(beta + j)).store(z + row * layer.units + j);
    });
  }
}

// Forward: mean and variance (in `inverse`, until inverseRoots) of the V::lanes samples of a panel.
template <class V>
LOCKSTEP_NOINLINE void rowStatistics(const V* panel, int64_t count, double* mean, double* inverse) {
  const V units = V::splat(static_cast<double>(count));
  V sum = V::splat(-0.0);
  for (int64_t j = 0; j < count; j++) sum = sum + panel[j];
  const V middle = sum / units;
  V squares = V::splat(-0.0);
  for (int64_t j = 0; j < count; j++) {
    const V difference = panel[j] - middle;
    squares = squares + difference * difference;
  }
  middle.store(mean);
  // If the squares overflow, NaN: with a variance of Infinity all outputs would be 0.
  (squares / units + V::splat(0) * squares).store(inverse);
}

// Backward for the V::lanes samples of a panel: d = dL/dz becomes dL/dx̂, then dInput, in place.
template <class V>
LOCKSTEP_NOINLINE void rowBackward(const LayerPlan& layer, const double* p, V* d, const V* normalized, V inverse) {
  const V units = V::splat(layer.units);
  const double* const gamma = p + gammaOf(layer);
  V sum = V::splat(-0.0);
  V product = V::splat(-0.0);
  for (int64_t j = 0; j < layer.units; j++) {
    d[j] = d[j] * V::splat(gamma[j]);
    sum = sum + d[j];
    product = product + d[j] * normalized[j];
  }
  const V mean = sum / units;
  const V slope = product / units;
  for (int64_t j = 0; j < layer.units; j++) d[j] = inverse * (d[j] - (mean + normalized[j] * slope));
}

struct LayerNormalization : NormalizationEntry {
  static constexpr const char* name = "layerNormalization";
  struct Options {
    static constexpr const char* names[] = {"epsilon"};
    static constexpr int count = 1;
  };
  static int tensorCount(const LayerPlan&) { return 2; }
  static TensorShape tensor(const LayerPlan& layer, int) { return {1, layer.units, false, false}; }

  template <class V>
  static Scratch scratch(const LayerContext<V>&, int) {
    return {true, 0, 0};
  }

  template <class V>
  static State allocate(const LayerContext<V>& context, int l, Arena& arena) {
    const int64_t rows = context.laneRows();
    return {arena.allocate<double>(rows), arena.allocate<double>(rows),
            arena.allocate<double>(rows * context.plan.layers[l].units), nullptr, nullptr};
  }

  template <class V>
  static void forward(const LayerContext<V>& context, int l, State& saved, const BlockRows& rows,
                      const double* const* const* inputs, double* z) {
    const LayerPlan& layer = context.plan.layers[l];
    eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
      V* const values = context.panel(context.lanes, v);
      toLanes<V>(inputs[0] + v * V::lanes, count, reinterpret_cast<double*>(values), layer.units);
      rowStatistics(values, layer.units, saved.mean + v * V::lanes, saved.inverse + v * V::lanes);
    });
    inverseRoots<V>(saved.inverse, rows.own.from, rows.own.to, layer.options[0]);
    normalizeRows<V>(layer, context.p, inputs[0], rows.own, saved, z);
  }

  template <class V>
  static void backward(const LayerContext<V>& context, int l, State& saved, const BlockRows& rows, const double* d,
                       double* const* dInputs, const bool* overwrite) {
    const LayerPlan& layer = context.plan.layers[l];
    const int64_t widest = context.widest;
    rowsToLanes<V>(rows, d, layer.units, context.lanes, widest);
    rowsToLanes<V>(rows, saved.normalized, layer.units, context.moreLanes, widest);
    for (int64_t v = rows.panels.from; v < rows.panels.to; v++) {
      rowBackward(layer, context.p, context.panel(context.lanes, v), context.panel(context.moreLanes, v),
                  V::load(saved.inverse + v * V::lanes));
    }
    if (!overwrite[0]) {
      rowsToLanes<V>(rows, dInputs[0], layer.units, context.moreLanes, widest);
      for (int64_t v = rows.panels.from; v < rows.panels.to; v++) {
        V* const values = context.panel(context.lanes, v);
        const V* const before = context.panel(context.moreLanes, v);
        for (int64_t j = 0; j < layer.units; j++) values[j] = before[j] + values[j];
      }
    }
    rowsFromLanes<V>(rows, context.lanes, widest, dInputs[0], layer.units);
  }

  template <class V, class F>
  static LOCKSTEP_INLINE void gradients(const LayerContext<V>& context, int l, State& saved, const BlockRows& rows,
                                        const double* const* const*, const double* d, double* g, bool overwrite, bool,
                                        F finished) {
    if (!context.threads.first()) return;
    const LayerPlan& layer = context.plan.layers[l];
    addGradients<V>(d, saved.normalized, g + gammaOf(layer), g + betaOf(layer), rows.count, layer.units,
                    {0, layer.units}, overwrite);
    finishScales(layer, g, finished);
  }
};

}  // namespace
}  // namespace lockstep
