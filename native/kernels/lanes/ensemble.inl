// The steps of a training of an ensemble of networks of one shape, one network per lane of V: trainer.inl for one
// network, with the parameters, gradients and state of all members in vectors. N is one V or several, one for each
// sample. A member that diverges stops by itself. Measured: 2.2 times as fast as one member after the other.
#pragma once

#include "../support/transpose.inl"
#include "../training/step.inl"
#include "../training/train.inl"
#include "passes.inl"

namespace lockstep {
namespace {

// The arrays of a group in its workspace: one V for each number of a single training.
template <class V>
struct EnsembleBuffers {
  EnsembleBuffers(const Plan& plan, Arena& arena) {
    p = arena.allocate<V>(plan.parameterCount);
    g = arena.allocate<V>(plan.parameterCount);
    lastFiniteParameters = arena.allocate<V>(plan.parameterCount);
    state = arena.allocate<V>(stateLength(plan));
    lastFiniteState = arena.allocate<V>(stateLength(plan));
    optimizerOptions = arena.allocate<V>(Optimizers::entries[plan.optimizer].optionCount);
    learningRate = arena.allocate<V>(1);
    order = arena.allocate<int32_t>(plan.shuffle ? plan.rows * V::lanes : 0);
    sums =
        arena.allocate<double>(isPlainUpdate(plan) ? 0 : StepEnd<V, PerLaneOptions<V>, SingleThread>::sumsLength(plan));
  }
  V* p;
  V* g;
  V* state;
  // Those of the last finite epoch.
  V* lastFiniteParameters;
  V* lastFiniteState;
  V* optimizerOptions;
  // Without the factor of the step.
  V* learningRate;
  // One order per lane, or one for all if the seeds are equal.
  int32_t* order;
  // For StepEnd.
  double* sums;
};

// Lane `at` of vector i.
template <class V>
LOCKSTEP_INLINE double& lane(V* vectors, int64_t i, int at) {
  return reinterpret_cast<double*>(vectors)[i * V::lanes + at];
}

// members: the indices of the members in the lanes.
template <class V, class N, class Net, class Count>
class EnsembleTrainer {
  // The number of samples computed at once.
  static constexpr int depth = N::lanes / V::lanes;

 public:
  static constexpr int64_t maxRows() { return depth; }
  static void begin(uint32_t) {}
  static V noLoss() { return V::splat(-0.0); }

  LOCKSTEP_INLINE EnsembleTrainer(const Plan& plan, const MemberPlans& plans, Net& net, Count parameterCount,
                                  const EnsembleBuffers<V>& buffers, const TrainingArrays& arrays,
                                  TrainingOutcome* outcomes, const int* members, int count)
      : plan(plan),
        plans(plans),
        net(net),
        parameterCount(parameterCount),
        arrays(arrays),
        outcomes(outcomes),
        buffers(buffers),
        stateCount(stateLength(plan)),
        members(members),
        memberCount(count),
        runningCount(count),
        // Without a shuffle, an epoch that fits in the vectors is loaded once.
        resident(!plan.shuffle && plan.stepsPerEpoch == 1 && plan.epochRows <= depth),
        scalars(reinterpret_cast<double*>(buffers.state + stateVectorsLength(plan))),
        stepEnd(plan, reinterpret_cast<double*>(buffers.p), reinterpret_cast<double*>(buffers.state), buffers.sums,
                oneThread) {
    if (resident) load(0, static_cast<int>(plan.epochRows));
  }

  // Copies the members' parameters, state and options into the lanes.
  LOCKSTEP_NOINLINE V start(const TrainingRange& range, const TrainingPosition& position) {
    lossesFrom = range.from;
    step = rateIndex(plan, range, position);
    for (int i = 0; i < V::lanes; i++) running[i] = i < memberCount;
    loadMembers(arrays.parameters, plan.parameterCount, buffers.p);
    loadMembers(arrays.state, stateCount, buffers.state);
    loadMembers(plans.optimizerOptions, Optimizers::entries[plan.optimizer].optionCount, buffers.optimizerOptions);
    saveFinite();
    *buffers.learningRate = buffers.optimizerOptions[kLearningRate];
    return noLoss();
  }

  // The orders of an epoch, by its number in the fit.
  void shuffle(int64_t epoch) {
    const int lanes = plans.sameSeeds ? 1 : memberCount;
    for (int i = 0; i < lanes; i++) {
      const uint32_t* const seed = plans.seeds + 2 * memberOf(i);
      shuffleOrder(buffers.order + i * plan.rows, static_cast<int32_t>(plan.rows), seed[0], seed[1],
                   static_cast<uint32_t>(epoch));
    }
  }

