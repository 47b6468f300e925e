// The parts that entries of the table of activations share. One vector holds a unit's values for several samples; a
// layer is an array of vectors.
#pragma once

#include "../../simd/common.h"
#include "option_values.inl"

namespace lockstep {
namespace {

// Two results of softmax for each lane's row, which the loss reuses: the largest z and Σ exp(z − largest).
template <class N>
struct RowSums {
  N largest;
  N total;
};

// Makes the functions of a layer from those of a unit. Long formulas are `outlined`: compiled once for each vector type
// and any number of units, not into every form of a network.
template <class Unit, bool outlined = false>
struct Elementwise {
  using Options = NoOptions;
  static constexpr bool elementwise = true;

  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, Values options) {
    if constexpr (outlined) return forwardOutlined(z, a, static_cast<int>(units), options);
    if constexpr (isSame<Units, int>() && N::lanes > N::Base::lanes) return forwardOutlined(z, a, units, options);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { a[j] = Unit::value(z[j], options); });
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, Values options, RowSums<N>&) {
    forward(z, a, units, options);
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void backward(const N* z, const N* a, N* d, Units units, Values options) {
    if constexpr (outlined) return backwardOutlined(z, a, d, static_cast<int>(units), options);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = Unit::gradient(z[j], a[j], d[j], options); });
  }

 private:
  template <class N, class Values>
  static LOCKSTEP_NOINLINE void forwardOutlined(const N* z, N* a, int units, Values options) {
    using V = typename N::Base;
    const double* from = reinterpret_cast<const double*>(z);
    double* to = reinterpret_cast<double*>(a);
    for (int64_t j = 0; j < units * N::lanes; j += V::lanes) Unit::value(V::load(from + j), options).store(to + j);
  }
  template <class N, class Values>
  static LOCKSTEP_NOINLINE void backwardOutlined(const N* z, const N* a, N* d, int units, Values options) {
    for (int j = 0; j < units; j++) d[j] = Unit::gradient(z[j], a[j], d[j], options);
  }
};

template <class Unit>
using OutlinedElementwise = Elementwise<Unit, true>;

}  // namespace
}  // namespace lockstep
