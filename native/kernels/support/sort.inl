// A sort in the caller's memory: the kernels include nothing of the C++ library.
#pragma once

#include <stdint.h>

namespace lockstep {
namespace {

// Merges from[first, middle) and from[middle, end), both ascending, to the same places of `to`.
inline void merge(const double* from, double* to, int64_t first, int64_t middle, int64_t end) {
  int64_t left = first;
  int64_t right = middle;
  for (int64_t i = first; i < end; i++) {
    const bool takesRight = left == middle || (right < end && from[right] < from[left]);
    to[i] = takesRight ? from[right++] : from[left++];
  }
}

// Sorts values, none of them NaN, ascending, by merging runs of 1, 2, 4, … values. It takes O(length log length) steps
// whatever the values are. scratch: [length]
inline void sortAscending(double* values, int64_t length, double* scratch) {
  double* from = values;
  double* to = scratch;
  for (int64_t run = 1; run < length; run *= 2) {
    for (int64_t first = 0; first < length; first += 2 * run) {
      const int64_t middle = first + run < length ? first + run : length;
      merge(from, to, first, middle, middle + run < length ? middle + run : length);
    }
    double* const merged = to;
    to = from;
    from = merged;
  }
  if (from == values) return;
  for (int64_t i = 0; i < length; i++) values[i] = from[i];
}

}  // namespace
}  // namespace lockstep
