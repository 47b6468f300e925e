// A list of types as a table: codes are positions, names come from the entries.
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
    int at = 0;
    static_cast<void>(((at++ == code && (f(Entries{}), true)) || ...));
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
};

}  // namespace
}  // namespace lockstep
