// Loops over contiguous numbers: whole vectors first, then narrower ones for the rest.
#pragma once

#include "../../simd/scalar.h"

namespace lockstep {
namespace {

template <class V>
struct Lanes {
  using type = V;
};

// ⌈count / size⌉
constexpr int64_t ceilDiv(int64_t count, int64_t size) { return (count + size - 1) / size; }

// f(Lanes<T>, i) for the rest from i on: T is V if a vector is left, then each half of it.
template <class V, class F>
LOCKSTEP_INLINE void eachRest(int64_t i, int64_t count, F f) {
  if (i + V::lanes <= count) {
    f(Lanes<V>{}, i);
    i += V::lanes;
  }
  if constexpr (V::lanes > 1) eachRest<typename V::Half>(i, count, f);
}

// f(Lanes<V>, i) for i = 0, V::lanes, …, then narrower vectors for the rest.
template <class V, class F>
LOCKSTEP_INLINE void eachVector(int64_t count, F f) {
  int64_t i = 0;
  for (; i + V::lanes <= count; i += V::lanes) f(Lanes<V>{}, i);
  if constexpr (V::lanes > 1) eachRest<typename V::Half>(i, count, f);
}

// A count that is a multiple of the lanes.
struct MultipleOfLanes {
  int64_t count;
  constexpr operator int64_t() const { return count; }
};

template <class V, class F>
LOCKSTEP_INLINE void eachVector(MultipleOfLanes count_, F f) {
  for (int64_t i = 0; i < count_.count; i += V::lanes) f(Lanes<V>{}, i);
}

template <class V, int count, class F>
LOCKSTEP_INLINE void eachVector(Fixed<count>, F f) {
  constexpr int count_ = count / V::lanes;
  each(Fixed<count_>{}, [&](auto i) LOCKSTEP_LAMBDA { f(Lanes<V>{}, i * V::lanes); });
  each(Fixed<count - count_ * V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { f(Lanes<Scalar>{}, count_ * V::lanes + i); });
}

template <class N, class... Wider>
struct WidestOf : WidestOf<Wider...> {};

template <class N>
struct WidestOf<N> {
  using type = N;
};

// A list of vector types, narrowest first.
template <class... Widths>
struct WidthList;

template <class N, class... Wider>
struct WidthList<N, Wider...> {
  using Narrowest = N;
  using Widest = typename WidestOf<N, Wider...>::type;

  // f(Lanes<N>) with the narrowest type that holds `count` numbers; with the widest if none does.
  template <class F>
  static LOCKSTEP_INLINE auto with(int64_t count, F f) {
    if constexpr (sizeof...(Wider) == 0) {
      return f(Lanes<N>{});
    } else {
      return count <= N::lanes ? f(Lanes<N>{}) : WidthList<Wider...>::with(count, f);
    }
  }

  // f(Lanes<N>) with the type that has the least cost(N::lanes); the widest of equals.
  template <class Cost, class F>
  static LOCKSTEP_INLINE auto withLeast(Cost cost, F f) {
    if constexpr (sizeof...(Wider) == 0) {
      return f(Lanes<N>{});
    } else {
      return cost(N::lanes) < WidthList<Wider...>::least(cost) ? f(Lanes<N>{})
                                                               : WidthList<Wider...>::withLeast(cost, f);
    }
  }

  template <class Cost>
  static double least(Cost cost) {
    const double own = cost(N::lanes);
    if constexpr (sizeof...(Wider) == 0) {
      return own;
    } else {
      const double other = WidthList<Wider...>::least(cost);
      return own < other ? own : other;
    }
  }
};

// Whether all of these numbers are finite.
template <class V, class Count>
LOCKSTEP_INLINE bool areFinite(const double* p, Count count) {
  bool finite = true;
  eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    finite &= all(lessEqual(abs(T::load(p + i)), T::splat(kLargest)));
  });
  return finite;
}

template <class V, class Count>
LOCKSTEP_INLINE void copyParameters(const double* from, double* to, Count count) {
  eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    T::load(from + i).store(to + i);
  });
}

}  // namespace
}  // namespace lockstep
