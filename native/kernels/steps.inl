// What the loop of a training asks of a network: to add a few rows to the gradients of a step, and to make the step.
// Here with samples in the lanes; wide_steps.inl has the same for layers of many units.
#pragma once

namespace lockstep {
namespace {

// What a training keeps in the workspace besides the values of the network.
struct TrainingRoom {
  // g has room for whole vectors.
  template <class V>
  TrainingRoom(const Plan& plan, Lanes<V>, Room& room) {
    g = room.take<double>(plan.parameterCount + V::lanes);
    p = room.take<double>(plan.parameterCount);
    order = room.take<int32_t>(plan.shuffle ? plan.rows : 0);
    sums = room.take<double>(isUpdateAlone(plan) ? 0 : columnSumsLength(plan));
    state = room.take<double>(stateLength(plan));
  }
  double* g;
  // The parameters and the optimizer's state that change; those of the last epoch that counts are in the caller's
  // arrays.
  double* p;
  double* state;
  int32_t* order;
  // For StepEnd.
  double* sums;
};

// Which part of the epoch's rows the batch has whose last row is the one before `end`.
inline double shareOfRows(const Plan& plan, int64_t end) {
  const int64_t batchRows = end == plan.epochRows ? plan.lastBatchSize : plan.batchSize;
  return static_cast<double>(batchRows) / static_cast<double>(plan.epochRows);
}

// Whether all of these numbers are finite.
template <class V, class Count>
LOCKSTEP_INLINE bool areFinite(const double* p, Count count) {
  bool finite = true;
  eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    finite &= all(lessEqual(abs(T::load(p + i)), T::splat(kLargest)));
  });
  return finite;
}

template <class V, class Count>
LOCKSTEP_INLINE void copyParameters(const double* from, double* to, Count count) {
  eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    T::load(from + i).store(to + i);
  });
}

template <class N, class Net, class Count>
class LaneSteps {
 public:
  using Vector = typename N::Base;
  // How many rows `add` takes at most.
  static constexpr int64_t mostRows() { return N::lanes; }
  static void begin(uint32_t) {}

  LOCKSTEP_INLINE LaneSteps(const Plan& plan, Net& net, Count parameterCount, const TrainingRoom& room,
                            const TrainingArrays& arrays)
      : plan(plan),
        net(net),
        parameterCount(parameterCount),
        p(room.p),
        state(room.state),
        stateCount(stateLength(plan)),
        g(room.g),
        order(plan.shuffle ? room.order : nullptr),
        arrays(arrays),
        // Without a shuffle, rows that fit the lanes are loaded once.
        resident(!plan.shuffle && plan.stepsPerEpoch == 1 && plan.epochRows <= N::lanes),
        options(plan),
        stepEnd(plan, room.p, room.state, room.sums, alone) {
    if (resident) load(0, static_cast<int>(plan.epochRows));
  }

  // The caller's parameters and state become those that change; these become the caller's.
  LOCKSTEP_INLINE void take() {
    copyParameters<Vector>(arrays.parameters, p, parameterCount);
    if (stateCount > 0) copyState(arrays.state, state);
  }
  LOCKSTEP_INLINE void keep() {
    copyParameters<Vector>(p, arrays.parameters, parameterCount);
    if (stateCount > 0) [[unlikely]]
      copyState(state, arrays.state);
  }
  LOCKSTEP_INLINE bool areFinite() const {
    if (stateCount > 0) [[unlikely]] {
      if (!isStateFinite()) return false;
    }
    return lockstep::areFinite<Vector>(p, parameterCount);
  }
  int64_t firstNotFinite() const {
    for (int64_t i = 0; i < parameterCount; i++) {
      if (!(p[i] - p[i] == 0)) return i;
    }
    return -1;
  }

  // Rows first … first + rows - 1 of the epoch, the first of a step if `anew`, the last of it if `last`.
  LOCKSTEP_INLINE void add(int64_t first, int64_t count, double scale, bool anew, bool last, double& lossSum) {
    const int rows = static_cast<int>(count);
    const SharedParameters<N> shared = {p};
    if (!resident) load(first, rows);
    forwardPass<N>(plan, net, shared);
    addLosses(weights().of(rowLosses<N>(plan, net)), rows, lossSum);
    backwardPass<N>(plan, net, shared, scale, weights(),
                    [&](auto l) LOCKSTEP_LAMBDA { net.layerGradient(l, g, rows, anew); });
    net.gradients(g, rows);
    if (!last) return;
    if constexpr (Net::anyTraining) {
      if (arrays.rateFactors != nullptr) [[unlikely]]
        options.setRateFactor(arrays.rateFactors[step++]);
      if (!stepEnd.isPlain()) [[unlikely]]
        return endStep(first + rows);
    }
    Optimizers::with(net.optimizer(), [&](auto optimizer) LOCKSTEP_LAMBDA {
      optimizer.template update<Vector>(p, g, state, parameterCount, currentOptions());
    });
  }

  // The loss of an epoch whose rows' losses add up to this.
  LOCKSTEP_INLINE double epochLoss(double lossSum) {
    if constexpr (!Net::anyTraining) return lossSum * plan.lossScale;
    const double loss = lossSum * plan.lossScale + penalties;
    penalties = -0.0;
    return loss;
  }

 private:
  LOCKSTEP_INLINE auto weights() const {
    if constexpr (Net::anyTraining) {
      return RowWeights<N>{arrays.sampleWeight == nullptr ? nullptr : net.rowWeight};
    } else {
      return NoWeights{};
    }
  }

  LOCKSTEP_INLINE SharedOptions currentOptions() const {
    if constexpr (Net::anyTraining) {
      return options.get();
    } else {
      return {plan.optimizerOptions};
    }
  }

  LOCKSTEP_APART void copyState(const double* from, double* to) const { copyParameters<Vector>(from, to, stateCount); }
  LOCKSTEP_APART bool isStateFinite() const { return lockstep::areFinite<Vector>(state, stateCount); }

  // For a batch whose last row is the one before `end`.
  LOCKSTEP_APART void endStep(int64_t end) {
    double* scalars = state;
    Optimizers::with(plan.optimizer,
                     [&](auto optimizer) { scalars += optimizer.vectors(options.get()) * plan.parameterCount; });
    penalties += stepEnd.end(g, scalars, options.get()).v * shareOfRows(plan, end);
  }

  LOCKSTEP_INLINE void load(int64_t first, int rows) {
    loadRows(net.x, arrays.x, order, first, rows, plan.inputs);
    loadRows(net.y, arrays.y, order, first, rows, plan.outputs);
    if constexpr (Net::anyTraining) {
      if (arrays.sampleWeight != nullptr) loadRows(net.rowWeight, arrays.sampleWeight, order, first, rows, 1);
    }
  }

  const Plan& plan;
  Net& net;
  const Count parameterCount;
  double* const p;
  double* const state;
  const int64_t stateCount;
  double* const g;
  const int32_t* const order;
  const TrainingArrays& arrays;
  const bool resident;
  Alone alone;
  StepOptions options;
  const StepEnd<Vector, SharedOptions, Alone> stepEnd;
  int64_t step = 0;
  // Those of the epoch's steps.
  double penalties = -0.0;
};

}  // namespace
}  // namespace lockstep
