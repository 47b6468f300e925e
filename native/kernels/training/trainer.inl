// The steps of a training by layers of many units, on one thread or on each thread of a team:
// lib/kernels/training/trainer.ts. lanes/trainer.inl has the same functions for samples in the lanes.
#pragma once

#include "graph.inl"
#include "step.inl"
#include "train.inl"

namespace lockstep {
namespace {

template <class V>
class TiledTrainer {
  using Net = TiledNetwork<V>;

 public:
  using Vector = V;
  int64_t maxRows() const { return maxBlockRows; }
  // Begins a step. step: its number since the first epoch.
  void begin(uint32_t step) { net.beginStep(step); }

  static constexpr double noLoss() { return -0.0; }

  TiledTrainer(const Plan& plan, Net& net, const TrainingBuffers& buffers, const TrainingArrays& arrays,
               TrainingPosition& position, ThreadTeam& threads)
      : plan(plan),
        net(net),
        p(buffers.p),
        state(buffers.state),
        g(buffers.g),
        order(plan.shuffle ? buffers.order : nullptr),
        arrays(arrays),
        position(position),
        threads(threads),
        maxBlockRows(Net::blockRows(plan, Mode::kTrain)),
        vectorsLength(stateVectorsLength(plan)),
        scalarCount(stateLength(plan) - vectorsLength),
        options(plan),
        stepEnd(plan, buffers.p, buffers.state, buffers.sums, threads) {
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
    eachRange([&](int64_t at, int64_t callers, int64_t count) LOCKSTEP_LAMBDA {
      copyParameters<V>(parameters + callers, p + at, count);
      eachStateVector([&](int64_t vector) LOCKSTEP_LAMBDA {
        copyParameters<V>(vectors + vector + callers, state + vector + at, count);
      });
    });
    if (scalarCount > 0) copyParameters<V>(vectors + vectorsLength, scalars, scalarCount);
    step = rateIndex(plan, range, from);
    penalties = from.penalties;
    return from.lossSum;
  }

  // The order of an epoch, by its number in the fit.
  void shuffle(int64_t epoch) {
    shuffleOrder(order, static_cast<int32_t>(plan.rows), plan.seedLow, plan.seedHigh, static_cast<uint32_t>(epoch));
  }

  // Commits the values of the workspace to the caller's arrays.
  void commitParameters() { storeParameters(arrays.parameters, arrays.state); }

  // Whether this thread's part is finite.
  bool areFinite() const {
    bool finite = lockstep::areFinite<V>(scalars, scalarCount);
    eachRange([&](int64_t at, int64_t, int64_t count) LOCKSTEP_LAMBDA {
      finite &= lockstep::areFinite<V>(p + at, count);
      eachStateVector([&](int64_t vector)
                          LOCKSTEP_LAMBDA { finite &= lockstep::areFinite<V>(state + vector + at, count); });
    });
    return finite;
  }

  // The caller's index of the first parameter that is not finite, or -1.
  int64_t firstNotFinite() const {
    int64_t first = -1;
    for (int thread = 0; thread < threads.size(); thread++) {
      net.unitSharding().eachRange(thread, [&](int64_t at, int64_t callers, int64_t count) {
        for (int64_t i = 0; i < count; i++) {
          if (!(p[at + i] - p[at + i] == 0) && (first < 0 || callers + i < first)) first = callers + i;
        }
      });
    }
    return first;
  }

  void add(int64_t first, int64_t rows, double scale, bool overwrite, bool last, double& lossSum) {
    net.begin(arrays.x, order, first, rows);
    net.forward();
    net.rowLosses(arrays.y, arrays.sampleWeight, order, first);
    net.backward(scale);
    if (last) stepEnd.beginPenalty();
    threads.wait();
    if (threads.first()) net.addLosses(lossSum);
    if (!last) return net.gradients(g, overwrite, false, [](const TensorPlan&, int64_t, double*, int64_t) {});
    if (arrays.rateFactors != nullptr) options.setRateFactor(arrays.rateFactors[step++]);
    const bool plain = stepEnd.isPlainUpdate();
    if (!plain) {
      penalties += stepEnd.penalty().v * epochFraction(plan, first + rows);
      if (stepEnd.hasNorms(options.get())) return endWithNorms(overwrite);
    }
    // Each thread advances its own copy of the scalars, and updates the parameters whose gradients it has.
    Optimizers::with(plan.optimizer, [&](auto optimizer) LOCKSTEP_LAMBDA {
      const auto update = optimizer.begin(scalars, options.get());
      endByPieces(overwrite, plain, &update, applyTo<decltype(update)>);
    });
  }

