// The parameters as matrices: which of them are trained, the sums over their columns, and the penalties of the weights:
// lib/kernels/training/tensors.ts.
#pragma once

#include "../../plan.h"
#include "../adaptive.inl"
#include "../support/unit_sharding.inl"

namespace lockstep {
namespace {

inline bool isPenalized(const LayerPlan& layer) { return layer.trainable && (layer.l1 != 0 || layer.l2 != 0); }

inline bool hasPenalties(const Plan& plan) {
  for (int l = 0; l < plan.layerCount; l++) {
    if (isPenalized(plan.layers[l])) return true;
  }
  return false;
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
    if (!plan.layers[l].trainable && plan.layers[l].kind != kDropout) return false;
  }
  for (int i = 0; i < kCommonOptions; i++) {
    if (commonOptions(plan)[i] != 0) return false;
  }
  return !hasPenalties(plan);
}

// Whether that holds, at a constant rate and with the same weight for every row.
template <class Arrays>
bool hasPlainSteps(const Plan& plan, const Arrays& arrays) {
  return isPlainUpdate(plan) && arrays.sampleWeight == nullptr && arrays.rateFactors == nullptr;
}

// A matrix of parameters, [rows × columns] at `at`, and the offset of its columns' sums among those of all tensors.
struct Tensor {
  int64_t at;
  int64_t rows;
  int64_t columns;
  int64_t sums;
};

inline Tensor weightsOf(const LayerPlan& layer) {
  return {layer.weights, layer.kind == kDense ? layer.inputs : 1, layer.units, 2 * layer.unitsBefore};
}

inline Tensor biasOf(const LayerPlan& layer) {
  return {layer.bias, 1, layer.units, 2 * layer.unitsBefore + layer.units};
}

// The number of sums: two for each unit, for weights and bias or for two sums of the weights.
inline int64_t columnSumsLength(const Plan& plan) {
  const LayerPlan& last = plan.layers[plan.layerCount - 1];
  return 2 * (last.unitsBefore + last.units);
}

// f(layer) for each trainable layer.
template <class F>
LOCKSTEP_INLINE void eachTrainable(const Plan& plan, F f) {
  for (int l = 0; l < plan.layerCount; l++) {
    if (plan.layers[l].trainable) f(plan.layers[l]);
  }
}

// f(from, count) for each contiguous range of trainable parameters, as long as possible.
template <class F>
LOCKSTEP_INLINE void eachRange(const Plan& plan, F f) {
  int64_t from = 0;
  int64_t to = 0;
  eachTrainable(plan, [&](const LayerPlan& layer) LOCKSTEP_LAMBDA {
    if (layer.weights != to) {
      if (to > from) f(from, to - from);
      from = layer.weights;
    }
    to = layer.bias + layer.units;
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

// The sums of the columns of a layer's weights; each thread computes its range. Number: Scalar, or a vector with one
// network per lane.
template <class V, class Number, class Term, class Threads>
void sumWeights(const double* values, const Plan& plan, const LayerPlan& layer, double* sums, const Threads& threads) {
  const UnitSharding<V> sharding(plan, threads.size());
  const int l = static_cast<int>(&layer - plan.layers);
  const bool shared = sharding.count(l) > 1;
  const Range own = shared ? sharding.units(l, threads.index()) : partition(layer.units, threads);
  const int64_t count = own.to - own.from;
  const int64_t at = shared ? sharding.weights(layer, own) : layer.weights + own.from;
  sumColumns<V, Term>(values + at * Number::lanes, weightsOf(layer).rows,
                      (shared ? count : layer.units) * Number::lanes, count * Number::lanes,
                      sums + own.from * Number::lanes);
}

// The sums that penaltyOf adds.
template <class V, class Number, class Threads>
LOCKSTEP_NOINLINE void sumPenalties(const Plan& plan, const double* p, double* sums, const Threads& threads) {
  eachTrainable(plan, [&](const LayerPlan& layer) {
    if (!isPenalized(layer)) return;
    sumWeights<V, Number, Absolute>(p, plan, layer, sums + weightsOf(layer).sums * Number::lanes, threads);
    sumWeights<V, Number, Square>(p, plan, layer, sums + biasOf(layer).sums * Number::lanes, threads);
  });
}

// The penalty of the weights in the loss: Σ over the layers of l1 Σ|w| + l2 Σ w².
template <class Number>
LOCKSTEP_NOINLINE Number penaltyOf(const Plan& plan, const double* sums) {
  Number penalty = Number::splat(-0.0);
  eachTrainable(plan, [&](const LayerPlan& layer) {
    if (!isPenalized(layer)) return;
    const Number absolute = sumOf<Number>(sums + weightsOf(layer).sums * Number::lanes, layer.units);
    const Number squares = sumOf<Number>(sums + biasOf(layer).sums * Number::lanes, layer.units);
    penalty = penalty + (Number::splat(layer.l1) * absolute + Number::splat(layer.l2) * squares);
  });
  return penalty;
}

}  // namespace
}  // namespace lockstep
