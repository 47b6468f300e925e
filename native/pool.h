// The addon's worker threads: one pool per process, for all trainings that use more than one thread.
#pragma once

#include <functional>

#include "kernel_set.h"

namespace lockstep {

// Runs work(context) on `threads` threads, including the caller's, and returns when all are done. Each thread gets its
// own index. The pool grows to the largest number asked for. If other trainings use its threads, or no more can be
// created, the team is smaller. The first exception of `work` is rethrown here once all threads are done. Between its
// waits for the other threads `work` must not throw: they would wait for ever.
void runOnThreads(int threads, const std::function<void(const ThreadContext&)>& work);

// The same for work that does not throw. Where no team can be made, the caller's thread does it alone.
void runOnThreadsOrOne(int threads, const std::function<void(const ThreadContext&)>& work);

// Grows the pool to these threads, as far as it can. On Linux a thread inherits the priority of the one that creates
// it: those of a team that a thread of lower priority runs are created before, on the main thread.
void preparePool(int threads);

// The number of threads in the pool.
int poolSize();

// The pool exists while it is held; each environment that has loaded the addon holds it. The last release ends its
// threads.
void holdPool();
void releasePool() noexcept;

}  // namespace lockstep
