// What every vector type builds on. A vector type V has V::lanes doubles, elementwise + - * /, and the functions that
// scalar.h shows for one lane. Kernels use that interface and nothing else.
// Everything here and in the kernels is in an unnamed namespace: each object file keeps its own copies, so that the
// linker cannot use code compiled for AVX-512 on a processor without it.
#pragma once

#include <stdint.h>

#include "macros.h"

namespace lockstep {
namespace {

// The largest finite double.
constexpr double kLargest = 1.7976931348623157e308;

// 2^(i/16) for i = 0 … 15 as a double, and its tail. i << 48 is subtracted from the double's bits: after the addition
// of n << 48, for any n with n mod 16 = i, they are those of 2^(n/16).
struct PowerTable {
  // As two arrays, for permutes, and as pairs, for loads of both numbers at once.
  double powers[16];
  double tails[16];
  double pairs[32];

  constexpr PowerTable(const double (&doubles)[16], const double (&given)[16], double factor)
      : powers(), tails(), pairs() {
    for (int i = 0; i < 16; i++) {
      const uint64_t bits = __builtin_bit_cast(uint64_t, doubles[i]) - (static_cast<uint64_t>(i) << 48);
      powers[i] = pairs[2 * i] = __builtin_bit_cast(double, bits);
      tails[i] = pairs[2 * i + 1] = factor * given[i];
    }
  }
};

// Whether a flag is set that another thread may set at any time.
inline bool isSet(const volatile int* flag) {
#if defined(_MSC_VER) && !defined(__clang__)
  return *flag != 0;
#else
  return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
#endif
}

// A size known at compile time: `each` unrolls its loop.
template <int n>
struct Fixed {
  constexpr operator int() const { return n; }
};

template <int i, int n, class F>
LOCKSTEP_INLINE void eachFrom(F& f) {
  if constexpr (i < n) {
    f(Fixed<i>{});
    eachFrom<i + 1, n>(f);
  }
}

// f(0), f(1), …, f(n - 1)
template <int n, class F>
LOCKSTEP_INLINE void each(Fixed<n>, F f) {
  eachFrom<0, n>(f);
}

template <class F>
LOCKSTEP_INLINE void each(int n, F f) {
  for (int i = 0; i < n; i++) f(i);
}

// The same from the last to the first.
template <int i, class F>
LOCKSTEP_INLINE void eachDownFrom(F& f) {
  if constexpr (i > 0) {
    f(Fixed<i - 1>{});
    eachDownFrom<i - 1>(f);
  }
}

template <int n, class F>
LOCKSTEP_INLINE void eachDown(Fixed<n>, F f) {
  eachDownFrom<n>(f);
}

template <class F>
LOCKSTEP_INLINE void eachDown(int n, F f) {
  for (int i = n - 1; i >= 0; i--) f(i);
}

template <int n>
constexpr Fixed<n - 1> oneLess(Fixed<n>) {
  return {};
}

constexpr int oneLess(int n) { return n - 1; }

template <int n>
constexpr Fixed<n + 1> oneMore(Fixed<n>) {
  return {};
}

constexpr int oneMore(int n) { return n + 1; }

template <class A, class B>
struct Same {
  static constexpr bool value = false;
};

template <class A>
struct Same<A, A> {
  static constexpr bool value = true;
};

template <class A, class B>
constexpr bool isSame() {
  return Same<A, B>::value;
}

// Two vectors as one with twice the lanes. Nested pairs keep several independent chains in flight, each operation done
// on all of them before the next, which hides latency.
template <class H>
struct VectorPair {
  static constexpr int lanes = 2 * H::lanes;
  static constexpr int vectors = 2 * H::vectors;
  using Base = typename H::Base;
  using Half = H;
  struct Mask {
    typename H::Mask low, high;
  };
  H low, high;

  // The copies are explicit: g++ would copy the object through memory in pieces of another size than it was stored in,
  // and the loads would wait for the stores.
  VectorPair() = default;
  LOCKSTEP_INLINE VectorPair(H low, H high) : low(low), high(high) {}
  LOCKSTEP_INLINE VectorPair(const VectorPair& other) : low(other.low), high(other.high) {}
  LOCKSTEP_INLINE VectorPair& operator=(const VectorPair& other) {
    low = other.low;
    high = other.high;
    return *this;
  }

