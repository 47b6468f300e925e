// The parameters as matrices: which of them are trained, the sums over their columns, and their penalties:
// lib/kernels/training/tensors.ts.
#pragma once

#include "../../plan.h"
#include "../adaptive.inl"
#include "../support/unit_sharding.inl"

namespace lockstep {
namespace {

// f(l, tensor) for each trained tensor, in the order of the parameters. l: its layer.
template <class F>
LOCKSTEP_INLINE void eachTrained(const Plan& plan, F f) {
  for (int l = 0; l < plan.layerCount; l++) {
    const LayerPlan& layer = plan.layers[l];
    for (int i = 0; i < layer.tensorCount; i++) {
      if (layer.tensors[i].trained) f(l, layer.tensors[i]);
    }
  }
}

inline bool isPenalized(const TensorPlan& tensor) { return tensor.trained && (tensor.l1 != 0 || tensor.l2 != 0); }

inline bool hasPenalties(const Plan& plan) {
  bool found = false;
  eachTrained(plan, [&](int, const TensorPlan& tensor) { found |= isPenalized(tensor); });
  return found;
}

inline const double* commonOptions(const Plan& plan) {
  return plan.optimizerOptions + Optimizers::entries[plan.optimizer].optionCount - kCommonOptions;
}

// The length of the vectors in the optimizer's state.
inline int64_t stateVectorsLength(const Plan& plan) {
  int64_t length = 0;
  Optimizers::with(plan.optimizer, [&](auto optimizer) {
    length = optimizer.vectors(BroadcastOptions{plan.optimizerOptions}) * plan.parameterCount;
  });
  return length;
}

// The length of the whole state: its vectors, then its scalars.
inline int64_t stateLength(const Plan& plan) {
  int64_t scalars = 0;
  Optimizers::with(plan.optimizer, [&](auto optimizer) { scalars = optimizer.scalars; });
  return stateVectorsLength(plan) + scalars;
}

// The number of rows of the largest batch.
inline int64_t largestBatch(const Plan& plan) {
  return plan.batchSize < plan.lastBatchSize ? plan.lastBatchSize : plan.batchSize;
}

// The fraction of the epoch's rows that are in the batch whose last row is end - 1.
inline double epochFraction(const Plan& plan, int64_t end) {
  const int64_t batchRows = end == plan.epochRows ? plan.lastBatchSize : plan.batchSize;
  return static_cast<double>(batchRows) / static_cast<double>(plan.epochRows);
}

// Whether the optimizer's update of all parameters is all that a step does.
inline bool isPlainUpdate(const Plan& plan) {
  for (int l = 0; l < plan.layerCount; l++) {
    if (plan.layers[l].tensorCount > 0 && !plan.layers[l].trainable) return false;
  }
  for (int i = 0; i < kCommonOptions; i++) {
    if (commonOptions(plan)[i] != 0) return false;
  }
  return !hasPenalties(plan);
}

// Whether that holds, at a constant rate and with the same weight for every row.
inline bool hasPlainSteps(const Plan& plan, const TrainingArrays& arrays) {
  return isPlainUpdate(plan) && arrays.sampleWeight == nullptr && arrays.rateFactors == nullptr;
}

// The number of sums of columns: two for each column of a tensor, of absolute values and of squares.
inline int64_t columnSumsLength(const Plan& plan) {
  int64_t length = 0;
  for (int l = 0; l < plan.layerCount; l++) {
    const LayerPlan& layer = plan.layers[l];
    for (int i = 0; i < layer.tensorCount; i++) length += 2 * layer.tensors[i].columns;
  }
  return length;
}

// The offsets of a tensor's sums.
inline int64_t absoluteSumsOf(const TensorPlan& tensor) { return tensor.columnSums; }
inline int64_t squareSumsOf(const TensorPlan& tensor) { return tensor.columnSums + tensor.columns; }

// f(from, count) for each contiguous range of trained parameters, as long as possible.
template <class F>
LOCKSTEP_INLINE void eachRange(const Plan& plan, F f) {
  int64_t from = 0;
  int64_t to = 0;
  eachTrained(plan, [&](int, const TensorPlan& tensor) LOCKSTEP_LAMBDA {
    if (tensor.offset != to) {
      if (to > from) f(from, to - from);
      from = tensor.offset;
    }
    to = tensor.offset + tensor.rows * tensor.columns;
  });
  if (to > from) f(from, to - from);
}

struct Absolute {
  template <class T>
  static LOCKSTEP_INLINE T of(T value) {
    return abs(value);
  }
};

struct Square {
  template <class T>
  static LOCKSTEP_INLINE T of(T value) {
    return value * value;
  }
};

// sums[j] = Σ_k term(values[k][j]), from -0. Rows are `stride` apart.
template <class V, class Term>
LOCKSTEP_NOINLINE void sumColumns(const double* values, int64_t rows, int64_t stride, int64_t columns, double* sums) {
  eachVector<Deep<V>>(columns, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    T sum = T::splat(-0.0);
    for (int64_t k = 0; k < rows; k++) sum = sum + Term::of(T::load(values + k * stride + j));
    sum.store(sums + j);
  });
}

// The sum of the columns' sums, in order from -0.
template <class Number>
Number sumOf(const double* sums, int64_t columns) {
  Number sum = Number::splat(-0.0);
  for (int64_t j = 0; j < columns; j++) sum = sum + Number::load(sums + j * Number::lanes);
  return sum;
}

// The sums of the columns of a tensor of layer l; each thread computes its range. Number: Scalar, or a vector with one
// network per lane.
template <class V, class Number, class Term, class Threads>
void sumTensor(const double* values, const Plan& plan, int l, const TensorPlan& tensor, double* sums,
               const Threads& threads) {
  const UnitSharding<V> sharding(plan, threads.size());
  const bool divided = sharding.dividesColumns(l, tensor);
  const Range own = divided ? sharding.units(l, threads.index()) : partition(tensor.columns, threads);
  const int64_t count = own.to - own.from;
  const int64_t at = divided ? sharding.weights(plan.layers[l], own) : tensor.offset + own.from;
  sumColumns<V, Term>(values + at * Number::lanes, tensor.rows, (divided ? count : tensor.columns) * Number::lanes,
                      count * Number::lanes, sums + own.from * Number::lanes);
}

// The sums that penaltyOf adds.
template <class V, class Number, class Threads>
LOCKSTEP_NOINLINE void sumPenalties(const Plan& plan, const double* p, double* sums, const Threads& threads) {
  eachTrained(plan, [&](int l, const TensorPlan& tensor) {
    if (!isPenalized(tensor)) return;
    sumTensor<V, Number, Absolute>(p, plan, l, tensor, sums + absoluteSumsOf(tensor) * Number::lanes, threads);
    sumTensor<V, Number, Square>(p, plan, l, tensor, sums + squareSumsOf(tensor) * Number::lanes, threads);
  });
}

// The penalty in the loss: Σ over the tensors of l1 Σ|w| + l2 Σ w².
template <class Number>
LOCKSTEP_NOINLINE Number penaltyOf(const Plan& plan, const double* sums) {
  Number penalty = Number::splat(-0.0);
  eachTrained(plan, [&](int, const TensorPlan& tensor) {
    if (!isPenalized(tensor)) return;
    const Number absolute = sumOf<Number>(sums + absoluteSumsOf(tensor) * Number::lanes, tensor.columns);
    const Number squares = sumOf<Number>(sums + squareSumsOf(tensor) * Number::lanes, tensor.columns);
    penalty = penalty + (Number::splat(tensor.l1) * absolute + Number::splat(tensor.l2) * squares);
  });
  return penalty;
}

}  // namespace
}  // namespace lockstep
