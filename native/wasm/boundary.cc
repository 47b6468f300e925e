#include "boundary.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lockstep {
namespace {

constexpr int64_t kPageBytes = 65536;

// Static, because a message may be needed when no memory is left.
char text[1024];

}  // namespace

const char* lastFailure() { return text[0] == 0 ? nullptr : text; }

void endRefusedCall(const char* message) {
  const size_t length = std::min(std::strlen(message), sizeof text - 1);
  std::memcpy(text, message, length);
  text[length] = 0;
  __builtin_trap();
}

// Only the kind of number: functions that write any double would be a twentieth of the module.
int writeDouble(double value, char* to, int size) {
  const char* const name = std::isnan(value)            ? "NaN"
                           : std::isinf(value)          ? "an infinite number"
                           : value == std::floor(value) ? "another integer"
                                                        : "a fraction";
  const int length = static_cast<int>(std::strlen(name));
  if (length < size) std::memcpy(to, name, static_cast<size_t>(length));
  return length;
}

bool isInMemory(const void* address, int64_t bytes) {
  const auto from = static_cast<int64_t>(reinterpret_cast<uintptr_t>(address));
  const int64_t size = static_cast<int64_t>(__builtin_wasm_memory_size(0)) * kPageBytes;
  return from > 0 && bytes <= size - from;
}

}  // namespace lockstep
