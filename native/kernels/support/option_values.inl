// The options of an activation or a loss: numbers in the order of its table.
#pragma once

#include "../../simd/macros.h"

namespace lockstep {
namespace {

struct NoOptions {
  static constexpr const char* const* names = nullptr;
  static constexpr int count = 0;
};

// A copy of the options, so that they stay in registers: a store to an array of values could change what a pointer
// points to, and each use would load again.
template <int count>
struct OptionValues {
  explicit LOCKSTEP_INLINE OptionValues(const double* from) {
    for (int i = 0; i < count; i++) values[i] = from[i];
  }
  LOCKSTEP_INLINE double operator[](int i) const { return values[i]; }

 private:
  double values[count];
};

template <>
struct OptionValues<0> {
  explicit LOCKSTEP_INLINE OptionValues(const double*) {}
};

template <class Entry>
LOCKSTEP_INLINE auto optionsOf(Entry, const double* options) {
  return OptionValues<Entry::Options::count>(options);
}

}  // namespace
}  // namespace lockstep
