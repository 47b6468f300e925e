// How a loop goes over numbers that stand side by side: in vectors, then what is left.
#pragma once

namespace lockstep {
namespace {

template <class V>
struct Lanes {
  using type = V;
};

// How many pieces of this size hold `count`, the last of which need not be full.
constexpr int64_t piecesOf(int64_t count, int64_t size) { return (count + size - 1) / size; }

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

template <class N, class... Wider>
struct WidestOf : WidestOf<Wider...> {};

template <class N>
struct WidestOf<N> {
  using type = N;
};

// Vector types, narrowest first.
template <class... Widths>
struct WidthList;

template <class N, class... Wider>
struct WidthList<N, Wider...> {
  using Narrowest = N;
  using Widest = typename WidestOf<N, Wider...>::type;

  // f(Lanes<N>) with the narrowest that holds so many; else with the widest.
  template <class F>
  static LOCKSTEP_INLINE auto with(int64_t count, F f) {
    if constexpr (sizeof...(Wider) == 0) {
      return f(Lanes<N>{});
    } else {
      return count <= N::lanes ? f(Lanes<N>{}) : WidthList<Wider...>::with(count, f);
    }
  }
};

}  // namespace
}  // namespace lockstep