  LOCKSTEP_INLINE void add(int64_t first, int64_t count, double scale, bool overwrite, bool last, V& lossSum) {
    const int rows = static_cast<int>(count);
    const PerLaneParameters<N, V> p = {buffers.p};
    V* const g = buffers.g;
    if (!resident) load(first, rows);
    forwardPass<N>(plan, net, p);
    lossSum = addVectors(lossSum, weights().of(rowLosses<N>(plan, net)), rows);
    backwardPass<N>(plan, net, p, scale, weights(), [&](auto l) LOCKSTEP_LAMBDA {
      perLaneGradient(net.input(l), net.d(l), g + net.weights(l), net.inputs(l), net.units(l), rows, overwrite);
    });
    if (!last) return;
    if constexpr (Net::isGeneral) {
      if (arrays.rateFactors != nullptr) [[unlikely]]
        setRateFactor(arrays.rateFactors[step++]);
      if (!stepEnd.isPlainUpdate()) [[unlikely]]
        return endStep(first + rows);
    }
    double* const parameters = reinterpret_cast<double*>(buffers.p);
    double* const gradients = reinterpret_cast<double*>(g);
    double* const state = reinterpret_cast<double*>(buffers.state);
    const PerLaneOptions<V> options = {buffers.optimizerOptions};
    if constexpr (Net::isGeneral) {
      updateParameters<V>(plan.optimizer, parameters, gradients, state, timesLanes(parameterCount), options);
    } else {
      Optimizers::with(net.optimizer(), [&](auto optimizer) LOCKSTEP_LAMBDA {
        optimizer.template update<V>(parameters, gradients, state, timesLanes(parameterCount), options);
      });
    }
  }

  // Stores each member's loss; saves parameters and state, or stops the member. Returns false if no member is left.
  LOCKSTEP_INLINE bool endEpoch(int64_t epoch, V lossSum) {
    V loss = lossSum * V::splat(plan.lossScale);
    if constexpr (Net::isGeneral) {
      loss = loss + penalties;
      penalties = V::splat(-0.0);
    }
    // 0 · v is 0 for a finite v and NaN otherwise; so is a sum of such products.
    V broken = V::splat(0) * loss;
    each(parameterCount, [&](auto k) LOCKSTEP_LAMBDA { broken = broken + V::splat(0) * buffers.p[k]; });
    double losses[V::lanes];
    loss.store(losses);
    for (int i = 0; i < memberCount; i++) {
      if (running[i]) arrays.losses[members[i] * arrays.lossStride + epoch - lossesFrom] = losses[i];
    }
    bool finiteState = true;
    for (int64_t k = 0; k < stateCount; k++) finiteState &= all(lessEqual(abs(buffers.state[k]), V::splat(kLargest)));
    if (!(static_cast<int>(all(lessEqual(broken, V::splat(0)))) & static_cast<int>(finiteState))) [[unlikely]] {
      stopBroken(epoch, losses);
      if (runningCount == 0) return false;
    }
    saveFinite();
    return true;
  }

  // Ends the members that are still running, with those of the last finite epoch.
  LOCKSTEP_NOINLINE void finish(int64_t epoch, int64_t, V) {
    for (int i = 0; i < memberCount; i++) {
      if (running[i]) store(i, {epoch, kDone, -1});
    }
  }

 private:
  template <int count>
  static constexpr Fixed<count * V::lanes> timesLanes(Fixed<count>) {
    return {};
  }
  static constexpr MultipleOfLanes timesLanes(int64_t count) { return {count * V::lanes}; }

  // Copies `count` numbers of each member into the lanes. Lanes without a member repeat the last member, so no other
  // special case can occur in them.
  void loadMembers(const double* values, int64_t count, V* to) {
    const double* rows[V::lanes];
    for (int i = 0; i < V::lanes; i++) rows[i] = values + memberOf(i) * count;
    toLanes<V>(rows, V::lanes, reinterpret_cast<double*>(to), count);
  }

  LOCKSTEP_INLINE void saveFinite() {
    each(parameterCount, [&](auto k) LOCKSTEP_LAMBDA { buffers.lastFiniteParameters[k] = buffers.p[k]; });
    for (int64_t k = 0; k < stateCount; k++) buffers.lastFiniteState[k] = buffers.state[k];
  }

  // The index of the member in lane i.
  int64_t memberOf(int i) const { return members[i < memberCount ? i : memberCount - 1]; }

  LOCKSTEP_INLINE auto weights() const {
    if constexpr (Net::isGeneral) {
      return SampleWeights<N>{arrays.sampleWeight == nullptr ? nullptr : net.sampleWeight};
    } else {
      return NoSampleWeights{};
    }
  }

  LOCKSTEP_NOINLINE void setRateFactor(double factor) {
    buffers.optimizerOptions[kLearningRate] = *buffers.learningRate * V::splat(factor);
  }

  // For the batch whose last row is end - 1.
  LOCKSTEP_NOINLINE void endStep(int64_t end) {
    const V penalty =
        stepEnd.end(reinterpret_cast<double*>(buffers.g), scalars, PerLaneOptions<V>{buffers.optimizerOptions});
    penalties = penalties + penalty * V::splat(epochFraction(plan, end));
  }

