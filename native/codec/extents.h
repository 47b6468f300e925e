// The memory of the arrays of a call.
#pragma once

#include <stdint.h>

#include <vector>

namespace lockstep {

// An array of a call, and whether the call writes to it.
struct Extent {
  const char* name;
  const double* data;
  int64_t length;
  bool written;
};

// An array that is only read, and may be missing.
inline Extent extentOf(const char* name, const double* data, int64_t length) {
  return {name, data, data == nullptr ? 0 : length, false};
}

// Refuses the arrays if one that is written shares memory with any other.
void requireNoOverlap(const std::vector<Extent>& arrays);

}  // namespace lockstep
