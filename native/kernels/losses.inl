// The table of losses: lib/kernels/losses.ts for any vector type. z, a, y, d: one vector of samples for each output.
#pragma once

namespace lockstep {
namespace {

template <class N, class Units>
LOCKSTEP_INLINE N squaredErrors(const N* a, const N* y, Units units) {
  N sum = N::splat(-0.0);
  each(units, [&](auto j) LOCKSTEP_LAMBDA {
    const N error = a[j] - y[j];
    sum = sum + error * error;
  });
  return sum;
}

// What all losses here have in common: their gradient, at the last layer's a or, where fused, at its z.
template <class Fused>
struct ScaledErrors {
  static constexpr int fusedWith = Activations::codeOf<Fused>();
  using Options = NoOptions;

  template <class N, class Units>
  static LOCKSTEP_INLINE void backward(const N* a, const N* y, N* d, Units units, double scale) {
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = (a[j] - y[j]) * N::splat(scale); });
  }
};

struct HalfSquaredError : ScaledErrors<void> {
  static constexpr const char* name = "halfSquaredError";
  template <class N, class Units>
  static LOCKSTEP_INLINE N forward(const N*, const N* a, const N* y, Units units) {
    return squaredErrors(a, y, units);
  }
};

struct MeanSquaredError : ScaledErrors<void> {
  static constexpr const char* name = "meanSquaredError";
  template <class N, class Units>
  static LOCKSTEP_INLINE N forward(const N*, const N* a, const N* y, Units units) {
    return squaredErrors(a, y, units);
  }
};

struct BinaryCrossentropy : ScaledErrors<Sigmoid> {
  static constexpr const char* name = "binaryCrossentropy";
  template <class N, class Units>
  static LOCKSTEP_INLINE N forward(const N* z, const N*, const N* y, Units units) {
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA {
      const N logit = z[j];
      const N positive = select(less(N::splat(0), logit), logit, N::splat(0));
      sum = sum + (positive - logit * y[j] + log1pUnit(exp(-abs(logit))));
    });
    return sum;
  }
};

struct CategoricalCrossentropy : ScaledErrors<Softmax> {
  static constexpr const char* name = "categoricalCrossentropy";
  template <class N, class Units>
  static LOCKSTEP_INLINE N forward(const N* z, const N*, const N* y, Units units) {
    N largest = z[0];
    each(units, [&](auto j) LOCKSTEP_LAMBDA { largest = select(less(largest, z[j]), z[j], largest); });
    N total = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { total = total + exp(z[j] - largest); });
    const N logTotal = log(total);
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + y[j] * (logTotal - (z[j] - largest)); });
    return sum;
  }
};

using Losses = List<HalfSquaredError, MeanSquaredError, BinaryCrossentropy, CategoricalCrossentropy>;

}  // namespace
}  // namespace lockstep
