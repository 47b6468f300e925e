// The third part of a kernel set: members of an ensemble in the lanes.
#include "../kernels/lanes/ensemble.inl"
#include "../kernels/lanes/fixed.inl"
#include "../kernels/lanes/network.inl"
#include "set.h"
#include "sets.h"

namespace lockstep {
namespace {
namespace ensemble_part {

// f(Lanes<V>, Lanes<N>): members in the lanes of V; several samples in N, unless batches have one row.
template <class F>
LOCKSTEP_INLINE auto withGroup(const Plan& plan, int members, F f) {
  return MemberWidths::with(members, [&](auto width) {
    using V = typename decltype(width)::type;
    return largestBatch(plan) == 1 ? f(Lanes<V>{}, Lanes<V>{}) : f(Lanes<V>{}, Lanes<Deep<V>>{});
  });
}

int lanes(int members) {
  return MemberWidths::with(members, [](auto width) { return decltype(width)::type::lanes; });
}

int64_t workspace(const Plan& plan, int members) {
  return withGroup(plan, members, [&](auto memberWidth, auto width) {
    Arena arena(nullptr);
    EnsembleBuffers<typename decltype(memberWidth)::type>(plan, arena);
    LaneNetwork<typename decltype(width)::type>(plan, arena, true);
    return arena.length();
  });
}

void train(const Plan& plan, const MemberPlans& plans, const TrainingArrays& arrays, TrainingOutcome* outcomes,
           const int* members, int count, const TrainingRange& range, int64_t epoch, const volatile int* cancelled) {
  withGroup(plan, count, [&](auto memberWidth, auto width) {
    using V = typename decltype(memberWidth)::type;
    using N = typename decltype(width)::type;
    using Small = FixedLaneNetwork<N, FixedFunctions<Sigmoid, HalfSquaredError, Sgd>, 2, 2, 1>;
    Arena arena(arrays.workspace);
    const EnsembleBuffers<V> buffers(plan, arena);
    const auto trainNet = [&]<class Net>(Net& net, auto parameterCount) LOCKSTEP_LAMBDA {
      EnsembleTrainer<V, N, Net, decltype(parameterCount)> trainer(plan, plans, net, parameterCount, buffers, arrays,
                                                                   outcomes, members, count);
      SingleThread oneThread;
      lockstep::train(plan, trainer, range, afterEpochs(epoch), oneThread, cancelled);
    };
    if (Small::fits(plan) && hasPlainSteps(plan, arrays)) {
      Small net(plan);
      trainNet(net, Fixed<Small::parameterCount>{});
    } else {
      LaneNetwork<N> net(plan, arena, true);
      trainNet(net, plan.parameterCount);
    }
  });
}

constexpr EnsembleKernels kKernels = {MemberWidths::Narrowest::lanes, lanes, workspace, train};

}  // namespace ensemble_part
}  // namespace

const EnsembleKernels LOCKSTEP_PART(Ensemble) = ensemble_part::kKernels;

}  // namespace lockstep
