// The steps of a training with samples in the lanes, on each thread of a team: trainer.inl for several threads. In a
// round each thread computes its own rows, forward and backward. Only that thread reads their values again, because
// they would take longer to move to another core than to compute. The gradients move instead. They are divided into as
// many parts as there are threads. In each phase of a round a thread adds its own rows to one part, which the next
// thread continues with the rows that follow. So every sum has its rows in order:
//
//   phase      0                    1                    2                    3
//   thread 0   part 0, rows 0       part 1, rows 0       part 0, rows 2       part 1, rows 2
//   thread 1   (the last round)     part 0, rows 1       part 1, rows 1       part 0, rows 3
#pragma once

#include "../support/thread_team.inl"
#include "../training/step.inl"
#include "../training/train.inl"
#include "network.inl"
#include "passes.inl"
#include "samples.inl"

namespace lockstep {
namespace {

// The arrays of a team. Rounds use two sets of networks alternately, because a thread adds some of the gradients of a
// round after it has computed the next one.
template <class N>
struct TeamBuffers {
  static constexpr int kSets = 2;

  TeamBuffers(const Plan& plan, const ThreadContext& context, Arena& arena)
      : training(plan, Lanes<typename N::Base>{}, arena), blocks(blocksOf(plan, context.size)) {
    const int own = kSets * blocks;
    const int64_t all = int64_t{context.size} * own;
    losses = arena.allocate<N>(all);
    networks = arena.allocate<LaneNetwork<N>>(all);
    const int64_t length = LaneNetwork<N>::workspace(plan);
    double* const values = arena.allocate<double>(all * length);
    if (networks == nullptr) return;
    networks += context.index * own;
    for (int i = 0; i < own; i++) {
      Arena memory(values + (context.index * own + i) * length);
      networks[i] = LaneNetwork<N>(plan, memory, true);
    }
  }

  TrainingBuffers training;
  // The blocks of a thread in a round.
  const int blocks;
  // The losses of the rows of each set, thread and block.
  N* losses;
  // This thread's networks: one for each set and block.
  LaneNetwork<N>* networks;

 private:
  // Enough rows to outweigh the barriers, few enough that a set stays in the second-level cache.
  static constexpr int64_t kMaxRows = 128;
  static constexpr int64_t kMaxBytes = 1 << 18;

  static int blocksOf(const Plan& plan, int size) {
    const LayerPlan& last = plan.layers[plan.layerCount - 1];
    const int64_t vectors = EpochSamples<N>::vectors(plan) + 3 * (last.unitsBefore + last.units);
    const int64_t fitting = kMaxBytes / (vectors * static_cast<int64_t>(sizeof(N)));
    const int64_t needed = ceilDiv(largestBatch(plan), size * int64_t{N::lanes});
    int64_t blocks = kMaxRows / N::lanes;
    if (blocks > needed) blocks = needed;
    if (blocks > fitting) blocks = fitting;
    return blocks < 1 ? 1 : static_cast<int>(blocks);
  }
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
    if (!last) return;
    addRemaining();
    endStep(first + count);
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

  // This thread's blocks of a round of `count` rows. overwrite: the round is the first of a step.
  struct Round {
    Net* networks;
    int firstBlock;
    int blocks;
    int64_t count;
    bool overwrite;
  };

  int roundBlocks() const { return threads.size() * buffers.blocks; }
  int64_t roundRows() const { return int64_t{roundBlocks()} * N::lanes; }

  void addRound(int64_t first, int64_t count, double scale, bool overwrite, double& lossSum) {
    const int all = static_cast<int>(ceilDiv(count, N::lanes));
    const Range blocks = partition(all, threads);
    const int from = static_cast<int>(blocks.from);
    const Round round = {buffers.networks + set * buffers.blocks, from, static_cast<int>(blocks.to) - from, count,
                         overwrite};
    N* const losses = buffers.losses + set * roundBlocks();
    set = 1 - set;
    for (int i = 0; i < round.blocks; i++) {
      Net& net = round.networks[i];
      const int block = from + i;
      samples.select(net, block, first + block * N::lanes, rowsOf(block, count), net.samples);
      compute(net, losses[block], scale);
    }
    samples.advance(all);
    for (int phase = 0; phase < threads.size(); phase++) {
      // A thread is as many phases behind the first one as its index.
      if (phase >= threads.index()) {
        addGradients(round, phase - threads.index());
      } else if (!overwrite) {
        addGradients(previous, phase - threads.index() + threads.size());
      }
      threads.wait();
      if (phase > 0 || !threads.first()) continue;
      for (int block = 0; block < all; block++) addLosses(losses[block], rowsOf(block, count), lossSum);
    }
    previous = round;
  }

  // The gradients of the last round of a step that are left.
  void addRemaining() {
    for (int phase = 0; phase < threads.size() - 1; phase++) {
      if (phase < threads.index()) addGradients(previous, phase - threads.index() + threads.size());
      threads.wait();
    }
  }

  // The rows of a block of a round of `count` rows.
  static int rowsOf(int block, int64_t count) { return rowsFrom<N>(count - block * N::lanes); }

  // Forward, loss and backward of this thread's block.
  void compute(Net& net, N& losses, double scale) {
    const BroadcastParameters<N> shared = {p};
    const SampleWeights<N> weights = {arrays.sampleWeight == nullptr ? nullptr : net.sampleWeight};
    forwardPass<N>(plan, net, shared);
    losses = weights.of(rowLosses<N>(plan, net));
    backwardPass<N>(plan, net, shared, scale, weights, [](int) {});
  }

  // Gradients: one part of every layer, of this thread's rows of a round. Parts are columns of whole vectors, or rows
  // of weights where units are too few for that.
  LOCKSTEP_NOINLINE void addGradients(const Round& round, int part) {
    const int parts = threads.size();
    for (int i = 0; i < round.blocks; i++) {
      Net& net = round.networks[i];
      // The first rows of a step.
      const bool overwrite = round.overwrite && round.firstBlock + i == 0;
      const int rows = rowsOf(round.firstBlock + i, round.count);
      for (int l = 0; l < plan.layerCount; l++) {
        if (!net.trains(l)) continue;
        const int units = net.units(l);
        const bool byColumns = units >= parts * V::lanes;
        const Range j = byColumns ? partitionAligned(units, V::lanes, part, parts) : Range{0, units};
        const Range k = byColumns ? Range{0, net.inputs(l)}
                                  : partitionAligned(net.inputs(l), units == 1 ? V::lanes : kRowsPerRange, part, parts);
        const bool withBias = byColumns || part == 0;
        if (k.from < k.to || withBias) net.partGradient(l, k, j, withBias, g, rows, overwrite);
      }
    }
  }

  // For the batch whose last row is end - 1.
  LOCKSTEP_NOINLINE void endStep(int64_t end) {
    if (arrays.rateFactors != nullptr) options.setRateFactor(arrays.rateFactors[step++]);
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
  // The set of networks of the next round, and the last round.
  int set = 0;
  Round previous{};
  // The epoch of the first loss.
  int64_t lossesFrom = 0;
  // The index of the rate factor of the next step, and the sum of the penalties of the epoch's steps.
  int64_t step = 0;
  double penalties = -0.0;
  StepOptions options;
  SingleThread oneThread;
  const StepEnd<V, BroadcastOptions, SingleThread> stepEnd;
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
