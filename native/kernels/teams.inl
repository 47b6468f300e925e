// What a training's loop knows of the threads that run it: that it is alone, or one of a team, and which share of the
// work is its own.
#pragma once

namespace lockstep {
namespace {

// One thread, which waits for nobody.
struct Alone {
  static constexpr bool first() { return true; }
  static LOCKSTEP_INLINE void wait() {}
  static LOCKSTEP_INLINE bool agree(bool value) { return value; }
};

constexpr Team kAlone = {0, 1, nullptr, nullptr, nullptr};

// A team of threads, each with such an object of its own.
class Together {
 public:
  explicit Together(const Team& team) : team(team) {}
  int size() const { return team.size; }
  int index() const { return team.index; }
  bool first() const { return team.index == 0; }
  void wait() {
    if (team.size > 1) team.wait(team.barrier);
  }
  // What the first of them says. Two words take turns: it may be one answer ahead of those who read.
  bool agree(bool value) {
    if (team.size == 1) return value;
    int& word = team.words[turn];
    turn = 1 - turn;
    if (first()) word = value ? 1 : 0;
    wait();
    return word != 0;
  }

 private:
  const Team& team;
  int turn = 0;
};

// What one of the team does of `count` things: from … to - 1.
struct Share {
  int64_t from;
  int64_t to;
};

inline Share shareOf(int64_t count, const Together& threads) {
  return {count * threads.index() / threads.size(), count * (threads.index() + 1) / threads.size()};
}

}  // namespace
}  // namespace lockstep
