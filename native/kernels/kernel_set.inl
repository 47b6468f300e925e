// A kernel set: the program for several widths of one instruction set, the narrowest that holds a batch taken.
#pragma once

#include "../plan.h"
#include "list.h"
#include "vectors.inl"
#include "math.inl"
#include "activations.inl"
#include "losses.inl"
#include "optimizers.inl"
#include "adaptive.inl"
#include "random.inl"
#include "dense.inl"
#include "network.inl"
#include "passes.inl"
#include "tiles.inl"
#include "teams.inl"
#include "unit_shares.inl"
#include "tensors.inl"
#include "clips.inl"
#include "step_end.inl"
#include "turning.inl"
#include "zeros.inl"
#include "wide_dense.inl"
#include "dropout.inl"
#include "normalization.inl"
#include "special.inl"
#include "wide_values.inl"
#include "wide.inl"
#include "steps.inl"
#include "wide_steps.inl"
#include "program.inl"
#include "members.inl"

namespace lockstep {
namespace {

// SampleWidths: for one network, samples in the lanes; the narrowest also serves the networks of fixed size.
// MemberWidths: for ensembles, members in the lanes.
template <class SampleWidths, class MemberWidths>
struct KernelSetOf {
  using Narrowest = typename SampleWidths::Narrowest;

  // The widest vectors of the set, for layers of many units.
  using V = typename SampleWidths::Widest::Base;

  template <class F>
  static LOCKSTEP_INLINE auto withWidth(int64_t rows, F f) {
    return SampleWidths::with(rows, f);
  }

  // Tiled products need layers that are wide enough; and on one thread, enough to do for what they cost beside the
  // arithmetic.
  static constexpr int kWideUnits = 16;
  static constexpr int64_t kWideParameters = 1000;

  static bool canBeWide(const Plan& plan) {
    bool wideLayer = SpecialLayers<V>::any(plan);
    bool elementwise = true;
    for (int l = 0; l < plan.layerCount; l++) {
      wideLayer |= plan.layers[l].units >= kWideUnits;
      // Only the last layer has all units of a sample in one place.
      if (l == plan.layerCount - 1) continue;
      elementwise &= isElementwise(plan.layers[l].activation);
    }
    return wideLayer && elementwise;
  }

  // Layers that are not dense have no other form.
  static bool wide(const Plan& plan) {
    return (plan.parameterCount >= kWideParameters || SpecialLayers<V>::any(plan)) && canBeWide(plan);
  }

  static int64_t predictionWorkspace(const Plan& plan) {
    if (wide(plan)) return WidePass<V>::workspace(plan);
    return withWidth(plan.rows,
                     [&](auto width) { return Pass<typename decltype(width)::type>::predictionWorkspace(plan); });
  }

  static int64_t evaluationWorkspace(const Plan& plan) {
    const int64_t length = predictionWorkspace(plan);
    return hasPenalties(plan) && length < columnSumsLength(plan) ? columnSumsLength(plan) : length;
  }

  // What the weights add to the loss; -0 where there is no penalty. Done with the workspace when it returns.
  static double penaltyOfWeights(const Plan& plan, const double* p, double* workspace) {
    if (!hasPenalties(plan)) return -0.0;
    sumPenalties<V, Scalar>(plan, p, workspace, Alone{});
    return penaltyOf<Scalar>(plan, workspace).v;
  }

  static int usableThreads(const Plan& plan, int threads) {
    if (!canBeWide(plan)) return 1;
    const int64_t most = WideNetwork<V>::usableThreads(plan);
    return threads < most ? threads : static_cast<int>(most);
  }

  // A team waits for its slowest so often in a step that it must have enough to do in between.
  static constexpr int64_t kTeamWork = 1 << 20;

  static int usefulThreads(const Plan& plan, int threads) {
    return plan.parameterCount * WideNetwork<V>::blockRows(plan, true) < kTeamWork ? 1 : usableThreads(plan, threads);
  }

  static int64_t trainingWorkspaceOf(const Plan& plan, int threads) {
    const int usable = usableThreads(plan, threads);
    if (usable > 1 || wide(plan)) {
      const Team team = {0, usable, nullptr, nullptr, nullptr};
      Together together(team);
      return wideWorkspace<V>(plan, together);
    }
    return withWidth(largestBatch(plan),
                     [&](auto width) { return laneWorkspace<typename decltype(width)::type>(plan); });
  }

  static void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
    if (wide(plan)) return WidePass<V>::predict(plan, p, x, output, workspace);
    withWidth(plan.rows,
              [&](auto width) { Pass<typename decltype(width)::type>::predict(plan, p, x, output, workspace); });
  }

  static double evaluate(const Plan& plan, const double* p, const double* x, const double* y,
                         const double* sampleWeight, double* workspace) {
    const double penalty = penaltyOfWeights(plan, p, workspace);
    if (wide(plan)) return WidePass<V>::evaluate(plan, p, x, y, sampleWeight, workspace) + penalty;
    return withWidth(plan.rows, [&](auto width) {
      return Pass<typename decltype(width)::type>::evaluate(plan, p, x, y, sampleWeight, workspace) + penalty;
    });
  }

