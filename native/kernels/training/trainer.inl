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

  TiledTrainer(const Plan& plan, Net& net, const TrainingBuffers& buffers, const TrainingArrays& arrays,
               ThreadTeam& threads)
      : plan(plan),
        net(net),
        p(buffers.p),
        state(buffers.state),
        g(buffers.g),
        order(plan.shuffle ? buffers.order : nullptr),
        arrays(arrays),
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

  // Copies the caller's parameters and state into the workspace; each thread copies its part.
  void loadParameters() {
    eachRange([&](int64_t at, int64_t callers, int64_t count) LOCKSTEP_LAMBDA {
      copyParameters<V>(arrays.parameters + callers, p + at, count);
      eachStateVector([&](int64_t vector) LOCKSTEP_LAMBDA {
        copyParameters<V>(arrays.state + vector + callers, state + vector + at, count);
      });
    });
    if (scalarCount > 0) copyParameters<V>(arrays.state + vectorsLength, scalars, scalarCount);
  }

  // Copies them back to the caller's arrays.
  void commitParameters() {
    eachRange([&](int64_t at, int64_t callers, int64_t count) LOCKSTEP_LAMBDA {
      copyParameters<V>(p + at, arrays.parameters + callers, count);
      eachStateVector([&](int64_t vector) LOCKSTEP_LAMBDA {
        copyParameters<V>(state + vector + at, arrays.state + vector + callers, count);
      });
    });
    if (scalarCount > 0 && threads.first()) copyParameters<V>(scalars, arrays.state + vectorsLength, scalarCount);
  }

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

  // The loss of an epoch from the sum of its rows' losses.
  double epochLoss(double lossSum) {
    const double loss = lossSum * plan.lossScale + penalties;
    penalties = -0.0;
    return loss;
  }

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
  const int32_t* const order;
  const TrainingArrays& arrays;
  ThreadTeam& threads;
  const int64_t maxBlockRows;
  // The length of the state's vectors, and the number of scalars after them. Each thread advances its own scalars.
  const int64_t vectorsLength;
  const int64_t scalarCount;
  double* scalars;
  double ownScalars[kMaxScalars];
  StepOptions options;
  const StepEnd<V, BroadcastOptions, ThreadTeam> stepEnd;
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
TrainingOutcome trainInTiles(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled,
                             const ThreadContext& context) {
  Arena arena(arrays.workspace);
  const TrainingBuffers buffers(plan, Lanes<V>{}, arena);
  ThreadTeam threads(context);
  TiledNetwork<V> net(plan, buffers.p, buffers.p, arena, Mode::kTrain, threads);
  TiledTrainer<V> trainer(plan, net, buffers, arrays, threads);
  return train(plan, trainer, buffers, arrays, threads, cancelled);
}

}  // namespace
}  // namespace lockstep
