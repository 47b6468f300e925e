// What batch and layer normalization share: lib/kernels/layers/normalization.ts. Units are in the lanes; rows[i] is the
// address of a sample.
#pragma once

#include "../support/vectors.inl"
#include "layer.inl"

namespace lockstep {
namespace {

// What the forward pass saves for the backward pass. mean, inverse: [units] over a batch, [rows] over samples;
// normalized (x̂): [rows × units]; dGamma, dBeta: [units], over a batch only.
struct Normalization {
  double* mean;
  double* inverse;
  double* normalized;
  double* dGamma;
  double* dBeta;
};

// inverse = 1 / sqrt(variance + epsilon), in place.
template <class V>
LOCKSTEP_INLINE void inverseRoots(double* inverse, int64_t from, int64_t to, double epsilon) {
  eachVector<V>(to - from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    (T::splat(1) / sqrt(T::load(inverse + from + i) + T::splat(epsilon))).store(inverse + from + i);
  });
}

// Gradients for the units `own`: g_gamma[j] += Σ_r d[r][j] x̂[r][j] and g_beta[j] += Σ_r d[r][j]; with `overwrite` the
// sums start at -0. d: [rows × units]
template <class V>
LOCKSTEP_NOINLINE void addGradients(const double* d, const double* normalized, double* dGamma, double* dBeta,
                                    int64_t rows, int64_t units, Range own, bool overwrite) {
  eachVector<V>(own.to - own.from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    const int64_t j = own.from + i;
    T gamma = overwrite ? T::splat(-0.0) : T::load(dGamma + j);
    T beta = overwrite ? T::splat(-0.0) : T::load(dBeta + j);
    for (int64_t row = 0; row < rows; row++) {
      const T derivative = T::load(d + row * units + j);
      gamma = gamma + derivative * T::load(normalized + row * units + j);
      beta = beta + derivative;
    }
    gamma.store(dGamma + j);
    beta.store(dBeta + j);
  });
}

// The tensors that both have first.
inline int64_t gammaOf(const LayerPlan& layer) { return layer.tensors[0].offset; }
inline int64_t betaOf(const LayerPlan& layer) { return layer.tensors[1].offset; }

// Both keep the width of their input, and the caller may choose an activation.
struct NormalizationEntry : LayerEntry {
  static constexpr bool activated = true;
  static int64_t outputUnits(const LayerPlan&, const int* inputUnits) { return inputUnits[0]; }
  using State = Normalization;

 protected:
  // Calls finished for gamma and beta.
  template <class F>
  static LOCKSTEP_INLINE void finishScales(const LayerPlan& layer, double* g, F finished) {
    finished(layer.tensors[0], gammaOf(layer), g + gammaOf(layer), layer.units);
    finished(layer.tensors[1], betaOf(layer), g + betaOf(layer), layer.units);
  }
};

}  // namespace
}  // namespace lockstep
