#include "session_arrays.h"

#include <array>
#include <string>
#include <utility>

namespace lockstep {
namespace {

enum SessionArray {
  kParameters,
  kState,
  kCurrentParameters,
  kCurrentState,
  kWorkspace,
  kX,
  kY,
  kSampleWeight,
  kLabels,
  kValidationX,
  kValidationY,
  kValidationWeight,
  kValidationLabels,
  kRateFactors,
  kBest,
  kStopping,
  kPlateaus,
  kPosition,
  kOutcomes,
  kSeries,
  kCount,
};

constexpr bool isWritten(int array) { return array <= kWorkspace || (array >= kBest && array <= kSeries); }

// The length of an array. optional: it may be 0 instead. atLeast: it may be longer.
struct Rule {
  int64_t length;
  bool optional = false;
  bool atLeast = false;
};

using Rules = std::array<Rule, kCount>;

Rules rulesOf(const SessionShape& shape, int64_t chunk) {
  const Plan& plan = shape.plan;
  const int64_t members = shape.members;
  const int64_t states = stateLength(shape.kernels, plan);
  const WatchPlan none{};
  const WatchPlan& watch = shape.watch == nullptr ? none : *shape.watch;
  const bool hasMetrics = watch.metricCount > 0;
  const bool keepsBest = watch.stopping != nullptr && watch.stopping->restoreBest;
  Rules rules{};
  rules[kParameters].length = members * plan.parameterCount;
  rules[kState].length = members * states;
  rules[kCurrentParameters].length = members == 1 ? plan.parameterCount : 0;
  rules[kCurrentState].length = members == 1 ? states : 0;
  rules[kWorkspace] = {shape.workspaceLength, true, true};
  rules[kX].length = plan.rows * plan.inputs;
  rules[kY].length = plan.rows * plan.outputs;
  rules[kSampleWeight] = {plan.rows, true};
  rules[kLabels].length = hasMetrics ? plan.rows * plan.outputs : 0;
  rules[kValidationX].length = watch.validationRows * plan.inputs;
  rules[kValidationY].length = watch.validationRows * plan.outputs;
  rules[kValidationWeight] = {watch.validationRows, true};
  rules[kValidationLabels].length = hasMetrics ? watch.validationRows * plan.outputs : 0;
  rules[kRateFactors] = {chunk * plan.stepsPerEpoch, true};
  rules[kBest].length = keepsBest ? members * plan.parameterCount : 0;
  rules[kStopping].length = watch.stopping != nullptr ? members * kStoppingLength : 0;
  rules[kPlateaus].length = watch.plateau != nullptr ? members * kPlateauLength : 0;
  rules[kPosition].length = kPositionLength;
  rules[kOutcomes].length = members * kOutcomeLength;
  rules[kSeries].length = members * seriesCount(shape.watch) * chunk;
  return rules;
}

// The number of epochs that the series have entries for.
int64_t chunkOf(const Napi::Value& series, const SessionShape& shape) {
  const int64_t each = shape.members * seriesCount(shape.watch);
  const int64_t length = float64Values(series, kSessionArrays[kSeries]).length;
  const int64_t chunk = length / each;
  if (chunk < 1 || chunk > shape.plan.epochs || chunk * each != length) {
    throwRange(series.Env(), "Expected a Float64Array with " + std::to_string(each) + " numbers for each of 1 to " +
                                 std::to_string(shape.plan.epochs) + " epochs for series but received one of length " +
                                 std::to_string(length) + ".");
  }
  return chunk;
}

// Throws unless the array follows its rule. Returns nullptr data for one of length 0.
Values<double> checked(const Napi::Value& value, const char* name, const Rule& rule) {
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

const char* const kSessionArrays[] = {
    "parameters",
    "state",
    "currentParameters",
    "currentState",
    "workspace",
    "x",
    "y",
    "sampleWeight",
    "labels",
    "validationX",
    "validationY",
    "validationWeight",
    "validationLabels",
    "rateFactors",
    "best",
    "stopping",
    "plateaus",
    "position",
    "outcomes",
    "series",
};
const int kSessionArrayCount = sizeof kSessionArrays / sizeof *kSessionArrays;
static_assert(sizeof kSessionArrays / sizeof *kSessionArrays == kCount);

HeldArrays::HeldArrays(const Napi::Value& given, const SessionShape& shape) {
  const Napi::Env env = given.Env();
  if (!given.IsArray() || given.As<Napi::Array>().Length() != kCount) {
    throw Napi::TypeError::New(env, "Expected an array of " + std::to_string(kCount) + " arrays for arrays.");
  }
  // Reading an element may run a script, which could transfer the buffers of others: all are read before any is used.
  std::array<Napi::Value, kCount> values;
  for (uint32_t i = 0; i < kCount; i++) values[i] = given.As<Napi::Array>().Get(i);
  const int64_t chunk = chunkOf(values[kSeries], shape);
  const Rules rules = rulesOf(shape, chunk);
  std::array<double*, kCount> data;
  std::vector<Extent> extents;
  for (size_t i = 0; i < kCount; i++) {
    const auto [own, length] = checked(values[i], kSessionArrays[i], rules[i]);
    data[i] = own;
    if (length == 0) continue;
    extents.push_back({kSessionArrays[i], own, length, isWritten(static_cast<int>(i))});
    hold(values[i], kSessionArrays[i]);
  }
  requireNoOverlap(env, extents);
  if (data[kWorkspace] == nullptr) {
    ownWorkspace.reset(new double[static_cast<size_t>(shape.workspaceLength)]);
    data[kWorkspace] = ownWorkspace.get();
  }
  arrays = {data[kParameters],
            data[kState],
            data[kCurrentParameters],
            data[kCurrentState],
            data[kWorkspace],
            data[kX],
            data[kY],
            data[kSampleWeight],
            data[kLabels],
            data[kValidationX],
            data[kValidationY],
            data[kValidationWeight],
            data[kValidationLabels],
            data[kRateFactors],
            data[kBest],
            data[kStopping],
            data[kPlateaus],
            data[kPosition],
            data[kOutcomes],
            data[kSeries],
            chunk};
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