  // Whether every step is the optimizer's update alone, of rows that all weigh the same.
  template <class Arrays>
  static bool isPlain(const Plan& plan, const Arrays& arrays) {
    return isUpdateAlone(plan) && arrays.sampleWeight == nullptr && arrays.rateFactors == nullptr;
  }

  static TrainingOutcome trainOf(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled) {
    using Experiment = SmallNetwork<Narrowest, FixedFunctions<Sigmoid, HalfSquaredError, Sgd>, 2, 2, 1>;
    using Small = SmallNetwork<Narrowest, AnyFunctions, 2, 2, 1>;
    if (largestBatch(plan) <= Narrowest::lanes && !SpecialLayers<V>::any(plan) && isPlain(plan, arrays)) {
      if (Experiment::fits(plan)) return trainSmall<Narrowest, Experiment>(plan, arrays, cancelled);
      if (Small::fits(plan)) return trainSmall<Narrowest, Small>(plan, arrays, cancelled);
    }
    if (wide(plan)) return trainTogether(plan, arrays, cancelled, kAlone);
    return withWidth(largestBatch(plan),
                     [&](auto width) { return trainInLanes<typename decltype(width)::type>(plan, arrays, cancelled); });
  }

  static TrainingOutcome trainTogether(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled,
                                       const Team& team) {
    return trainWide<V>(plan, arrays, team, cancelled);
  }

  // Members go into lanes as long as a group stays in the cache; beyond that each trains by itself, as a network does
  // on one thread.
  static constexpr int64_t kMostGroupBytes = 1 << 19;

  static bool alone(const Plan& plan) {
    if (SpecialLayers<V>::any(plan)) return true;
    return plan.parameterCount * 4 * static_cast<int64_t>(sizeof(double)) * MemberWidths::Narrowest::lanes >
           kMostGroupBytes;
  }

  static int membersTogether(const Plan& plan, int members) {
    if (alone(plan)) return 1;
    return MemberWidths::with(members, [](auto width) { return decltype(width)::type::lanes; });
  }

  // f(Lanes<V>, Lanes<N>): members in the lanes of V, several samples in N unless a batch has only one.
  template <class F>
  static LOCKSTEP_INLINE auto withGroup(const Plan& plan, int members, F f) {
    return MemberWidths::with(members, [&](auto width) {
      using V = typename decltype(width)::type;
      return largestBatch(plan) == 1 ? f(Lanes<V>{}, Lanes<V>{}) : f(Lanes<V>{}, Lanes<Deep<V>>{});
    });
  }

  static int64_t groupWorkspace(const Plan& plan, int members) {
    if (alone(plan)) return trainingWorkspaceOf(plan, 1);
    return withGroup(plan, members, [&](auto memberWidth, auto width) {
      Room room(nullptr);
      groupRoom<typename decltype(memberWidth)::type>(plan, room);
      AnyNetwork<typename decltype(width)::type>(plan, room, true);
      return room.length();
    });
  }

  template <class V>
  static GroupRoom<V> groupRoom(const Plan& plan, Room& room) {
    return GroupRoom<V>(plan, optimizerSlots(plan.optimizer, plan.optimizerOptions), optimizerScalars(plan.optimizer),
                        Optimizers::entries[plan.optimizer].optionCount, room);
  }

  static void trainGroup(const Plan& plan, const MemberPlans& plans, const EnsembleArrays& arrays, double* workspace,
                         int64_t first, int members, const volatile int* cancelled) {
    if (alone(plan)) return trainAlone(plan, plans, arrays, workspace, first, cancelled);
    withGroup(plan, members, [&](auto memberWidth, auto width) {
      using V = typename decltype(memberWidth)::type;
      using N = typename decltype(width)::type;
      using Small = SmallNetwork<N, FixedFunctions<Sigmoid, HalfSquaredError, Sgd>, 2, 2, 1>;
      Room memory(workspace);
      const GroupRoom<V> room = groupRoom<V>(plan, memory);
      Group<V, N> group(plan, plans, arrays, room, optimizerSlots(plan.optimizer, plan.optimizerOptions),
                        optimizerScalars(plan.optimizer), Optimizers::entries[plan.optimizer].optionCount, first,
                        members);
      if (Small::fits(plan) && isPlain(plan, arrays)) {
        Small net(plan);
        group.train(net, Fixed<Small::parameterCount>{}, cancelled);
      } else {
        AnyNetwork<N> net(plan, memory, true);
        group.train(net, plan.parameterCount, cancelled);
      }
    });
  }

  static void trainAlone(const Plan& plan, const MemberPlans& plans, const EnsembleArrays& arrays, double* workspace,
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
    Optimizers::with(optimizer, [&](auto entry) { slots = entry.vectors(SharedOptions{options}); });
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

  static constexpr KernelSet set = {
      predictionWorkspace,
      evaluationWorkspace,
      usableThreads,
      usefulThreads,
      trainingWorkspaceOf,
      predict,
      evaluate,
      trainOf,
      trainTogether,
      membersTogether,
      groupWorkspace,
      trainGroup,
      optimizerSlots,
      optimizerScalars,
      isElementwise,
      lossFusedWith,
      Activations::table,
      Losses::table,
      Optimizers::table,
  };
};

}  // namespace
}  // namespace lockstep
