// Checks of the arguments that JavaScript passes: every length, and every number that an address is computed from. All
// of them throw a JavaScript TypeError or RangeError.
#pragma once

#include <napi.h>

#include <stdexcept>
#include <string>

#include "../codec/numbers.h"
#include "../dispatch.h"
#include "../plan.h"

namespace lockstep {

// The kernel set with this index. Throws if it cannot run on this processor.
const KernelSet& kernelSetOf(const Napi::Value& index);

constexpr int kMaxThreads = 1024;

[[noreturn]] void throwRange(Napi::Env env, const std::string& message);

// What a refusal of the decoders throws. Boundaries turn it into a RangeError.
class Refusal : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The argument as an integer from min to max.
int integerArgument(const Napi::Value& value, const char* name, int min, int max);

template <class T>
struct Values {
  T* data;
  int64_t length;
};

// A Float64Array of any length.
Values<double> float64Values(const Napi::Value& value, const char* name);

// The same as numbers to decode. optional: see optionalFloat64Values.
Numbers numbersOf(const Napi::Value& value, const char* name);
Numbers optionalNumbersOf(const Napi::Value& value, const char* name);

// A Float64Array of exactly, or at least, this length.
double* float64Array(const Napi::Value& value, const char* name, int64_t length);
double* float64ArrayOfAtLeast(const Napi::Value& value, const char* name, int64_t length);

// A Float64Array of any length. A detached one has no length: it is refused.
Values<double> optionalFloat64Values(const Napi::Value& value, const char* name);

// A Float64Array of exactly this length, or nullptr for one of length 0.
double* optionalFloat64Array(const Napi::Value& value, const char* name, int64_t length);

// An Int32Array of exactly this length.
volatile int* int32Array(const Napi::Value& value, const char* name, int64_t length);

}  // namespace lockstep
