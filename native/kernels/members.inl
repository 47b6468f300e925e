// The training of several networks of one shape, a network per lane of V: what program.inl does for one, with the
// parameters, gradients and state of all members side by side. N is one V or several, each for another sample. A member
// that leaves the finite numbers stops alone.
#pragma once

namespace lockstep {
namespace {

// What a group of members keeps in its workspace: one V for each number that a single training keeps.
template <class V>
struct GroupRoom {
  GroupRoom(const Plan& plan, int slots, int scalars, int options, Room& room) {
    p = room.take<V>(plan.parameterCount);
    g = room.take<V>(plan.parameterCount);
    kept = room.take<V>(plan.parameterCount);
    state = room.take<V>(slots * plan.parameterCount + scalars);
    keptState = room.take<V>(slots * plan.parameterCount + scalars);
    optimizerOptions = room.take<V>(options);
    learningRate = room.take<V>(1);
    order = room.take<int32_t>(plan.shuffle ? plan.rows * V::lanes : 0);
    sums = room.take<double>(isUpdateAlone(plan) ? 0 : StepEnd<V, OwnOptions<V>, Alone>::sumsLength(plan));
  }
  V* p;
  V* g;
  V* state;
  // Those of the last epoch that counts.
  V* kept;
  V* keptState;
  V* optimizerOptions;
  // Without the factors of the steps.
  V* learningRate;
  // One order per lane, unless all are the same.
  int32_t* order;
  // For StepEnd.
  double* sums;
};

// Lane `at` of vector i.
template <class V>
LOCKSTEP_INLINE double& lane(V* vectors, int64_t i, int at) {
  return reinterpret_cast<double*>(vectors)[i * V::lanes + at];
}

template <class V, class N>
class Group {
  // How many samples go side by side.
  static constexpr int depth = N::lanes / V::lanes;

 public:
  Group(const Plan& plan, const MemberPlans& plans, const EnsembleArrays& arrays, const GroupRoom<V>& room, int slots,
        int scalars, int options, int64_t first, int members)
      : plan(plan),
        plans(plans),
        arrays(arrays),
        room(room),
        stateCount(slots * plan.parameterCount + scalars),
        first(first),
        members(members),
        alive(members),
        scalars(reinterpret_cast<double*>(room.state + slots * plan.parameterCount)),
        stepEnd(plan, reinterpret_cast<double*>(room.p), reinterpret_cast<double*>(room.state), room.sums, oneThread) {
    for (int i = 0; i < V::lanes; i++) {
      running[i] = i < members;
      // Lanes without a member repeat the last one: nothing special happens in them that does not happen there.
      const int64_t member = first + (i < members ? i : members - 1);
      for (int64_t k = 0; k < plan.parameterCount; k++) {
        lane(room.p, k, i) = lane(room.kept, k, i) = arrays.parameters[member * plan.parameterCount + k];
      }
      for (int64_t k = 0; k < stateCount; k++) {
        lane(room.state, k, i) = lane(room.keptState, k, i) = arrays.state[member * stateCount + k];
      }
      for (int k = 0; k < options; k++) {
        lane(room.optimizerOptions, k, i) = plans.optimizerOptions[member * options + k];
      }
    }
    *room.learningRate = room.optimizerOptions[0];
  }

