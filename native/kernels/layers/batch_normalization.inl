// Batch normalization, with units in the lanes: lib/kernels/layers/batch-normalization.ts.
#pragma once

#include "../../plan.h"
#include "normalization.inl"

namespace lockstep {
namespace {

// Whether training needs the whole batch of a step at once. A frozen layer uses its moving statistics instead.
inline bool needsWholeBatch(const LayerPlan& layer) { return layer.kind == kBatchNormalization && layer.trainable; }

// Forward in training, for the units `own`: mean and variance of the batch (the variance in `inverse`, until
// inverseRoots); then the moving statistics are updated.
template <class V>
LOCKSTEP_NOINLINE void batchStatistics(const LayerPlan& layer, const double* const* rows, int64_t count, Range own,
                                       const Normalization& saved, double* moving) {
  const double samples = static_cast<double>(count);
  const double momentum = layer.momentum;
  const double rest = 1 - momentum;
  double* const movingMean = moving + layer.statistics;
  double* const movingVariance = movingMean + layer.units;
  eachVector<V>(own.to - own.from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    const int64_t j = own.from + i;
    T sum = T::splat(-0.0);
    for (int64_t row = 0; row < count; row++) sum = sum + T::load(rows[row] + j);
    const T mean = sum / T::splat(samples);
    T squares = T::splat(-0.0);
    for (int64_t row = 0; row < count; row++) {
      const T difference = T::load(rows[row] + j) - mean;
      squares = squares + difference * difference;
    }
    const T variance = squares / T::splat(samples);
    mean.store(saved.mean + j);
    variance.store(saved.inverse + j);
    const auto follow = [&](double* average, T value) LOCKSTEP_LAMBDA {
      (T::load(average + j) * T::splat(momentum) + value * T::splat(rest)).store(average + j);
    };
    follow(movingMean, mean);
    follow(movingVariance, variance);
  });
}

template <class V>
LOCKSTEP_NOINLINE void movingStatistics(const LayerPlan& layer, const double* p, Range own,
                                        const Normalization& saved) {
  eachVector<V>(own.to - own.from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    const int64_t j = own.from + i;
    T::load(p + layer.statistics + j).store(saved.mean + j);
    T::load(p + layer.statistics + layer.units + j).store(saved.inverse + j);
  });
}

// Forward for the rows `own`: x̂ = (x - mean) · inverse and z = gamma x̂ + beta, with the statistics of each unit.
template <class V>
LOCKSTEP_NOINLINE void normalizeUnits(const LayerPlan& layer, const double* p, const double* const* rows, Range own,
                                      const Normalization& saved, double* z) {
  for (int64_t row = own.from; row < own.to; row++) {
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T value = (T::load(rows[row] + j) - T::load(saved.mean + j)) * T::load(saved.inverse + j);
      value.store(saved.normalized + row * layer.units + j);
      (T::load(p + layer.weights + j) * value + T::load(p + layer.bias + j)).store(z + row * layer.units + j);
    });
  }
}

// Backward for the rows `own`, if the statistics are those of the batch of `count` rows: dInput = gamma · inverse · (d
// - mean(d) - x̂ · mean(d x̂)). d = dL/dz, dInput: [rows × units]
template <class V>
LOCKSTEP_NOINLINE void batchBackward(const LayerPlan& layer, const double* p, const double* d, double* dInput,
                                     int64_t count, Range own, const Normalization& saved) {
  const double samples = static_cast<double>(count);
  for (int64_t row = own.from; row < own.to; row++) {
    const int64_t at = row * layer.units;
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T mean = T::load(saved.dBeta + j) / T::splat(samples);
      const T slope = T::load(saved.dGamma + j) / T::splat(samples);
      const T value = T::load(saved.normalized + at + j);
      (T::load(p + layer.weights + j) * T::load(saved.inverse + j) * (T::load(d + at + j) - (mean + value * slope)))
          .store(dInput + at + j);
    });
  }
}

// Backward with the moving statistics, which are constants: dInput = gamma · inverse · d.
template <class V>
LOCKSTEP_NOINLINE void movingBackward(const LayerPlan& layer, const double* p, const double* d, double* dInput,
                                      Range own, const Normalization& saved) {
  for (int64_t row = own.from; row < own.to; row++) {
    const int64_t at = row * layer.units;
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      (T::load(p + layer.weights + j) * T::load(saved.inverse + j) * T::load(d + at + j)).store(dInput + at + j);
    });
  }
}

}  // namespace
}  // namespace lockstep
