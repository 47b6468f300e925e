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
  static LOCKSTEP_INLINE bool any(bool value) { return value; }
  static constexpr int index() { return 0; }
  static constexpr int size() { return 1; }
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
  // What the first of them says.
  bool agree(bool value) {
    if (team.size == 1) return value;
    return *say(value) != 0;
  }
  // Whether one of them says so.
  bool any(bool value) {
    if (team.size == 1) return value;
    const int* const words = say(value);
    bool found = false;
    for (int i = 0; i < team.size; i++) found |= words[i] != 0;
    return found;
  }

 private:
  // The words of all. They take turns with others: who has read them may be one answer ahead of those who have not.
  const int* say(bool value) {
    int* const words = team.words + turn * team.size;
    turn = 1 - turn;
    words[team.index] = value ? 1 : 0;
    wait();
    return words;
  }

  const Team& team;
  int turn = 0;
};

// What one of the team does of `count` things: from … to - 1.
struct Share {
  int64_t from;
  int64_t to;
};

inline Share shareOf(int64_t count, int index, int size) { return {count * index / size, count * (index + 1) / size}; }
inline Share shareOf(int64_t count, const Alone&) { return {0, count}; }
inline Share shareOf(int64_t count, const Together& threads) { return shareOf(count, threads.index(), threads.size()); }

// The same in pieces that stay whole, but for the last.
inline Share shareOfPieces(int64_t count, int64_t piece, int index, int size) {
  const Share pieces = shareOf(piecesOf(count, piece), index, size);
  const int64_t to = pieces.to * piece;
  return {pieces.from * piece, to < count ? to : count};
}

}  // namespace
}  // namespace lockstep
