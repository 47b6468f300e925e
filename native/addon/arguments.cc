#include "arguments.h"

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace lockstep {

void throwRange(Napi::Env env, const std::string& message) { throw Napi::RangeError::New(env, message); }

void endRefusedCall(const char* message) { throw Refusal(message); }

int writeDouble(double value, char* to, int size) { return std::snprintf(to, static_cast<size_t>(size), "%f", value); }

namespace {

template <class T>
Values<T> typedValues(const Napi::Value& value, const char* name, napi_typedarray_type expected, const char* typeName) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (!value.IsTypedArray() ||
      napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr) != napi_ok ||
      type != expected) {
    throw Napi::TypeError::New(value.Env(), std::string("Expected ") + typeName + " for " + name + ".");
  }
  return {static_cast<T*>(data), static_cast<int64_t>(length)};
}

bool isAttached(const Napi::Value& array) {
  napi_value buffer;
  bool gone = true;
  return napi_get_typedarray_info(array.Env(), array, nullptr, nullptr, nullptr, &buffer, nullptr) == napi_ok &&
         napi_is_detached_arraybuffer(array.Env(), buffer, &gone) == napi_ok && !gone;
}

[[noreturn]] void throwLength(Napi::Env env, const std::string& expected, const char* name, int64_t received) {
  throwRange(env,
             "Expected " + expected + " for " + name + " but received one of length " + std::to_string(received) + ".");
}

}  // namespace

const KernelSet& kernelSetOf(const Napi::Value& index) {
  const std::vector<NamedKernelSet>& sets = kernelSets();
  if (!index.IsNumber()) throw Napi::TypeError::New(index.Env(), "Expected the index of a kernel set.");
  const double value = index.As<Napi::Number>().DoubleValue();
  if (!(value >= 0 && value < static_cast<double>(sets.size())) || value != std::floor(value)) {
    throwRange(index.Env(), "There is no kernel set " + std::to_string(value) + ".");
  }
  const NamedKernelSet& set = sets[static_cast<size_t>(value)];
  if (!set.available) throw Napi::Error::New(index.Env(), std::string(set.name) + " cannot run here: " + set.reason);
  return *set.kernels;
}

int integerArgument(const Napi::Value& value, const char* name, int min, int max) {
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), std::string("Expected a number for ") + name + ".");
  return static_cast<int>(integer(value.As<Napi::Number>().DoubleValue(), {name}, min, max));
}

Values<double> float64Values(const Napi::Value& value, const char* name) {
  return typedValues<double>(value, name, napi_float64_array, "a Float64Array");
}

Numbers numbersOf(const Napi::Value& value, const char* name) {
  const Values<double> values = float64Values(value, name);
  return {values.data, values.length};
}

Numbers optionalNumbersOf(const Napi::Value& value, const char* name) {
  const Values<double> values = optionalFloat64Values(value, name);
  return {values.data, values.length};
}

double* float64Array(const Napi::Value& value, const char* name, int64_t length) {
  const Values<double> values = float64Values(value, name);
  if (values.length != length) {
    throwLength(value.Env(), "a Float64Array of length " + std::to_string(length), name, values.length);
  }
  return values.data;
}

double* float64ArrayOfAtLeast(const Napi::Value& value, const char* name, int64_t length) {
  const Values<double> values = float64Values(value, name);
  if (values.length < length) {
    throwLength(value.Env(), "a Float64Array of at least length " + std::to_string(length), name, values.length);
  }
  return values.data;
}

Values<double> optionalFloat64Values(const Napi::Value& value, const char* name) {
  const Values<double> values = float64Values(value, name);
  if (values.length == 0 && !isAttached(value)) {
    throwRange(value.Env(), std::string("Expected an attached Float64Array for ") + name + ".");
  }
  return values;
}

double* optionalFloat64Array(const Napi::Value& value, const char* name, int64_t length) {
  const Values<double> values = float64Values(value, name);
  if (values.length == length) return values.data;
  if (values.length != 0 || !isAttached(value)) {
    throwLength(value.Env(), "an attached Float64Array of length " + std::to_string(length) + " or 0", name,
                values.length);
  }
  return nullptr;
}

volatile int* int32Array(const Napi::Value& value, const char* name, int64_t length) {
  const Values<int> values = typedValues<int>(value, name, napi_int32_array, "an Int32Array");
  if (values.length != length) {
    throwLength(value.Env(), "an Int32Array of length " + std::to_string(length), name, values.length);
  }
  return values.data;
}

}  // namespace lockstep
