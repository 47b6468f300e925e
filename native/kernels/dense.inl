// The three products of a dense layer: lib/kernels/dense.ts, with several samples in the lanes of N. Sums run in index
// order; what goes side by side are samples and outputs, never the terms of one sum.
#pragma once

namespace lockstep {
namespace {

// The parameters of one network, the same in all lanes.
template <class N>
struct SharedParameters {
  const double* at;
  LOCKSTEP_INLINE N operator[](int64_t i) const { return N::splat(at[i]); }
  LOCKSTEP_INLINE SharedParameters from(int64_t i) const { return {at + i}; }
};

// The parameters of one network per lane of V, the same for each V in N.
template <class N, class V>
struct OwnParameters {
  const V* at;
  LOCKSTEP_INLINE N operator[](int64_t i) const { return repeat<N>(at[i]); }
  LOCKSTEP_INLINE OwnParameters from(int64_t i) const { return {at + i}; }
};

// How many sums go side by side so that about eight vectors are in flight.
template <class N>
constexpr int kTile = N::vectors >= 8 ? 1 : 8 / N::vectors;

// f(Fixed<count>) for a count from 1 to `most`; nothing for 0.
template <int most, class F>
LOCKSTEP_INLINE void withCount(int count, F f) {
  if constexpr (most > 0) {
    if (count == most) {
      f(Fixed<most>{});
    } else {
      withCount<most - 1>(count, f);
    }
  }
}

// f(Fixed<tile>, i) over 0 … count - 1 in steps of the tile; the last tile is as large as what is left.
template <int tile, class F>
LOCKSTEP_INLINE void eachTile(int count, F f) {
  int i = 0;
  for (; i + tile <= count; i += tile) f(Fixed<tile>{}, i);
  withCount<tile - 1>(count - i, [&](auto rest) LOCKSTEP_LAMBDA { f(rest, i); });
}

template <int tile, int count, class F>
LOCKSTEP_INLINE void eachTile(Fixed<count>, F f) {
  f(Fixed<count>{}, Fixed<0>{});
}

// z[j] = bias[j] + Σ_k a[k] w[k][j]
template <class N, class Parameters, class Inputs, class Units>
LOCKSTEP_INLINE void denseForward(const N* a, Parameters weights, Parameters bias, N* z, Inputs inputs, Units units) {
  eachTile<kTile<N>>(units, [&](auto tile, auto j) LOCKSTEP_LAMBDA {
    N sums[tile];
    each(tile, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = bias[j + i]; });
    each(inputs, [&](auto k) LOCKSTEP_LAMBDA {
      const N input = a[k];
      each(tile, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = sums[i] + input * weights[k * units + j + i]; });
    });
    each(tile, [&](auto i) LOCKSTEP_LAMBDA { z[j + i] = sums[i]; });
  });
}

// dInput[k] = Σ_j d[j] w[k][j]
template <class N, class Parameters, class Inputs, class Units>
LOCKSTEP_INLINE void denseBackward(const N* d, Parameters weights, N* dInput, Inputs inputs, Units units) {
  eachTile<kTile<N>>(inputs, [&](auto tile, auto k) LOCKSTEP_LAMBDA {
    N sums[tile];
    each(tile, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = N::splat(-0.0); });
    each(units, [&](auto j) LOCKSTEP_LAMBDA {
      const N derivative = d[j];
      each(tile, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = sums[i] + derivative * weights[(k + i) * units + j]; });
    });
    each(tile, [&](auto i) LOCKSTEP_LAMBDA { dInput[k + i] = sums[i]; });
  });
}

// `sums`, one for each of V::lanes parameters that follow one another, with the rows added: product(i) gives parameter
// i's products, samples in the lanes, which are turned and added row by row.
template <class N, class F>
LOCKSTEP_INLINE typename N::Base gradientGroup(typename N::Base sums, int rows, F product) {
  using V = typename N::Base;
  N products[V::lanes];
  each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { products[i] = product(i); });
  return addRows(sums, products, rows);
}

