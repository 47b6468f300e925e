// The three products of a dense layer with several samples in the lanes of N: lib/kernels/products/dense.ts. Sums run
// in index order. Lanes and tiles run across samples and outputs, never across the terms of one sum. a: [inputs], z, d:
// [units], vectors of samples; w: [inputs × units].
#pragma once

#include "../../simd/scalar.h"

namespace lockstep {
namespace {

// The parameters of one network, the same in all lanes. times: v · parameter i, for one base vector v.
template <class N>
struct BroadcastParameters {
  using V = typename N::Base;
  const double* at;
  LOCKSTEP_INLINE N operator[](int64_t i) const { return N::splat(at[i]); }
  LOCKSTEP_INLINE V base(int64_t i) const { return V::splat(at[i]); }
  LOCKSTEP_INLINE V times(V v, int64_t i) const { return mulBroadcast(v, at + i); }
  LOCKSTEP_INLINE BroadcastParameters from(int64_t i) const { return {at + i}; }
};

// The parameters of one network per lane of V, repeated for each V in N.
template <class N, class V>
struct PerLaneParameters {
  const V* at;
  LOCKSTEP_INLINE N operator[](int64_t i) const { return repeat<N>(at[i]); }
  LOCKSTEP_INLINE V base(int64_t i) const { return at[i]; }
  LOCKSTEP_INLINE V times(V v, int64_t i) const { return v * at[i]; }
  LOCKSTEP_INLINE PerLaneParameters from(int64_t i) const { return {at + i}; }
};

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

// A tile of sums in registers, `height` outputs by `width` base vectors of samples:
// sums[i][v] = start(i) + Σ_t inputs[t][v] · weights[index(t, i)]. v counts from `vector` on. Works on base vectors,
// because g++ copies an N through memory.
template <class N, int height, int width, class Parameters, class Start, class Index>
LOCKSTEP_INLINE void sumTile(int vector, const N* inputs, int terms, Parameters weights, N* sums, Start start,
                             Index index) {
  using V = typename N::Base;
  V sum[height][width];
  each(Fixed<height>{}, [&](auto i) LOCKSTEP_LAMBDA {
    const V first = start(i);
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[i][v] = first; });
  });
  const double* from = reinterpret_cast<const double*>(inputs) + vector * V::lanes;
  for (int t = 0; t < terms; t++, from += N::lanes) {
    V input[width];
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { input[v] = V::load(from + v * V::lanes); });
    each(Fixed<height>{}, [&](auto i) LOCKSTEP_LAMBDA {
      const int64_t at = index(t, i);
      each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[i][v] = sum[i][v] + weights.times(input[v], at); });
    });
  }
  double* const to = reinterpret_cast<double*>(sums) + vector * V::lanes;
  each(Fixed<height>{}, [&](auto i) LOCKSTEP_LAMBDA {
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[i][v].store(to + i * N::lanes + v * V::lanes); });
  });
}

// f(Fixed<height>, Fixed<width>, i, v) for tiles of outputs i … and base vectors v … that cover `count` outputs and all
// vectors of N: tall tiles of two vectors, then tiles of all vectors. At least about eight sums are in flight where
// there are that many.
template <class N, class F>
LOCKSTEP_INLINE void eachSumTile(int count, F f) {
  constexpr int vectors = N::lanes / N::Base::lanes;
  constexpr int width = vectors < 2 ? vectors : 2;
  constexpr int tall = N::Base::registers > 16 ? 8 : 6;
  int i = 0;
  const auto rows = [&](auto height, auto columns) LOCKSTEP_LAMBDA {
    for (; i + height <= count; i += height) {
      each(Fixed<vectors / decltype(columns){}>{},
           [&](auto v) LOCKSTEP_LAMBDA { f(height, columns, i, v * decltype(columns){}); });
    }
  };
  rows(Fixed<tall>{}, Fixed<width>{});
  rows(Fixed<4>{}, Fixed<width>{});
  rows(Fixed<2>{}, Fixed<vectors>{});
  rows(Fixed<1>{}, Fixed<vectors>{});
}

