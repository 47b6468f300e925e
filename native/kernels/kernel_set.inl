// A kernel set: all forms of a network for the vector types of one instruction set, and the choice between them.
#pragma once

#include "../kernel_set.h"
#include "lanes/ensemble.inl"
#include "lanes/fixed.inl"
#include "lanes/predict.inl"
#include "lanes/trainer.inl"
#include "layers/table.inl"
#include "training/predict.inl"
#include "training/trainer.inl"

namespace lockstep {
namespace {

// SampleWidths: the vector types for samples in the lanes; a batch uses the narrowest that holds it, a network of fixed
// size the narrowest of all. MemberWidths: those for members of an ensemble in the lanes.
template <class SampleWidths, class MemberWidths>
struct KernelSetOf {
  using Narrowest = typename SampleWidths::Narrowest;

  // The widest vectors of the set, for layers of many units.
  using V = typename SampleWidths::Widest::Base;

  template <class F>
  static LOCKSTEP_INLINE auto withWidth(int64_t rows, F f) {
    return SampleWidths::with(rows, f);
  }

  // Tiled products need wide layers and, on one thread, enough parameters to outweigh their overhead.
  static constexpr int kMinTiledUnits = 16;
  static constexpr int64_t kMinTiledParameters = 1000;

  static bool canBeTiled(const Plan& plan) {
    bool hasWideLayer = !plan.isDenseChain;
    bool elementwise = true;
    for (int l = 0; l < plan.layerCount; l++) {
      hasWideLayer |= plan.layers[l].units >= kMinTiledUnits;
      // Row activations need all units of a sample in one panel, which only the last layer has.
      if (l == plan.layerCount - 1) continue;
      elementwise &= isElementwise(plan.layers[l].activation);
    }
    return hasWideLayer && elementwise;
  }

  // Layers other than dense ones have only this form.
  static bool isTiled(const Plan& plan) {
    return (plan.parameterCount >= kMinTiledParameters || !plan.isDenseChain) && canBeTiled(plan);
  }

  static int64_t predictionWorkspace(const Plan& plan) {
    if (isTiled(plan)) return TiledPass<V>::workspace(plan);
    return withWidth(plan.rows,
                     [&](auto width) { return LanePass<typename decltype(width)::type>::predictionWorkspace(plan); });
  }

  static int64_t evaluationWorkspace(const Plan& plan) {
    const int64_t length = predictionWorkspace(plan);
    return hasPenalties(plan) && length < columnSumsLength(plan) ? columnSumsLength(plan) : length;
  }

  // The penalty of the weights in the loss; -0 without penalties. Uses the workspace.
  static double penaltyOfWeights(const Plan& plan, const double* p, double* workspace) {
    if (!hasPenalties(plan)) return -0.0;
    sumPenalties<V, Scalar>(plan, p, workspace, SingleThread{});
    return penaltyOf<Scalar>(plan, workspace).v;
  }

  static int usableThreads(const Plan& plan, int threads) {
    if (!canBeTiled(plan)) return 1;
    const int64_t max = TiledNetwork<V>::usableThreads(plan);
    return threads < max ? threads : static_cast<int>(max);
  }

  // Threads wait for each other several times a step, so each needs enough work in between.
  static constexpr int64_t kMinThreadWork = 1 << 20;

  static int usefulThreads(const Plan& plan, int threads) {
    return plan.parameterCount * TiledNetwork<V>::blockRows(plan, true) < kMinThreadWork ? 1
                                                                                         : usableThreads(plan, threads);
  }

  static int64_t trainingWorkspaceOf(const Plan& plan, int threads) {
    const int usable = usableThreads(plan, threads);
    if (usable > 1 || isTiled(plan)) {
      const ThreadContext team = {0, usable, nullptr, nullptr, nullptr};
      ThreadTeam threadTeam(team);
      return tiledWorkspace<V>(plan, threadTeam);
    }
    return withWidth(largestBatch(plan),
                     [&](auto width) { return laneWorkspace<typename decltype(width)::type>(plan); });
  }

  static void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
    if (isTiled(plan)) return TiledPass<V>::predict(plan, p, x, output, workspace);
    withWidth(plan.rows,
              [&](auto width) { LanePass<typename decltype(width)::type>::predict(plan, p, x, output, workspace); });
  }

