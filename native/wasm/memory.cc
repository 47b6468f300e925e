// What the module has in place of a C library: its allocator, which scripts/build-wasm.mjs compiles, needs the
// functions of memory and `sbrk`; C++ needs `new` and `delete`.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <new>

#include "boundary.h"

namespace {

constexpr size_t kPageBytes = 65536;
constexpr double kAddresses = 4294967296;
// More than the allocator adds to an allocation.
constexpr double kOverhead = 1024;

void* allocated(size_t bytes) {
  void* const memory = lockstep::allocateBytes(static_cast<double>(bytes));
  if (memory == nullptr) lockstep::endRefusedCall("There is not enough memory.");
  return memory;
}

}  // namespace

// The allocator adds a size to an address without a check for overflow. So requests that could overflow are refused
// here, even where enough memory was released.
void* lockstep::allocateBytes(double bytes) {
  const double size = static_cast<double>(__builtin_wasm_memory_size(0)) * kPageBytes;
  if (!(bytes >= 0 && size + bytes + kOverhead <= kAddresses)) return nullptr;
  return malloc(bytes == 0 ? 1 : static_cast<size_t>(bytes));
}

extern "C" {

// Each is one instruction.
void* memcpy(void* __restrict to, const void* __restrict from, size_t bytes) {
  return __builtin_memcpy(to, from, bytes);
}
void* memmove(void* to, const void* from, size_t bytes) { return __builtin_memmove(to, from, bytes); }
void* memset(void* to, int value, size_t bytes) { return __builtin_memset(to, value, bytes); }

size_t strlen(const char* text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

// Grows the memory by whole pages. Unsigned: the allocator asks for more than 2 GiB at a time too.
void* sbrk(intptr_t increment) {
  const auto bytes = static_cast<size_t>(increment);
  if (bytes == 0) return reinterpret_cast<void*>(__builtin_wasm_memory_size(0) * kPageBytes);
  const size_t pages = bytes / kPageBytes + (bytes % kPageBytes != 0 ? 1 : 0);
  const size_t before = __builtin_wasm_memory_grow(0, pages);
  return reinterpret_cast<void*>(before == SIZE_MAX ? SIZE_MAX : before * kPageBytes);
}

}  // extern "C"

void* operator new(size_t bytes) { return allocated(bytes); }
void* operator new[](size_t bytes) { return allocated(bytes); }
void operator delete(void* memory) noexcept { free(memory); }
void operator delete[](void* memory) noexcept { free(memory); }
void operator delete(void* memory, size_t) noexcept { free(memory); }
void operator delete[](void* memory, size_t) noexcept { free(memory); }

// What the C++ library calls in place of an exception, such as for a vector that would be too long.
namespace std {
inline namespace __1 {
[[noreturn]] void __libcpp_verbose_abort(const char*, ...) noexcept {
  lockstep::endRefusedCall("The C++ library would have thrown an exception.");
}
}  // namespace __1
}  // namespace std
