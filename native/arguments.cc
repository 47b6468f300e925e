#include "arguments.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>

namespace lockstep {

const char* const kPlanFields[] = {
    "inputs",     "outputs",   "parameterCount", "layerCount", "rows",          "loss",
    "lossOption", "lossScale", "epochs",         "batchSize",  "gradientScale", "lastGradientScale",
    "shuffle",    "seedLow",   "seedHigh",       "optimizer",  "optionCount",
};
const int kPlanFieldCount = sizeof kPlanFields / sizeof *kPlanFields;
const char* const kLayerFields[] = {"inputs", "units", "activation", "alpha", "weights", "bias"};
const int kLayerFieldCount = sizeof kLayerFields / sizeof *kLayerFields;

namespace {

enum PlanField {
  kInputs,
  kOutputs,
  kParameterCount,
  kLayerCount,
  kRows,
  kLoss,
  kLossOption,
  kLossScale,
  kEpochs,
  kBatchSize,
  kGradientScale,
  kLastGradientScale,
  kShuffle,
  kSeedLow,
  kSeedHigh,
  kOptimizer,
  kOptionCount,
};

enum LayerField { kLayerInputs, kLayerUnits, kLayerActivation, kLayerAlpha, kLayerWeights, kLayerBias };

constexpr int64_t kMostUnits = int64_t{1} << 24;
constexpr int64_t kMostRows = std::numeric_limits<int32_t>::max();
constexpr int64_t kMostParameters = std::numeric_limits<int32_t>::max();
constexpr int64_t kMostLayers = int64_t{1} << 20;

[[noreturn]] void throwRange(Napi::Env env, const std::string& message) { throw Napi::RangeError::New(env, message); }

int64_t integer(Napi::Env env, double value, const std::string& name, int64_t least, int64_t most) {
  if (!(value >= static_cast<double>(least) && value <= static_cast<double>(most)) || value != std::floor(value)) {
    throwRange(env, "Expected an integer from " + std::to_string(least) + " to " + std::to_string(most) + " for " +
                        name + " but received " + std::to_string(value) + ".");
  }
  return static_cast<int64_t>(value);
}

int64_t planInteger(Napi::Env env, const double* values, PlanField field, int64_t least, int64_t most) {
  return integer(env, values[field], std::string(kPlanFields[field]) + " of the plan", least, most);
}

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

[[noreturn]] void throwLength(Napi::Env env, const std::string& expected, const char* name, int64_t received) {
  throwRange(env,
             "Expected " + expected + " for " + name + " but received one of length " + std::to_string(received) + ".");
}

}  // namespace

OwnedPlan::OwnedPlan(const Napi::Value& encoded, Purpose purpose) {
  const Napi::Env env = encoded.Env();
  const Values<double> given = float64Values(encoded, "the plan");
  const double* const values = given.data;
  if (given.length < kPlanFieldCount) throwRange(env, "The plan is too short.");
  plan.inputs = static_cast<int>(planInteger(env, values, kInputs, 1, kMostUnits));
  plan.outputs = static_cast<int>(planInteger(env, values, kOutputs, 1, kMostUnits));
  plan.parameterCount = planInteger(env, values, kParameterCount, 1, kMostParameters);
  plan.layerCount = static_cast<int>(planInteger(env, values, kLayerCount, 1, kMostLayers));
  const int optionCount = static_cast<int>(planInteger(env, values, kOptionCount, 0, 64));
  const int64_t expected = kPlanFieldCount + int64_t{plan.layerCount} * kLayerFieldCount + optionCount;
  if (given.length != expected) {
    throwRange(env, "Expected a plan of length " + std::to_string(expected) + " but received one of length " +
                        std::to_string(given.length) + ".");
  }
  readLayers(env, values + kPlanFieldCount);
  plan.rows = planInteger(env, values, kRows, 1, kMostRows);
  if (purpose == Purpose::kPredict) return;

  const KernelSet& kernels = *kernelSets().back().kernels;
  plan.loss = static_cast<int>(planInteger(env, values, kLoss, 0, kernels.losses.count - 1));
  plan.lossOption = values[kLossOption];
  plan.lossScale = values[kLossScale];
  const int fusedWith = kernels.lossFusedWith(plan.loss);
  if (fusedWith >= 0 && layers.back().activation != fusedWith) {
    throwRange(env, "The loss of the plan does not go with its last activation.");
  }
  if (purpose == Purpose::kTrain) readTraining(env, values, optionCount);
}

void OwnedPlan::readLayers(Napi::Env env, const double* values) {
  const int activations = kernelSets().back().kernels->activations.count;
  layers.resize(static_cast<size_t>(plan.layerCount));
  int64_t inputs = plan.inputs;
  int64_t offset = 0;
  int64_t unitsBefore = 0;
  for (int l = 0; l < plan.layerCount; l++, values += kLayerFieldCount) {
    LayerPlan& layer = layers[static_cast<size_t>(l)];
    const std::string name = "layer " + std::to_string(l);
    layer.inputs =
        static_cast<int>(integer(env, values[kLayerInputs], name + "\'s inputs of the plan", inputs, inputs));
    layer.units = static_cast<int>(integer(env, values[kLayerUnits], name + "\'s units of the plan", 1, kMostUnits));
    layer.activation = static_cast<int>(
        integer(env, values[kLayerActivation], name + "\'s activation of the plan", 0, activations - 1));
    layer.alpha = values[kLayerAlpha];
    layer.weights = integer(env, values[kLayerWeights], name + "\'s weights of the plan", offset, offset);
    offset += inputs * layer.units;
    layer.bias = integer(env, values[kLayerBias], name + "\'s bias of the plan", offset, offset);
    offset += layer.units;
    layer.unitsBefore = unitsBefore;
    unitsBefore += layer.units;
    inputs = layer.units;
    if (offset > kMostParameters) throwRange(env, "The plan has too many parameters.");
  }
  if (offset != plan.parameterCount) throwRange(env, "The plan's parameterCount does not agree with its layers.");
  if (inputs != plan.outputs) throwRange(env, "The plan's outputs do not agree with its last layer.");
  plan.layers = layers.data();
}

void OwnedPlan::readTraining(Napi::Env env, const double* values, int optionCount) {
  const Table& optimizers = kernelSets().back().kernels->optimizers;
  plan.epochs = planInteger(env, values, kEpochs, 1, kMostRows);
  plan.batchSize = planInteger(env, values, kBatchSize, 1, plan.rows);
  plan.gradientScale = values[kGradientScale];
  plan.lastGradientScale = values[kLastGradientScale];
  plan.shuffle = planInteger(env, values, kShuffle, 0, 1) == 1;
  const int64_t least = std::numeric_limits<int32_t>::min();
  const int64_t most = std::numeric_limits<uint32_t>::max();
  plan.seedLow = static_cast<uint32_t>(planInteger(env, values, kSeedLow, least, most));
  plan.seedHigh = static_cast<uint32_t>(planInteger(env, values, kSeedHigh, least, most));
  plan.optimizer = static_cast<int>(planInteger(env, values, kOptimizer, 0, optimizers.count - 1));
  if (optionCount != optimizers.entries[plan.optimizer].optionCount) {
    throwRange(env, "The plan has " + std::to_string(optionCount) + " options for its optimizer, which takes " +
                        std::to_string(optimizers.entries[plan.optimizer].optionCount) + ".");
  }
  const double* const given = values + kPlanFieldCount + int64_t{plan.layerCount} * kLayerFieldCount;
  options.assign(given, given + optionCount);
  plan.optimizerOptions = options.data();
}

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

int integerArgument(const Napi::Value& value, const char* name, int least, int most) {
  if (!value.IsNumber()) throw Napi::TypeError::New(value.Env(), std::string("Expected a number for ") + name + ".");
  return static_cast<int>(integer(value.Env(), value.As<Napi::Number>().DoubleValue(), name, least, most));
}

Values<double> float64Values(const Napi::Value& value, const char* name) {
  return typedValues<double>(value, name, napi_float64_array, "a Float64Array");
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

volatile int* int32Array(const Napi::Value& value, const char* name, int64_t length) {
  const Values<int> values = typedValues<int>(value, name, napi_int32_array, "an Int32Array");
  if (values.length != length) {
    throwLength(value.Env(), "an Int32Array of length " + std::to_string(length), name, values.length);
  }
  return values.data;
}

void requireApart(Napi::Env env, std::initializer_list<Extent> arrays) {
  for (const Extent& a : arrays) {
    for (const Extent& b : arrays) {
      if (&a == &b || !a.written) continue;
      const std::less<const double*> before;
      if (before(a.data, b.data + b.length) && before(b.data, a.data + a.length)) {
        throwRange(env, std::string("Expected ") + a.name + " and " + b.name + " to share no memory.");
      }
    }
  }
}

int64_t stateLength(const KernelSet& kernels, const Plan& plan) {
  return kernels.optimizerSlots(plan.optimizer, plan.optimizerOptions) * plan.parameterCount +
         kernels.optimizerScalars(plan.optimizer);
}

}  // namespace lockstep
