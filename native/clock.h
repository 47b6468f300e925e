// The monotonic clock of deadlines.
#pragma once

#include <chrono>

namespace lockstep {

#if defined(__wasm__)
// The host's clock (wasm/host.cc).
struct Clock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;
  static time_point now() noexcept;
};
#else
using Clock = std::chrono::steady_clock;
#endif

using TimePoint = Clock::time_point;
constexpr TimePoint kNoDeadline = TimePoint::max();

// The time after this many milliseconds.
inline TimePoint timeAfter(double milliseconds) {
  // About 30 years; more could overflow.
  if (milliseconds > 1e12) return kNoDeadline;
  const std::chrono::duration<double, std::milli> time(milliseconds);
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(time);
}

}  // namespace lockstep
