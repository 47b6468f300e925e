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

// Makes the functions of a layer from those of a unit.
template <class Unit>
struct Elementwise {
  using Options = NoOptions;
  static constexpr bool elementwise = true;

  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, Values options) {
    each(units, [&](auto j) LOCKSTEP_LAMBDA { a[j] = Unit::value(z[j], options); });
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, Values options, RowSums<N>&) {
    forward(z, a, units, options);
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void backward(const N* z, const N* a, N* d, Units units, Values options) {
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = Unit::gradient(z[j], a[j], d[j], options); });
  }
};

// The same as functions of their own, for long formulas: inlined, they would be compiled into every form of a network.
template <class Unit>
struct OutlinedElementwise : Elementwise<Unit> {
  template <class N, class Units, class Values>
  static LOCKSTEP_NOINLINE void forward(const N* z, N* a, Units units, Values options) {
    Elementwise<Unit>::forward(z, a, units, options);
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, Values options, RowSums<N>&) {
    forward(z, a, units, options);
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_NOINLINE void backward(const N* z, const N* a, N* d, Units units, Values options) {
    Elementwise<Unit>::backward(z, a, d, units, options);
  }
};

}  // namespace
}  // namespace lockstep