// Forward: z[j] = bias[j] + Σ_k a[k] w[k][j]
template <class N, class Parameters>
LOCKSTEP_NOINLINE void denseForwardTiles(const N* a, Parameters weights, Parameters bias, N* z, int inputs, int units) {
  eachSumTile<N>(units, [&](auto height, auto width, int j, auto v) LOCKSTEP_LAMBDA {
    sumTile<N, decltype(height){}, decltype(width){}>(
        v, a, inputs, weights, z + j, [&](auto i) LOCKSTEP_LAMBDA { return bias.base(j + i); },
        [&](int64_t k, auto i) LOCKSTEP_LAMBDA { return k * units + j + i; });
  });
}

// Backward: dInput[k] = Σ_j d[j] w[k][j]
template <class N, class Parameters>
LOCKSTEP_NOINLINE void denseBackwardTiles(const N* d, Parameters weights, N* dInput, int inputs, int units) {
  eachSumTile<N>(inputs, [&](auto height, auto width, int k, auto v) LOCKSTEP_LAMBDA {
    sumTile<N, decltype(height){}, decltype(width){}>(
        v, d, units, weights, dInput + k, [](auto) LOCKSTEP_LAMBDA { return N::Base::splat(-0.0); },
        [&](int64_t j, auto i) LOCKSTEP_LAMBDA { return (k + i) * units + j; });
  });
}

// The same two for sizes that are known at compile time, or not.
template <class N, class Parameters, class Inputs, class Units>
LOCKSTEP_INLINE void denseForward(const N* a, Parameters weights, Parameters bias, N* z, Inputs inputs, Units units) {
  if constexpr (isSame<Units, int>()) {
    denseForwardTiles(a, weights, bias, z, inputs, units);
  } else {
    each(units, [&](auto j) LOCKSTEP_LAMBDA { z[j] = bias[j]; });
    each(inputs, [&](auto k) LOCKSTEP_LAMBDA {
      const N input = a[k];
      each(units, [&](auto j) LOCKSTEP_LAMBDA { z[j] = z[j] + input * weights[k * units + j]; });
    });
  }
}

template <class N, class Parameters, class Inputs, class Units>
LOCKSTEP_INLINE void denseBackward(const N* d, Parameters weights, N* dInput, Inputs inputs, Units units) {
  if constexpr (isSame<Units, int>()) {
    denseBackwardTiles(d, weights, dInput, inputs, units);
  } else {
    each(inputs, [&](auto k) LOCKSTEP_LAMBDA { dInput[k] = N::splat(-0.0); });
    each(units, [&](auto j) LOCKSTEP_LAMBDA {
      const N derivative = d[j];
      each(inputs, [&](auto k) LOCKSTEP_LAMBDA { dInput[k] = dInput[k] + derivative * weights[k * units + j]; });
    });
  }
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

// Gradients: g[k][j] += Σ_r a[k] d[j] for n columns j in the lanes of T. `transposed` holds d row by row; eight k are
// computed at once. The rows of g are `stride` apart.
template <class T, int n, class N, class Count>
LOCKSTEP_INLINE void addColumns(const N* a, const double* transposed, double* g, Count count, int64_t stride, int rows,
                                bool overwrite) {
  eachTile<8>(count, [&](auto tile, auto k) LOCKSTEP_LAMBDA {
    const double* const lanes = reinterpret_cast<const double*>(a + k);
    double* const to = g + k * stride;
    T sums[tile];
    each(tile, [&](auto i) LOCKSTEP_LAMBDA {
      sums[i] = T::splat(lanes[i * N::lanes]) * T::load(transposed);
      if (!overwrite) sums[i] = loadFirst<T, n>(to + i * stride) + sums[i];
    });
    for (int row = 1; row < rows; row++) {
      const T values = T::load(transposed + row * T::lanes);
      each(tile, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = sums[i] + mulBroadcast(values, lanes + i * N::lanes + row); });
    }
    each(tile, [&](auto i) LOCKSTEP_LAMBDA { storeFirst<n>(sums[i], to + i * stride); });
  });
}

// Gradients: g[j] += Σ_r d[j] for n units.
template <class T, int n>
LOCKSTEP_INLINE void addBias(const double* transposed, double* g, int rows, bool overwrite) {
  T sum = T::load(transposed);
  if (!overwrite) sum = loadFirst<T, n>(g) + sum;
  for (int row = 1; row < rows; row++) sum = sum + T::load(transposed + row * T::lanes);
  storeFirst<n>(sum, g);
}

