// The memory of a call: consecutive arrays in one workspace.
#pragma once

#include "../../simd/common.h"

namespace lockstep {
namespace {

// Allocates consecutive arrays of the workspace, each aligned to the widest register. Without a workspace it only
// counts.
class Arena {
 public:
  explicit Arena(double* workspace) : base(workspace) {
    if (base != nullptr)
      used = static_cast<int64_t>((64 - reinterpret_cast<uintptr_t>(base) % 64) % 64 / sizeof(double));
  }
  template <class T>
  T* allocate(int64_t count) {
    T* const piece = base == nullptr ? nullptr : reinterpret_cast<T*>(base + used);
    used += (count * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 8;
    return piece;
  }
  // The length that a workspace needs for what was allocated, at any alignment.
  int64_t length() const { return used + 8; }

 private:
  double* base;
  int64_t used = 0;
};

}  // namespace
}  // namespace lockstep
