// The table of losses: lib/kernels/losses.ts for any vector type. z, a, y, d: one vector of samples for each output.
#pragma once

namespace lockstep {
namespace {

// What every entry has: the activation whose derivative its gradient takes in (void: none), and the scaled gradient of
// a row.
template <class Entry, class Fused>
struct LossEntry {
  static constexpr int fusedWith = Activations::codeOf<Fused>();
  using Options = NoOptions;

  template <class N, class Units>
  static LOCKSTEP_INLINE void backward(const N* a, const N* y, N* d, Units units, double scale) {
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = Entry::gradient(a[j], y[j]) * N::splat(scale); });
  }
};

// Turns the term of one output into the loss of a row.
template <class Entry, class Fused>
struct UnitLoss : LossEntry<Entry, Fused> {
  template <class N, class Units>
  static LOCKSTEP_INLINE N forward(const N* z, const N* a, const N* y, Units units) {
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + Entry::term(z[j], a[j], y[j]); });
    return sum;
  }
  template <class N, class Units>
  static LOCKSTEP_INLINE N forward(const N* z, const N* a, const N* y, Units units, const RowSums<N>&) {
    return forward(z, a, y, units);
  }
};

struct HalfSquaredError : UnitLoss<HalfSquaredError, void> {
  static constexpr const char* name = "halfSquaredError";
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y) {
    return (a - y) * (a - y);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y) {
    return a - y;
  }
};

struct MeanSquaredError : UnitLoss<MeanSquaredError, void> {
  static constexpr const char* name = "meanSquaredError";
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y) {
    return (a - y) * (a - y);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y) {
    return a - y;
  }
};

struct BinaryCrossentropy : UnitLoss<BinaryCrossentropy, Sigmoid> {
  static constexpr const char* name = "binaryCrossentropy";
  template <class N>
  static LOCKSTEP_INLINE N term(N z, N, N y) {
    return select(less(N::splat(0), z), z, N::splat(0)) - z * y + log1pUnit(exp(-abs(z)));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y) {
    return a - y;
  }
};

struct CategoricalCrossentropy : LossEntry<CategoricalCrossentropy, Softmax> {
  static constexpr const char* name = "categoricalCrossentropy";
  template <class N, class Units>
  static LOCKSTEP_INLINE N forward(const N* z, const N*, const N* y, Units units) {
    N largest = z[0];
    each(units, [&](auto j) LOCKSTEP_LAMBDA { largest = select(less(largest, z[j]), z[j], largest); });
    N total = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { total = total + exp(z[j] - largest); });
    return forward(z, z, y, units, RowSums<N>{largest, total});
  }
  // `sums`: softmax's, the same sums.
  template <class N, class Units>
  static LOCKSTEP_INLINE N forward(const N* z, const N*, const N* y, Units units, const RowSums<N>& sums) {
    const N logTotal = log(sums.total);
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + y[j] * (logTotal - (z[j] - sums.largest)); });
    return sum;
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y) {
    return a - y;
  }
};

using Losses = List<HalfSquaredError, MeanSquaredError, BinaryCrossentropy, CategoricalCrossentropy>;

}  // namespace
}  // namespace lockstep
