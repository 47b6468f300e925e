// The steps of a training with samples in the lanes, on each thread of a team: trainer.inl for several threads. In a
// round each thread computes a few blocks of samples, forward and backward. Then each adds all samples of the round, in
// order, to its own part of the gradients. So layers of few units scale too, and no sum changes its order.
#pragma once

#include "../support/thread_team.inl"
#include "../training/step.inl"
#include "../training/train.inl"
#include "network.inl"
#include "passes.inl"
#include "samples.inl"

namespace lockstep {
namespace {

// The arrays of a team. Rounds use two sets of networks alternately: while a slow thread still reads the values of one
// round, the others compute the next. So a round has one barrier.
template <class N>
struct TeamBuffers {
  static constexpr int kSets = 2;
  // The blocks of a thread in a round: enough rows to outweigh the barrier, few enough to stay in the second-level cache.
  static constexpr int kBlocks = N::lanes < 64 ? 64 / N::lanes : 1;

  TeamBuffers(const Plan& plan, const ThreadContext& context, Arena& arena)
      : training(plan, Lanes<typename N::Base>{}, arena) {
    const int count = kSets * kBlocks * context.size;
    losses = arena.allocate<N>(count);
    networks = arena.allocate<LaneNetwork<N>>(static_cast<int64_t>(context.size) * count);
    if (networks != nullptr) networks += context.index * count;
    for (int i = 0; i < count; i++) {
      const LaneNetwork<N> network(plan, arena, true);
      if (networks != nullptr) networks[i] = network;
    }
  }

  TrainingBuffers training;
  // The losses of the rows of each network.
  N* losses;
  // One for each set and block. Each thread has its own objects for the same memory.
  LaneNetwork<N>* networks;
};

template <class N>
class LaneTeamTrainer {
  using V = typename N::Base;
  using Net = LaneNetwork<N>;

 public:
  int64_t maxRows() const { return kRounds * roundRows(); }
  static void begin(uint32_t) {}

  static constexpr double noLoss() { return -0.0; }

  LaneTeamTrainer(const Plan& plan, const TeamBuffers<N>& buffers, EpochSamples<N>& samples,
                  const TrainingArrays& arrays, TrainingPosition& position, ThreadTeam& threads)
      : plan(plan),
        buffers(buffers),
        p(buffers.training.p),
        g(buffers.training.g),
        state(buffers.training.state),
        samples(samples),
        arrays(arrays),
        position(position),
        threads(threads),
        own(partitionAligned(plan.parameterCount, V::lanes, threads.index(), threads.size())),
        vectorsLength(stateVectorsLength(plan)),
        scalarCount(stateLength(plan) - vectorsLength),
        options(plan),
        stepEnd(plan, p, state, buffers.training.sums, oneThread) {
    Optimizers::with(plan.optimizer,
                     [&](auto optimizer) { static_assert(optimizer.scalars <= kMaxScalars, "raise kMaxScalars"); });
    scalars = threads.first() ? state + vectorsLength : ownScalars;
  }

  // Copies the caller's parameters and state of the position into the workspace; each thread copies its part. Returns
  // the sum of the losses so far.
  double start(const TrainingRange& range, const TrainingPosition& from) {
    lossesFrom = range.from;
    const bool inEpoch = from.row > 0;
    const double* const parameters = inEpoch ? arrays.currentParameters : arrays.parameters;
    const double* const vectors = inEpoch ? arrays.currentState : arrays.state;
    const int64_t count = own.to - own.from;
    copyParameters<V>(parameters + own.from, p + own.from, count);
    eachStateVector([&](int64_t at) { copyParameters<V>(vectors + at, state + at, count); });
    if (scalarCount > 0) copyParameters<V>(vectors + vectorsLength, scalars, scalarCount);
    step = rateIndex(plan, range, from);
    penalties = from.penalties;
    samples.begin(from.row, range.until - from.epoch, threads);
    return from.lossSum;
  }

  // The order of an epoch, by its number in the fit.
  void shuffle(int64_t epoch) {
    shuffleOrder(buffers.training.order, static_cast<int32_t>(plan.rows), plan.seedLow, plan.seedHigh,
                 static_cast<uint32_t>(epoch));
  }

  void commitParameters() { storeParameters(arrays.parameters, arrays.state); }