// n columns, from samples in the lanes to columns in the lanes of T: a register of `turned` for each row. Beyond the n
// columns and beyond the rows stand values that nobody reads.
template <class T, int n, class N>
LOCKSTEP_INLINE void turn(const N* columns, double* turned, int rows) {
  const double* const lanes = reinterpret_cast<const double*>(columns);
  if (rows == 1) {
    const double* values[T::lanes];
    each(Fixed<T::lanes>{}, [&](auto j) LOCKSTEP_LAMBDA { values[j] = lanes + (j < n ? j : 0) * N::lanes; });
    across<T>(values, 0).store(turned);
    return;
  }
  for (int row = 0; row < rows; row += T::lanes) {
    T block[T::lanes];
    each(Fixed<T::lanes>{},
         [&](auto j) LOCKSTEP_LAMBDA { block[j] = j < n ? T::load(lanes + j * N::lanes + row) : T::splat(0); });
    transpose(block);
    each(Fixed<T::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { block[i].store(turned + (row + i) * T::lanes); });
  }
}

// g[k][j] += Σ_r a[k] d[j] for n columns in the lanes of T, whose values `turned` has row by row: four k at a time go
// over the rows. The rows of g are `stride` apart.
template <class T, int n, class N, class Count>
LOCKSTEP_INLINE void addColumns(const N* a, const double* turned, double* g, Count count, int64_t stride, int rows,
                                bool first) {
  eachTile<4>(count, [&](auto tile, auto k) LOCKSTEP_LAMBDA {
    const double* const lanes = reinterpret_cast<const double*>(a + k);
    double* const to = g + k * stride;
    T sums[tile];
    each(tile, [&](auto i) LOCKSTEP_LAMBDA {
      sums[i] = T::splat(lanes[i * N::lanes]) * T::load(turned);
      if (!first) sums[i] = T::load(to + i * stride) + sums[i];
    });
    for (int row = 1; row < rows; row++) {
      const T values = T::load(turned + row * T::lanes);
      each(tile, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = sums[i] + T::splat(lanes[i * N::lanes + row]) * values; });
    }
    each(tile, [&](auto i) LOCKSTEP_LAMBDA { storePart<n>(sums[i], to + i * stride); });
  });
}

// g[j] += Σ_r d[j] for n units.
template <class T, int n>
LOCKSTEP_INLINE void addBias(const double* turned, double* g, int rows, bool first) {
  T sum = T::load(turned);
  if (!first) sum = T::load(g) + sum;
  for (int row = 1; row < rows; row++) sum = sum + T::load(turned + row * T::lanes);
  storePart<n>(sum, g);
}

// g_w[k][j] += Σ_r a[k] d[j] and, behind the weights, g_b[j] += Σ_r d[j], in the flat order of the parameters; on the
// first rows of a step the sums begin anew, with the first product. As many units at a time as a register has lanes go
// into them, or as many inputs where there is one unit, and rows are added one after the other. `turned`: a register
// for each row. Behind g, as many doubles as a register has must be there to be read.
template <class N>
void denseGradient(const N* a, const N* d, double* turned, double* g, int inputs, int units, int rows, bool first) {
  using V = typename N::Base;
  double* const bias = g + static_cast<int64_t>(inputs) * units;
  if (units == 1) {
    eachTile<V::lanes>(inputs, [&](auto count, auto k) LOCKSTEP_LAMBDA {
      constexpr int n = decltype(count){};
      using T = typename Narrowed<V, n>::type;
      turn<T, n>(a + k, turned, rows);
      addColumns<T, n>(d, turned, g + k, Fixed<1>{}, 0, rows, first);
    });
    addBias<Scalar, 1>(reinterpret_cast<const double*>(d), bias, rows, first);
    return;
  }
  eachTile<V::lanes>(units, [&](auto count, auto j) LOCKSTEP_LAMBDA {
    constexpr int n = decltype(count){};
    using T = typename Narrowed<V, n>::type;
    turn<T, n>(d + j, turned, rows);
    addColumns<T, n>(a, turned, g + j, inputs, units, rows, first);
    addBias<T, n>(turned, bias + j, rows, first);
  });
}

// The gradients with one network per lane of V: each V in N is a row, which are added in order.
template <class N, class V, class Inputs, class Units>
LOCKSTEP_INLINE void ownGradient(const N* a, const N* d, V* g, Inputs inputs, Units units, int rows, bool first) {
  const auto add = [&](auto i, N products)
                       LOCKSTEP_LAMBDA { g[i] = addVectors(first ? V::splat(-0.0) : g[i], products, rows); };
  each(inputs, [&](auto k) LOCKSTEP_LAMBDA {
    const N input = a[k];
    each(units, [&](auto j) LOCKSTEP_LAMBDA { add(k * units + j, input * d[j]); });
  });
  each(units, [&](auto j) LOCKSTEP_LAMBDA { add(inputs * units + j, d[j]); });
}

}  // namespace
}  // namespace lockstep
