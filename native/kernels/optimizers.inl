// The optimizers sgd and adam, and the options that all optimizers have: lib/kernels/optimizers.ts. `update` runs over
// the whole flat parameter vector, V::lanes parameters at a time. training/step.inl does the rest of a step: penalties,
// clips, weight decay.
#pragma once

#include "support/optimizer_entry.inl"
#include "support/table.inl"
#include "support/vectors.inl"

namespace lockstep {
namespace {

struct Sgd : OptimizerEntry<Sgd> {
  static constexpr const char* name = "sgd";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "momentum", "nesterov"};
    static constexpr int count = 3;
  };
  static constexpr int scalars = 0;
  template <class Values>
  static LOCKSTEP_INLINE int vectors(Values options) {
    return options.isZero(1) ? 0 : 1;
  }

  template <class Values>
  struct Step {
    Values options;

    template <class V, class Count>
    LOCKSTEP_INLINE void apply(double* p, const double* g, double* state, int64_t, Count count) const {
      const auto learningRate = options[kLearningRate];
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

  template <class Values>
  static LOCKSTEP_INLINE Step<Values> begin(double*, Values options) {
    return {options};
  }
};

struct Adam : OptimizerEntry<Adam> {
  static constexpr const char* name = "adam";
  struct Options {
    static constexpr const char* names[] = {"learningRate", "beta1", "beta2", "epsilon", "amsgrad"};
    static constexpr int count = 5;
  };
  static constexpr int scalars = 2;
  template <class Values>
  static LOCKSTEP_INLINE int vectors(Values options) {
    return options.isZero(4) ? 2 : 3;
  }

  template <class Number>
  struct Step {
    Number beta1, beta2, epsilon, rest1, rest2, rate, perRoot;
    bool amsgrad;

    template <class V, class Count>
    LOCKSTEP_INLINE void apply(double* p, const double* g, double* state, int64_t stride, Count count) const {
      double* const means = state;
      double* const squares = state + stride;
      double* const max = squares + stride;
      const auto one = [&](auto lanes, int64_t i, auto denominator) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const T gradient = T::load(g + i);
        const T mean = as<T>(beta1) * T::load(means + i) + as<T>(rest1) * gradient;
        const T square = as<T>(beta2) * T::load(squares + i) + as<T>(rest2) * gradient * gradient;
        mean.store(means + i);
        square.store(squares + i);
        const T step = mean / (sqrt(denominator(square)) * as<T>(perRoot) + as<T>(epsilon));
        (T::load(p + i) - as<T>(rate) * step).store(p + i);
      };
      if (!amsgrad) {
        eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
          one(lanes, i, [](auto square) LOCKSTEP_LAMBDA { return square; });
        });
      } else {
        eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
          one(lanes, i, [&](auto square) LOCKSTEP_LAMBDA {
            using T = decltype(square);
            const T before = T::load(max + i);
            const T largest = select(less(before, square), square, before);
            largest.store(max + i);
            return largest;
          });
        });
      }
    }
  };

  template <class Values>
  static LOCKSTEP_INLINE auto begin(double* powers, Values options) {
    using Number = typename Values::Number;
    const Number learningRate = options[kLearningRate];
    const Number beta1 = options[1];
    const Number beta2 = options[2];
    const Number one = Number::splat(1);
    const Number power1 = Number::load(powers) * beta1;
    const Number power2 = Number::load(powers + Number::lanes) * beta2;
    power1.store(powers);
    power2.store(powers + Number::lanes);
    return Step<Number>{beta1,
                        beta2,
                        options[3],
                        one - beta1,
                        one - beta2,
                        learningRate / (one - power1),
                        one / sqrt(one - power2),
                        !options.isZero(4)};
  }
};

// The options that every optimizer has, after its own.
enum CommonOption { kWeightDecay, kClipValue, kClipNorm, kGlobalClipNorm, kCommonOptions };

template <class Own>
struct JoinedNames {
  constexpr JoinedNames() {
    constexpr const char* common[] = {"weightDecay", "clipValue", "clipNorm", "globalClipNorm"};
    for (int i = 0; i < Own::count; i++) names[i] = Own::names[i];
    for (int i = 0; i < kCommonOptions; i++) names[Own::count + i] = common[i];
  }
  const char* names[Own::count + kCommonOptions] = {};
};

template <class Own>
constexpr JoinedNames<Own> kJoinedNames;

// An entry with these options added.
template <class Entry>
struct WithCommon : Entry {
  struct Options {
    static constexpr const char* const* names = kJoinedNames<typename Entry::Options>.names;
    static constexpr int count = Entry::Options::count + kCommonOptions;
  };
};

struct Adamw : Adam {
  static constexpr const char* name = "adamw";
  using SharesCodeWith = WithCommon<Adam>;
};

constexpr bool isSameName(const char* a, const char* b) {
  while (*a != 0 && *a == *b) a++, b++;
  return *a == *b;
}

template <class... Entries>
struct OptimizerTable : Table<WithCommon<Entries>...> {
  static_assert((isSameName(Entries::Options::names[kLearningRate], "learningRate") && ...));
  // The largest number of options of any entry.
  static constexpr int maxOptions = [] {
    int max = 0;
    ((max = max < WithCommon<Entries>::Options::count ? WithCommon<Entries>::Options::count : max), ...);
    return max;
  }();
};

}  // namespace
}  // namespace lockstep
