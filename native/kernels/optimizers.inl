// The table of optimizers: lib/kernels/optimizers.ts. `update` runs over the whole flat parameter vector, V::lanes
// parameters at a time.
#pragma once

namespace lockstep {
namespace {

template <class V>
struct Lanes {
  using type = V;
};

// f(Lanes<V>, i) for i = 0, V::lanes, …, then f(Lanes<Scalar>, i) for what is left.
template <class V, class F>
LOCKSTEP_INLINE void eachVector(int64_t count, F f) {
  int64_t i = 0;
  for (; i + V::lanes <= count; i += V::lanes) f(Lanes<V>{}, i);
  for (; i < count; i++) f(Lanes<Scalar>{}, i);
}

template <class V, int count, class F>
LOCKSTEP_INLINE void eachVector(Fixed<count>, F f) {
  constexpr int whole = count / V::lanes;
  each(Fixed<whole>{}, [&](auto i) LOCKSTEP_LAMBDA { f(Lanes<V>{}, i * V::lanes); });
  each(Fixed<count - whole * V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { f(Lanes<Scalar>{}, whole * V::lanes + i); });
}

struct Sgd {
  static constexpr const char* name = "sgd";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "momentum", "nesterov"};
    static constexpr int count = 3;
  };
  static constexpr int scalars = 0;
  static int slots(const double* options) { return options[1] == 0 ? 0 : 1; }

  template <class V, class Count>
  static LOCKSTEP_INLINE void update(double* p, const double* g, double* state, Count count, const double* options) {
    const double learningRate = options[0];
    const double momentum = options[1];
    const double nesterov = options[2];
    if (momentum == 0) {
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        (T::load(p + i) - T::splat(learningRate) * T::load(g + i)).store(p + i);
      });
    } else if (nesterov == 0) {
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T velocity = T::splat(momentum) * T::load(state + i) + T::load(g + i);
        velocity.store(state + i);
        (T::load(p + i) - T::splat(learningRate) * velocity).store(p + i);
      });
    } else {
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T velocity = T::splat(momentum) * T::load(state + i) + gradient;
        velocity.store(state + i);
        (T::load(p + i) - T::splat(learningRate) * (gradient + T::splat(momentum) * velocity)).store(p + i);
      });
    }
  }
};

struct Adam {
  static constexpr const char* name = "adam";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "beta1", "beta2", "epsilon"};
    static constexpr int count = 4;
  };
  static constexpr int scalars = 2;
  static int slots(const double*) { return 2; }

  template <class V, class Count>
  static LOCKSTEP_INLINE void update(double* p, const double* g, double* state, Count count, const double* options) {
    const double learningRate = options[0];
    const double beta1 = options[1];
    const double beta2 = options[2];
    const double epsilon = options[3];
    double* const means = state;
    double* const squares = state + count;
    double* const powers = state + 2 * count;
    const double power1 = powers[0] * beta1;
    const double power2 = powers[1] * beta2;
    powers[0] = power1;
    powers[1] = power2;
    const double rest1 = 1 - beta1;
    const double rest2 = 1 - beta2;
    const double rate = learningRate / (1 - power1);
    const double root = squareRoot(1 - power2);
    eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T gradient = T::load(g + i);
      const T mean = T::splat(beta1) * T::load(means + i) + T::splat(rest1) * gradient;
      const T square = T::splat(beta2) * T::load(squares + i) + T::splat(rest2) * gradient * gradient;
      mean.store(means + i);
      square.store(squares + i);
      const T step = mean / (sqrt(square) / T::splat(root) + T::splat(epsilon));
      (T::load(p + i) - T::splat(rate) * step).store(p + i);
    });
  }
};

using Optimizers = List<Sgd, Adam>;

}  // namespace
}  // namespace lockstep
