// A session of several members: it trains in slices, which end at an epoch that all members reach.
#include <algorithm>

#include "session.h"

namespace lockstep {
namespace {

// How many nanoseconds a group of members trains at a time, and the most epochs.
constexpr double kGroupTime = 2500000;
constexpr double kMaxEpochs = 1 << 30;

}  // namespace

void Session::runSlices(const ThreadContext& context) {
  loop(
      context, [this] { return beginSlice(); }, [&] { trainGroups(context); }, [this] { endSlice(); });
}

// Begins a slice, or continues the one that the last run has not ended.
bool Session::beginSlice() {
  if (slice.isOpen) return !isAbandoned() && !mayPause(hasTrained);
  if (!hasMore() || isCancelled() || (hasTrained && isTimeUp())) return false;
  slice.runningCount = 0;
  for (int i = 0; i < members; i++) {
    if (isRunning(i)) running[static_cast<size_t>(slice.runningCount++)] = i;
  }
  slice.until = current.until;
  if (current.hasDeadline()) slice.until = std::min(slice.until, position.epoch + slice.epochs);
  slice.groupCount = groupCount(slice.runningCount, perGroup);
  slice.nextGroup = 0;
  slice.time = {};
  slice.measured = 0;
  slice.isOpen = true;
  return true;
}

// Between two groups of a slice: if a cancelled run ended there, members would be at different epochs.
bool Session::mayPause(bool hasProgress) const { return hasProgress && !isCancelled() && isTimeUp(); }

void Session::trainGroups(const ThreadContext& context) {
  const bool measures = context.index == 0 && current.hasDeadline();
  for (bool first = true; !isAbandoned() && !mayPause(!first); first = false) {
    const int group = slice.nextGroup.fetch_add(1);
    if (group >= slice.groupCount) return;
    const TimePoint start = measures ? Clock::now() : TimePoint{};
    trainGroup(group, context.index);
    if (!measures) continue;
    slice.time += Clock::now() - start;
    slice.measured++;
  }
}

void Session::trainGroup(int group, int thread) {
  int* const own = groups.data() + thread * perGroup;
  int count = std::min(perGroup, slice.runningCount - group * perGroup);
  std::copy_n(running.data() + group * perGroup, count, own);
  double* const workspace = current.arrays.workspace + thread * threadWorkspace;
  const volatile int* const abandoned = &current.cancellation->abandoned;
  int64_t epoch = position.epoch;
  while (count > 0 && epoch < slice.until) {
    const int64_t end = watch.isActive() ? epoch + 1 : slice.until;
    const TrainingRange epochs = {current.from, end, kUnlimitedSteps, nullptr, false};
    for (int i = 0; i < count; i++) setLearningRate(own[i]);
    if (kernels.trainsMembersSingly(ownPlans[0])) {
      TrainingArrays arrays = arraysOf(own[0]);
      arrays.workspace = workspace;
      const size_t member = static_cast<size_t>(own[0]);
      TrainingPosition from = {epoch, 0, -0.0, -0.0};
      results[member] = kernels.train(ownPlans[member], arrays, epochs, from, abandoned);
    } else {
      TrainingArrays arrays = arraysOf(0);
      arrays.workspace = workspace;
      kernels.trainGroup(ownPlans[0], plans, arrays, results.data(), own, count, epochs, epoch, abandoned);
    }
    if (isAbandoned()) return;
    int left = 0;
    for (int i = 0; i < count; i++) {
      const int member = own[i];
      if (endEpochs(member, epoch, results[static_cast<size_t>(member)], workspace)) own[left++] = member;
    }
    count = left;
    epoch = end;
  }
}

void Session::endSlice() {
  if (isAbandoned() || slice.nextGroup < slice.groupCount) return;
  slice.isOpen = false;
  if (slice.measured > 0) {
    const double time = static_cast<double>(slice.time.count()) / slice.measured;
    const double grown = static_cast<double>(slice.epochs) * std::min(2.0, kGroupTime / time);
    slice.epochs = std::max(int64_t{1}, static_cast<int64_t>(std::min(grown, kMaxEpochs)));
  }
  double done = 0;
  for (int i = 0; i < members; i++) done = std::max(done, current.arrays.outcomes[i * kOutcomeLength]);
  position = {static_cast<int64_t>(done), 0, -0.0, -0.0};
  storePosition();
}

}  // namespace lockstep
