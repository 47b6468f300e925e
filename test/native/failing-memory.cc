// Preloaded into Node, and loaded by a script as an addon: makes one allocation, or one start of a thread, of the
// lockstep-nn addon fail. The return address of a call shows whether it is the addon's, because its C++ run time is
// linked into it.
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <node_api.h>
#include <pthread.h>
#include <string.h>

#include <atomic>
#include <cstdlib>

namespace {

// The range of the addon's code; empty before it is loaded.
std::atomic<uintptr_t> codeStart{0};
std::atomic<uintptr_t> codeEnd{0};

int findCode(dl_phdr_info* object, size_t, void*) {
  if (strstr(object->dlpi_name, "lockstep_nn.node") == nullptr) return 0;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const auto& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_X) == 0) continue;
    codeStart = object->dlpi_addr + segment.p_vaddr;
    codeEnd = codeStart + segment.p_memsz;
  }
  return 1;
}

bool isAddon(const void* caller) {
  if (codeEnd == 0) dl_iterate_phdr(findCode, nullptr);
  const auto at = reinterpret_cast<uintptr_t>(caller);
  return at >= codeStart && at < codeEnd;
}

struct Counter {
  // The number of the call that fails, from 1. 0: none fails, and calls are not counted.
  std::atomic<int> failing{0};
  std::atomic<int> count{0};

  bool fails(const void* caller) {
    const int number = failing.load();
    return number != 0 && isAddon(caller) && ++count == number;
  }
};

Counter allocations;
Counter threads;

// From the start of the process, for what happens while the addon is loaded.
__attribute__((constructor)) void armFromOutside() {
  const char* const number = getenv("LOCKSTEP_TEST_FAILING_ALLOCATION");
  if (number != nullptr) allocations.failing = atoi(number);
}

// (number of the call that fails): arms a counter; 0 disarms it. Returns the number of calls since it was armed.
napi_value arm(napi_env env, napi_callback_info info) {
  size_t size = 1;
  napi_value argument, result;
  void* data;
  int32_t number;
  if (napi_get_cb_info(env, info, &size, &argument, nullptr, &data) != napi_ok ||
      napi_get_value_int32(env, argument, &number) != napi_ok) {
    return nullptr;
  }
  Counter& counter = *static_cast<Counter*>(data);
  counter.failing = 0;
  napi_create_int32(env, counter.count.exchange(0), &result);
  counter.failing = number;
  return result;
}

}  // namespace

#define FAILS(counter) counter.fails(__builtin_return_address(0))

extern "C" {

void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* memory, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

static void* noMemory() {
  errno = ENOMEM;
  return nullptr;
}

void* malloc(size_t size) { return FAILS(allocations) ? noMemory() : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return FAILS(allocations) ? noMemory() : __libc_calloc(count, size); }
void* realloc(void* memory, size_t size) { return FAILS(allocations) ? noMemory() : __libc_realloc(memory, size); }
void* aligned_alloc(size_t alignment, size_t size) {
  return FAILS(allocations) ? noMemory() : __libc_memalign(alignment, size);
}
int posix_memalign(void** memory, size_t alignment, size_t size) {
  if (FAILS(allocations)) return ENOMEM;
  *memory = __libc_memalign(alignment, size);
  return *memory == nullptr ? ENOMEM : 0;
}

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
  if (FAILS(threads)) return EAGAIN;
  static const auto real = reinterpret_cast<decltype(&pthread_create)>(dlsym(RTLD_NEXT, "pthread_create"));
  return real(thread, attributes, start, argument);
}

}  // extern "C"

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "failAllocation", NAPI_AUTO_LENGTH, arm, &allocations, &function) == napi_ok) {
    napi_set_named_property(env, exports, "failAllocation", function);
  }
  if (napi_create_function(env, "failThread", NAPI_AUTO_LENGTH, arm, &threads, &function) == napi_ok) {
    napi_set_named_property(env, exports, "failThread", function);
  }
  return exports;
}
