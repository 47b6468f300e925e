// The end of a training step, when all gradients of its batch are there: lib/kernels/step-end.ts. For one network or
// for one per lane, by one thread or by a team.
#pragma once

namespace lockstep {
namespace {

// Where the state of the parameters from `at` on begins. An optimizer without a state may have no address at all.
inline double* stateAt(double* state, int64_t at) { return state == nullptr ? nullptr : state + at; }

// Values: SharedOptions; or OwnOptions<V> where each lane of V is a network of its own, of which a vector of p, g and
// state holds a number each.
template <class V, class Values, class Threads>
class StepEnd {
  using Number = typename Values::Number;
  static constexpr int64_t kLanes = Number::lanes;

 public:
  // How many doubles `sums` has.
  static int64_t sumsLength(const Plan& plan) { return columnSumsLength(plan) * kLanes; }

  // p, state: those of all parameters; sums: shared by the threads.
  StepEnd(const Plan& plan, double* p, double* state, double* sums, Threads& threads)
      : plan(plan),
        p(p),
        state(state),
        sums(sums),
        threads(threads),
        common(Optimizers::entries[plan.optimizer].optionCount - kCommonOptions),
        penalized(hasPenalties(plan)),
        updateAlone(isUpdateAlone(plan)) {}

  // Whether there is nothing to it but the update.
  bool isPlain() const { return updateAlone; }
  bool hasNorms(Values options) const {
    return !options.isZero(common + kClipNorm) || !options.isZero(common + kGlobalClipNorm);
  }

  // Before the parameters change: begins, and once all threads have done that, tells the penalty.
  void beginPenalty() const {
    if (penalized) sumPenalties<V, Number>(plan, p, sums, threads);
  }
  Number penalty() const { return penalized ? penaltyOf<Number>(plan, sums) : Number::splat(-0.0); }

  // What is done to each gradient alone, for `count` parameters of a layer's weights or bias from `at` on.
  LOCKSTEP_APART void adjust(const LayerPlan& layer, int64_t at, double* g, int64_t count, Values options) const {
    if (isPenalized(layer) && at < layer.bias) addPenaltyGradients(layer, at, g, count);
    if (!options.isZero(common + kClipValue)) clipValues(g, count, options[common + kClipValue]);
  }

  // p = p (1 - learningRate weightDecay)
  LOCKSTEP_APART void decay(int64_t at, int64_t count, Values options) const {
    if (options.isZero(common + kWeightDecay)) return;
    const Number factor = Number::splat(1) - options[0] * options[common + kWeightDecay];
    scale(p + at * kLanes, count, factor);
  }

  // Once every gradient in g has been through `adjust`: norms, decay and update. With a team, each thread has called
  // `adjust` for some of them.
  LOCKSTEP_APART void finish(double* g, double* scalars, Values options) const {
    if (hasNorms(options)) {
      threads.wait();
      sumSquares(g);
      threads.wait();
      clipNorms(g, options);
    }
    Optimizers::with(plan.optimizer, [&](auto optimizer) LOCKSTEP_LAMBDA {
      const auto step = optimizer.begin(scalars, options);
      eachRun(plan, [&](int64_t from, int64_t length) LOCKSTEP_LAMBDA {
        const auto [at, count] = ownPart(from, length);
        decay(at, count, options);
        step.template apply<V>(p + at * kLanes, g + at * kLanes, stateAt(state, at * kLanes),
                               plan.parameterCount * kLanes, numbers(count));
      });
    });
  }

  // The same from the start, for one thread that has all gradients. Returns the penalty.
  LOCKSTEP_APART Number end(double* g, double* scalars, Values options) const {
    beginPenalty();
    const Number before = penalty();
    eachTrainable(plan, [&](const LayerPlan& layer) LOCKSTEP_LAMBDA {
      adjust(layer, layer.weights, g + layer.weights * kLanes, layer.bias - layer.weights, options);
      adjust(layer, layer.bias, g + layer.bias * kLanes, layer.units, options);
    });
    finish(g, scalars, options);
    return before;
  }

 private:
  // How many doubles so many parameters are: of several networks, whole vectors.
  static auto numbers(int64_t count) {
    if constexpr (kLanes == 1) {
      return count;
    } else {
      return Whole{count * kLanes};
    }
  }

  struct Part {
    int64_t at;
    int64_t count;
  };

