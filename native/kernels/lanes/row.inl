// Prediction of one row by dense layers: lib/kernels/training/predict.ts. Units are in the lanes, so that weights are
// loaded as they are stored, and nothing is transposed.
#pragma once

#include "../../plan.h"
#include "../activations.inl"
#include "../products/dense.inl"
#include "../support/arena.inl"
#include "../support/vectors.inl"

namespace lockstep {
namespace {

// z[j] = bias[j] + Σ_k a[k] w[k][j] for `width` vectors of units; the last has only `rest` of them, or all where rest
// is 0. The lanes after them are 0 unless an input is not finite. stride: the units of the layer.
template <class V, int width, bool isPart>
LOCKSTEP_INLINE void rowTile(const double* a, int64_t inputs, const double* weights, const double* bias, int64_t stride,
                             int64_t rest, double* z) {
  const auto load = [&](const double* from, auto i) LOCKSTEP_LAMBDA {
    if constexpr (isPart && decltype(i){} == width - 1) {
      return V::loadFirst(from + i * V::lanes, rest);
    } else {
      return V::load(from + i * V::lanes);
    }
  };
  V sums[width];
  each(Fixed<width>{}, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = load(bias, i); });
  for (int64_t k = 0; k < inputs; k++, weights += stride) {
    const V input = V::splat(a[k]);
    each(Fixed<width>{}, [&](auto i) LOCKSTEP_LAMBDA { sums[i] = sums[i] + input * load(weights, i); });
  }
  each(Fixed<width>{}, [&](auto i) LOCKSTEP_LAMBDA { sums[i].store(z + i * V::lanes); });
}

// The product of a row with the weights of a layer, in tiles of eight vectors: of the wider type Wide while a whole
// tile is left. Narrow layers use V only, which on AVX-512 was measured to be up to a third faster. z: whole vectors of
// V.
template <class Wide, class V>
LOCKSTEP_NOINLINE void rowProduct(const double* a, int64_t inputs, const double* weights, const double* bias, double* z,
                                  int64_t units) {
  constexpr int width = 8;
  int64_t j = 0;
  for (; j + width * Wide::lanes <= units; j += width * Wide::lanes) {
    rowTile<Wide, width, false>(a, inputs, weights + j, bias + j, units, 0, z + j);
  }
  if constexpr (Wide::lanes > V::lanes) {
    for (; j + width * V::lanes <= units; j += width * V::lanes) {
      rowTile<V, width, false>(a, inputs, weights + j, bias + j, units, 0, z + j);
    }
  }
  const int64_t left = units - j;
  const int64_t rest = left % V::lanes;
  withCount<width>(static_cast<int>(ceilDiv(left, V::lanes)), [&](auto count) LOCKSTEP_LAMBDA {
    constexpr int count_ = decltype(count){};
    if (V::lanes > 1 && rest > 0) {
      rowTile<V, count_, true>(a, inputs, weights + j, bias + j, units, rest, z + j);
    } else if constexpr (count_ < width) {
      rowTile<V, count_, false>(a, inputs, weights + j, bias + j, units, 0, z + j);
    }
  });
}

// One row after the other. N: the vectors of activations, the narrowest. Wide: see rowProduct.
template <class Wide, class N>
struct RowPass {
  using V = typename N::Base;

  static int64_t workspace(const Plan& plan) {
    Arena arena(nullptr);
    for (int i = 0; i < 2; i++) arena.allocate<N>(widest(plan));
    return arena.length();
  }

  static void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
    Arena arena(workspace);
    const int64_t length = widest(plan);
    N* const values[] = {arena.allocate<N>(length), arena.allocate<N>(length)};
    for (int64_t row = 0; row < plan.rows; row++, x += plan.inputs, output += plan.outputs) {
      const double* a = x;
      for (int l = 0; l < plan.layerCount; l++) {
        N* const to = values[l % 2];
        forward(plan.layers[l], p, a, to);
        a = reinterpret_cast<const double*>(to);
      }
      for (int j = 0; j < plan.outputs; j++) output[j] = a[j];
    }
  }

 private:
  // The vectors of a layer, and of the widest one.
  static int64_t vectors(const LayerPlan& layer) { return ceilDiv(layer.units, N::lanes); }
  static int64_t widest(const Plan& plan) {
    int64_t widest = 0;
    for (int l = 0; l < plan.layerCount; l++) {
      const int64_t own = vectors(plan.layers[l]);
      if (own > widest) widest = own;
    }
    return widest;
  }

  static LOCKSTEP_INLINE void forward(const LayerPlan& layer, const double* p, const double* a, N* to) {
    const int64_t count = vectors(layer);
    double* const z = reinterpret_cast<double*>(to);
    if constexpr (N::vectors > 1) to[count - 1] = N::splat(0);
    rowProduct<Wide, V>(a, layer.inputs, p + weightsOf(layer), p + biasOf(layer), z, layer.units);
    Activations::with(layer.activation, [&](auto activation) LOCKSTEP_LAMBDA {
      const auto options = optionsOf(activation, layer.activationOptions);
      if constexpr (activation.elementwise) {
        activation.forward(to, to, static_cast<int>(count), options);
      } else {
        Scalar* const units = reinterpret_cast<Scalar*>(z);
        activation.forward(units, units, layer.units, options);
      }
    });
  }
};

}  // namespace
}  // namespace lockstep
