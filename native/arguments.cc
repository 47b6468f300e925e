#include "arguments.h"

#include <cmath>
#include <functional>
#include <limits>
#include <string>

namespace lockstep {

const char* const kPlanFields[] = {
    "inputs",        "outputs",   "parameterCount", "layerCount",
    "rows",          "loss",      "lossOption",     "lossScale",
    "firstEpoch",    "epochs",    "batchSize",      "lastBatchSize",
    "stepsPerEpoch", "epochRows", "gradientScale",  "lastGradientScale",
    "shuffle",       "seedLow",   "seedHigh",       "optimizer",
    "optionCount",
};
const int kPlanFieldCount = sizeof kPlanFields / sizeof *kPlanFields;
const char* const kLayerFields[] = {"kind",    "inputs",  "units", "activation", "alpha",     "rate", "momentum",
                                    "epsilon", "weights", "bias",  "statistics", "trainable", "l1",   "l2"};
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
  kFirstEpoch,
  kEpochs,
  kBatchSize,
  kLastBatchSize,
  kStepsPerEpoch,
  kEpochRows,
  kGradientScale,
  kLastGradientScale,
  kShuffle,
  kSeedLow,
  kSeedHigh,
  kOptimizer,
  kOptionCount,
};

enum LayerField {
  kLayerKind,
  kLayerInputs,
  kLayerUnits,
  kLayerActivation,
  kLayerAlpha,
  kLayerRate,
  kLayerMomentum,
  kLayerEpsilon,
  kLayerWeights,
  kLayerBias,
  kLayerStatistics,
  kLayerTrainable,
  kLayerL1,
  kLayerL2,
};

constexpr int64_t kMostUnits = int64_t{1} << 24;
constexpr int64_t kMostRows = std::numeric_limits<int32_t>::max();
constexpr int64_t kMostParameters = std::numeric_limits<int32_t>::max();
constexpr int64_t kMostLayers = int64_t{1} << 20;
// Of all units for all rows that go through the network at once: more than any memory holds.
constexpr int64_t kMostValues = int64_t{1} << 45;

[[noreturn]] void throwRange(Napi::Env env, const std::string& message) { throw Napi::RangeError::New(env, message); }

int64_t integer(Napi::Env env, double value, const std::string& name, int64_t least, int64_t most) {
  if (!(value >= static_cast<double>(least) && value <= static_cast<double>(most)) || value != std::floor(value)) {
    throwRange(env, "Expected an integer from " + std::to_string(least) + " to " + std::to_string(most) + " for " +
                        name + " but received " + std::to_string(value) + ".");
  }
  return static_cast<int64_t>(value);
}

double fractionBelowOne(Napi::Env env, double value, const std::string& name) {
  if (!(value >= 0 && value < 1)) {
    throwRange(env, "Expected a number from 0 to under 1 for " + name + " but received " + std::to_string(value) + ".");
  }
  return value;
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
  bool special = false;
  for (int l = 0; l < plan.layerCount; l++, values += kLayerFieldCount) {
    LayerPlan& layer = layers[static_cast<size_t>(l)];
    const std::string name = "layer " + std::to_string(l);
    const auto field = [&](LayerField at, int64_t least, int64_t most) {
      return integer(env, values[at], name + "\'s " + kLayerFields[at] + " of the plan", least, most);
    };
    const auto fraction = [&](LayerField at) {
      return fractionBelowOne(env, values[at], name + "\'s " + kLayerFields[at] + " of the plan");
    };
    layer.kind = static_cast<int>(field(kLayerKind, kDense, kLayerNormalization));
    const bool dense = layer.kind == kDense;
    const bool normalizes = layer.kind == kBatchNormalization || layer.kind == kLayerNormalization;
    layer.inputs = static_cast<int>(field(kLayerInputs, inputs, inputs));
    layer.units = static_cast<int>(field(kLayerUnits, dense ? 1 : inputs, dense ? kMostUnits : inputs));
    layer.activation = static_cast<int>(field(kLayerActivation, 0, activations - 1));
    layer.alpha = values[kLayerAlpha];
    layer.rate = fraction(kLayerRate);
    layer.momentum = fraction(kLayerMomentum);
    layer.epsilon = values[kLayerEpsilon];
    layer.weights = field(kLayerWeights, offset, offset);
    offset += dense ? inputs * layer.units : normalizes ? layer.units : 0;
    layer.bias = field(kLayerBias, offset, offset);
    offset += dense || normalizes ? layer.units : 0;
    const bool hasStatistics = layer.kind == kBatchNormalization;
    layer.statistics = field(kLayerStatistics, hasStatistics ? offset : -1, hasStatistics ? offset : -1);
    offset += hasStatistics ? 2 * layer.units : 0;
    layer.trainable = field(kLayerTrainable, 0, dense || normalizes ? 1 : 0) == 1;
    layer.l1 = dense ? values[kLayerL1] : 0;
    layer.l2 = dense ? values[kLayerL2] : 0;
    special = special || !dense;
    layer.unitsBefore = unitsBefore;
    unitsBefore += layer.units;
    inputs = layer.units;
    if (offset > kMostParameters) throwRange(env, "The plan has too many parameters.");
  }
  if (offset != plan.parameterCount) throwRange(env, "The plan's parameterCount does not agree with its layers.");
  if (layers.back().kind != kDense) throwRange(env, "Expected a dense layer as the last of the plan.");
  for (const LayerPlan& layer : layers) {
    if (special && &layer != &layers.back() && !kernelSets().back().kernels->isElementwise(layer.activation)) {
      throwRange(env, "The plan has an activation of rows beside layers that are not dense.");
    }
  }
  if (inputs != plan.outputs) throwRange(env, "The plan's outputs do not agree with its last layer.");
  plan.layers = layers.data();
  plan.lowestTrainable = 0;
  while (plan.lowestTrainable < plan.layerCount && !layers[static_cast<size_t>(plan.lowestTrainable)].trainable) {
    plan.lowestTrainable++;
  }
}

