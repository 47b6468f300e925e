// The parts that entries of the table of optimizers share: options of one network or of one network a lane, and a step
// over all parameters.
#pragma once

#include "../../plan.h"
#include "../../simd/scalar.h"

namespace lockstep {
namespace {

// The options of one network, and the scalars of its state: plain numbers.
struct BroadcastOptions {
  using Number = Scalar;
  const double* at;
  LOCKSTEP_INLINE Number operator[](int i) const { return {at[i]}; }
  LOCKSTEP_INLINE bool isZero(int i) const { return at[i] == 0; }
};

// The options of one network a lane. An option is 0 for all lanes or for none.
template <class N>
struct PerLaneOptions {
  using Number = N;
  const N* at;
  LOCKSTEP_INLINE Number operator[](int i) const { return at[i]; }
  LOCKSTEP_INLINE bool isZero(int i) const { return *reinterpret_cast<const double*>(at + i) == 0; }
};

// An option as a vector of parameters needs it.
template <class T, class Number>
LOCKSTEP_INLINE T as(Number number) {
  if constexpr (isSame<T, Number>()) {
    return number;
  } else {
    return T::splat(number.v);
  }
}

// The base of every entry: one step over all parameters. An entry has two functions. `begin` advances the scalars of
// the state and computes what is the same for all parameters. `apply` updates a range of parameters: p, g and state
// point to the range, whose vectors of state are `stride` apart.
template <class Entry>
struct OptimizerEntry {
  template <class V, class Count, class Values>
  static LOCKSTEP_INLINE void update(double* p, const double* g, double* state, Count count, Values options) {
    double* const scalars = state + Entry::vectors(options) * count;
    Entry::begin(scalars, options).template apply<V>(p, g, state, count, count);
  }
};

// The update as a function of its own: inlined, it would be compiled into every form of a training.
template <class Entry>
struct OutlinedOptimizer : OptimizerEntry<Entry> {
  template <class V, class Count, class Values>
  static LOCKSTEP_NOINLINE void update(double* p, const double* g, double* state, Count count, Values options) {
    OptimizerEntry<Entry>::template update<V>(p, g, state, count, options);
  }
};

// An optimizer without scalars in its state: a step reads its options only.
template <class Entry>
struct StatelessStep : OutlinedOptimizer<Entry> {
  static constexpr int scalars = 0;
  template <class Values>
  static LOCKSTEP_INLINE auto begin(double*, Values options) {
    return typename Entry::template Step<Values>{options};
  }
};

}  // namespace
}  // namespace lockstep
