#include "session.h"

#include <algorithm>

#include "pool.h"
#include "simd/common.h"

namespace lockstep {
namespace {

// How long a training with a deadline computes between two readings of the clock.
constexpr std::chrono::nanoseconds kGrantTime(1500000);
constexpr double kMaxGrant = 1 << 30;

// The workspace of one network on this many threads, or of one thread that trains groups. What is computed after an
// epoch may overwrite it: each call of the kernels loads what it needs.
int64_t workspacePart(const KernelSet& kernels, const Plan& plan, int members, int threads, const WatchPlan* watch) {
  const int64_t length =
      members == 1 ? kernels.trainingWorkspace(plan, threads) : kernels.groupWorkspace(plan, members);
  return std::max(length, EpochWatch(kernels, plan, watch).workspaceLength());
}

}  // namespace

void Cancellation::set(volatile int& flag) {
#if defined(_MSC_VER) && !defined(__clang__)
  flag = 1;
#else
  __atomic_store_n(&flag, 1, __ATOMIC_RELAXED);
#endif
}

int Session::usableThreads(const KernelSet& kernels, const Plan& plan, int members, int threads) {
  if (members == 1) return kernels.usableThreads(plan, threads);
  return std::min(threads, groupCount(members, kernels.membersPerGroup(plan, members)));
}

int Session::usefulThreads(const KernelSet& kernels, const Plan& plan, int members, int threads) {
  return members == 1 ? kernels.usefulThreads(plan, threads) : usableThreads(kernels, plan, members, threads);
}

int64_t Session::workspaceLength(const KernelSet& kernels, const Plan& plan, int members, int threads,
                                 const WatchPlan* watch) {
  const int64_t part = workspacePart(kernels, plan, members, threads, watch);
  return members == 1 ? part : usableThreads(kernels, plan, members, threads) * part;
}

Session::Session(const KernelSet& kernels, const Plan& plan, const MemberPlans& given, int members, int threads,
                 const WatchPlan* watch)
    : kernels(kernels),
      members(members),
      threads(usableThreads(kernels, plan, members, threads)),
      perGroup(members == 1 ? 1 : kernels.membersPerGroup(plan, members)),
      threadWorkspace(workspacePart(kernels, plan, members, threads, watch)),
      stateLength(kernels.stateLength(plan)),
      watch(kernels, plan, watch),
      optionCount(kernels.optimizers.entries[plan.optimizer].optionCount),
      plans(given),
      results(static_cast<size_t>(members)),
      running(static_cast<size_t>(members)),
      groups(static_cast<size_t>(this->threads * perGroup)) {
  const double* const first = given.optimizerOptions == nullptr ? plan.optimizerOptions : given.optimizerOptions;
  options.assign(first, first + static_cast<int64_t>(members) * optionCount);
  plans.optimizerOptions = options.data();
  const bool each = members == 1 || kernels.trainsMembersSingly(plan);
  ownPlans.assign(each ? static_cast<size_t>(members) : 1, plan);
  for (size_t i = 0; i < ownPlans.size(); i++) {
    ownPlans[i].optimizerOptions = options.data() + static_cast<int64_t>(i) * optionCount;
    // Layers that only training has are in no dense chain, so that each member trains by itself.
    if (given.layers != nullptr) ownPlans[i].layers = given.layers + static_cast<int64_t>(i) * plan.layerCount;
    if (given.seeds == nullptr) continue;
    ownPlans[i].seedLow = given.seeds[2 * i];
    ownPlans[i].seedHigh = given.seeds[2 * i + 1];
  }
  for (int i = 0; i < members; i++)
    learningRates.push_back(options[static_cast<size_t>(i * optionCount + kLearningRate)]);
  pace.next = [](Pace& pace) { return static_cast<SessionPace&>(pace).session->nextSteps(); };
  pace.session = this;
  pace.grant = 1;
}

bool Session::run(const SessionArrays& arrays, int64_t from, int64_t until, TimePoint deadline,
                  const Cancellation& cancellation, bool continues) {
  current = {arrays, from, until, deadline, &cancellation};
  const double* const given = arrays.position;
  position = {static_cast<int64_t>(given[0]), static_cast<int64_t>(given[1]), given[2], given[3]};
  hasOrder = hasOrder && continues;
  hasTrained = false;
  const auto work = [this](const ThreadContext& context) noexcept {
    if (members == 1) {
      runNetwork(context);
    } else {
      runSlices(context);
    }
  };
  const ThreadContext oneThread = {0, 1, nullptr, nullptr, nullptr};
  if (threads == 1) {
    work(oneThread);
  } else if (!continues) {
    runOnThreads(threads, work);
  } else {
    // Members may be at different epochs, so the run must go on.
    runOnThreadsOrOne(threads, work);
  }
  return hasMore();
}

bool Session::isCancelled() const { return isSet(&current.cancellation->requested); }
bool Session::isAbandoned() const { return isSet(&current.cancellation->abandoned); }

bool Session::isRunning(int member) const {
  return current.arrays.outcomes[member * kOutcomeLength + 1] == static_cast<double>(kDone);
}

bool Session::hasMore() const {
  if (position.epoch >= current.until) return false;
  for (int i = 0; i < members; i++) {
    if (isRunning(i)) return true;
  }
  return false;
}

void Session::setLearningRate(int member) {
  if (!watch.hasPlateau()) return;
  options[static_cast<size_t>(member * optionCount + kLearningRate)] =
      learningRates[static_cast<size_t>(member)] * current.arrays.plateaus[member * kPlateauLength];
}

TrainingArrays Session::arraysOf(int member) const {
  const SessionArrays& arrays = current.arrays;
  return {arrays.parameters + member * ownPlans[0].parameterCount,
          arrays.state + member * stateLength,
          arrays.currentParameters,
          arrays.currentState,
          arrays.workspace,
          arrays.x,
          arrays.y,
          arrays.sampleWeight,
          arrays.rateFactors,
          watch.series(arrays, member, 0),
          watch.seriesCount() * arrays.chunk};
}

bool Session::endEpochs(int member, int64_t epoch, const TrainingOutcome& outcome, double* workspace) {
  const SessionArrays& arrays = current.arrays;
  if (watch.isScheduled()) {
    const int64_t stepsPerEpoch = ownPlans[0].stepsPerEpoch;
    double* const rates = watch.series(arrays, member, watch.seriesCount() - 1);
    const double rate = options[static_cast<size_t>(member * optionCount + kLearningRate)];
    for (int64_t i = epoch - current.from; i < outcome.epochs - current.from; i++) {
      rates[i] = arrays.rateFactors == nullptr ? rate : rate * arrays.rateFactors[i * stepsPerEpoch];
    }
  }
  Status status = outcome.status;
  // Where something is computed after each epoch, a call has one epoch.
  if (outcome.epochs > epoch && watch.stopsAfter(arrays, member, epoch, current.from, workspace)) {
    status = kNotImproving;
  }
  double* const stored = arrays.outcomes + member * kOutcomeLength;
  stored[0] = static_cast<double>(outcome.epochs);
  stored[1] = status;
  stored[2] = static_cast<double>(outcome.parameter);
  return status == kDone;
}

void Session::storePosition() {
  double* const stored = current.arrays.position;
  stored[0] = static_cast<double>(position.epoch);
  stored[1] = static_cast<double>(position.row);
  stored[2] = position.lossSum;
  stored[3] = position.penalties;
}

void Session::runNetwork(const ThreadContext& context) {
  const TrainingArrays arrays = arraysOf(0);
  const volatile int* const cancelled = &current.cancellation->requested;
  const auto train = [&] {
    const TrainingOutcome outcome = threads == 1
                                        ? kernels.train(ownPlans[0], arrays, range, position, cancelled)
                                        : kernels.trainOnTeam(ownPlans[0], arrays, range, position, cancelled, context);
    if (context.index == 0) results[0] = outcome;
  };
  loop(
      context, [this] { return beginCall(); }, train, [this] { endCall(); });
}

// A call of the kernels for one network, which has the whole range of a run if nothing happens between two epochs.
bool Session::beginCall() {
  if (!hasMore() || isCancelled()) return false;
  range = {current.from, current.until, kUnlimitedSteps, nullptr, hasOrder && position.row > 0};
  if (watch.isActive()) range.until = position.epoch + 1;
  if (current.hasDeadline()) {
    const TimePoint now = Clock::now();
    if (hasTrained && now >= current.deadline) return false;
    pace.start = now;
    range.steps = pace.grant;
    range.pace = &pace;
  }
  callEpoch = position.epoch;
  setLearningRate(0);
  return true;
}

void Session::endCall() {
  hasOrder = position.row > 0;
  endEpochs(0, callEpoch, results[0], current.arrays.workspace);
  storePosition();
}

// The time of the last grant determines the next one, which is at most twice as large.
int64_t Session::nextSteps() {
  const TimePoint now = Clock::now();
  if (now >= current.deadline) return 0;
  const auto time = std::chrono::duration<double>(std::min(kGrantTime, current.deadline - now));
  const auto taken = std::chrono::duration<double>(now - pace.start);
  const double grown = static_cast<double>(pace.grant) * std::min(2.0, time / taken);
  pace.grant = std::max(int64_t{1}, static_cast<int64_t>(std::min(grown, kMaxGrant)));
  pace.start = now;
  return pace.grant;
}

}  // namespace lockstep
