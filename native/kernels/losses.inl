// The table of losses: lib/kernels/losses.ts for any vector type. z, a, y, d: one vector of samples for each output.
#pragma once

#include "../simd/common.h"
#include "activations.inl"
#include "math.inl"
#include "support/option_values.inl"
#include "support/table.inl"

namespace lockstep {
namespace {

// The base of every entry. `fusedWith` is the activation whose derivative the gradient includes (void: none).
// `backward` is the scaled gradient of a row.
template <class Entry, class Fused>
struct LossEntry {
  static constexpr int fusedWith = Activations::codeOf<Fused>();
  using Options = NoOptions;

  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void backward(const N* a, const N* y, N* d, Units units, double scale, Values options) {
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = Entry::gradient(a[j], y[j], options) * N::splat(scale); });
  }
};

// Makes the loss of a row from the term of one output.
template <class Entry, class Fused>
struct UnitLoss : LossEntry<Entry, Fused> {
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE N forward(const N* z, const N* a, const N* y, Units units, Values options) {
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + Entry::term(z[j], a[j], y[j], options); });
    return sum;
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE N forward(const N* z, const N* a, const N* y, Units units, Values options, const RowSums<N>&) {
    return forward(z, a, y, units, options);
  }
};

// The same for rarer losses: compiled once for each vector type and any number of units, not into every form of a
// network.
template <class Entry>
struct OutlinedUnitLoss : UnitLoss<Entry, void> {
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE N forward(const N* z, const N* a, const N* y, Units units, Values options) {
    return forwardOutlined(z, a, y, static_cast<int>(units), options);
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE N forward(const N* z, const N* a, const N* y, Units units, Values options, const RowSums<N>&) {
    return forwardOutlined(z, a, y, static_cast<int>(units), options);
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void backward(const N* a, const N* y, N* d, Units units, double scale, Values options) {
    backwardOutlined(a, y, d, static_cast<int>(units), scale, options);
  }

 private:
  template <class N, class Values>
  static LOCKSTEP_NOINLINE N forwardOutlined(const N* z, const N* a, const N* y, int units, Values options) {
    return UnitLoss<Entry, void>::forward(z, a, y, units, options);
  }
  template <class N, class Values>
  static LOCKSTEP_NOINLINE void backwardOutlined(const N* a, const N* y, N* d, int units, double scale,
                                                 Values options) {
    UnitLoss<Entry, void>::backward(a, y, d, units, scale, options);
  }
};

// Makes the loss of a row from an entry's terms and the sums of softmax.
template <class Entry>
struct RowLoss : LossEntry<Entry, Softmax> {
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE N forward(const N* z, const N*, const N* y, Units units, Values options) {
    N largest = z[0];
    each(units, [&](auto j) LOCKSTEP_LAMBDA { largest = select(less(largest, z[j]), z[j], largest); });
    N total = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { total = total + exp(z[j] - largest); });
    return forward(z, z, y, units, options, RowSums<N>{largest, total});
  }
  // `sums`: the results of softmax, which are these sums.
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE N forward(const N* z, const N*, const N* y, Units units, Values, const RowSums<N>& sums) {
    const N logTotal = log(sums.total);
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + term(z[j], y[j], sums.largest, logTotal); });
    return sum;
  }

 private:
  template <class N>
  static LOCKSTEP_INLINE N term(N z, N y, N largest, N logTotal) {
    const N difference = z - largest;
    const N usual = Entry::some(y, logTotal - difference);
    const N value = select(less(difference, N::splat(-kLargest)), y * largest - y * z, usual);
    return select(less(N::splat(0), y), value, Entry::none(y));
  }
};

// Label smoothing changes the targets before they reach the kernels.
struct SmoothingOptions {
  static constexpr const char* names[] = {"labelSmoothing"};
  static constexpr int count = 1;
};

struct HalfSquaredError : UnitLoss<HalfSquaredError, void> {
  static constexpr const char* name = "halfSquaredError";
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y, OptionValues<0>) {
    return (a - y) * (a - y);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<0>) {
    return a - y;
  }
};

struct MeanSquaredError : UnitLoss<MeanSquaredError, void> {
  static constexpr const char* name = "meanSquaredError";
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y, OptionValues<0>) {
    return (a - y) * (a - y);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<0>) {
    return a - y;
  }
};

struct BinaryCrossentropy : UnitLoss<BinaryCrossentropy, Sigmoid> {
  static constexpr const char* name = "binaryCrossentropy";
  using Options = SmoothingOptions;
  template <class N>
  static LOCKSTEP_INLINE N term(N z, N, N y, OptionValues<1>) {
    return select(less(N::splat(0), z), z, N::splat(0)) - z * y + log1pUnit(exp(-abs(z)));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<1>) {
    return a - y;
  }
};

