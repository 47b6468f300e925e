// A training that can go on at any time, and what is computed after each of its epochs:
// lib/kernels/training/session.ts.
#pragma once

#include <stdint.h>

#include <atomic>
#include <limits>
#include <vector>

#include "clock.h"
#include "kernel_set.h"
#include "plan.h"
#include "watch.h"

namespace lockstep {

constexpr int64_t kUnlimitedSteps = std::numeric_limits<int64_t>::max();

// What another thread may ask of a run.
class Cancellation {
 public:
  // The run ends after the last whole step; of several members: at the next epoch that all of them reach.
  void request() { set(requested); }
  // The run ends after the current step, and no one uses what the arrays then hold.
  void abandon() {
    set(requested);
    set(abandoned);
  }

 private:
  friend class Session;
  static void set(volatile int& flag);
  volatile int requested = 0;
  volatile int abandoned = 0;
};

// The number of groups of `perGroup` members, of which the last may be smaller.
inline int groupCount(int members, int perGroup) { return (members + perGroup - 1) / perGroup; }

// The plans must exist as long as the session. Arrays are passed to each run.
class Session {
 public:
  // The number of threads, at most `threads`, that a training of these members can use: of several members one for each
  // group; the number that makes it faster; and the length of the workspace on this many threads, in doubles.
  static int usableThreads(const KernelSet& kernels, const Plan& plan, int members, int threads);
  static int usefulThreads(const KernelSet& kernels, const Plan& plan, int members, int threads);
  static int64_t workspaceLength(const KernelSet& kernels, const Plan& plan, int members, int threads,
                                 const WatchPlan* watch);

  // threads: at most. watch: may be nullptr. Allocates all that the runs need.
  Session(const KernelSet& kernels, const Plan& plan, const MemberPlans& plans, int members, int threads,
          const WatchPlan* watch);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Trains up to epoch `until`, from the position and the outcomes in the arrays, or until the deadline, or until it is
  // cancelled; at least one step, unless it is cancelled. Needed: until - from <= arrays.chunk; from <= the position's
  // epoch. The floating-point control register must be as StrictFloatingPoint sets it. Throws only before it has
  // changed anything, and never if it continues. Returns whether there is more to do before `until`.
  //
  // With several members and a deadline it may end while some members are ahead of others. Then `isWhole` is false,
  // and the run must be continued, with the same arguments, before anyone uses the arrays. A request to cancel is
  // heeded once all members are at one epoch; without a deadline that is `until`.
  //
  // continues: whether the last run was the same one, so that no one has written to the arrays since then.
  bool run(const SessionArrays& arrays, int64_t from, int64_t until, TimePoint deadline,
           const Cancellation& cancellation, bool continues);

  // The number of threads of a run.
  int threadCount() const { return threads; }

  // Whether all members that are still trained are at the position's epoch.
  bool isWhole() const { return !slice.isOpen; }

 private:
  // The arguments of the current run.
  struct Run {
    SessionArrays arrays;
    int64_t from;
    int64_t until;
    TimePoint deadline;
    const Cancellation* cancellation;
    bool hasDeadline() const { return deadline != kNoDeadline; }
  };

  // The grants of steps of a training with a deadline.
  struct SessionPace : Pace {
    Session* session;
    TimePoint start;
    // What the next grant is, by the time that the last ones took.
    int64_t grant;
  };

  // Several members train in slices: groups, packed from the members that have not stopped, train from the position's
  // epoch up to `until`. Any thread takes the next group.
  struct Slice {
    bool isOpen = false;
    int64_t until = 0;
    int runningCount = 0;
    int groupCount = 0;
    std::atomic<int> nextGroup{0};
    // The number of epochs of the next slice, by the time that groups took, which the first thread measures.
    int64_t epochs = 1;
    std::chrono::nanoseconds time{0};
    int measured = 0;
  };

  // The loop of a run on each of its threads: the first one begins and ends each call of the kernels.
  template <class Begin, class Work, class End>
  void loop(const ThreadContext& context, Begin begin, Work work, End end);

  // One network.
  void runNetwork(const ThreadContext& context);
  bool beginCall();
  void endCall();
  int64_t nextSteps();

  // Several members (slices.cc).
  void runSlices(const ThreadContext& context);
  bool beginSlice();
  void endSlice();
  void trainGroups(const ThreadContext& context);
  void trainGroup(int group, int thread);
  bool mayPause(bool hasProgress) const;

  bool isCancelled() const;
  bool isAbandoned() const;
  bool isTimeUp() const { return current.hasDeadline() && Clock::now() >= current.deadline; }
  bool isRunning(int member) const;
  bool hasMore() const;
  // Of a member: its learning rate, by its plateau; and its arrays.
  void setLearningRate(int member);
  TrainingArrays arraysOf(int member) const;
  // After the epochs of a call, of which the first is `epoch`. Returns whether the member can go on.
  bool endEpochs(int member, int64_t epoch, const TrainingOutcome& outcome, double* workspace);
  void storePosition();

  const KernelSet& kernels;
  const int members;
  const int threads;
  const int perGroup;
  // The workspace of each thread that trains groups.
  const int64_t threadWorkspace;
  const int64_t stateLength;
  const EpochWatch watch;
  // [members × options], with the learning rates that follow from plateaus; and the rates without plateaus.
  const int optionCount;
  std::vector<double> options;
  std::vector<double> learningRates;
  // Of each member that trains by itself; otherwise only the first. They and `plans` point to `options`.
  std::vector<Plan> ownPlans;
  MemberPlans plans;
  // Of each member: the outcome of the last call.
  std::vector<TrainingOutcome> results;
  // The members that the slice trains, and for each thread those of its group.
  std::vector<int> running;
  std::vector<int> groups;

  Run current{};
  TrainingPosition position{};
  // The current call for one network: its range and its first epoch.
  TrainingRange range{};
  int64_t callEpoch = 0;
  SessionPace pace{};
  // The decision of the first thread, for the others.
  bool goesOn = false;
  // Whether the workspace has the order of the position's epoch.
  bool hasOrder = false;
  // Whether this run has trained anything.
  bool hasTrained = false;
  Slice slice;
};

template <class Begin, class Work, class End>
void Session::loop(const ThreadContext& context, Begin begin, Work work, End end) {
  const auto wait = [&] {
    if (context.size > 1) context.wait(context.barrier);
  };
  for (;;) {
    if (context.index == 0) goesOn = begin();
    wait();
    if (!goesOn) return;
    work();
    wait();
    if (context.index != 0) continue;
    end();
    hasTrained = true;
  }
}

}  // namespace lockstep