  // Loads rows of samples and targets, one row for each V in N: the same for all members, or for each member the row
  // that its order lists.
  LOCKSTEP_INLINE void load(int64_t at, int rows) {
    for (int r = 0; r < depth; r++) {
      if (!plan.shuffle || plans.sameSeeds) {
        const int64_t row = r < rows ? rowOf(0, at + r) : 0;
        loadSame(net.x, r, arrays.x + row * plan.inputs, plan.inputs);
        loadSame(net.y, r, arrays.y + row * plan.outputs, plan.outputs);
        if constexpr (Net::isGeneral) {
          if (arrays.sampleWeight != nullptr) loadSame(net.sampleWeight, r, arrays.sampleWeight + row, 1);
        }
      } else {
        loadEach(at, r, rows);
      }
    }
  }

  LOCKSTEP_INLINE void loadSame(N* to, int r, const double* values, int count) {
    double* const lanes = reinterpret_cast<double*>(to) + r * V::lanes;
    for (int k = 0; k < count; k++) V::splat(values[k]).store(lanes + k * N::lanes);
  }

  LOCKSTEP_NOINLINE void loadEach(int64_t at, int r, int rows) {
    for (int i = 0; i < V::lanes; i++) {
      const int64_t row = r < rows ? rowOf(i < memberCount ? i : memberCount - 1, at + r) : 0;
      const double* const x = arrays.x + row * plan.inputs;
      const double* const y = arrays.y + row * plan.outputs;
      for (int k = 0; k < plan.inputs; k++) lane(net.x, k, r * V::lanes + i) = x[k];
      for (int j = 0; j < plan.outputs; j++) lane(net.y, j, r * V::lanes + i) = y[j];
      if constexpr (Net::isGeneral) {
        if (arrays.sampleWeight != nullptr) lane(net.sampleWeight, 0, r * V::lanes + i) = arrays.sampleWeight[row];
      }
    }
  }

  // The row that the order of the member in lane i has at this place.
  int64_t rowOf(int i, int64_t at) const {
    if (!plan.shuffle) return at;
    return buffers.order[plans.sameSeeds ? at : i * plan.rows + at];
  }

  // The index of the first number that is not finite in lane i, or -1.
  static int64_t firstNotFinite(V* vectors, int64_t count, int i) {
    for (int64_t k = 0; k < count; k++) {
      const double value = lane(vectors, k, i);
      if (!(value - value == 0)) return k;
    }
    return -1;
  }

  LOCKSTEP_COLD void stopBroken(int64_t epoch, const double* losses) {
    for (int i = 0; i < V::lanes; i++) {
      const int64_t parameter = firstNotFinite(buffers.p, plan.parameterCount, i);
      const bool finiteLoss = losses[i] - losses[i] == 0;
      if (parameter < 0 && finiteLoss && firstNotFinite(buffers.state, stateCount, i) < 0) continue;
      if (running[i]) {
        store(i, {epoch, statusOf(finiteLoss, parameter), parameter});
        running[i] = false;
        runningCount--;
      }
      clearLane(i);
    }
  }

  // Sets a lane without a running member to zeros: infinities and NaN in it would slow down the others.
  void clearLane(int i) {
    for (int64_t k = 0; k < plan.parameterCount; k++) lane(buffers.p, k, i) = 0;
    for (int64_t k = 0; k < stateCount; k++) lane(buffers.state, k, i) = 0;
    lane(buffers.optimizerOptions, kLearningRate, i) = lane(buffers.learningRate, 0, i) = 0;
  }

  // Stores the results of the member in lane i: the parameters and state after the last finite epoch.
  void store(int i, const TrainingOutcome& outcome) {
    const int64_t member = members[i];
    for (int64_t k = 0; k < plan.parameterCount; k++) {
      arrays.parameters[member * plan.parameterCount + k] = lane(buffers.lastFiniteParameters, k, i);
    }
    for (int64_t k = 0; k < stateCount; k++)
      arrays.state[member * stateCount + k] = lane(buffers.lastFiniteState, k, i);
    outcomes[member] = outcome;
  }

  const Plan& plan;
  const MemberPlans& plans;
  Net& net;
  const Count parameterCount;
  const TrainingArrays& arrays;
  TrainingOutcome* outcomes;
  const EnsembleBuffers<V>& buffers;
  int64_t stateCount;
  const int* members;
  int memberCount;
  int runningCount;
  bool running[V::lanes];
  const bool resident;
  // The epoch of the first loss.
  int64_t lossesFrom = 0;
  SingleThread oneThread;
  double* scalars;
  const StepEnd<V, PerLaneOptions<V>, SingleThread> stepEnd;
  // The index of the rate factor of the next step, and the sum of the penalties of the epoch's steps.
  int64_t step = 0;
  V penalties = V::splat(-0.0);
};

}  // namespace
}  // namespace lockstep