  static LOCKSTEP_INLINE VectorPair load(const double* from) { return {H::load(from), H::load(from + H::lanes)}; }
  static LOCKSTEP_INLINE VectorPair splat(double value) {
    const H both = H::splat(value);
    return {both, both};
  }
  LOCKSTEP_INLINE void store(double* to) const {
    low.store(to);
    high.store(to + H::lanes);
  }
  friend LOCKSTEP_INLINE VectorPair operator+(VectorPair a, VectorPair b) { return {a.low + b.low, a.high + b.high}; }
  friend LOCKSTEP_INLINE VectorPair operator-(VectorPair a, VectorPair b) { return {a.low - b.low, a.high - b.high}; }
  friend LOCKSTEP_INLINE VectorPair operator*(VectorPair a, VectorPair b) { return {a.low * b.low, a.high * b.high}; }
  friend LOCKSTEP_INLINE VectorPair operator/(VectorPair a, VectorPair b) { return {a.low / b.low, a.high / b.high}; }
  friend LOCKSTEP_INLINE VectorPair operator-(VectorPair a) { return {-a.low, -a.high}; }
  friend LOCKSTEP_INLINE VectorPair abs(VectorPair a) { return {abs(a.low), abs(a.high)}; }
  friend LOCKSTEP_INLINE VectorPair sqrt(VectorPair a) { return {sqrt(a.low), sqrt(a.high)}; }
  friend LOCKSTEP_INLINE VectorPair copySign(VectorPair size, VectorPair sign) {
    return {copySign(size.low, sign.low), copySign(size.high, sign.high)};
  }
  friend LOCKSTEP_INLINE Mask less(VectorPair a, VectorPair b) { return {less(a.low, b.low), less(a.high, b.high)}; }
  friend LOCKSTEP_INLINE Mask lessEqual(VectorPair a, VectorPair b) {
    return {lessEqual(a.low, b.low), lessEqual(a.high, b.high)};
  }
  friend LOCKSTEP_INLINE VectorPair select(Mask mask, VectorPair a, VectorPair b) {
    return {select(mask.low, a.low, b.low), select(mask.high, a.high, b.high)};
  }
  friend LOCKSTEP_INLINE bool all(Mask mask) {
    return static_cast<int>(all(mask.low)) & static_cast<int>(all(mask.high));
  }
  friend LOCKSTEP_INLINE VectorPair powerOfTwo(const PowerTable& table, VectorPair shifted, VectorPair& tail) {
    return {powerOfTwo(table, shifted.low, tail.low), powerOfTwo(table, shifted.high, tail.high)};
  }
  friend LOCKSTEP_INLINE VectorPair splitExponent(VectorPair x, VectorPair& exponent) {
    return {splitExponent(x.low, exponent.low), splitExponent(x.high, exponent.high)};
  }
};

// The narrowest of V, V::Half, … that holds n doubles.
template <class V, int n, bool half = (V::lanes > 1 && n <= V::lanes / 2)>
struct NarrowestVector {
  using type = V;
};

template <class V, int n>
struct NarrowestVector<V, n, true> {
  using type = typename NarrowestVector<typename V::Half, n>::type;
};

// Stores the first n lanes, and writes nothing after them.
template <int n, class V>
LOCKSTEP_INLINE void storeFirst(V vector, double* to) {
  if constexpr (n == V::lanes) {
    vector.store(to);
  } else if constexpr (n > 0) {
    constexpr int half = V::lanes / 2;
    storeFirst<(n < half ? n : half)>(vector.lowHalf(), to);
    if constexpr (n > half) storeFirst<n - half>(vector.highHalf(), to + half);
  }
}

// Loads the first n lanes, and reads nothing after them. The other lanes are 0.
template <class V, int n>
LOCKSTEP_INLINE V loadFirst(const double* from) {
  if constexpr (n == V::lanes) {
    return V::load(from);
  } else if constexpr (n == 0) {
    return V::splat(0);
  } else {
    using H = typename V::Half;
    constexpr int half = H::lanes;
    return V::join(loadFirst<H, (n < half ? n : half)>(from), loadFirst<H, (n < half ? 0 : n - half)>(from + half));
  }
}

// Lane i = rows[i][at]: one column of V::lanes rows.
template <class V>
LOCKSTEP_INLINE V loadColumn(const double* const* rows, int64_t at) {
  if constexpr (V::lanes == 1) {
    return V::splat(rows[0][at]);
  } else {
    using H = typename V::Half;
    return V::join(loadColumn<H>(rows, at), loadColumn<H>(rows + H::lanes, at));
  }
}

// Four vectors.
template <class V>
using Deep = VectorPair<VectorPair<V>>;

// v · *number. A vector type overloads it if an instruction multiplies by a broadcast number in memory.
template <class V>
LOCKSTEP_INLINE V mulBroadcast(V v, const double* number) {
  return v * V::splat(*number);
}

// v in each of the vectors of N.
template <class N, class V>
LOCKSTEP_INLINE N repeat(V v) {
  if constexpr (isSame<N, V>()) {
    return v;
  } else {
    const auto half = repeat<typename N::Half>(v);
    return {half, half};
  }
}

// sum + the first `count` vectors of N, added one after the other.
template <class V>
LOCKSTEP_INLINE V addVectors(V sum, V vector, int count) {
  return count > 0 ? sum + vector : sum;
}

template <class V, class H>
LOCKSTEP_INLINE V addVectors(V sum, VectorPair<H> vectors, int count) {
  sum = addVectors(sum, vectors.low, count);
  return addVectors(sum, vectors.high, count - H::lanes / V::lanes);
}

// acc[i] += products[i][0], then products[i][1], … for the first `rows` lanes: lane i of acc is one sum, in row order.
template <class V>
LOCKSTEP_INLINE V addRows(V acc, const V* products, int rows) {
  V columns[V::lanes];
  each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { columns[i] = products[i]; });
  transpose(columns);
  each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA {
    if (i < rows) acc = acc + columns[i];
  });
  return acc;
}

template <class H>
LOCKSTEP_INLINE typename H::Base addRows(typename H::Base acc, const VectorPair<H>* products, int rows) {
  constexpr int count = H::Base::lanes;
  H part[count];
  each(Fixed<count>{}, [&](auto i) LOCKSTEP_LAMBDA { part[i] = products[i].low; });
  acc = addRows(acc, part, rows);
  if (rows <= H::lanes) return acc;
  each(Fixed<count>{}, [&](auto i) LOCKSTEP_LAMBDA { part[i] = products[i].high; });
  return addRows(acc, part, rows - H::lanes);
}

}  // namespace
}  // namespace lockstep