// A part of the gradients of a layer: of the weights w[k][j] for `inputs` k and `units` j, and of the bias of these j
// if `bias` is not nullptr. weights, bias: those of the first k and j; the rows of the weights are `stride` apart.
struct GradientPart {
  double* weights;
  double* bias;
  int inputs;
  int units;
  int64_t stride;
};

// Gradients: g_w[k][j] += Σ_r a[k] d[j], and g_b[j] += Σ_r d[j]. a, d: of the first k and j of the part. With
// `overwrite`, on the first rows of a step, the sums start with the first product. The lanes hold units, or inputs if
// the layer has one unit; rows are added in order. `transposed` has one register for each row.
template <class N>
LOCKSTEP_NOINLINE void denseGradient(const N* a, const N* d, double* transposed, const GradientPart& part, int rows,
                                     bool overwrite) {
  using V = typename N::Base;
  if (part.stride == 1) {
    eachTile<V::lanes>(part.inputs, [&](auto count, auto k) LOCKSTEP_LAMBDA {
      constexpr int n = decltype(count){};
      using T = typename NarrowestVector<V, n>::type;
      transposeColumns<T, n>(a + k, transposed, rows);
      addColumns<T, n>(d, transposed, part.weights + k, Fixed<1>{}, 0, rows, overwrite);
    });
    if (part.bias != nullptr) {
      addBias<Scalar, 1>(reinterpret_cast<const double*>(d), part.bias, rows, overwrite);
    }
    return;
  }
  eachTile<V::lanes>(part.units, [&](auto count, auto j) LOCKSTEP_LAMBDA {
    constexpr int n = decltype(count){};
    using T = typename NarrowestVector<V, n>::type;
    transposeColumns<T, n>(d + j, transposed, rows);
    addColumns<T, n>(a, transposed, part.weights + j, part.inputs, part.stride, rows, overwrite);
    if (part.bias != nullptr) addBias<T, n>(transposed, part.bias + j, rows, overwrite);
  });
}

// The gradients with one network per lane of V: each V in N is a row; rows are added in order.
template <class N, class V>
LOCKSTEP_NOINLINE void perLaneGradientTiles(const N* a, const N* d, V* g, int inputs, int units, int rows,
                                            bool overwrite) {
  constexpr int depth = N::lanes / V::lanes;
  const auto add = [&](V& sum, const double* derivatives, auto product) LOCKSTEP_LAMBDA {
    V total = overwrite ? V::splat(-0.0) : sum;
    each(Fixed<depth>{}, [&](auto row) LOCKSTEP_LAMBDA {
      if (row < rows) total = total + product(row, V::load(derivatives + row * V::lanes));
    });
    sum = total;
  };
  const double* const derivatives = reinterpret_cast<const double*>(d);
  for (int k = 0; k < inputs; k++) {
    V input[depth];
    each(Fixed<depth>{}, [&](auto row) LOCKSTEP_LAMBDA {
      input[row] = V::load(reinterpret_cast<const double*>(a + k) + row * V::lanes);
    });
    for (int j = 0; j < units; j++) {
      add(g[k * units + j], derivatives + j * N::lanes,
          [&](auto row, V derivative) LOCKSTEP_LAMBDA { return input[row] * derivative; });
    }
  }
  for (int j = 0; j < units; j++) {
    add(g[inputs * units + j], derivatives + j * N::lanes,
        [](auto, V derivative) LOCKSTEP_LAMBDA { return derivative; });
  }
}

template <class N, class V, class Inputs, class Units>
LOCKSTEP_INLINE void perLaneGradient(const N* a, const N* d, V* g, Inputs inputs, Units units, int rows,
                                     bool overwrite) {
  if constexpr (isSame<Units, int>()) {
    perLaneGradientTiles<N, V>(a, d, g, inputs, units, rows, overwrite);
  } else {
    const auto add = [&](auto i, N products)
                         LOCKSTEP_LAMBDA { g[i] = addVectors(overwrite ? V::splat(-0.0) : g[i], products, rows); };
    each(inputs, [&](auto k) LOCKSTEP_LAMBDA {
      const N input = a[k];
      each(units, [&](auto j) LOCKSTEP_LAMBDA { add(k * units + j, input * d[j]); });
    });
    each(units, [&](auto j) LOCKSTEP_LAMBDA { add(inputs * units + j, d[j]); });
  }
}

}  // namespace
}  // namespace lockstep