  bool endEpoch(int64_t epoch, double lossSum) {
    const double loss = lossSum * plan.lossScale + penalties;
    penalties = -0.0;
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

  template <class F>
  LOCKSTEP_INLINE void eachRange(F f) const {
    net.unitSharding().eachRange(threads.index(), f);
  }

  // f(vector) with the offset of each vector of the state.
  template <class F>
  LOCKSTEP_INLINE void eachStateVector(F f) const {
    for (int64_t vector = 0; vector < vectorsLength; vector += plan.parameterCount) f(vector);
  }

  // Copies the values of the workspace to these arrays; each thread copies its part.
  void storeParameters(double* parameters, double* vectors) const {
    eachRange([&](int64_t at, int64_t callers, int64_t count) LOCKSTEP_LAMBDA {
      copyParameters<V>(p + at, parameters + callers, count);
      eachStateVector([&](int64_t vector) LOCKSTEP_LAMBDA {
        copyParameters<V>(state + vector + at, vectors + vector + callers, count);
      });
    });
    if (scalarCount > 0 && threads.first()) copyParameters<V>(scalars, vectors + vectorsLength, scalarCount);
  }

  // Norms need all gradients of a tensor first.
  LOCKSTEP_NOINLINE void endWithNorms(bool overwrite) {
    net.gradients(g, overwrite, false, [&](const TensorPlan& tensor, int64_t at, double* gradients, int64_t count) {
      stepEnd.adjust(tensor, at, gradients, count, options.get());
    });
    stepEnd.finish(g, scalars, options.get());
  }

  // The update of a range of parameters, through a pointer: the products of the gradients are compiled once, not for
  // each optimizer.
  using Apply = void(const void* update, double* p, const double* g, double* state, int64_t stride, int64_t count);

  template <class Update>
  static void applyTo(const void* update, double* p, const double* g, double* state, int64_t stride, int64_t count) {
    applyUpdate<V>(*static_cast<const Update*>(update), p, g, state, stride, count);
  }

  LOCKSTEP_NOINLINE void endByPieces(bool overwrite, bool plain, const void* update, Apply* apply) {
    net.gradients(g, overwrite, overwrite,
                  [&](const TensorPlan& tensor, int64_t at, double* gradients, int64_t count) LOCKSTEP_LAMBDA {
                    if (!plain) {
                      stepEnd.adjust(tensor, at, gradients, count, options.get());
                      stepEnd.decay(at, count, options.get());
                    }
                    apply(update, p + at, gradients, state + at, plan.parameterCount, count);
                  });
  }

  const Plan& plan;
  Net& net;
  double* const p;
  double* const state;
  double* const g;
  int32_t* const order;
  const TrainingArrays& arrays;
  TrainingPosition& position;
  // The epoch of the first loss.
  int64_t lossesFrom = 0;
  ThreadTeam& threads;
  const int64_t maxBlockRows;
  // The length of the state's vectors, and the number of scalars after them. Each thread advances its own scalars.
  const int64_t vectorsLength;
  const int64_t scalarCount;
  double* scalars;
  double ownScalars[kMaxScalars];
  StepOptions options;
  const StepEnd<V, BroadcastOptions, ThreadTeam> stepEnd;
  // The index of the rate factor of the next step.
  int64_t step = 0;
  // The sum of the penalties of the epoch's steps.
  double penalties = -0.0;
};

template <class V>
int64_t tiledWorkspace(const Plan& plan, ThreadTeam& threads) {
  Arena arena(nullptr);
  TrainingBuffers(plan, Lanes<V>{}, arena);
  TiledNetwork<V>(plan, nullptr, nullptr, arena, Mode::kTrain, threads);
  return arena.length();
}

template <class V>
TrainingOutcome trainInTiles(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                             TrainingPosition& position, const volatile int* cancelled, const ThreadContext& context) {
  Arena arena(arrays.workspace);
  const TrainingBuffers buffers(plan, Lanes<V>{}, arena);
  ThreadTeam threads(context);
  TiledNetwork<V> net(plan, buffers.p, buffers.p, arena, Mode::kTrain, threads);
  TiledTrainer<V> trainer(plan, net, buffers, arrays, position, threads);
  train(plan, trainer, range, position, threads, cancelled);
  return trainer.outcome;
}

}  // namespace
}  // namespace lockstep