  template <class Net, class Count>
  LOCKSTEP_INLINE void train(Net& net, Count parameterCount, const volatile int* cancelled) {
    V* const p = room.p;
    V* const g = room.g;
    // Without a shuffle, rows that go side by side are loaded once.
    const bool resident = !plan.shuffle && plan.stepsPerEpoch == 1 && plan.epochRows <= depth;
    if (resident) load(net, 0, static_cast<int>(plan.epochRows));
    const int64_t lastBatch = plan.epochRows - plan.lastBatchSize;
    for (int64_t epoch = 0; epoch < plan.epochs; epoch++) {
      if (plan.shuffle) shuffle(epoch);
      V lossSum = V::splat(-0.0);
      V penalties = V::splat(-0.0);
      for (int64_t batch = 0; batch <= lastBatch; batch += plan.batchSize) {
        if (isSet(cancelled)) [[unlikely]] {
          return finishAll(epoch, kCancelled);
        }
        const bool isLast = batch == lastBatch;
        const int64_t batchRows = isLast ? plan.lastBatchSize : plan.batchSize;
        const double scale = isLast ? plan.lastGradientScale : plan.gradientScale;
        for (int64_t row = 0; row < batchRows; row += depth) {
          const int rows = batchRows - row < depth ? static_cast<int>(batchRows - row) : depth;
          if (!resident) load(net, batch + row, rows);
          forwardPass<N>(plan, net, OwnParameters<N, V>{p});
          lossSum = addVectors(lossSum, weights(net).of(rowLosses<N>(plan, net)), rows);
          backwardPass<N>(plan, net, OwnParameters<N, V>{p}, scale, weights(net), [&](auto l) LOCKSTEP_LAMBDA {
            ownGradient(net.input(l), net.d(l), g + net.weights(l), net.inputs(l), net.units(l), rows, row == 0);
          });
        }
        if constexpr (Net::anyTraining) {
          if (arrays.rateFactors != nullptr) [[unlikely]]
            setRateFactor(arrays.rateFactors[step++]);
          if (!stepEnd.isPlain()) [[unlikely]] {
            endStep(batch + batchRows, penalties);
            continue;
          }
        }
        Optimizers::with(net.optimizer(), [&](auto optimizer) LOCKSTEP_LAMBDA {
          optimizer.template update<V>(reinterpret_cast<double*>(p), reinterpret_cast<double*>(g),
                                       reinterpret_cast<double*>(room.state), timesLanes(parameterCount),
                                       OwnOptions<V>{room.optimizerOptions});
        });
      }
      V loss = lossSum * V::splat(plan.lossScale);
      if constexpr (Net::anyTraining) loss = loss + penalties;
      if (!endEpoch(epoch, loss, parameterCount)) return;
    }
    finishAll(plan.epochs, kDone);
  }

 private:
  template <int count>
  static constexpr Fixed<count * V::lanes> timesLanes(Fixed<count>) {
    return {};
  }
  static constexpr Whole timesLanes(int64_t count) { return {count * V::lanes}; }

  template <class Net>
  LOCKSTEP_INLINE auto weights(const Net& net) const {
    if constexpr (Net::anyTraining) {
      return RowWeights<N>{arrays.sampleWeight == nullptr ? nullptr : net.rowWeight};
    } else {
      return NoWeights{};
    }
  }

  LOCKSTEP_APART void setRateFactor(double factor) { room.optimizerOptions[0] = *room.learningRate * V::splat(factor); }

  // For a batch whose last row is the one before `end`.
  LOCKSTEP_APART void endStep(int64_t end, V& penalties) {
    const V penalty = stepEnd.end(reinterpret_cast<double*>(room.g), scalars, OwnOptions<V>{room.optimizerOptions});
    penalties = penalties + penalty * V::splat(shareOfRows(plan, end));
  }

  void shuffle(int64_t epoch) {
    const int lanes = plans.sameSeeds ? 1 : members;
    for (int i = 0; i < lanes; i++) {
      const uint32_t* const seed = plans.seeds + 2 * (first + i);
      shuffleOrder(room.order + i * plan.rows, static_cast<int32_t>(plan.rows), seed[0], seed[1],
                   static_cast<uint32_t>(plan.firstEpoch + epoch));
    }
  }

  // Rows of samples and targets, a row for each V in N: the same for all members, or to each the one that its order
  // names.
  template <class Net>
  LOCKSTEP_INLINE void load(Net& net, int64_t at, int rows) {
    for (int r = 0; r < depth; r++) {
      for (int i = 0; i < V::lanes; i++) {
        const int64_t row = r < rows ? rowOf(i < members ? i : members - 1, at + r) : 0;
        const double* const x = arrays.x + row * plan.inputs;
        const double* const y = arrays.y + row * plan.outputs;
        for (int k = 0; k < plan.inputs; k++) lane(net.x, k, r * V::lanes + i) = x[k];
        for (int j = 0; j < plan.outputs; j++) lane(net.y, j, r * V::lanes + i) = y[j];
        if constexpr (Net::anyTraining) {
          if (arrays.sampleWeight != nullptr) lane(net.rowWeight, 0, r * V::lanes + i) = arrays.sampleWeight[row];
        }
      }
    }
  }

