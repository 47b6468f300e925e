// What the module has in place of an operating system: the host's clock, and one thread.
#include "../clock.h"
#include "../pool.h"

// Milliseconds of a monotonic clock: the only function that the module imports.
extern "C" __attribute__((import_module("env"), import_name("now"))) double hostMilliseconds();

namespace lockstep {

Clock::time_point Clock::now() noexcept { return time_point(duration(static_cast<rep>(hostMilliseconds() * 1e6))); }

// Sessions of the module have one thread, so these are not called. With threads they would be as in pool.cc: the same
// barrier, and as many instances as threads over one shared memory.
void runOnThreads(int, const std::function<void(const ThreadContext&)>& work) {
  work(ThreadContext{0, 1, nullptr, nullptr, nullptr});
}

void runOnThreadsOrOne(int threads, const std::function<void(const ThreadContext&)>& work) {
  runOnThreads(threads, work);
}

}  // namespace lockstep
