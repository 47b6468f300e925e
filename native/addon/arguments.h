// Checks of the arguments that JavaScript passes: every length, and every number that an address is computed from. All
// of them throw a JavaScript TypeError or RangeError.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "../dispatch.h"
#include "../plan.h"

namespace lockstep {

// The kernel set with this index. Throws if it cannot run on this processor.
const KernelSet& kernelSetOf(const Napi::Value& index);

constexpr int kMaxMembers = 1 << 20;
constexpr int kMaxThreads = 1024;

[[noreturn]] void throwRange(Napi::Env env, const std::string& message);

// The value as an integer from min to max.
int64_t integer(Napi::Env env, double value, const std::string& name, int64_t min, int64_t max);

// The argument as an integer from min to max.
int integerArgument(const Napi::Value& value, const char* name, int min, int max);

template <class T>
struct Values {
  T* data;
  int64_t length;
};

// A Float64Array of any length.
Values<double> float64Values(const Napi::Value& value, const char* name);

// A Float64Array of exactly, or at least, this length.
double* float64Array(const Napi::Value& value, const char* name, int64_t length);
double* float64ArrayOfAtLeast(const Napi::Value& value, const char* name, int64_t length);

// A Float64Array of any length. A detached one has no length: it is refused.
Values<double> optionalFloat64Values(const Napi::Value& value, const char* name);

// A Float64Array of exactly this length, or nullptr for one of length 0.
double* optionalFloat64Array(const Napi::Value& value, const char* name, int64_t length);

// An Int32Array of exactly this length.
volatile int* int32Array(const Napi::Value& value, const char* name, int64_t length);

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

// Throws if an array that is written shares memory with any other.
void requireNoOverlap(Napi::Env env, const std::vector<Extent>& arrays);

// The length of the optimizer's state.
int64_t stateLength(const KernelSet& kernels, const Plan& plan);

}  // namespace lockstep
