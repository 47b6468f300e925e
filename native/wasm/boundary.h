// The boundary between JavaScript and the module: addresses in its memory, handles, and how a call fails.
//
// The caller checks arguments (lib/backend/wasm). The checks here are a second barrier, so that a wrong call cannot
// write outside of its arrays: it stores a message, which `failure` returns, and traps. A trapped instance must not be
// used.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../codec/numbers.h"

namespace lockstep {

// The message of the last failed call; nullptr if there is none.
const char* lastFailure();

// Memory at a multiple of 16 bytes, which `free` releases; nullptr where there is not enough.
void* allocateBytes(double bytes);

// Whether these bytes are in the module's memory.
bool isInMemory(const void* address, int64_t bytes);

// Refuses an array that is not in the memory, or not aligned. An array of length 0 has nullptr.
template <class T>
T* checkedArray(T* array, int64_t length, const char* name) {
  if (length == 0) return nullptr;
  if (!isInMemory(array, length * static_cast<int64_t>(sizeof(T))) || reinterpret_cast<uintptr_t>(array) % alignof(T)) {
    refuse({"Expected the address of ", length, " numbers in the memory for ", name, "."});
  }
  return array;
}

// The same for an array that may be missing (nullptr).
template <class T>
T* optionalArray(T* array, int64_t length, const char* name) {
  return array == nullptr ? nullptr : checkedArray(array, length, name);
}

inline Numbers checkedNumbers(const double* array, int length, const char* name) {
  if (length < 0) refuse({"Expected a length of at least 0 for ", name, " but received ", length, "."});
  return {checkedArray(array, length, name), length};
}

// The object that a handle points to while it is open. Its mark is a hash of the kind and the address, which other
// memory is very unlikely to contain.
class Opened {
 public:
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

 protected:
  explicit Opened(uint32_t kind) : mark(markOf(this, kind)) {}
  ~Opened() { mark = 0; }

 private:
  template <class T>
  friend T& opened(T* handle);
  static uint32_t markOf(const void* address, uint32_t kind) {
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(address)) * 2654435761u ^ kind;
  }
  bool isOf(uint32_t kind) const { return mark == markOf(this, kind); }

  // Volatile, so that the compiler keeps the store in the destructor.
  volatile uint32_t mark;
};

// The open object of a handle.
template <class T>
T& opened(T* handle) {
  const auto address = reinterpret_cast<uintptr_t>(handle);
  if (address % alignof(T) != 0 || !isInMemory(handle, sizeof(T)) || !handle->isOf(T::kKind)) {
    refuse({"Expected the handle of an open ", T::kName, "."});
  }
  return *handle;
}

}  // namespace lockstep
