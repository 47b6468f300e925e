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

// f(Fixed<tile>, i) over 0 … count - 1 in steps of the tile, then of 1.
template <int tile, class F>
LOCKSTEP_INLINE void eachTile(int count, F f) {
  int i = 0;
  for (; i + tile <= count; i += tile) f(Fixed<tile>{}, i);
  for (; i < count; i++) f(Fixed<1>{}, i);
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

// g_w[k][j] += Σ_r a[k] d[j] and, behind the weights, g_b[j] += Σ_r d[j], in the flat order of the parameters; on the
// first rows of a step the sums begin anew.
template <class N>
LOCKSTEP_INLINE void denseGradient(const N* a, const N* d, double* g, int inputs, int units, int rows, bool first) {
  using V = typename N::Base;
  const int64_t count = (static_cast<int64_t>(inputs) + 1) * units;
  int k = 0;
  int j = 0;
  const auto product = [&](auto) LOCKSTEP_LAMBDA {
    const N value = k < inputs ? a[k] * d[j] : d[j];
    j++;
    if (j == units) {
      j = 0;
      k++;
    }
    return value;
  };
  int64_t from = 0;
  for (; from + V::lanes <= count; from += V::lanes) {
    gradientGroup<N>(first ? V::splat(-0.0) : V::load(g + from), rows, product).store(g + from);
  }
  if (from == count) return;
  double tail[V::lanes] = {};
  for (int64_t i = from; i < count; i++) tail[i - from] = first ? -0.0 : g[i];
  gradientGroup<N>(V::load(tail), rows, product).store(tail);
  for (int64_t i = from; i < count; i++) g[i] = tail[i - from];
}

// `wideGradient` for so many weights of a row as T has lanes: four inputs at a time, then one.
template <class T, class N>
LOCKSTEP_INLINE void wideColumns(const N* a, const double* turned, int64_t stride, double* g, int inputs, int units,
                                 int rows, bool first) {
  const double* const lanes = reinterpret_cast<const double*>(a);
  eachTile<4>(inputs, [&](auto tile, auto k) LOCKSTEP_LAMBDA {
    T sums[tile];
    each(tile, [&](auto i) LOCKSTEP_LAMBDA {
      sums[i] = first ? T::splat(-0.0) : T::load(g + static_cast<int64_t>(k + i) * units);
    });
    for (int row = 0; row < rows; row++) {
      const T derivatives = T::load(turned + row * stride);
      each(tile, [&](auto i) LOCKSTEP_LAMBDA {
        sums[i] = sums[i] + T::splat(lanes[static_cast<int64_t>(k + i) * N::lanes + row]) * derivatives;
      });
    }
    each(tile, [&](auto i) LOCKSTEP_LAMBDA { sums[i].store(g + static_cast<int64_t>(k + i) * units); });
  });
  double* const bias = g + static_cast<int64_t>(inputs) * units;
  T sum = first ? T::splat(-0.0) : T::load(bias);
  for (int row = 0; row < rows; row++) sum = sum + T::load(turned + row * stride);
  sum.store(bias);
}

// denseGradient for layers of at least as many units as a register has lanes: units go into the lanes, and rows are
// added one after the other. `turned` takes d with a row of units for each sample.
template <class N>
LOCKSTEP_INLINE void wideGradient(const N* a, const N* d, double* turned, double* g, int inputs, int units, int rows,
                                  bool first) {
  using V = typename N::Base;
  const double* const lanes = reinterpret_cast<const double*>(d);
  for (int row = 0; row < rows; row++) {
    for (int64_t j = 0; j < units; j++) turned[row * static_cast<int64_t>(units) + j] = lanes[j * N::lanes + row];
  }
  eachVector<V>(units, [&](auto width, int64_t j) LOCKSTEP_LAMBDA {
    wideColumns<typename decltype(width)::type>(a, turned + j, units, g + j, inputs, units, rows, first);
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
