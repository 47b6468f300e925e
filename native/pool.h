// The addon's own threads: one pool for the process, for all trainings that ask for more than one thread.
#pragma once

#include <functional>

#include "plan.h"

namespace lockstep {

// Runs work(team) on `threads` threads at once, the caller's among them, each with its own index, and returns when all
// are done. The pool grows to what was asked for at most; where other trainings have its threads, or no more are to be
// had, the team is smaller. An exception of `work` on any of them is thrown here once all are done; but between its
// waits for the others `work` must not throw, as they would wait for ever.
void runTogether(int threads, const std::function<void(const Team&)>& work);

// How many threads the pool has.
int poolSize();

// The pool is there as long as somebody holds it: each environment that has loaded the addon does. Letting go of it
// last ends its threads.
void holdPool();
void releasePool() noexcept;

}  // namespace lockstep
