// A list of types as a table: codes are positions, names come from the entries. An entry that differs from another in
// its name alone says so by `Runs`, and adds no code.
#pragma once

#include "../plan.h"
#include "../simd/common.h"

namespace lockstep {
namespace {

template <class... Entries>
struct List {
  static constexpr int count = sizeof...(Entries);

  // Calls f with the entry of this code. A chain of comparisons that always goes the same way in one training.
  template <class F>
  static LOCKSTEP_INLINE void with(int code, F f) {
    const auto call = [&](auto entry) LOCKSTEP_LAMBDA {
      if constexpr (codeOf<decltype(entry)>() == runCode<decltype(entry)>()) f(entry);
    };
    const int run = runCodes[code];
    int at = 0;
    static_cast<void>(((at++ == run && (call(Entries{}), true)) || ...));
  }

  // The same for a code known at compile time.
  template <int code, class F>
  static LOCKSTEP_INLINE void with(Fixed<code>, F f) {
    const auto call = [&](auto entry) LOCKSTEP_LAMBDA {
      if constexpr (codeOf<decltype(entry)>() == code) f(entry);
    };
    (call(Entries{}), ...);
  }

  static constexpr TableEntry entries[] = {{Entries::name, Entries::Options::names, Entries::Options::count}...};
  static constexpr Table table = {entries, count};

  template <class Entry>
  static constexpr int codeOf() {
    int code = -1;
    int at = 0;
    static_cast<void>(((isSame<Entry, Entries>() ? (code = at, true) : (at++, false)) || ...));
    return code;
  }

 private:
  // The code of the entry that runs for this one.
  template <class Entry>
  static constexpr int runCode() {
    if constexpr (requires { typename Entry::Runs; }) {
      return codeOf<typename Entry::Runs>();
    } else {
      return codeOf<Entry>();
    }
  }
  static constexpr int runCodes[] = {runCode<Entries>()...};
};

}  // namespace
}  // namespace lockstep
