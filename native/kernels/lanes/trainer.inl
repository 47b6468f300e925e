// The steps of a training with samples in the lanes. training/trainer.inl has the same functions for layers of many
// units.
#pragma once

#include "../training/step.inl"
#include "../training/train.inl"
#include "network.inl"
#include "passes.inl"
#include "samples.inl"

namespace lockstep {
namespace {

template <class N, class Net, class Count>
class LaneTrainer {
 public:
  using Vector = typename N::Base;
  // The largest number of rows that `add` takes.
  static constexpr int64_t maxRows() { return N::lanes; }
  static void begin(uint32_t) {}

  static constexpr double noLoss() { return -0.0; }

  // samples: of a LaneNetwork; a network of fixed size keeps one vector of samples itself.
  LOCKSTEP_INLINE LaneTrainer(const Plan& plan, Net& net, Count parameterCount, const TrainingBuffers& buffers,
                              const TrainingArrays& arrays, EpochSamples<N>* samples, TrainingPosition& position)
      : plan(plan),
        net(net),
        parameterCount(parameterCount),
        p(buffers.p),
        state(buffers.state),
        stateCount(stateLength(plan)),
        g(buffers.g),
        order(plan.shuffle ? buffers.order : nullptr),
        arrays(arrays),
        samples(samples),
        position(position),
        // Without a shuffle, an epoch that fits in the lanes is loaded once.
        resident(!Net::isGeneral && !plan.shuffle && plan.stepsPerEpoch == 1 && plan.epochRows <= N::lanes),
        options(plan),
        stepEnd(plan, buffers.p, buffers.state, buffers.sums, oneThread) {
    if (resident) loadFixed(0, static_cast<int>(plan.epochRows));
  }

  // Copies the caller's parameters and state of the position into the workspace. Returns the sum of the losses so far.
  LOCKSTEP_INLINE double start(const TrainingRange& range, const TrainingPosition& from) {
    lossesFrom = range.from;
    const bool inEpoch = from.row > 0;
    copyParameters<Vector>(inEpoch ? arrays.currentParameters : arrays.parameters, p, parameterCount);
    if (stateCount > 0) copyState(inEpoch ? arrays.currentState : arrays.state, state);
    if constexpr (Net::isGeneral) {
      step = rateIndex(plan, range, from);
      samples->begin(from.row, range.until - from.epoch, oneThread);
    }
    penalties = from.penalties;
    return from.lossSum;
  }

  // The order of an epoch, by its number in the fit.
  void shuffle(int64_t epoch) {
    shuffleOrder(order, static_cast<int32_t>(plan.rows), plan.seedLow, plan.seedHigh, static_cast<uint32_t>(epoch));
  }

