#include "plan_codec.h"

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

constexpr int64_t kMaxUnits = int64_t{1} << 24;
constexpr int64_t kMaxRows = std::numeric_limits<int32_t>::max();
constexpr int64_t kMaxParameters = std::numeric_limits<int32_t>::max();
constexpr int64_t kMaxLayers = int64_t{1} << 20;
// Of the values of all units of a batch: more than any memory holds.
constexpr int64_t kMaxValues = int64_t{1} << 45;

double fractionBelowOne(Napi::Env env, double value, const std::string& name) {
  if (!(value >= 0 && value < 1)) {
    throwRange(env, "Expected a number from 0 to under 1 for " + name + " but received " + std::to_string(value) + ".");
  }
  return value;
}

int64_t planInteger(Napi::Env env, const double* values, PlanField field, int64_t min, int64_t max) {
  return integer(env, values[field], std::string(kPlanFields[field]) + " of the plan", min, max);
}

}  // namespace

OwnedPlan::OwnedPlan(const Napi::Value& encoded, Purpose purpose) {
  const Napi::Env env = encoded.Env();
  const Values<double> given = float64Values(encoded, "the plan");
  const double* const values = given.data;
  if (given.length < kPlanFieldCount) throwRange(env, "The plan is too short.");
  plan.inputs = static_cast<int>(planInteger(env, values, kInputs, 1, kMaxUnits));
  plan.outputs = static_cast<int>(planInteger(env, values, kOutputs, 1, kMaxUnits));
  plan.parameterCount = planInteger(env, values, kParameterCount, 1, kMaxParameters);
  plan.layerCount = static_cast<int>(planInteger(env, values, kLayerCount, 1, kMaxLayers));
  const int optionCount = static_cast<int>(planInteger(env, values, kOptionCount, 0, 64));
  const int64_t expected = kPlanFieldCount + int64_t{plan.layerCount} * kLayerFieldCount + optionCount;
  if (given.length != expected) {
    throwRange(env, "Expected a plan of length " + std::to_string(expected) + " but received one of length " +
                        std::to_string(given.length) + ".");
  }
  readLayers(env, values + kPlanFieldCount);
  plan.rows = planInteger(env, values, kRows, 1, kMaxRows);
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
    const auto field = [&](LayerField at, int64_t min, int64_t max) {
      return integer(env, values[at], name + "\'s " + kLayerFields[at] + " of the plan", min, max);
    };
    const auto fraction = [&](LayerField at) {
      return fractionBelowOne(env, values[at], name + "\'s " + kLayerFields[at] + " of the plan");
    };
    layer.kind = static_cast<int>(field(kLayerKind, kDense, kLayerNormalization));
    const bool dense = layer.kind == kDense;
    const bool normalizes = layer.kind == kBatchNormalization || layer.kind == kLayerNormalization;
    layer.inputs = static_cast<int>(field(kLayerInputs, inputs, inputs));
    layer.units = static_cast<int>(field(kLayerUnits, dense ? 1 : inputs, dense ? kMaxUnits : inputs));
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
    if (offset > kMaxParameters) throwRange(env, "The plan has too many parameters.");
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
  plan.firstTrainable = 0;
  while (plan.firstTrainable < plan.layerCount && !layers[static_cast<size_t>(plan.firstTrainable)].trainable) {
    plan.firstTrainable++;
  }
}

void OwnedPlan::readTraining(Napi::Env env, const double* values, int optionCount) {
  const NameTable& optimizers = kernelSets().back().kernels->optimizers;
  if (plan.firstTrainable == plan.layerCount) throwRange(env, "No layer of the plan is trainable.");
  plan.firstEpoch = planInteger(env, values, kFirstEpoch, 0, kMaxRows);
  plan.epochs = planInteger(env, values, kEpochs, 1, kMaxRows);
  plan.batchSize = planInteger(env, values, kBatchSize, 1, plan.rows);
  plan.lastBatchSize = planInteger(env, values, kLastBatchSize, 1, plan.rows);
  plan.stepsPerEpoch = planInteger(env, values, kStepsPerEpoch, 1, plan.rows);
  plan.epochRows = planInteger(env, values, kEpochRows, 1, plan.rows);
  if ((plan.stepsPerEpoch - 1) * plan.batchSize + plan.lastBatchSize != plan.epochRows) {
    throwRange(env, "The plan's epochRows do not agree with its batches.");
  }
  const int64_t largest = plan.batchSize < plan.lastBatchSize ? plan.lastBatchSize : plan.batchSize;
  const LayerPlan& last = layers.back();
  if (last.unitsBefore + last.units + plan.inputs > kMaxValues / largest) {
    throwRange(env, "The plan has too many units for batches of " + std::to_string(largest) + " rows.");
  }
  plan.gradientScale = values[kGradientScale];
  plan.lastGradientScale = values[kLastGradientScale];
  plan.shuffle = planInteger(env, values, kShuffle, 0, 1) == 1;
  const int64_t min = std::numeric_limits<int32_t>::min();
  const int64_t max = std::numeric_limits<uint32_t>::max();
  plan.seedLow = static_cast<uint32_t>(planInteger(env, values, kSeedLow, min, max));
  plan.seedHigh = static_cast<uint32_t>(planInteger(env, values, kSeedHigh, min, max));
  plan.optimizer = static_cast<int>(planInteger(env, values, kOptimizer, 0, optimizers.count - 1));
  if (optionCount != optimizers.entries[plan.optimizer].optionCount) {
    throwRange(env, "The plan has " + std::to_string(optionCount) + " options for its optimizer, which takes " +
                        std::to_string(optimizers.entries[plan.optimizer].optionCount) + ".");
  }
  const double* const given = values + kPlanFieldCount + int64_t{plan.layerCount} * kLayerFieldCount;
  options.assign(given, given + optionCount);
  // The three clips are the last options.
  int clips = 0;
  for (int i = optionCount - 3; i < optionCount; i++) clips += given[i] != 0 ? 1 : 0;
  if (clips > 1) throwRange(env, "The plan has more than one clip.");
  plan.optimizerOptions = options.data();
}

}  // namespace lockstep
