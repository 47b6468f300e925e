// The factors of the clips of norms: lib/kernels/training/clips.ts. Number: Scalar, or a vector with one network per
// lane.
#pragma once

#include "../math.inl"
#include "tensors.inl"

namespace lockstep {
namespace {

// Below this the squares in a sum may be subnormal; and its root.
constexpr double kSmallSquares = 1.0261342003245941e-289;
constexpr double kSmallNorm = 3.2033329522929615e-145;

// max / norm if the norm is above `max`, otherwise 1.
template <class Number>
Number clipFactor(Number squares, Number max) {
  const Number norm = sqrt(squares);
  return select(less(max, norm), max / norm, Number::splat(1));
}

// Above 0 if the sum of squares has overflowed, or is too small for `max`.
template <class Number>
Number isUnusual(Number squares, Number max) {
  const Number small = select(less(squares, Number::splat(kSmallSquares)), Number::splat(1), Number::splat(0));
  return select(less(Number::splat(kLargest), squares), Number::splat(1),
                select(less(max, Number::splat(kSmallNorm)), small, Number::splat(0)));
}

// f(at, stride) for each column of a tensor, whose rows are `stride` apart, in the layout of the threads.
template <class V, class Threads, class F>
void eachColumn(const Plan& plan, int l, const TensorPlan& tensor, const Threads& threads, F f) {
  const UnitSharding<V> sharding(plan, threads.size());
  const bool divided = sharding.dividesColumns(l, tensor);
  for (int i = 0; i < (divided ? sharding.count(l) : 1); i++) {
    const Range own = divided ? sharding.units(l, i) : Range{0, tensor.columns};
    const int64_t at = divided ? sharding.weights(plan.layers[l], own) : tensor.offset;
    const int64_t columns = own.to - own.from;
    for (int64_t j = 0; j < columns; j++) f(at + j, columns);
  }
}

// Gradients are divided by the divisor, then multiplied by the factor.
template <class Number>
struct Scaling {
  Number divisor;
  Number factor;
};

// For unusual lanes: the norm of the gradients divided by the largest of them. eachTensor(f) calls f(l, tensor) for
// the tensors of the norm. Every thread computes it for all of them.
template <class V, class Number, class Threads, class EachTensor>
LOCKSTEP_COLD Scaling<Number> clipScaling(const Plan& plan, const double* g, Number squares, Number max, Number unusual,
                                          const Threads& threads, EachTensor eachTensor) {
  const Number one = Number::splat(1);
  const Number zero = Number::splat(0);
  Number largest = zero;
  eachTensor([&](int, const TensorPlan& tensor) {
    for (int64_t i = 0; i < tensor.rows * tensor.columns; i++) {
      const Number size = abs(Number::load(g + (tensor.offset + i) * Number::lanes));
      largest = select(less(largest, size), size, largest);
    }
  });
  const auto byLargest = less(zero, select(lessEqual(largest, zero), zero, unusual));
  const Number divisor = select(byLargest, largest, one);
  Number sum = Number::splat(-0.0);
  eachTensor([&](int l, const TensorPlan& tensor) {
    Number columns = Number::splat(-0.0);
    eachColumn<V>(plan, l, tensor, threads, [&](int64_t at, int64_t stride) {
      Number column = Number::splat(-0.0);
      for (int64_t k = 0; k < tensor.rows; k++) {
        const Number value = Number::load(g + (at + k * stride) * Number::lanes) / divisor;
        column = column + value * value;
      }
      columns = columns + column;
    });
    sum = sum + columns;
  });
  const Number norm = sqrt(sum);
  const auto within = lessEqual(norm, max / divisor);
  const Number usual = select(less(zero, unusual), one, clipFactor(squares, max));
  return {select(byLargest, select(within, one, divisor), one),
          select(byLargest, select(within, one, max / norm), usual)};
}

}  // namespace
}  // namespace lockstep