  int64_t rowOf(int member, int64_t at) const {
    if (!plan.shuffle) return at;
    return room.order[plans.sameSeeds ? at : member * plan.rows + at];
  }

  // Notes each member's loss, and keeps the parameters and the state or stops the member. False: none is left.
  template <class Count>
  LOCKSTEP_INLINE bool endEpoch(int64_t epoch, V loss, Count parameterCount) {
    // 0 · v is 0 for a finite v, else NaN; so is a sum of those.
    V broken = V::splat(0) * loss;
    each(parameterCount, [&](auto k) LOCKSTEP_LAMBDA { broken = broken + V::splat(0) * room.p[k]; });
    double losses[V::lanes];
    loss.store(losses);
    for (int i = 0; i < members; i++) {
      if (running[i]) arrays.history[(first + i) * plan.epochs + epoch] = losses[i];
    }
    bool finiteState = true;
    for (int64_t k = 0; k < stateCount; k++) finiteState &= all(lessEqual(abs(room.state[k]), V::splat(kLargest)));
    if (!(static_cast<int>(all(lessEqual(broken, V::splat(0)))) & static_cast<int>(finiteState))) [[unlikely]] {
      stopBroken(epoch, losses);
      if (alive == 0) return false;
    }
    each(parameterCount, [&](auto k) LOCKSTEP_LAMBDA { room.kept[k] = room.p[k]; });
    for (int64_t k = 0; k < stateCount; k++) room.keptState[k] = room.state[k];
    return true;
  }

  // The first of these numbers that is not finite in a lane, or -1.
  static int64_t firstNotFinite(V* vectors, int64_t count, int i) {
    for (int64_t k = 0; k < count; k++) {
      const double value = lane(vectors, k, i);
      if (!(value - value == 0)) return k;
    }
    return -1;
  }

  LOCKSTEP_COLD void stopBroken(int64_t epoch, const double* losses) {
    for (int i = 0; i < V::lanes; i++) {
      const int64_t parameter = firstNotFinite(room.p, plan.parameterCount, i);
      const bool finiteLoss = losses[i] - losses[i] == 0;
      if (parameter < 0 && finiteLoss && firstNotFinite(room.state, stateCount, i) < 0) continue;
      if (running[i]) {
        finish(i, {epoch, statusOf(finiteLoss, parameter), parameter});
        running[i] = false;
        alive--;
      }
      quiet(i);
    }
  }

  // Makes a lane that no member needs compute nothing but ordinary numbers, which are the quickest.
  void quiet(int i) {
    for (int64_t k = 0; k < plan.parameterCount; k++) lane(room.p, k, i) = 0;
    for (int64_t k = 0; k < stateCount; k++) lane(room.state, k, i) = 0;
    lane(room.optimizerOptions, 0, i) = lane(room.learningRate, 0, i) = 0;
  }

  void finishAll(int64_t epochs, Status status) {
    for (int i = 0; i < members; i++) {
      if (running[i]) finish(i, {epochs, status, -1});
    }
  }

  // Hands a member's results over: the parameters and the state after the last epoch that counts.
  void finish(int i, const TrainingOutcome& outcome) {
    const int64_t member = first + i;
    for (int64_t k = 0; k < plan.parameterCount; k++) {
      arrays.parameters[member * plan.parameterCount + k] = lane(room.kept, k, i);
    }
    for (int64_t k = 0; k < stateCount; k++) arrays.state[member * stateCount + k] = lane(room.keptState, k, i);
    arrays.outcomes[member] = outcome;
  }

  const Plan& plan;
  const MemberPlans& plans;
  const EnsembleArrays& arrays;
  const GroupRoom<V>& room;
  int64_t stateCount;
  int64_t first;
  int members;
  int alive;
  bool running[V::lanes];
  Alone oneThread;
  double* scalars;
  const StepEnd<V, OwnOptions<V>, Alone> stepEnd;
  int64_t step = 0;
};

}  // namespace
}  // namespace lockstep
