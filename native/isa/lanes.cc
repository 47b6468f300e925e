// The second part of a kernel set: samples in the lanes.
#include "../kernels/lanes/fixed.inl"
#include "../kernels/lanes/predict.inl"
#include "../kernels/lanes/row.inl"
#include "../kernels/lanes/team.inl"
#include "../kernels/lanes/trainer.inl"
#include "../kernels/metrics/metrics.inl"
#include "set.h"
#include "sets.h"

namespace lockstep {
namespace {
namespace lane_part {

using Narrowest = SampleWidths::Narrowest;
using V = SampleWidths::Widest::Base;
using Rows = RowPass<V, Narrowest>;

// The cost of rows in blocks of these lanes, in rows of the widest vectors. A last block that is not full costs as much
// as a full one. Narrow blocks have few independent sums: one of one vector takes 1.08 (AVX-512) to 1.15 (AVX2) times
// as long for each row as one of four, one of two vectors 1.03 times, and one of half a vector 1.45 times.
double rowsCost(int64_t rows, int lanes) {
  const double share = static_cast<double>(V::lanes) / lanes;
  return static_cast<double>(ceilDiv(rows, lanes) * lanes) * (1 + 0.12 * share * share);
}

// The same for an epoch.
double epochCost(const Plan& plan, int lanes) {
  return static_cast<double>(plan.stepsPerEpoch - 1) * rowsCost(plan.batchSize, lanes) +
         rowsCost(plan.lastBatchSize, lanes);
}

// f(Lanes<N>) with the vectors of a training on one thread, and of a prediction.
template <class F>
auto withTraining(const Plan& plan, F f) {
  return SampleWidths::withLeast([&](int lanes) { return epochCost(plan, lanes); }, f);
}
template <class F>
auto withPrediction(const Plan& plan, F f) {
  return SampleWidths::withLeast([&](int lanes) { return rowsCost(plan.rows, lanes); }, f);
}

// What the samples of a step cost, and those of a prediction, as rows of the widest vectors.
double trainingRows(const Plan& plan) {
  return SampleWidths::least([&](int lanes) { return epochCost(plan, lanes); }) /
         static_cast<double>(plan.stepsPerEpoch);
}
double predictionRows(const Plan& plan) {
  return SampleWidths::least([&](int lanes) { return rowsCost(plan.rows, lanes); });
}

// Enough for any smaller number of rows too: none of them uses wider vectors than the narrowest that hold these.
int64_t predictionWorkspace(const Plan& plan) {
  return SampleWidths::with(
      plan.rows, [&](auto width) { return LanePass<typename decltype(width)::type>::predictionWorkspace(plan); });
}

// Each thread of a team has at least one of the narrowest vectors.
int64_t usableThreads(const Plan& plan) { return ceilDiv(largestBatch(plan), Narrowest::lanes); }

// f(Lanes<N>) with the vectors of a team.
template <class F>
auto withTeam(const Plan& plan, int threads, F f) {
  return SampleWidths::with(ceilDiv(largestBatch(plan), threads), f);
}

// A team may be smaller than asked for, and then has wider vectors.
int64_t trainingWorkspace(const Plan& plan, int threads) {
  int64_t length = withTraining(plan, [&](auto width) { return laneWorkspace<typename decltype(width)::type>(plan); });
  for (int size = 1; size <= threads && threads > 1; size++) {
    const int64_t team = withTeam(plan, size, [&](auto width) {
      return laneTeamWorkspace<typename decltype(width)::type>(plan, {0, size, nullptr, nullptr, nullptr});
    });
    length = length < team ? team : length;
  }
  return length;
}

void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
  withPrediction(plan,
                 [&](auto width) { LanePass<typename decltype(width)::type>::predict(plan, p, x, output, workspace); });
}

double evaluate(const Plan& plan, const double* p, const double* x, const double* y, const double* sampleWeight,
                double* output, double* workspace) {
  return withPrediction(plan, [&](auto width) {
    return LanePass<typename decltype(width)::type>::evaluate(plan, p, x, y, sampleWeight, output, workspace);
  });
}

TrainingOutcome train(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                      TrainingPosition& position, const volatile int* cancelled) {
  using Experiment = FixedLaneNetwork<Narrowest, FixedFunctions<Sigmoid, HalfSquaredError, Sgd>, 2, 2, 1>;
  using Small = FixedLaneNetwork<Narrowest, RuntimeFunctions, 2, 2, 1>;
  if (largestBatch(plan) <= Narrowest::lanes && hasPlainSteps(plan, arrays)) {
    if (Experiment::fits(plan)) return trainFixed<Narrowest, Experiment>(plan, arrays, range, position, cancelled);
    if constexpr (kFixesAnyFunctions) {
      if (Small::fits(plan)) return trainFixed<Narrowest, Small>(plan, arrays, range, position, cancelled);
    }
  }
  return withTraining(plan, [&](auto width) {
    return trainInLanes<typename decltype(width)::type>(plan, arrays, range, position, cancelled);
  });
}

TrainingOutcome trainOnTeam(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                            TrainingPosition& position, const volatile int* cancelled, const ThreadContext& context) {
  return withTeam(plan, context.size, [&](auto width) {
    using N = typename decltype(width)::type;
    return trainInLanesOnTeam<N>(plan, arrays, range, position, cancelled, context);
  });
}

double penalty(const Plan& plan, const double* p, double* workspace) {
  if (!hasPenalties(plan)) return -0.0;
  sumPenalties<V, Scalar>(plan, p, workspace, SingleThread{});
  return penaltyOf<Scalar>(plan, workspace).v;
}

int64_t penaltyWorkspace(const Plan& plan) { return hasPenalties(plan) ? columnSumsLength(plan) : 0; }

void endStep(const Plan& plan, double* p, double* g, double* state, double* workspace) {
  SingleThread oneThread;
  const StepEnd<V, BroadcastOptions, SingleThread> stepEnd(plan, p, state, workspace, oneThread);
  stepEnd.end(g, state + stateVectorsLength(plan), {plan.optimizerOptions});
}

int64_t stepEndWorkspace(const Plan& plan) { return isPlainUpdate(plan) ? 0 : columnSumsLength(plan); }

int optimizerSlots(int optimizer, const double* options) {
  int slots = 0;
  Optimizers::with(optimizer, [&](auto entry) { slots = entry.vectors(BroadcastOptions{options}); });
  return slots;
}

int optimizerScalars(int optimizer) {
  int scalars = 0;
  Optimizers::with(optimizer, [&](auto entry) { scalars = entry.scalars; });
  return scalars;
}

bool isElementwise(int activation) {
  bool elementwise = false;
  Activations::with(activation, [&](auto entry) { elementwise = entry.elementwise; });
  return elementwise;
}

// Those of one or two operations.
bool isCheap(int activation) {
  return activation == Activations::codeOf<Linear>() || activation == Activations::codeOf<Relu>() ||
         activation == Activations::codeOf<LeakyRelu>();
}

bool makesZeros(int activation) {
  return activation == Activations::codeOf<Relu>() || activation == Activations::codeOf<Relu6>();
}

int lossFusedWith(int loss) {
  int activation = -1;
  Losses::with(loss, [&](auto entry) { activation = entry.fusedWith; });
  return activation;
}

constexpr LaneKernels kKernels = {
    V::lanes,
    trainingRows,
    predictionRows,
    usableThreads,
    predictionWorkspace,
    Rows::workspace,
    trainingWorkspace,
    predict,
    Rows::predict,
    evaluate,
    train,
    trainOnTeam,
    penalty,
    penaltyWorkspace,
    endStep,
    stepEndWorkspace,
    optimizerSlots,
    optimizerScalars,
    isElementwise,
    isCheap,
    makesZeros,
    lossFusedWith,
    metricOf,
    metricWorkspace,
    Activations::table,
    Losses::table,
    Optimizers::table,
    Metrics::table,
};

}  // namespace lane_part
}  // namespace

const LaneKernels LOCKSTEP_PART(Lanes) = lane_part::kKernels;

}  // namespace lockstep
