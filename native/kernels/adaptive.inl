// The optimizers with adaptive rates: lib/kernels/adaptive.ts.
#pragma once

#include "math.inl"
#include "optimizers.inl"
#include "support/optimizer_entry.inl"
#include "support/vectors.inl"

namespace lockstep {
namespace {

struct Rmsprop : StatelessStep<Rmsprop> {
  static constexpr const char* name = "rmsprop";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "rho", "momentum", "epsilon", "centered"};
    static constexpr int count = 5;
  };
  template <class Values>
  static LOCKSTEP_INLINE int vectors(Values options) {
    return 1 + (options.isZero(2) ? 0 : 1) + (options.isZero(4) ? 0 : 1);
  }

  template <class Values>
  struct Step {
    Values options;

    template <class V, class Count>
    LOCKSTEP_INLINE void apply(double* p, const double* g, double* state, int64_t stride, Count count) const {
      const auto learningRate = options[kLearningRate];
      const auto rho = options[1];
      const auto momentum = options[2];
      const auto epsilon = options[3];
      const auto rest = decltype(rho)::splat(1) - rho;
      const bool moving = !options.isZero(2);
      const bool centered = !options.isZero(4);
      double* const velocities = state + stride;
      double* const means = moving ? velocities + stride : velocities;
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T square = as<T>(rho) * T::load(state + i) + as<T>(rest) * gradient * gradient;
        square.store(state + i);
        T spread = square;
        if (centered) {
          const T mean = as<T>(rho) * T::load(means + i) + as<T>(rest) * gradient;
          mean.store(means + i);
          spread = square - mean * mean;
          spread = select(less(spread, T::splat(0)), T::splat(0), spread);
        }
        T step = gradient / (sqrt(spread) + as<T>(epsilon));
        if (moving) {
          step = as<T>(momentum) * T::load(velocities + i) + step;
          step.store(velocities + i);
        }
        (T::load(p + i) - as<T>(learningRate) * step).store(p + i);
      });
    }
  };
};

struct Adagrad : StatelessStep<Adagrad> {
  static constexpr const char* name = "adagrad";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "initialAccumulator", "epsilon"};
    static constexpr int count = 3;
  };
  template <class Values>
  static LOCKSTEP_INLINE int vectors(Values) {
    return 1;
  }

  template <class Values>
  struct Step {
    Values options;

    template <class V, class Count>
    LOCKSTEP_INLINE void apply(double* p, const double* g, double* state, int64_t, Count count) const {
      const auto learningRate = options[kLearningRate];
      const auto epsilon = options[2];
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T sum = T::load(state + i) + gradient * gradient;
        sum.store(state + i);
        const T step = gradient / (sqrt(sum) + as<T>(epsilon));
        (T::load(p + i) - as<T>(learningRate) * step).store(p + i);
      });
    }
  };
};

struct Adadelta : StatelessStep<Adadelta> {
  static constexpr const char* name = "adadelta";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "rho", "epsilon"};
    static constexpr int count = 3;
  };
  template <class Values>
  static LOCKSTEP_INLINE int vectors(Values) {
    return 2;
  }

  template <class Values>
  struct Step {
    Values options;

    template <class V, class Count>
    LOCKSTEP_INLINE void apply(double* p, const double* g, double* state, int64_t stride, Count count) const {
      const auto learningRate = options[kLearningRate];
      const auto rho = options[1];
      const auto epsilon = options[2];
      const auto rest = decltype(rho)::splat(1) - rho;
      double* const squares = state;
      double* const steps = state + stride;
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T before = T::load(steps + i);
        const T square = as<T>(rho) * T::load(squares + i) + as<T>(rest) * gradient * gradient;
        const T step = sqrt(before + as<T>(epsilon)) / sqrt(square + as<T>(epsilon)) * gradient;
        square.store(squares + i);
        (as<T>(rho) * before + as<T>(rest) * step * step).store(steps + i);
        (T::load(p + i) - as<T>(learningRate) * step).store(p + i);
      });
    }
  };
};

constexpr double kLnDecay = -0.040821994520255166;

struct Nadam : OutlinedOptimizer<Nadam> {
  static constexpr const char* name = "nadam";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "beta1", "beta2", "epsilon", "momentumDecay"};
    static constexpr int count = 5;
  };
  static constexpr int scalars = 3;
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

struct Lion : StatelessStep<Lion> {
  static constexpr const char* name = "lion";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "beta1", "beta2"};
    static constexpr int count = 3;
  };
  template <class Values>
  static LOCKSTEP_INLINE int vectors(Values) {
    return 1;
  }

  template <class Values>
  struct Step {
    Values options;

    template <class V, class Count>
    LOCKSTEP_INLINE void apply(double* p, const double* g, double* state, int64_t, Count count) const {
      const auto learningRate = options[kLearningRate];
      const auto beta1 = options[1];
      const auto beta2 = options[2];
      const auto rest1 = decltype(beta1)::splat(1) - beta1;
      const auto rest2 = decltype(beta2)::splat(1) - beta2;
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T mean = T::load(state + i);
        const T direction = as<T>(beta1) * mean + as<T>(rest1) * gradient;
        const T notAbove = select(less(direction, T::splat(0)), T::splat(-1), direction);
        const T sign = select(less(T::splat(0), direction), T::splat(1), notAbove);
        (as<T>(beta2) * mean + as<T>(rest2) * gradient).store(state + i);
        (T::load(p + i) - as<T>(learningRate) * sign).store(p + i);
      });
    }
  };
};

struct Radam : OutlinedOptimizer<Radam> {
  static constexpr const char* name = "radam";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "beta1", "beta2", "epsilon"};
    static constexpr int count = 4;
  };
  static constexpr int scalars = 3;
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
    const Number one = Number::splat(1);
    const Number four = Number::splat(4);
    const auto isAbove5 = [&](Number value) { return select(less(Number::splat(5), value), one, Number::splat(0)); };
    double* const powers = scalars + Number::lanes;
    const Number power1 = Number::load(scalars) * beta1;
    const Number power2 = Number::load(powers) * beta2;
    const Number t = Number::load(powers + Number::lanes) + one;
    power1.store(scalars);
    power2.store(powers);
    t.store(powers + Number::lanes);
    const Number rate = options[kLearningRate] / (one - power1);
    const Number longest = Number::splat(2) / (one - beta2) - one;
    const Number length = longest - Number::splat(2) * t * power2 / (one - power2);
    const Number factor = sqrt((length - four) * (length - Number::splat(2)) * longest /
                               ((longest - four) * (longest - Number::splat(2)) * length));
    return Step<Number>{beta1,
                        beta2,
                        options[3],
                        one - beta1,
                        one - beta2,
                        rate,
                        rate * factor * sqrt(one - power2),
                        isAbove5(longest) * isAbove5(length)};
  }
};

// The table of all optimizers; a code is a position in it.
using Optimizers = OptimizerTable<Sgd, Adam, Adamw, Rmsprop, Adagrad, Adadelta, Nadam, Lion, Radam>;

}  // namespace
}  // namespace lockstep
