// The three products of a dense layer with several samples in the lanes of N: lib/kernels/products/dense.ts. Sums run
// in index order. Lanes and tiles run across samples and outputs, never across the terms of one sum. a: [inputs], z, d:
// [units], vectors of samples; w: [inputs × units].
#pragma once

#include "../../simd/scalar.h"

namespace lockstep {
namespace {

// The parameters of one network, the same in all lanes.
template <class N>
struct BroadcastParameters {
  const double* at;
  LOCKSTEP_INLINE N operator[](int64_t i) const { return N::splat(at[i]); }
  LOCKSTEP_INLINE BroadcastParameters from(int64_t i) const { return {at + i}; }
};

// The parameters of one network per lane of V, repeated for each V in N.
template <class N, class V>
struct PerLaneParameters {
  const V* at;
  LOCKSTEP_INLINE N operator[](int64_t i) const { return repeat<N>(at[i]); }
  LOCKSTEP_INLINE PerLaneParameters from(int64_t i) const { return {at + i}; }
};

// The number of sums computed at once, so that about eight vectors are in flight.
template <class N>
constexpr int kTile = N::vectors >= 8 ? 1 : 8 / N::vectors;

// f(Fixed<count>) for a count from 1 to `max`; nothing for 0.
template <int max, class F>
LOCKSTEP_INLINE void withCount(int count, F f) {
  if constexpr (max > 0) {
    if (count == max) {
      f(Fixed<max>{});
    } else {
      withCount<max - 1>(count, f);
    }
  }
}

// f(Fixed<tile>, i) over 0 … count - 1 in steps of the tile; the last tile has the size of the rest.
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

// Forward: z[j] = bias[j] + Σ_k a[k] w[k][j]
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

// Backward: dInput[k] = Σ_j d[j] w[k][j]
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

// Adds rows to `sums`, which holds one sum for each of V::lanes consecutive parameters. product(i) returns parameter
// i's products with samples in the lanes; they are transposed and added row by row.
template <class N, class F>
LOCKSTEP_INLINE typename N::Base gradientGroup(typename N::Base sums, int rows, F product) {
  using V = typename N::Base;
  N products[V::lanes];
  each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { products[i] = product(i); });
  return addRows(sums, products, rows);
}

// Transposes n columns from samples in the lanes to columns in the lanes of T: one register of `transposed` for each
// row. Lanes after the n columns and registers after the rows are unspecified.
template <class T, int n, class N>
LOCKSTEP_INLINE void transposeColumns(const N* columns, double* transposed, int rows) {
  const double* const lanes = reinterpret_cast<const double*>(columns);
  if (rows == 1) {
    const double* values[T::lanes];
    each(Fixed<T::lanes>{}, [&](auto j) LOCKSTEP_LAMBDA { values[j] = lanes + (j < n ? j : 0) * N::lanes; });
    loadColumn<T>(values, 0).store(transposed);
    return;
  }
  for (int row = 0; row < rows; row += T::lanes) {
    T block[T::lanes];
    each(Fixed<T::lanes>{},
         [&](auto j) LOCKSTEP_LAMBDA { block[j] = j < n ? T::load(lanes + j * N::lanes + row) : T::splat(0); });
    transpose(block);
    each(Fixed<T::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { block[i].store(transposed + (row + i) * T::lanes); });
  }
}

// Gradients: g[k][j] += Σ_r a[k] d[j] for n columns j in the lanes of T. `transposed` holds d row by row; four k are
// computed at once. The rows of g are `stride` apart.
template <class T, int n, class N, class Count>
LOCKSTEP_INLINE void addColumns(const N* a, const double* transposed, double* g, Count count, int64_t stride, int rows,
                                bool overwrite) {
  eachTile<4>(count, [&](auto tile, auto k) LOCKSTEP_LAMBDA {
    const double* const lanes = reinterpret_cast<const double*>(a + k);
    double* const to = g + k * stride;
    T sums[tile];
    each(tile, [&](auto i) LOCKSTEP_LAMBDA {
      sums[i] = T::splat(lanes[i * N::lanes]) * T::load(transposed);
      if (!overwrite) sums[i] = T::load(to + i * stride) + sums[i];
    });
    for (int row = 1; row < rows; row++) {
      const T values = T::load(transposed + row * T::lanes);
      each(tile, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = sums[i] + T::splat(lanes[i * N::lanes + row]) * values; });
    }
    each(tile, [&](auto i) LOCKSTEP_LAMBDA { storeFirst<n>(sums[i], to + i * stride); });
  });
}

// Gradients: g[j] += Σ_r d[j] for n units.
template <class T, int n>
LOCKSTEP_INLINE void addBias(const double* transposed, double* g, int rows, bool overwrite) {
  T sum = T::load(transposed);
  if (!overwrite) sum = T::load(g) + sum;
  for (int row = 1; row < rows; row++) sum = sum + T::load(transposed + row * T::lanes);
  storeFirst<n>(sum, g);
}

// Gradients of the weights, g_w[k][j] += Σ_r a[k] d[j], and after them of the bias, g_b[j] += Σ_r d[j], in the flat
// order of the parameters. With `overwrite`, on the first rows of a step, the sums start with the first product. The
// lanes hold units, or inputs if there is one unit; rows are added in order. `transposed` has one register for each
// row. One register of memory after g must be readable.
template <class N>
void denseGradient(const N* a, const N* d, double* transposed, double* g, int inputs, int units, int rows,
                   bool overwrite) {
  using V = typename N::Base;
  double* const bias = g + static_cast<int64_t>(inputs) * units;
  if (units == 1) {
    eachTile<V::lanes>(inputs, [&](auto count, auto k) LOCKSTEP_LAMBDA {
      constexpr int n = decltype(count){};
      using T = typename NarrowestVector<V, n>::type;
      transposeColumns<T, n>(a + k, transposed, rows);
      addColumns<T, n>(d, transposed, g + k, Fixed<1>{}, 0, rows, overwrite);
    });
    addBias<Scalar, 1>(reinterpret_cast<const double*>(d), bias, rows, overwrite);
    return;
  }
  eachTile<V::lanes>(units, [&](auto count, auto j) LOCKSTEP_LAMBDA {
    constexpr int n = decltype(count){};
    using T = typename NarrowestVector<V, n>::type;
    transposeColumns<T, n>(d + j, transposed, rows);
    addColumns<T, n>(a, transposed, g + j, inputs, units, rows, overwrite);
    addBias<T, n>(transposed, bias + j, rows, overwrite);
  });
}

// The gradients with one network per lane of V: each V in N is a row; rows are added in order.
template <class N, class V, class Inputs, class Units>
LOCKSTEP_INLINE void perLaneGradient(const N* a, const N* d, V* g, Inputs inputs, Units units, int rows,
                                     bool overwrite) {
  const auto add = [&](auto i, N products)
                       LOCKSTEP_LAMBDA { g[i] = addVectors(overwrite ? V::splat(-0.0) : g[i], products, rows); };
  each(inputs, [&](auto k) LOCKSTEP_LAMBDA {
    const N input = a[k];
    each(units, [&](auto j) LOCKSTEP_LAMBDA { add(k * units + j, input * d[j]); });
  });
  each(units, [&](auto j) LOCKSTEP_LAMBDA { add(inputs * units + j, d[j]); });
}

}  // namespace
}  // namespace lockstep