struct CategoricalCrossentropy : RowLoss<CategoricalCrossentropy> {
  static constexpr const char* name = "categoricalCrossentropy";
  using Options = SmoothingOptions;
  // The term of a class whose target is above 0, and of one whose target is not. surprise: -ln a
  template <class N>
  static LOCKSTEP_INLINE N some(N y, N surprise) {
    return y * surprise;
  }
  template <class N>
  static LOCKSTEP_INLINE N none(N y) {
    return y;
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<1>) {
    return a - y;
  }
};

struct SparseCategoricalCrossentropy : CategoricalCrossentropy {
  static constexpr const char* name = "sparseCategoricalCrossentropy";
  using SharesCodeWith = CategoricalCrossentropy;
};

struct MeanAbsoluteError : OutlinedUnitLoss<MeanAbsoluteError> {
  static constexpr const char* name = "meanAbsoluteError";
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y, OptionValues<0>) {
    return abs(a - y);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<0>) {
    const N error = a - y;
    const N notAbove = select(less(error, N::splat(0)), N::splat(-1), error);
    return select(less(N::splat(0), error), N::splat(1), notAbove);
  }
};

struct Huber : OutlinedUnitLoss<Huber> {
  static constexpr const char* name = "huber";
  struct Options {
    static constexpr const char* names[] = {"delta"};
    static constexpr int count = 1;
  };
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y, OptionValues<1> options) {
    const double delta = options[0];
    const N size = abs(a - y);
    const N line = N::splat(delta) * (size - N::splat(0.5 * delta));
    return select(less(N::splat(delta), size), line, N::splat(0.5) * size * size);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<1> options) {
    const double delta = options[0];
    const N error = a - y;
    const N notAbove = select(less(error, N::splat(-delta)), N::splat(-delta), error);
    return select(less(N::splat(delta), error), N::splat(delta), notAbove);
  }
};

struct LogCosh : OutlinedUnitLoss<LogCosh> {
  static constexpr const char* name = "logCosh";
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y, OptionValues<0>) {
    return logCosh(a - y);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<0>) {
    return tanh(a - y);
  }
};

struct Hinge : OutlinedUnitLoss<Hinge> {
  static constexpr const char* name = "hinge";
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y, OptionValues<0>) {
    const N margin = N::splat(1) - y * a;
    return select(less(margin, N::splat(0)), N::splat(0), margin);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<0>) {
    return select(less(N::splat(0), N::splat(1) - y * a), -y, N::splat(0));
  }
};

struct Poisson : OutlinedUnitLoss<Poisson> {
  static constexpr const char* name = "poisson";
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y, OptionValues<0>) {
    return select(less(N::splat(0), y), a - y * log(a), a);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<0>) {
    return select(less(N::splat(0), y), N::splat(1) - y / a, N::splat(1));
  }
};

struct KullbackLeiblerDivergence : RowLoss<KullbackLeiblerDivergence> {
  static constexpr const char* name = "kullbackLeiblerDivergence";
  template <class N>
  static LOCKSTEP_INLINE N some(N y, N surprise) {
    // Avoids the logarithm of 0, which is slow and is not used.
    return y * (log(select(less(N::splat(0), y), y, N::splat(1))) + surprise);
  }
  template <class N>
  static LOCKSTEP_INLINE N none(N) {
    return N::splat(0);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<0>) {
    return a - y;
  }
};

struct Quantile : OutlinedUnitLoss<Quantile> {
  static constexpr const char* name = "quantile";
  struct Options {
    static constexpr const char* names[] = {"tau"};
    static constexpr int count = 1;
  };
  template <class N>
  static LOCKSTEP_INLINE N term(N, N a, N y, OptionValues<1> options) {
    const double tau = options[0];
    const N error = y - a;
    return select(less(N::splat(0), error), N::splat(tau) * error, N::splat(tau - 1) * error);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N a, N y, OptionValues<1> options) {
    const double tau = options[0];
    const N error = y - a;
    const N notAbove = select(less(error, N::splat(0)), N::splat(1 - tau), error);
    return select(less(N::splat(0), error), N::splat(-tau), notAbove);
  }
};

using Losses = Table<HalfSquaredError, MeanSquaredError, BinaryCrossentropy, CategoricalCrossentropy,
                     SparseCategoricalCrossentropy, MeanAbsoluteError, Huber, LogCosh, Hinge, Poisson,
                     KullbackLeiblerDivergence, Quantile>;

}  // namespace
}  // namespace lockstep
