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
  for (int64_t row = own.from; row < own.to; row++) {
    const double mean = saved.mean[row];
    const double inverse = saved.inverse[row];
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T value = (T::load(rows[row] + j) - T::splat(mean)) * T::splat(inverse);
      value.store(saved.normalized + row * layer.units + j);
      (T::load(p + layer.weights + j) * value + T::load(p + layer.bias + j)).store(z + row * layer.units + j);
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
  V sum = V::splat(-0.0);
  V product = V::splat(-0.0);
  for (int64_t j = 0; j < layer.units; j++) {
    d[j] = d[j] * V::splat(p[layer.weights + j]);
    sum = sum + d[j];
    product = product + d[j] * normalized[j];
  }
  const V mean = sum / units;
  const V slope = product / units;
  for (int64_t j = 0; j < layer.units; j++) d[j] = inverse * (d[j] - (mean + normalized[j] * slope));
}

}  // namespace
}  // namespace lockstep
