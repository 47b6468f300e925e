#include "session_arrays.h"

#include <array>
#include <string>
#include <utility>

#include "../codec/extents.h"

namespace lockstep {
namespace {

// Throws unless the array follows its rule. Returns nullptr data for one of length 0.
Values<double> checked(const Napi::Value& value, const char* name, const ArrayRule& rule) {
  // Refuses a detached array, whose length is 0.
  const Values<double> values = optionalFloat64Values(value, name);
  if (values.length == 0 && (rule.length == 0 || rule.optional)) return {nullptr, 0};
  if (values.length == rule.length || (rule.atLeast && values.length > rule.length)) return values;
  if (rule.optional && !rule.atLeast) {
    optionalFloat64Array(value, name, rule.length);
  } else if (rule.atLeast) {
    float64ArrayOfAtLeast(value, name, rule.length);
  } else {
    float64Array(value, name, rule.length);
  }
  return values;
}

}  // namespace

HeldArrays::HeldArrays(const Napi::Value& given, const SessionShape& shape) {
  const Napi::Env env = given.Env();
  if (!given.IsArray() || given.As<Napi::Array>().Length() != kSessionArrayCount) {
    throw Napi::TypeError::New(env,
                               "Expected an array of " + std::to_string(kSessionArrayCount) + " arrays for arrays.");
  }
  // Reading an element may run a script, which could transfer the buffers of others: all are read before any is used.
  std::array<Napi::Value, kSessionArrayCount> values;
  for (uint32_t i = 0; i < kSessionArrayCount; i++) values[i] = given.As<Napi::Array>().Get(i);
  const int64_t chunk = chunkOf(float64Values(values[kSeries], kSessionArrays[kSeries]).length, shape);
  const ArrayRules rules = rulesOf(shape, chunk);
  std::array<double*, kSessionArrayCount> data;
  std::vector<Extent> extents;
  for (size_t i = 0; i < kSessionArrayCount; i++) {
    const auto [own, length] = checked(values[i], kSessionArrays[i], rules[i]);
    data[i] = own;
    if (length == 0) continue;
    extents.push_back({kSessionArrays[i], own, length, isWritten(static_cast<int>(i))});
    hold(values[i], kSessionArrays[i]);
  }
  requireNoOverlap(extents);
  if (data[kWorkspace] == nullptr) {
    ownWorkspace.reset(new double[static_cast<size_t>(shape.workspaceLength)]);
    data[kWorkspace] = ownWorkspace.get();
  }
  arrays = sessionArraysAt(data.data(), chunk);
}

void HeldArrays::hold(const Napi::Value& array, const char* name) {
  const Napi::Env env = array.Env();
  napi_value buffer;
  Buffer own{name, {}, nullptr, 0};
  if (napi_get_typedarray_info(env, array, nullptr, nullptr, nullptr, &buffer, nullptr) != napi_ok) {
    throw Napi::Error::New(env, "The arrays of the session could not be read.");
  }
  napi_get_arraybuffer_info(env, buffer, &own.data, &own.bytes);
  for (const Buffer& other : buffers) {
    if (own.data != nullptr && own.data == other.data) return;
  }
  own.reference = Napi::Persistent(Napi::Object(env, buffer));
  buffers.push_back(std::move(own));
}

// Each run of a session calls it, so it avoids the C++ wrappers.
void HeldArrays::check(napi_env env) const {
  for (const Buffer& buffer : buffers) {
    if (buffer.data == nullptr) continue;
    napi_value value;
    void* data;
    size_t bytes;
    if (napi_get_reference_value(env, buffer.reference, &value) != napi_ok ||
        napi_get_arraybuffer_info(env, value, &data, &bytes) != napi_ok) {
      throw Napi::Error::New(env, "The arrays of the session could not be read.");
    }
    if (data == buffer.data && bytes == buffer.bytes) continue;
    throwRange(env, "Expected a buffer of " + std::to_string(buffer.bytes) + " bytes for " + buffer.name +
                        ", as when the session was opened, but received one of " + std::to_string(bytes) +
                        ". Do not transfer or resize it while the session is open.");
  }
}

}  // namespace lockstep
