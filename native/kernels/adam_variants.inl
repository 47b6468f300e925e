// The optimizers of lib/kernels/adaptive.ts that are variants of adam.
#pragma once

#include "math.inl"
#include "optimizers.inl"
#include "support/vectors.inl"

namespace lockstep {
namespace {

constexpr double kLnDecay = -0.040821994520255166;

struct Nadam : OptimizerEntry<Nadam> {
  static constexpr const char* name = "nadam";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "beta1", "beta2", "epsilon", "momentumDecay"};
    static constexpr int count = 5;
  };
  static constexpr int scalars = 3;
  template <class V, class Count, class Values>
  static LOCKSTEP_NOINLINE void update(double* p, const double* g, double* state, Count count, Values options) {
    OptimizerEntry<Nadam>::update<V>(p, g, state, count, options);
  }
  template <class Values>
  static LOCKSTEP_INLINE int vectors(Values) {
    return 2;
  }

  template <class Number>
  struct Step {
    Number beta1, beta2, epsilon, rest1, rest2, rate, meanRate, perRoot;

    template <class V, class Count>
    LOCKSTEP_INLINE void apply(double* p, const double* g, double* state, int64_t stride, Count count) const {
      double* const means = state;
      double* const squares = state + stride;
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T mean = as<T>(beta1) * T::load(means + i) + as<T>(rest1) * gradient;
        const T square = as<T>(beta2) * T::load(squares + i) + as<T>(rest2) * gradient * gradient;
        mean.store(means + i);
        square.store(squares + i);
        const T step = as<T>(rate) * gradient + as<T>(meanRate) * mean;
        (T::load(p + i) - step / (sqrt(square) * as<T>(perRoot) + as<T>(epsilon))).store(p + i);
      });
    }
  };

  template <class Values>
  static LOCKSTEP_INLINE auto begin(double* scalars, Values options) {
    using Number = typename Values::Number;
    const Number learningRate = options[kLearningRate];
    const Number beta1 = options[1];
    const Number beta2 = options[2];
    const Number one = Number::splat(1);
    const Number half = Number::splat(0.5);
    double* const products = scalars + Number::lanes;
    double* const powers = products + Number::lanes;
    const Number decay = exp(options[4] * Number::splat(kLnDecay));
    const Number power2 = Number::load(scalars) * beta2;
    const Number power = Number::load(powers) * decay;
    const Number momentum = beta1 * (one - half * power);
    const Number nextMomentum = beta1 * (one - half * (power * decay));
    const Number product = Number::load(products) * momentum;
    power2.store(scalars);
    product.store(products);
    power.store(powers);
    return Step<Number>{beta1,
                        beta2,
                        options[3],
                        one - beta1,
                        one - beta2,
                        learningRate * (one - momentum) / (one - product),
                        learningRate * nextMomentum / (one - product * nextMomentum),
                        one / sqrt(one - power2)};
  }
};

struct Radam : OptimizerEntry<Radam> {
  static constexpr const char* name = "radam";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "beta1", "beta2", "epsilon"};
    static constexpr int count = 4;
  };
  static constexpr int scalars = 3;
  template <class V, class Count, class Values>
  static LOCKSTEP_NOINLINE void update(double* p, const double* g, double* state, Count count, Values options) {
    OptimizerEntry<Radam>::update<V>(p, g, state, count, options);
  }
  template <class Values>
  static LOCKSTEP_INLINE int vectors(Values) {
    return 2;
  }

  // rectified: 1 where the variance of the rate is known well enough, else 0.
  template <class Number>
  struct Step {
    Number beta1, beta2, epsilon, rest1, rest2, rate, rectifiedRate, rectified;

    template <class V, class Count>
    LOCKSTEP_INLINE void apply(double* p, const double* g, double* state, int64_t stride, Count count) const {
      double* const means = state;
      double* const squares = state + stride;
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T mean = as<T>(beta1) * T::load(means + i) + as<T>(rest1) * gradient;
        const T square = as<T>(beta2) * T::load(squares + i) + as<T>(rest2) * gradient * gradient;
        mean.store(means + i);
        square.store(squares + i);
        const T change = as<T>(rectifiedRate) * (mean / (sqrt(square) + as<T>(epsilon)));
        const auto isRectified = less(T::splat(0), as<T>(rectified));
        (T::load(p + i) - select(isRectified, change, as<T>(rate) * mean)).store(p + i);
      });
    }
  };

  template <class Values>
  static LOCKSTEP_INLINE auto begin(double* scalars, Values options) {
    using Number = typename Values::Number;
    const Number beta1 = options[1];
    const Number beta2 = options[2];
    const Number zero = Number::splat(0);
    const Number one = Number::splat(1);
    const Number two = Number::splat(2);
    const Number four = Number::splat(4);
    const Number five = Number::splat(5);
    double* const powers = scalars + Number::lanes;
    double* const steps = powers + Number::lanes;
    const Number power1 = Number::load(scalars) * beta1;
    const Number power2 = Number::load(powers) * beta2;
    const Number t = Number::load(steps) + one;
    power1.store(scalars);
    power2.store(powers);
    t.store(steps);
    const Number rate = options[kLearningRate] / (one - power1);
    const Number longest = two / (one - beta2) - one;
    const Number length = longest - two * t * power2 / (one - power2);
    const Number factor =
        sqrt((length - four) * (length - two) * longest / ((longest - four) * (longest - two) * length));
    return Step<Number>{beta1,
                        beta2,
                        options[3],
                        one - beta1,
                        one - beta2,
                        rate,
                        rate * factor * sqrt(one - power2),
                        select(less(five, longest), select(less(five, length), one, zero), zero)};
  }
};

}  // namespace
}  // namespace lockstep