  static double evaluate(const Plan& plan, const double* p, const double* x, const double* y,
                         const double* sampleWeight, double* workspace) {
    const double penalty = penaltyOfWeights(plan, p, workspace);
    if (isTiled(plan)) return TiledPass<V>::evaluate(plan, p, x, y, sampleWeight, workspace) + penalty;
    return withWidth(plan.rows, [&](auto width) {
      return LanePass<typename decltype(width)::type>::evaluate(plan, p, x, y, sampleWeight, workspace) + penalty;
    });
  }

  // Whether every step is the plain update, with the same weight for every row.
  template <class Arrays>
  static bool hasPlainSteps(const Plan& plan, const Arrays& arrays) {
    return isPlainUpdate(plan) && arrays.sampleWeight == nullptr && arrays.rateFactors == nullptr;
  }

  static TrainingOutcome trainOf(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled) {
    using Experiment = FixedLaneNetwork<Narrowest, FixedFunctions<Sigmoid, HalfSquaredError, Sgd>, 2, 2, 1>;
    using Small = FixedLaneNetwork<Narrowest, RuntimeFunctions, 2, 2, 1>;
    if (largestBatch(plan) <= Narrowest::lanes && plan.isDenseChain && hasPlainSteps(plan, arrays)) {
      if (Experiment::fits(plan)) return trainFixed<Narrowest, Experiment>(plan, arrays, cancelled);
      if (Small::fits(plan)) return trainFixed<Narrowest, Small>(plan, arrays, cancelled);
    }
    if (isTiled(plan)) return trainTiled(plan, arrays, cancelled, kSingleThread);
    return withWidth(largestBatch(plan),
                     [&](auto width) { return trainInLanes<typename decltype(width)::type>(plan, arrays, cancelled); });
  }

  static TrainingOutcome trainTiled(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled,
                                    const ThreadContext& team) {
    return trainInTiles<V>(plan, arrays, team, cancelled);
  }

  // Members train in lanes while a group fits the cache; otherwise each member trains by itself.
  static constexpr int64_t kMaxGroupBytes = 1 << 19;

  static bool trainsMembersSingly(const Plan& plan) {
    if (!plan.isDenseChain) return true;
    return plan.parameterCount * 4 * static_cast<int64_t>(sizeof(double)) * MemberWidths::Narrowest::lanes >
           kMaxGroupBytes;
  }

  static int membersPerGroup(const Plan& plan, int members) {
    if (trainsMembersSingly(plan)) return 1;
    return MemberWidths::with(members, [](auto width) { return decltype(width)::type::lanes; });
  }

  // f(Lanes<V>, Lanes<N>): members in the lanes of V; several samples in N, unless batches have one row.
  template <class F>
  static LOCKSTEP_INLINE auto withGroup(const Plan& plan, int members, F f) {
    return MemberWidths::with(members, [&](auto width) {
      using V = typename decltype(width)::type;
      return largestBatch(plan) == 1 ? f(Lanes<V>{}, Lanes<V>{}) : f(Lanes<V>{}, Lanes<Deep<V>>{});
    });
  }

  static int64_t groupWorkspace(const Plan& plan, int members) {
    if (trainsMembersSingly(plan)) return trainingWorkspaceOf(plan, 1);
    return withGroup(plan, members, [&](auto memberWidth, auto width) {
      Arena arena(nullptr);
      ensembleBuffers<typename decltype(memberWidth)::type>(plan, arena);
      LaneNetwork<typename decltype(width)::type>(plan, arena, true);
      return arena.length();
    });
  }

  template <class V>
  static EnsembleBuffers<V> ensembleBuffers(const Plan& plan, Arena& arena) {
    return EnsembleBuffers<V>(plan, optimizerSlots(plan.optimizer, plan.optimizerOptions),
                              optimizerScalars(plan.optimizer), Optimizers::entries[plan.optimizer].optionCount, arena);
  }

