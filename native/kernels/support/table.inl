// A list of types as a table. A code is a position in it; names are those of the entries. An entry that differs from
// another in its name only declares it as `SharesCodeWith`, and compiles to no code of its own.
#pragma once

#include "../../kernel_set.h"
#include "../../simd/common.h"

namespace lockstep {
namespace {

// The options of an entry without any.
struct NoOptions {
  static constexpr const char* const* names = nullptr;
  static constexpr int count = 0;
};

template <class... Entries>
struct Table {
  static constexpr int count = sizeof...(Entries);

  // Calls f with the entry of this code: a chain of comparisons whose branches the processor predicts, as a training
  // repeats the same code.
  template <class F>
  static LOCKSTEP_INLINE void with(int code, F f) {
    const auto call = [&](auto entry) LOCKSTEP_LAMBDA {
      if constexpr (codeOf<decltype(entry)>() == sharedCode<decltype(entry)>()) f(entry);
    };
    const int run = sharedCodes[code];
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
  static constexpr NameTable table = {entries, count};

  template <class Entry>
  static constexpr int codeOf() {
    int code = -1;
    int at = 0;
    static_cast<void>(((isSame<Entry, Entries>() ? (code = at, true) : (at++, false)) || ...));
    return code;
  }

 private:
  // The code of the entry that is compiled for this one.
  template <class Entry>
  static constexpr int sharedCode() {
    if constexpr (requires { typename Entry::SharesCodeWith; }) {
      return codeOf<typename Entry::SharesCodeWith>();
    } else {
      return codeOf<Entry>();
    }
  }
  static constexpr int sharedCodes[] = {sharedCode<Entries>()...};
};

}  // namespace
}  // namespace lockstep