  // Commits the values of the workspace to the caller's arrays.
  LOCKSTEP_INLINE void commitParameters() {
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

  // Forward, loss, backward and gradients of the rows first … first + rows - 1 of the epoch; after the `last` rows of a
  // step, its update. overwrite: these are the first rows of the step.
  LOCKSTEP_INLINE void add(int64_t first, int64_t count, double scale, bool overwrite, bool last, double& lossSum) {
    const int rows = static_cast<int>(count);
    const BroadcastParameters<N> shared = {p};
    load(first, rows);
    forwardPass<N>(plan, net, shared);
    addLosses(weights().of(rowLosses<N>(plan, net)), rows, lossSum);
    backwardPass<N>(plan, net, shared, scale, weights(),
                    [&](auto l) LOCKSTEP_LAMBDA { net.layerGradient(l, g, rows, overwrite); });
    net.gradients(g, rows);
    if (!last) return;
    if constexpr (Net::isGeneral) {
      if (arrays.rateFactors != nullptr) [[unlikely]]
        options.setRateFactor(arrays.rateFactors[step++]);
      if (!stepEnd.isPlainUpdate()) [[unlikely]]
        return endStep(first + rows);
    }
    if constexpr (Net::isGeneral) {
      updateParameters<Vector>(plan.optimizer, p, g, state, parameterCount, currentOptions());
    } else {
      Optimizers::with(net.optimizer(), [&](auto optimizer) LOCKSTEP_LAMBDA {
        optimizer.template update<Vector>(p, g, state, parameterCount, currentOptions());
      });
    }
  }

  LOCKSTEP_INLINE bool endEpoch(int64_t epoch, double lossSum) {
    double loss = lossSum * plan.lossScale;
    if constexpr (Net::isGeneral) {
      loss = loss + penalties;
      penalties = -0.0;
      samples->rewind();
    }
    return endEpochOf(*this, loss, arrays.losses[epoch - lossesFrom], epoch, oneThread, outcome);
  }

  // Stores the position; within an epoch also the values after the last step.
  LOCKSTEP_INLINE void finish(int64_t epoch, int64_t row, double lossSum) {
    outcome.epochs = epoch;
    position = afterEpochs(epoch);
    if (row == 0) return;
    position = {epoch, row, lossSum, penalties};
    if (arrays.currentParameters == nullptr) return;
    for (int64_t i = 0; i < parameterCount; i++) arrays.currentParameters[i] = p[i];
    for (int64_t i = 0; i < stateCount; i++) arrays.currentState[i] = state[i];
  }

  TrainingOutcome outcome = {0, kDone, -1};

 private:
  LOCKSTEP_INLINE auto weights() const {
    if constexpr (Net::isGeneral) {
      return SampleWeights<N>{arrays.sampleWeight == nullptr ? nullptr : net.sampleWeight};
    } else {
      return NoSampleWeights{};
    }
  }

  LOCKSTEP_INLINE BroadcastOptions currentOptions() const {
    if constexpr (Net::isGeneral) {
      return options.get();
    } else {
      return {plan.optimizerOptions};
    }
  }

  LOCKSTEP_NOINLINE void copyState(const double* from, double* to) const {
    copyParameters<Vector>(from, to, stateCount);
  }
  LOCKSTEP_NOINLINE bool isStateFinite() const { return lockstep::areFinite<Vector>(state, stateCount); }

  // For the batch whose last row is end - 1.
  LOCKSTEP_NOINLINE void endStep(int64_t end) {
    double* scalars = state;
    Optimizers::with(plan.optimizer,
                     [&](auto optimizer) { scalars += optimizer.vectors(options.get()) * plan.parameterCount; });
    penalties += stepEnd.end(g, scalars, options.get()).v * epochFraction(plan, end);
  }

  LOCKSTEP_INLINE void load(int64_t first, int rows) {
    if constexpr (Net::isGeneral) {
      samples->select(net, 0, first, rows, net.samples);
      samples->advance(1);
    } else if (!resident) {
      loadFixed(first, rows);
    }
  }

  LOCKSTEP_INLINE void loadFixed(int64_t first, int rows) {
    loadRows(net.x, arrays.x, order, first, rows, plan.inputs);
    loadRows(net.y, arrays.y, order, first, rows, plan.outputs);
  }

  const Plan& plan;
  Net& net;
  const Count parameterCount;
  double* const p;
  double* const state;
  const int64_t stateCount;
  double* const g;
  int32_t* const order;
  const TrainingArrays& arrays;
  EpochSamples<N>* const samples;
  TrainingPosition& position;
  // The epoch of the first loss.
  int64_t lossesFrom = 0;
  const bool resident;
  SingleThread oneThread;
  StepOptions options;
  const StepEnd<Vector, BroadcastOptions, SingleThread> stepEnd;
  // The index of the rate factor of the next step.
  int64_t step = 0;
  // The sum of the penalties of the epoch's steps.
  double penalties = -0.0;
};

template <class N>
int64_t laneWorkspace(const Plan& plan) {
  Arena arena(nullptr);
  TrainingBuffers(plan, Lanes<typename N::Base>{}, arena);
  LaneNetwork<N>(plan, arena, true);
  const TrainingArrays none{};
  EpochSamples<N>(plan, none, nullptr, arena);
  return arena.length();
}

template <class N>
TrainingOutcome trainInLanes(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                             TrainingPosition& position, const volatile int* cancelled) {
  Arena arena(arrays.workspace);
  const TrainingBuffers buffers(plan, Lanes<typename N::Base>{}, arena);
  LaneNetwork<N> net(plan, arena, true);
  EpochSamples<N> samples(plan, arrays, plan.shuffle ? buffers.order : nullptr, arena);
  LaneTrainer<N, LaneNetwork<N>, int64_t> trainer(plan, net, plan.parameterCount, buffers, arrays, &samples, position);
  SingleThread oneThread;
  train(plan, trainer, range, position, oneThread, cancelled);
  return trainer.outcome;
}

// For batches of at most one vector of samples.
template <class N, class Net>
TrainingOutcome trainFixed(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                           TrainingPosition& position, const volatile int* cancelled) {
  using Count = Fixed<Net::parameterCount>;
  Arena arena(arrays.workspace);
  const TrainingBuffers buffers(plan, Lanes<typename N::Base>{}, arena);
  Net net(plan);
  LaneTrainer<N, Net, Count> trainer(plan, net, Count{}, buffers, arrays, nullptr, position);
  SingleThread oneThread;
  train(plan, trainer, range, position, oneThread, cancelled);
  return trainer.outcome;
}

}  // namespace
}  // namespace lockstep
