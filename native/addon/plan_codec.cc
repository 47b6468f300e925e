#include "plan_codec.h"

#include <limits>
#include <string>

namespace lockstep {

const char* const kPlanFields[] = {
    "inputs",
    "outputs",
    "parameterCount",
    "layerCount",
    "rows",
    "loss",
    "lossScale",
    "firstEpoch",
    "epochs",
    "batchSize",
    "lastBatchSize",
    "stepsPerEpoch",
    "epochRows",
    "gradientScale",
    "lastGradientScale",
    "shuffle",
    "seedLow",
    "seedHigh",
    "optimizer",
    "lossOptionCount",
    "optimizerOptionCount",
};
const int kPlanFieldCount = sizeof kPlanFields / sizeof *kPlanFields;

namespace {

enum PlanField {
  kInputs,
  kOutputs,
  kParameterCount,
  kLayerCount,
  kRows,
  kLoss,
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
  kLossOptionCount,
  kOptimizerOptionCount,
};

constexpr int64_t kMaxRows = std::numeric_limits<int32_t>::max();
constexpr int64_t kMaxOptions = 64;
constexpr int64_t kMaxLayers = int64_t{1} << 20;
// Of the values of all units of a batch: more than any memory holds.
constexpr int64_t kMaxValues = int64_t{1} << 45;

int64_t planInteger(Napi::Env env, const double* values, PlanField field, int64_t min, int64_t max) {
  return integer(env, values[field], std::string(kPlanFields[field]) + " of the plan", min, max);
}

// Throws if the plan has another number of options than this entry of a table.
void requireOptions(Napi::Env env, const double* fields, PlanField field, const TableEntry& entry) {
  planInteger(env, fields, field, entry.optionCount, entry.optionCount);
}

}  // namespace

OwnedPlan::OwnedPlan(const Napi::Value& encoded, Purpose purpose) {
  const Napi::Env env = encoded.Env();
  const Values<double> given = float64Values(encoded, "the plan");
  numbers.assign(given.data, given.data + given.length);
  PlanReader reader(env, numbers);
  const double* const fields = reader.take(kPlanFieldCount);
  plan.inputs = static_cast<int>(planInteger(env, fields, kInputs, 1, kMaxUnits));
  plan.outputs = static_cast<int>(planInteger(env, fields, kOutputs, 1, kMaxUnits));
  plan.parameterCount = planInteger(env, fields, kParameterCount, 1, kMaxParameters);
  plan.layerCount = static_cast<int>(planInteger(env, fields, kLayerCount, 1, kMaxLayers));
  layers.read(reader, plan);
  plan.rows = planInteger(env, fields, kRows, 1, kMaxRows);
  const int64_t lossOptionCount = planInteger(env, fields, kLossOptionCount, 0, kMaxOptions);
  const int64_t optimizerOptionCount = planInteger(env, fields, kOptimizerOptionCount, 0, kMaxOptions);
  plan.lossOptions = reader.takeOptions(lossOptionCount, "the loss");
  plan.optimizerOptions = reader.take(optimizerOptionCount);
  reader.end();
  if (purpose == Purpose::kGradients) checkGradients(env);
  if (purpose == Purpose::kEvaluate || purpose == Purpose::kTrain) readEvaluation(env, fields);
  if (purpose == Purpose::kTrain) readTraining(env, fields);
}

// The tiled form computes row activations in the last layer only.
void OwnedPlan::checkGradients(Napi::Env env) const {
  const KernelSet& kernels = *kernelSets().back().kernels;
  for (int l = 0; l + 1 < plan.layerCount; l++) {
    if (kernels.isElementwise(plan.layers[l].activation)) continue;
    throwRange(env, "The plan has a row activation before its last layer.");
  }
}

void OwnedPlan::readEvaluation(Napi::Env env, const double* fields) {
  const KernelSet& kernels = *kernelSets().back().kernels;
  plan.loss = static_cast<int>(planInteger(env, fields, kLoss, 0, kernels.losses.count - 1));
  plan.lossScale = fields[kLossScale];
  const int fusedWith = kernels.lossFusedWith(plan.loss);
  if (fusedWith >= 0 && lastLayer().activation != fusedWith) {
    throwRange(env, "The loss of the plan does not go with its last activation.");
  }
  requireOptions(env, fields, kLossOptionCount, kernels.losses.entries[plan.loss]);
}

void OwnedPlan::readTraining(Napi::Env env, const double* fields) {
  const NameTable& optimizers = kernelSets().back().kernels->optimizers;
  const LayerPlan& last = lastLayer();
  if (!last.needsDerivative) throwRange(env, "No layer of the plan is trainable.");
  plan.firstEpoch = planInteger(env, fields, kFirstEpoch, 0, kMaxRows);
  plan.epochs = planInteger(env, fields, kEpochs, 1, kMaxRows);
  plan.batchSize = planInteger(env, fields, kBatchSize, 1, plan.rows);
  plan.lastBatchSize = planInteger(env, fields, kLastBatchSize, 1, plan.rows);
  plan.stepsPerEpoch = planInteger(env, fields, kStepsPerEpoch, 1, plan.rows);
  plan.epochRows = planInteger(env, fields, kEpochRows, 1, plan.rows);
  if ((plan.stepsPerEpoch - 1) * plan.batchSize + plan.lastBatchSize != plan.epochRows) {
    throwRange(env, "The plan's epochRows do not agree with its batches.");
  }
  const int64_t largest = plan.batchSize < plan.lastBatchSize ? plan.lastBatchSize : plan.batchSize;
  if (last.unitsBefore + last.units + plan.inputs > kMaxValues / largest) {
    throwRange(env, "The plan has too many units for batches of " + std::to_string(largest) + " rows.");
  }
  plan.gradientScale = fields[kGradientScale];
  plan.lastGradientScale = fields[kLastGradientScale];
  plan.shuffle = planInteger(env, fields, kShuffle, 0, 1) == 1;
  const int64_t min = std::numeric_limits<int32_t>::min();
  const int64_t max = std::numeric_limits<uint32_t>::max();
  plan.seedLow = static_cast<uint32_t>(planInteger(env, fields, kSeedLow, min, max));
  plan.seedHigh = static_cast<uint32_t>(planInteger(env, fields, kSeedHigh, min, max));
  plan.optimizer = static_cast<int>(planInteger(env, fields, kOptimizer, 0, optimizers.count - 1));
  requireOptions(env, fields, kOptimizerOptionCount, optimizers.entries[plan.optimizer]);
  // The three clips are the last options.
  const double* const end = plan.optimizerOptions + optimizers.entries[plan.optimizer].optionCount;
  int clips = 0;
  for (const double* option = end - 3; option < end; option++) clips += *option != 0 ? 1 : 0;
  if (clips > 1) throwRange(env, "The plan has more than one clip.");
}

}  // namespace lockstep
