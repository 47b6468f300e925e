// The end of a training step, after all gradients of its batch: penalties, clips, weight decay, update.
// lib/kernels/training/step.ts is its partner. For one network or one per lane, on one thread or a team.
#pragma once

#include "../support/arena.inl"
#include "clips.inl"
#include "tensors.inl"

namespace lockstep {
namespace {

// The arrays that every training has in its workspace besides those of the network.
struct TrainingBuffers {
  // g is padded to whole vectors.
  template <class V>
  TrainingBuffers(const Plan& plan, Lanes<V>, Arena& arena) {
    g = arena.allocate<double>(plan.parameterCount + V::lanes);
    p = arena.allocate<double>(plan.parameterCount);
    order = arena.allocate<int32_t>(plan.shuffle ? plan.rows : 0);
    sums = arena.allocate<double>(isPlainUpdate(plan) ? 0 : columnSumsLength(plan));
    state = arena.allocate<double>(stateLength(plan));
  }
  double* g;
  // The parameters and state of the current step. The caller's arrays hold those of the last finite epoch.
  double* p;
  double* state;
  int32_t* order;
  // For StepEnd.
  double* sums;
};

// The address of the state of the parameters from `at` on. An optimizer without state may have none.
inline double* stateAt(double* state, int64_t at) { return state == nullptr ? nullptr : state + at; }

// The update of a range of parameters, compiled once for each optimizer and vector type. Update: what an optimizer's
// `begin` returns.
template <class V, class Update, class Count>
LOCKSTEP_NOINLINE void applyUpdate(const Update& update, double* p, const double* g, double* state, int64_t stride,
                                   Count count) {
  update.template apply<V>(p, g, state, stride, count);
}

// The plain update of all parameters.
template <class V, class Count, class Values>
LOCKSTEP_NOINLINE void updateParameters(int optimizer, double* p, const double* g, double* state, Count count,
                                        Values options) {
  Optimizers::with(optimizer, [&](auto entry) LOCKSTEP_LAMBDA {
    applyUpdate<V>(entry.begin(state + entry.vectors(options) * count, options), p, g, state, count, count);
  });
}

// Values: BroadcastOptions; or PerLaneOptions<V>, where each lane of V is a network of its own and each vector of p, g
// and state holds one number of every network.
template <class V, class Values, class Threads>
class StepEnd {
  using Number = typename Values::Number;
  static constexpr int64_t kLanes = Number::lanes;

 public:
  // The length of `sums` in doubles.
  static int64_t sumsLength(const Plan& plan) { return columnSumsLength(plan) * kLanes; }

  // p, state: of all parameters; sums: shared by the threads.
  StepEnd(const Plan& plan, double* p, double* state, double* sums, Threads& threads)
      : plan(plan),
        p(p),
        state(state),
        sums(sums),
        threads(threads),
        common(Optimizers::entries[plan.optimizer].optionCount - kCommonOptions),
        penalized(hasPenalties(plan)),
        plainUpdate(lockstep::isPlainUpdate(plan)) {}

  // Whether the update is all that a step does.
  bool isPlainUpdate() const { return plainUpdate; }
  bool hasNorms(Values options) const {
    return !options.isZero(common + kClipNorm) || !options.isZero(common + kGlobalClipNorm);
  }

  // The penalty of the weights before the update: all threads begin it, and read it once all have done so.
  void beginPenalty() const {
    if (penalized) sumPenalties<V, Number>(plan, p, sums, threads);
  }
  Number penalty() const { return penalized ? penaltyOf<Number>(plan, sums) : Number::splat(-0.0); }

  // Adjusts each gradient by itself (penalty, clip of values), for `count` parameters of a tensor from `at` on.
  LOCKSTEP_NOINLINE void adjust(const TensorPlan& tensor, int64_t at, double* g, int64_t count, Values options) const {
    if (isPenalized(tensor)) addPenaltyGradients(tensor, at, g, count);
    if (!options.isZero(common + kClipValue)) clipValues(g, count, options[common + kClipValue]);
  }

  // Weight decay: p = p (1 - learningRate weightDecay)
  LOCKSTEP_NOINLINE void decay(int64_t at, int64_t count, Values options) const {
    if (options.isZero(common + kWeightDecay)) return;
    const Number factor = Number::splat(1) - options[kLearningRate] * options[common + kWeightDecay];
    scale(p + at * kLanes, count, factor);
  }

  // Clips of norms, decay and update, after `adjust` for all gradients. In a team each thread has adjusted some of
  // them.
  LOCKSTEP_NOINLINE void finish(double* g, double* scalars, Values options) const {
    if (hasNorms(options)) {
      threads.wait();
      sumSquares(g);
      threads.wait();
      clipNorms(g, options);
    }
    Optimizers::with(plan.optimizer, [&](auto optimizer) LOCKSTEP_LAMBDA {
      const auto step = optimizer.begin(scalars, options);
      eachRange(plan, [&](int64_t from, int64_t length) LOCKSTEP_LAMBDA {
        const auto [at, count] = ownRange(from, length);
        decay(at, count, options);
        applyUpdate<V>(step, p + at * kLanes, g + at * kLanes, stateAt(state, at * kLanes),
                       plan.parameterCount * kLanes, numbers(count));
      });
    });
  }