  static void trainGroup(const Plan& plan, const MemberPlans& plans, const EnsembleArrays& arrays, double* workspace,
                         int64_t first, int members, const volatile int* cancelled) {
    if (trainsMembersSingly(plan)) return trainMember(plan, plans, arrays, workspace, first, cancelled);
    withGroup(plan, members, [&](auto memberWidth, auto width) {
      using V = typename decltype(memberWidth)::type;
      using N = typename decltype(width)::type;
      using Small = FixedLaneNetwork<N, FixedFunctions<Sigmoid, HalfSquaredError, Sgd>, 2, 2, 1>;
      Arena arena(workspace);
      const EnsembleBuffers<V> buffers = ensembleBuffers<V>(plan, arena);
      EnsembleTrainer<V, N> group(plan, plans, arrays, buffers, optimizerSlots(plan.optimizer, plan.optimizerOptions),
                                  optimizerScalars(plan.optimizer), Optimizers::entries[plan.optimizer].optionCount,
                                  first, members);
      if (Small::fits(plan) && hasPlainSteps(plan, arrays)) {
        Small net(plan);
        group.train(net, Fixed<Small::parameterCount>{}, cancelled);
      } else {
        LaneNetwork<N> net(plan, arena, true);
        group.train(net, plan.parameterCount, cancelled);
      }
    });
  }

  static void trainMember(const Plan& plan, const MemberPlans& plans, const EnsembleArrays& arrays, double* workspace,
                          int64_t member, const volatile int* cancelled) {
    const int64_t state = stateLength(plan);
    Plan own = plan;
    own.optimizerOptions = plans.optimizerOptions + member * Optimizers::entries[plan.optimizer].optionCount;
    own.seedLow = plans.seeds[2 * member];
    own.seedHigh = plans.seeds[2 * member + 1];
    const TrainingArrays its = {arrays.parameters + member * plan.parameterCount,
                                arrays.state + member * state,
                                workspace,
                                arrays.x,
                                arrays.y,
                                arrays.sampleWeight,
                                arrays.rateFactors,
                                arrays.history + member * plan.epochs};
    arrays.outcomes[member] = trainOf(own, its, cancelled);
  }

  static int optimizerSlots(int optimizer, const double* options) {
    int slots = 0;
    Optimizers::with(optimizer, [&](auto entry) { slots = entry.vectors(BroadcastOptions{options}); });
    return slots;
  }

  static int optimizerScalars(int optimizer) {
    int scalars = 0;
    Optimizers::with(optimizer, [&](auto entry) { scalars = entry.scalars; });
    return scalars;
  }

  static bool isElementwise(int activation) {
    bool elementwise = false;
    Activations::with(activation, [&](auto entry) { elementwise = entry.elementwise; });
    return elementwise;
  }

  static int lossFusedWith(int loss) {
    int activation = -1;
    Losses::with(loss, [&](auto entry) { activation = entry.fusedWith; });
    return activation;
  }

  static int layerInputCount(int kind) {
    return ofKind(kind, [](auto entry) { return entry.inputCount; });
  }
  static bool isLayerActivated(int kind) {
    return ofKind(kind, [](auto entry) { return entry.activated; });
  }
  static bool isLayerFirstOnly(int kind) {
    return ofKind(kind, [](auto entry) { return entry.firstOnly; });
  }
  static bool layerOptionsFit(const LayerPlan& layer) {
    return ofKind(layer.kind, [&](auto entry) { return entry.optionsFit(layer); });
  }
  static int64_t layerUnits(const LayerPlan& layer, const int* inputUnits) {
    return ofKind(layer.kind, [&](auto entry) { return entry.outputUnits(layer, inputUnits); });
  }
  static int layerTensorCount(const LayerPlan& layer) {
    return ofKind(layer.kind, [&](auto entry) { return entry.tensorCount(layer); });
  }
  static TensorShape layerTensor(const LayerPlan& layer, int i) {
    return ofKind(layer.kind, [&](auto entry) { return entry.tensor(layer, i); });
  }

  static constexpr KernelSet set = {
      predictionWorkspace,
      evaluationWorkspace,
      usableThreads,
      usefulThreads,
      trainingWorkspaceOf,
      predict,
      evaluate,
      trainOf,
      trainTiled,
      membersPerGroup,
      groupWorkspace,
      trainGroup,
      optimizerSlots,
      optimizerScalars,
      isElementwise,
      lossFusedWith,
      layerInputCount,
      isLayerActivated,
      isLayerFirstOnly,
      layerOptionsFit,
      layerUnits,
      layerTensorCount,
      layerTensor,
      Activations::table,
      Losses::table,
      Optimizers::table,
      LayerTable::table,
  };
};

}  // namespace
}  // namespace lockstep
