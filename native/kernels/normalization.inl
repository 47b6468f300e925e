// Normalizations: lib/kernels/normalization.ts, with units in the lanes, and for the sums over a sample's units
// samples. Values lie in rows of samples; rows[i] is where a sample begins.
#pragma once

namespace lockstep {
namespace {

// What a normalization keeps for the way back. mean, inverse: [units] over a batch, [rows] over samples; normalized:
// [rows × units]; dGamma, dBeta: [units], over a batch only.
struct Normalization {
  double* mean;
  double* inverse;
  double* normalized;
  double* dGamma;
  double* dBeta;
};

// Whether a layer, in training, needs a step's whole batch at once. One that stays as it is takes its moving
// statistics.
inline bool takesWholeBatch(const LayerPlan& layer) { return layer.kind == kBatchNormalization && layer.trainable; }

// mean, and inverse as long as it holds the variance, of a batch, for the units `own`; the moving ones follow.
template <class V>
LOCKSTEP_APART void batchStatistics(const LayerPlan& layer, const double* const* rows, int64_t count, Share own,
                                    const Normalization& room, double* moving) {
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
    mean.store(room.mean + j);
    variance.store(room.inverse + j);
    const auto follow = [&](double* average, T value) LOCKSTEP_LAMBDA {
      (T::load(average + j) * T::splat(momentum) + value * T::splat(rest)).store(average + j);
    };
    follow(movingMean, mean);
    follow(movingVariance, variance);
  });
}

template <class V>
LOCKSTEP_APART void movingStatistics(const LayerPlan& layer, const double* p, Share own, const Normalization& room) {
  eachVector<V>(own.to - own.from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    const int64_t j = own.from + i;
    T::load(p + layer.statistics + j).store(room.mean + j);
    T::load(p + layer.statistics + layer.units + j).store(room.inverse + j);
  });
}

// inverse = 1 / sqrt(variance + epsilon), in place.
template <class V>
LOCKSTEP_INLINE void inverseRoots(double* inverse, int64_t from, int64_t to, double epsilon) {
  eachVector<V>(to - from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    (T::splat(1) / sqrt(T::load(inverse + from + i) + T::splat(epsilon))).store(inverse + from + i);
  });
}

// x̂ and z of the rows `own`, from the mean and the inverse of each unit.
template <class V>
LOCKSTEP_APART void normalizeUnits(const LayerPlan& layer, const double* p, const double* const* rows, Share own,
                                   const Normalization& room, double* z) {
  for (int64_t row = own.from; row < own.to; row++) {
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T value = (T::load(rows[row] + j) - T::load(room.mean + j)) * T::load(room.inverse + j);
      value.store(room.normalized + row * layer.units + j);
      (T::load(p + layer.weights + j) * value + T::load(p + layer.bias + j)).store(z + row * layer.units + j);
    });
  }
}

// The same from the mean and the inverse of each row.
template <class V>
LOCKSTEP_APART void normalizeRows(const LayerPlan& layer, const double* p, const double* const* rows, Share own,
                                  const Normalization& room, double* z) {
  for (int64_t row = own.from; row < own.to; row++) {
    const double mean = room.mean[row];
    const double inverse = room.inverse[row];
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T value = (T::load(rows[row] + j) - T::splat(mean)) * T::splat(inverse);
      value.store(room.normalized + row * layer.units + j);
      (T::load(p + layer.weights + j) * value + T::load(p + layer.bias + j)).store(z + row * layer.units + j);
    });
  }
}

// The mean, and inverse as long as it holds the variance, of V::lanes samples, whose inputs stand in a panel.
template <class V>
LOCKSTEP_APART void rowStatistics(const V* panel, int64_t count, double* mean, double* inverse) {
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
  // Where the squares overflow NaN: by a variance of Infinity all would be 0.
  (squares / units + V::splat(0) * squares).store(inverse);
}

// g_gamma[j] += Σ_r d[r][j] x̂[r][j] and g_beta[j] += Σ_r d[r][j], from -0 where `anew`, for the units `own`. d:
// [rows × units]
template <class V>
LOCKSTEP_APART void addGradients(const double* d, const double* normalized, double* dGamma, double* dBeta, int64_t rows,
                                 int64_t units, Share own, bool anew) {
  eachVector<V>(own.to - own.from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    const int64_t j = own.from + i;
    T gamma = anew ? T::splat(-0.0) : T::load(dGamma + j);
    T beta = anew ? T::splat(-0.0) : T::load(dBeta + j);
    for (int64_t row = 0; row < rows; row++) {
      const T derivative = T::load(d + row * units + j);
      gamma = gamma + derivative * T::load(normalized + row * units + j);
      beta = beta + derivative;
    }
    gamma.store(dGamma + j);
    beta.store(dBeta + j);
  });
}

// dInput of the rows `own`, from d = dL/dz, where the statistics are those of the batch of `count` rows. d, dInput:
// [rows × units]
template <class V>
LOCKSTEP_APART void batchBackward(const LayerPlan& layer, const double* p, const double* d, double* dInput,
                                  int64_t count, Share own, const Normalization& room) {
  const double samples = static_cast<double>(count);
  for (int64_t row = own.from; row < own.to; row++) {
    const int64_t at = row * layer.units;
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T mean = T::load(room.dBeta + j) / T::splat(samples);
      const T slope = T::load(room.dGamma + j) / T::splat(samples);
      const T value = T::load(room.normalized + at + j);
      (T::load(p + layer.weights + j) * T::load(room.inverse + j) * (T::load(d + at + j) - (mean + value * slope)))
          .store(dInput + at + j);
    });
  }
}

// The same where they are constants: the moving ones.
template <class V>
LOCKSTEP_APART void movingBackward(const LayerPlan& layer, const double* p, const double* d, double* dInput, Share own,
                                   const Normalization& room) {
  for (int64_t row = own.from; row < own.to; row++) {
    const int64_t at = row * layer.units;
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      (T::load(p + layer.weights + j) * T::load(room.inverse + j) * T::load(d + at + j)).store(dInput + at + j);
    });
  }
}

// dInput of V::lanes samples, over their units, in panels; d becomes dL/dx̂ on the way.
template <class V>
LOCKSTEP_APART void rowBackward(const LayerPlan& layer, const double* p, V* d, const V* normalized, V inverse) {
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