  // Whether this thread's part is finite.
  bool areFinite() const {
    const int64_t count = own.to - own.from;
    bool finite = lockstep::areFinite<V>(scalars, scalarCount) && lockstep::areFinite<V>(p + own.from, count);
    eachStateVector([&](int64_t at) { finite &= lockstep::areFinite<V>(state + at, count); });
    return finite;
  }

  int64_t firstNotFinite() const {
    for (int64_t i = 0; i < plan.parameterCount; i++) {
      if (!(p[i] - p[i] == 0)) return i;
    }
    return -1;
  }

  // Forward, loss, backward and gradients of the rows first … first + count - 1 of the epoch; after the `last` rows of
  // a step, its update. overwrite: these are the first rows of the step.
  void add(int64_t first, int64_t count, double scale, bool overwrite, bool last, double& lossSum) {
    for (int64_t row = 0; row < count; row += roundRows()) {
      const int64_t rows = count - row < roundRows() ? count - row : roundRows();
      addRound(first + row, rows, scale, overwrite && row == 0, lossSum);
    }
    if (last) endStep(first + count);
  }

  bool endEpoch(int64_t epoch, double lossSum) {
    const double loss = lossSum * plan.lossScale + penalties;
    penalties = -0.0;
    samples.rewind();
    return endEpochOf(*this, loss, arrays.losses[epoch - lossesFrom], epoch, threads, outcome);
  }

  // Stores the position; within an epoch also the values after the last step.
  void finish(int64_t epoch, int64_t row, double lossSum) {
    outcome.epochs = epoch;
    if (row > 0 && arrays.currentParameters != nullptr) storeParameters(arrays.currentParameters, arrays.currentState);
    if (!threads.first()) return;
    position = row > 0 ? TrainingPosition{epoch, row, lossSum, penalties} : afterEpochs(epoch);
  }

  TrainingOutcome outcome = {0, kDone, -1};

 private:
  static constexpr int kMaxScalars = 4;
  // Rounds between two readings of the flag that cancels a training, which need a barrier of their own.
  static constexpr int64_t kRounds = 8;

  int roundBlocks() const { return threads.size() * TeamBuffers<N>::kBlocks; }
  int64_t roundRows() const { return int64_t{roundBlocks()} * N::lanes; }

  void addRound(int64_t first, int64_t count, double scale, bool overwrite, double& lossSum) {
    const int blocks = static_cast<int>(ceilDiv(count, N::lanes));
    Net* const networks = buffers.networks + set * roundBlocks();
    N* const losses = buffers.losses + set * roundBlocks();
    set = 1 - set;
    for (int block = 0; block < blocks; block++) {
      const int64_t at = first + block * N::lanes;
      const bool isOwn = block % threads.size() == threads.index();
      // For the gradients of the first layer each thread needs the samples of all blocks.
      Net& net = networks[block];
      samples.select(net, block, at, rowsOf(block, count), net.samples, isOwn);
      if (isOwn) compute(net, losses[block], scale);
    }
    samples.advance(blocks);
    threads.wait();
    if (threads.first()) {
      for (int block = 0; block < blocks; block++) addLosses(losses[block], rowsOf(block, count), lossSum);
    }
    for (int block = 0; block < blocks; block++) {
      addGradients(networks[block], rowsOf(block, count), overwrite && block == 0);
    }
  }

  // The rows of a block of a round of `count` rows.
  static int rowsOf(int block, int64_t count) {
    const int64_t left = count - block * N::lanes;
    return left < N::lanes ? static_cast<int>(left) : N::lanes;
  }

  // Forward, loss and backward of this thread's block.
  void compute(Net& net, N& losses, double scale) {
    const BroadcastParameters<N> shared = {p};
    const SampleWeights<N> weights = {arrays.sampleWeight == nullptr ? nullptr : net.sampleWeight};
    forwardPass<N>(plan, net, shared);
    losses = weights.of(rowLosses<N>(plan, net));
    backwardPass<N>(plan, net, shared, scale, weights, [](int) {});
  }