void OwnedPlan::readTraining(Napi::Env env, const double* values, int optionCount) {
  const Table& optimizers = kernelSets().back().kernels->optimizers;
  if (plan.lowestTrainable == plan.layerCount) throwRange(env, "No layer of the plan is trainable.");
  plan.firstEpoch = planInteger(env, values, kFirstEpoch, 0, kMostRows);
  plan.epochs = planInteger(env, values, kEpochs, 1, kMostRows);
  plan.batchSize = planInteger(env, values, kBatchSize, 1, plan.rows);
  plan.lastBatchSize = planInteger(env, values, kLastBatchSize, 1, plan.rows);
  plan.stepsPerEpoch = planInteger(env, values, kStepsPerEpoch, 1, plan.rows);
  plan.epochRows = planInteger(env, values, kEpochRows, 1, plan.rows);
  if ((plan.stepsPerEpoch - 1) * plan.batchSize + plan.lastBatchSize != plan.epochRows) {
    throwRange(env, "The plan's epochRows do not agree with its batches.");
  }
  const int64_t largest = plan.batchSize < plan.lastBatchSize ? plan.lastBatchSize : plan.batchSize;
  const LayerPlan& last = layers.back();
  if (last.unitsBefore + last.units + plan.inputs > kMostValues / largest) {
    throwRange(env, "The plan has too many units for batches of " + std::to_string(largest) + " rows.");
  }
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
  // The three clips stand last.
  int clips = 0;
  for (int i = optionCount - 3; i < optionCount; i++) clips += given[i] != 0 ? 1 : 0;
  if (clips > 1) throwRange(env, "The plan has more than one clip.");
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

const double* optionalFloat64Array(const Napi::Value& value, const char* name, int64_t length) {
  const Values<double> values = float64Values(value, name);
  if (values.length == length) return values.data;
  napi_value buffer;
  bool gone = false;
  if (values.length != 0 ||
      napi_get_typedarray_info(value.Env(), value, nullptr, nullptr, nullptr, &buffer, nullptr) != napi_ok ||
      napi_is_detached_arraybuffer(value.Env(), buffer, &gone) != napi_ok || gone) {
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

void requireApart(Napi::Env env, std::initializer_list<Extent> arrays) {
  for (const Extent& a : arrays) {
    for (const Extent& b : arrays) {
      if (&a == &b || !a.written || a.length == 0 || b.length == 0) continue;
      const std::less<const double*> before;
      if (before(a.data, b.data + b.length) && before(b.data, a.data + a.length)) {
        throwRange(env, std::string("Expected ") + a.name + " and " + b.name + " to share no memory.");
      }
    }
  }
}

int64_t stepsOf(const Plan& plan) { return plan.epochs * plan.stepsPerEpoch; }

int64_t stateLength(const KernelSet& kernels, const Plan& plan) {
  return kernels.optimizerSlots(plan.optimizer, plan.optimizerOptions) * plan.parameterCount +
         kernels.optimizerScalars(plan.optimizer);
}

}  // namespace lockstep
