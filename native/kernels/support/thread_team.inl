// The threads of a training: one thread, or a team that waits at a barrier and shares decisions; and how they split
// work into ranges.
#pragma once

#include "../../kernel_set.h"
#include "../../simd/common.h"
#include "vectors.inl"

namespace lockstep {
namespace {

// A training on one thread, which never waits.
struct SingleThread {
  static constexpr bool first() { return true; }
  static LOCKSTEP_INLINE void wait() {}
  static LOCKSTEP_INLINE bool broadcastFirst(bool value) { return value; }
  static LOCKSTEP_INLINE bool anyThread(bool value) { return value; }
  static constexpr int index() { return 0; }
  static constexpr int size() { return 1; }
};

constexpr ThreadContext kSingleThread = {0, 1, nullptr, nullptr, nullptr};

// A training on a team; each thread has its own object.
class ThreadTeam {
 public:
  explicit ThreadTeam(const ThreadContext& context) : context(context) {}
  int size() const { return context.size; }
  int index() const { return context.index; }
  bool first() const { return context.index == 0; }
  void wait() {
    if (context.size > 1) context.wait(context.barrier);
  }
  // The value of the first thread, on all threads.
  bool broadcastFirst(bool value) {
    if (context.size == 1) return value;
    return *publish(value) != 0;
  }
  // Whether the value is true on any thread.
  bool anyThread(bool value) {
    if (context.size == 1) return value;
    const int* const flags = publish(value);
    bool found = false;
    for (int i = 0; i < context.size; i++) found |= flags[i] != 0;
    return found;
  }

 private:
  // The flags of all threads. Two sets are used alternately: a thread may publish its next value while others still
  // read the current ones.
  const int* publish(bool value) {
    int* const flags = context.flags + phase * context.size;
    phase = 1 - phase;
    flags[context.index] = value ? 1 : 0;
    wait();
    return flags;
  }

  const ThreadContext& context;
  int phase = 0;
};

// The items from … to - 1, of which one thread does the work.
struct Range {
  int64_t from;
  int64_t to;
};

inline Range partition(int64_t count, int index, int size) {
  return {count * index / size, count * (index + 1) / size};
}
inline Range partition(int64_t count, const SingleThread&) { return {0, count}; }
inline Range partition(int64_t count, const ThreadTeam& threads) {
  return partition(count, threads.index(), threads.size());
}

// The same in whole pieces; the last piece may be shorter.
inline Range partitionAligned(int64_t count, int64_t piece, int index, int size) {
  const Range pieces = partition(ceilDiv(count, piece), index, size);
  const int64_t to = pieces.to * piece;
  return {pieces.from * piece, to < count ? to : count};
}

}  // namespace
}  // namespace lockstep