  // Gradients: this thread's part of every layer, of one block. Columns of whole vectors; rows of weights where units
  // are too few for that.
  LOCKSTEP_NOINLINE void addGradients(Net& net, int rows, bool overwrite) {
    for (int l = 0; l < plan.layerCount; l++) {
      if (!net.trains(l)) continue;
      const int units = net.units(l);
      const bool byColumns = units >= threads.size() * V::lanes;
      const Range j = byColumns ? partitionAligned(units, V::lanes, threads.index(), threads.size()) : Range{0, units};
      const Range k = byColumns ? Range{0, net.inputs(l)}
                                : partitionAligned(net.inputs(l), units == 1 ? V::lanes : kRowsPerRange,
                                                   threads.index(), threads.size());
      double* const bias = byColumns || threads.first() ? g + net.bias(l) + j.from : nullptr;
      if (k.from == k.to && bias == nullptr) continue;
      const GradientPart part = {g + net.weights(l) + k.from * units + j.from, bias, static_cast<int>(k.to - k.from),
                                 static_cast<int>(j.to - j.from), units};
      denseGradient(net.input(l) + k.from, net.d(l) + j.from, transposed, part, rows, overwrite);
    }
  }

  // For the batch whose last row is end - 1.
  LOCKSTEP_NOINLINE void endStep(int64_t end) {
    if (arrays.rateFactors != nullptr) options.setRateFactor(arrays.rateFactors[step++]);
    threads.wait();
    if (!stepEnd.isPlainUpdate()) {
      if (threads.first()) penalties += stepEnd.end(g, scalars, options.get()).v * epochFraction(plan, end);
      return;
    }
    Optimizers::with(plan.optimizer, [&](auto optimizer) LOCKSTEP_LAMBDA {
      applyUpdate<V>(optimizer.begin(scalars, options.get()), p + own.from, g + own.from, stateAt(state, own.from),
                     plan.parameterCount, own.to - own.from);
    });
  }

  // f(offset) for this thread's part of each vector of the state.
  template <class F>
  LOCKSTEP_INLINE void eachStateVector(F f) const {
    for (int64_t vector = 0; vector < vectorsLength; vector += plan.parameterCount) f(vector + own.from);
  }

  void storeParameters(double* parameters, double* vectors) const {
    const int64_t count = own.to - own.from;
    copyParameters<V>(p + own.from, parameters + own.from, count);
    eachStateVector([&](int64_t at) { copyParameters<V>(state + at, vectors + at, count); });
    if (scalarCount > 0 && threads.first()) copyParameters<V>(scalars, vectors + vectorsLength, scalarCount);
  }

  static constexpr int64_t kRowsPerRange = 4;

  const Plan& plan;
  const TeamBuffers<N>& buffers;
  double* const p;
  double* const g;
  double* const state;
  EpochSamples<N>& samples;
  const TrainingArrays& arrays;
  TrainingPosition& position;
  ThreadTeam& threads;
  // This thread's part of the parameters.
  const Range own;
  const int64_t vectorsLength;
  const int64_t scalarCount;
  // Each thread advances its own scalars.
  double* scalars;
  double ownScalars[kMaxScalars];
  // The set of networks of the next round.
  int set = 0;
  // The epoch of the first loss.
  int64_t lossesFrom = 0;
  // The index of the rate factor of the next step, and the sum of the penalties of the epoch's steps.
  int64_t step = 0;
  double penalties = -0.0;
  StepOptions options;
  SingleThread oneThread;
  const StepEnd<V, BroadcastOptions, SingleThread> stepEnd;
  alignas(64) double transposed[N::lanes * V::lanes];
};

template <class N>
int64_t laneTeamWorkspace(const Plan& plan, const ThreadContext& context) {
  Arena arena(nullptr);
  TeamBuffers<N>(plan, context, arena);
  const TrainingArrays none{};
  EpochSamples<N>(plan, none, nullptr, arena);
  return arena.length();
}

template <class N>
TrainingOutcome trainInLanesOnTeam(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                                   TrainingPosition& position, const volatile int* cancelled,
                                   const ThreadContext& context) {
  Arena arena(arrays.workspace);
  ThreadTeam threads(context);
  const TeamBuffers<N> buffers(plan, context, arena);
  EpochSamples<N> samples(plan, arrays, plan.shuffle ? buffers.training.order : nullptr, arena);
  LaneTeamTrainer<N> trainer(plan, buffers, samples, arrays, position, threads);
  train(plan, trainer, range, position, threads, cancelled);
  return trainer.outcome;
}

}  // namespace
}  // namespace lockstep
