// The optimizers with adaptive rates: lib/kernels/adaptive.ts.
#pragma once

#include "adam_variants.inl"
#include "optimizers.inl"
#include "support/vectors.inl"

namespace lockstep {
namespace {

// An optimizer without scalars in its state: a step reads its options only.
template <class Entry>
struct StatelessStep : OptimizerEntry<Entry> {
  static constexpr int scalars = 0;
  // A function of its own: inlined, it would be compiled into every form of a training.
  template <class V, class Count, class Values>
  static LOCKSTEP_NOINLINE void update(double* p, const double* g, double* state, Count count, Values options) {
    OptimizerEntry<Entry>::template update<V>(p, g, state, count, options);
  }
  template <class Values>
  static LOCKSTEP_INLINE auto begin(double*, Values options) {
    return typename Entry::template Step<Values>{options};
  }
};

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

// The table of all optimizers; a code is a position in it.
using Optimizers = OptimizerTable<Sgd, Adam, Adamw, Rmsprop, Adagrad, Adadelta, Nadam, Lion, Radam>;

}  // namespace
}  // namespace lockstep
