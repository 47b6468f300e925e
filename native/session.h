// A training that can go on at any time, and what is computed after each of its epochs: lib/kernels/training/session.ts.
#pragma once

#include <stdint.h>

#include <atomic>
#include <chrono>
#include <vector>

#include "kernel_set.h"
#include "plan.h"

namespace lockstep {

using TimePoint = std::chrono::steady_clock::time_point;
constexpr TimePoint kNoDeadline = TimePoint::max();

// Flags that another thread may set. requested: the run ends after the last whole step; of several members: at the next
// epoch that all of them reach. abandoned: it ends after the current step, and no one uses what the arrays then hold.
struct Cancellation {
  volatile int requested = 0;
  volatile int abandoned = 0;
};

// The plans must exist as long as the session. Arrays are passed to each run.
class Session {
 public:
  // The number of threads, at most `threads`, that makes the training of these members faster; and the length of the
  // workspace on this many threads, in doubles.
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
  // changed anything. Returns whether there is more to do before `until`.
  //
  // With several members and a deadline it may end while some members are ahead of others. Then `isWhole` is false,
  // and the run must be continued, with the same arguments, before anyone uses the arrays. A request to cancel is heeded
  // once all members are at one epoch; without a deadline that is `until`.
  //
  // continues: whether the last run was the same one, so that no one has written to the arrays since then.
  bool run(const SessionArrays& arrays, int64_t from, int64_t until, TimePoint deadline,
           const Cancellation& cancellation, bool continues);

  // Whether all members that are still trained are at the position's epoch.
  bool isWhole() const;
};

}  // namespace lockstep