  // The whole end of a step, on one thread that has all gradients. Returns the penalty.
  LOCKSTEP_NOINLINE Number end(double* g, double* scalars, Values options) const {
    beginPenalty();
    const Number before = penalty();
    eachTrained(plan, [&](int, const TensorPlan& tensor) LOCKSTEP_LAMBDA {
      adjust(tensor, tensor.offset, g + tensor.offset * kLanes, tensor.rows * tensor.columns, options);
    });
    finish(g, scalars, options);
    return before;
  }

 private:
  // The length of `count` parameters in doubles; with one network per lane they are whole vectors.
  static auto numbers(int64_t count) {
    if constexpr (kLanes == 1) {
      return count;
    } else {
      return MultipleOfLanes{count * kLanes};
    }
  }

  struct ParameterRange {
    int64_t at;
    int64_t count;
  };

  // This thread's part of a range.
  ParameterRange ownRange(int64_t from, int64_t count) const {
    const Range own = partition(count, threads);
    return {from + own.from, own.to - own.from};
  }

  // g = g + (l1 sign(w) + 2 l2 w)
  void addPenaltyGradients(const TensorPlan& tensor, int64_t at, double* g, int64_t count) const {
    const double* const w = p + at * kLanes;
    eachVector<V>(numbers(count), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T weight = T::load(w + i);
      const T zero = T::splat(0);
      const T sign = select(less(zero, weight), T::splat(1), select(less(weight, zero), T::splat(-1), zero));
      (T::load(g + i) + (T::splat(tensor.l1) * sign + T::splat(2 * tensor.l2) * weight)).store(g + i);
    });
  }

  static void clipValues(double* g, int64_t count, Number max) {
    eachVector<V>(numbers(count), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T high = as<T>(max);
      const T low = -high;
      const T gradient = T::load(g + i);
      select(less(high, gradient), high, select(less(gradient, low), low, gradient)).store(g + i);
    });
  }

  static void scale(double* values, int64_t count, Number factor) {
    eachVector<V>(numbers(count), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      (T::load(values + i) * as<T>(factor)).store(values + i);
    });
  }

  void sumSquares(const double* g) const {
    eachTrained(plan, [&](int l, const TensorPlan& tensor) {
      sumTensor<V, Number, Square>(g, plan, l, tensor, sums + squareSumsOf(tensor) * kLanes, threads);
    });
  }

  Number squaresOf(const TensorPlan& tensor) const {
    return sumOf<Number>(sums + squareSumsOf(tensor) * kLanes, tensor.columns);
  }

  // g = g · max / norm if the norm of the tensors of `eachTensor` is above `max`. eachPart(f) calls f(at, count) for
  // this thread's parts of them.
  template <class EachTensor, class EachPart>
  LOCKSTEP_INLINE void clipNorm(double* g, Number squares, Number max, EachTensor eachTensor, EachPart eachPart) const {
    const Number unusual = isUnusual(squares, max);
    if (all(lessEqual(unusual, Number::splat(0)))) [[likely]] {
      const Number factor = clipFactor(squares, max);
      eachPart([&](int64_t at, int64_t count) { scale(g + at * kLanes, count, factor); });
      return;
    }
    const Scaling<Number> scaling = clipScaling<V>(plan, g, squares, max, unusual, threads, eachTensor);
    threads.wait();
    eachPart([&](int64_t at, int64_t count) { rescale(g + at * kLanes, count, scaling); });
  }

  static void rescale(double* values, int64_t count, Scaling<Number> scaling) {
    eachVector<V>(numbers(count), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      (T::load(values + i) / as<T>(scaling.divisor) * as<T>(scaling.factor)).store(values + i);
    });
  }

  void clipNorms(double* g, Values options) const {
    if (!options.isZero(common + kClipNorm)) {
      eachTrained(plan, [&](int l, const TensorPlan& tensor) {
        clipNorm(
            g, squaresOf(tensor), options[common + kClipNorm], [&](auto f) { f(l, tensor); },
            [&](auto f) {
              const ParameterRange own = ownRange(tensor.offset, tensor.rows * tensor.columns);
              f(own.at, own.count);
            });
      });
      // The update divides the parameters differently.
      threads.wait();
    }
    if (!options.isZero(common + kGlobalClipNorm)) {
      Number squares = Number::splat(-0.0);
      eachTrained(plan, [&](int, const TensorPlan& tensor) { squares = squares + squaresOf(tensor); });
      clipNorm(
          g, squares, options[common + kGlobalClipNorm], [&](auto f) { eachTrained(plan, f); },
          [&](auto f) {
            eachRange(plan, [&](int64_t from, int64_t count) {
              const ParameterRange own = ownRange(from, count);
              f(own.at, own.count);
            });
          });
    }
  }

  const Plan& plan;
  double* const p;
  double* const state;
  double* const sums;
  Threads& threads;
  const int common;
  const bool penalized;
  const bool plainUpdate;
};

// The options of one network's training, with a learning rate that may change at each step.
class StepOptions {
 public:
  explicit StepOptions(const Plan& plan) : plan(plan), at(plan.optimizerOptions) {}
  BroadcastOptions get() const { return {at}; }
  LOCKSTEP_NOINLINE void setRateFactor(double factor) {
    if (at != own) {
      for (int i = 0; i < Optimizers::entries[plan.optimizer].optionCount; i++) own[i] = at[i];
      at = own;
    }
    own[kLearningRate] = plan.optimizerOptions[kLearningRate] * factor;
  }

 private:
  const Plan& plan;
  const double* at;
  double own[Optimizers::maxOptions];
};

}  // namespace
}  // namespace lockstep