  // This thread's part of a run.
  Part ownPart(int64_t from, int64_t count) const {
    const Share own = shareOf(count, threads);
    return {from + own.from, own.to - own.from};
  }

  // g = g + (l1 sign(w) + 2 l2 w)
  void addPenaltyGradients(const LayerPlan& layer, int64_t at, double* g, int64_t count) const {
    const double* const w = p + at * kLanes;
    eachVector<V>(numbers(count), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T weight = T::load(w + i);
      const T zero = T::splat(0);
      const T sign = select(less(zero, weight), T::splat(1), select(less(weight, zero), T::splat(-1), zero));
      (T::load(g + i) + (T::splat(layer.l1) * sign + T::splat(2 * layer.l2) * weight)).store(g + i);
    });
  }

  static void clipValues(double* g, int64_t count, Number most) {
    eachVector<V>(numbers(count), [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T high = as<T>(most);
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
    eachTrainable(plan, [&](const LayerPlan& layer) {
      sumWeights<V, Number, Square>(g, plan, layer, sums + weightsOf(layer).sums * kLanes, threads);
      if (!threads.first()) return;
      sumColumns<V, Square>(g + layer.bias * kLanes, 1, 0, layer.units * kLanes, sums + biasOf(layer).sums * kLanes);
    });
  }

  Number squaresOf(const Tensor& tensor) const { return sumOf<Number>(sums + tensor.sums * kLanes, tensor.columns); }

  // g = g · most / norm where the norm of the tensors that `eachTensor` goes over is above `most`. eachPart(f) calls
  // f(at, count) for this thread's parts of them.
  template <class EachTensor, class EachPart>
  LOCKSTEP_INLINE void clipNorm(double* g, Number squares, Number most, EachTensor eachTensor,
                                EachPart eachPart) const {
    const Number unusual = isUnusual(squares, most);
    if (all(lessEqual(unusual, Number::splat(0)))) [[likely]] {
      const Number factor = clipFactor(squares, most);
      eachPart([&](int64_t at, int64_t count) { scale(g + at * kLanes, count, factor); });
      return;
    }
    const Scaling<Number> scaling = clipScaling<V>(plan, g, squares, most, unusual, threads, eachTensor);
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
      eachTensor([&](const LayerPlan& layer, const Tensor& tensor) {
        clipNorm(
            g, squaresOf(tensor), options[common + kClipNorm], [&](auto f) { f(layer, tensor); },
            [&](auto f) {
              const Part own = ownPart(tensor.at, tensor.rows * tensor.columns);
              f(own.at, own.count);
            });
      });
      // The parts of an update are others.
      threads.wait();
    }
    if (!options.isZero(common + kGlobalClipNorm)) {
      Number squares = Number::splat(-0.0);
      eachTensor([&](const LayerPlan&, const Tensor& tensor) { squares = squares + squaresOf(tensor); });
      clipNorm(
          g, squares, options[common + kGlobalClipNorm], [&](auto f) { eachTensor(f); },
          [&](auto f) {
            eachRun(plan, [&](int64_t from, int64_t count) {
              const Part own = ownPart(from, count);
              f(own.at, own.count);
            });
          });
    }
  }

  // f(layer, tensor) for the weights and the bias of each layer that is trainable.
  template <class F>
  void eachTensor(F f) const {
    eachTrainable(plan, [&](const LayerPlan& layer) {
      f(layer, weightsOf(layer));
      f(layer, biasOf(layer));
    });
  }

  const Plan& plan;
  double* const p;
  double* const state;
  double* const sums;
  Threads& threads;
  const int common;
  const bool penalized;
  const bool updateAlone;
};

// The options of one network's training, whose learning rate may be another one in each step.
class StepOptions {
 public:
  explicit StepOptions(const Plan& plan) : plan(plan), at(plan.optimizerOptions) {}
  SharedOptions get() const { return {at}; }
  LOCKSTEP_APART void setRateFactor(double factor) {
    if (at != own) {
      for (int i = 0; i < Optimizers::entries[plan.optimizer].optionCount; i++) own[i] = at[i];
      at = own;
    }
    own[0] = plan.optimizerOptions[0] * factor;
  }

 private:
  const Plan& plan;
  const double* at;
  double own[Optimizers::mostOptions];
};

}  // namespace
}  // namespace lockstep
