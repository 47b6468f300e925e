// The table of optimizers: lib/kernels/optimizers.ts. `update` runs over the whole flat parameter vector, V::lanes
// parameters at a time.
#pragma once

namespace lockstep {
namespace {

template <class V>
struct Lanes {
  using type = V;
};

// f(Lanes<T>, i) for the few from i on that are left: T is V where they fill it, then each half of it in turn.
template <class V, class F>
LOCKSTEP_INLINE void eachRest(int64_t i, int64_t count, F f) {
  if (i + V::lanes <= count) {
    f(Lanes<V>{}, i);
    i += V::lanes;
  }
  if constexpr (V::lanes > 1) eachRest<typename V::Half>(i, count, f);
}

// f(Lanes<V>, i) for i = 0, V::lanes, …, then narrower vectors for what is left.
template <class V, class F>
LOCKSTEP_INLINE void eachVector(int64_t count, F f) {
  int64_t i = 0;
  for (; i + V::lanes <= count; i += V::lanes) f(Lanes<V>{}, i);
  if constexpr (V::lanes > 1) eachRest<typename V::Half>(i, count, f);
}

// A count that is known to be a multiple of the lanes.
struct Whole {
  int64_t count;
  constexpr operator int64_t() const { return count; }
};

template <class V, class F>
LOCKSTEP_INLINE void eachVector(Whole whole, F f) {
  for (int64_t i = 0; i < whole.count; i += V::lanes) f(Lanes<V>{}, i);
}

template <class V, int count, class F>
LOCKSTEP_INLINE void eachVector(Fixed<count>, F f) {
  constexpr int whole = count / V::lanes;
  each(Fixed<whole>{}, [&](auto i) LOCKSTEP_LAMBDA { f(Lanes<V>{}, i * V::lanes); });
  each(Fixed<count - whole * V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { f(Lanes<Scalar>{}, whole * V::lanes + i); });
}

// The options of one training, and the scalars of its state: plain numbers.
struct SharedOptions {
  using Number = Scalar;
  const double* at;
  LOCKSTEP_INLINE Number operator[](int i) const { return {at[i]}; }
  LOCKSTEP_INLINE bool isZero(int i) const { return at[i] == 0; }
};

// One training per lane. Whether an option is 0 is the same for all of them.
template <class N>
struct OwnOptions {
  using Number = N;
  const N* at;
  LOCKSTEP_INLINE Number operator[](int i) const { return at[i]; }
  LOCKSTEP_INLINE bool isZero(int i) const { return *reinterpret_cast<const double*>(at + i) == 0; }
};

// A number of the options as a vector of parameters needs it.
template <class T, class Number>
LOCKSTEP_INLINE T as(Number number) {
  if constexpr (isSame<T, Number>()) {
    return number;
  } else {
    return T::splat(number.v);
  }
}

struct Sgd {
  static constexpr const char* name = "sgd";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "momentum", "nesterov"};
    static constexpr int count = 3;
  };
  static constexpr int scalars = 0;
  static int slots(const double* options) { return options[1] == 0 ? 0 : 1; }

  template <class V, class Count, class Values>
  static LOCKSTEP_INLINE void update(double* p, const double* g, double* state, Count count, Values options) {
    const auto learningRate = options[0];
    const auto momentum = options[1];
    if (options.isZero(1)) {
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        (T::load(p + i) - as<T>(learningRate) * T::load(g + i)).store(p + i);
      });
    } else if (options.isZero(2)) {
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T velocity = as<T>(momentum) * T::load(state + i) + T::load(g + i);
        velocity.store(state + i);
        (T::load(p + i) - as<T>(learningRate) * velocity).store(p + i);
      });
    } else {
      eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T velocity = as<T>(momentum) * T::load(state + i) + gradient;
        velocity.store(state + i);
        (T::load(p + i) - as<T>(learningRate) * (gradient + as<T>(momentum) * velocity)).store(p + i);
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

  template <class V, class Count, class Values>
  static LOCKSTEP_INLINE void update(double* p, const double* g, double* state, Count count, Values options) {
    using Number = typename Values::Number;
    const Number learningRate = options[0];
    const Number beta1 = options[1];
    const Number beta2 = options[2];
    const Number epsilon = options[3];
    double* const means = state;
    double* const squares = state + count;
    double* const powers = state + 2 * count;
    const Number one = Number::splat(1);
    const Number power1 = Number::load(powers) * beta1;
    const Number power2 = Number::load(powers + Number::lanes) * beta2;
    power1.store(powers);
    power2.store(powers + Number::lanes);
    const Number rest1 = one - beta1;
    const Number rest2 = one - beta2;
    const Number rate = learningRate / (one - power1);
    const Number root = sqrt(one - power2);
    eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T gradient = T::load(g + i);
      const T mean = as<T>(beta1) * T::load(means + i) + as<T>(rest1) * gradient;
      const T square = as<T>(beta2) * T::load(squares + i) + as<T>(rest2) * gradient * gradient;
      mean.store(means + i);
      square.store(squares + i);
      const T step = mean / (sqrt(square) / as<T>(root) + as<T>(epsilon));
      (T::load(p + i) - as<T>(rate) * step).store(p + i);
    });
  }
};

using Optimizers = List<Sgd, Adam>;

}  // namespace
}  // namespace lockstep
