#include "plan_codec.h"

#include <limits>

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

constexpr int64_t kMaxOptions = 64;
constexpr int64_t kMaxLayers = int64_t{1} << 20;
// Of the values of all units of a batch: more than any memory holds.
constexpr int64_t kMaxValues = int64_t{1} << 45;

int64_t planInteger(const double* values, PlanField field, int64_t min, int64_t max) {
  return integer(values[field], {kPlanFields[field], " of the plan"}, min, max);
}

// Refuses the plan if it has another number of options than this entry of a table.
void requireOptions(const double* fields, PlanField field, const TableEntry& entry) {
  planInteger(fields, field, entry.optionCount, entry.optionCount);
}

}  // namespace

OwnedPlan::OwnedPlan(const Numbers& encoded, Purpose purpose, const KernelSet& kernels)
    : kernels(kernels), numbers(encoded.data, encoded.data + encoded.length), layers(kernels) {
  PlanReader reader(numbers);
  const double* const fields = reader.take(kPlanFieldCount);
  plan.inputs = static_cast<int>(planInteger(fields, kInputs, 1, kMaxUnits));
  plan.outputs = static_cast<int>(planInteger(fields, kOutputs, 1, kMaxUnits));
  plan.parameterCount = planInteger(fields, kParameterCount, 1, kMaxParameters);
  plan.layerCount = static_cast<int>(planInteger(fields, kLayerCount, 1, kMaxLayers));
  layers.read(reader, plan);
  plan.rows = planInteger(fields, kRows, 1, kMaxRows);
  const int64_t lossOptionCount = planInteger(fields, kLossOptionCount, 0, kMaxOptions);
  const int64_t optimizerOptionCount = planInteger(fields, kOptimizerOptionCount, 0, kMaxOptions);
  plan.lossOptions = reader.takeOptions(lossOptionCount, {"the loss"});
  plan.optimizerOptions = reader.take(optimizerOptionCount);
  reader.end();
  if (purpose == Purpose::kGradients) checkGradients();
  if (purpose == Purpose::kEvaluate || purpose == Purpose::kTrain) readEvaluation(fields);
  if (purpose == Purpose::kTrain) readTraining(fields);
}

// The tiled form computes row activations in the last layer only.
void OwnedPlan::checkGradients() const {
  for (int l = 0; l + 1 < plan.layerCount; l++) {
    if (kernels.isElementwise(plan.layers[l].activation)) continue;
    refuse({"The plan has a row activation before its last layer."});
  }
}

void OwnedPlan::readEvaluation(const double* fields) {
  plan.loss = static_cast<int>(planInteger(fields, kLoss, 0, kernels.losses.count - 1));
  plan.lossScale = fields[kLossScale];
  const int fusedWith = kernels.lossFusedWith(plan.loss);
  if (fusedWith >= 0 && lastLayer().activation != fusedWith) {
    refuse({"The loss of the plan does not go with its last activation."});
  }
  requireOptions(fields, kLossOptionCount, kernels.losses.entries[plan.loss]);
}

void OwnedPlan::readTraining(const double* fields) {
  const NameTable& optimizers = kernels.optimizers;
  const LayerPlan& last = lastLayer();
  if (!last.needsDerivative) refuse({"No layer of the plan is trainable."});
  plan.firstEpoch = planInteger(fields, kFirstEpoch, 0, kMaxRows);
  plan.epochs = planInteger(fields, kEpochs, 1, kMaxRows);
  plan.batchSize = planInteger(fields, kBatchSize, 1, plan.rows);
  plan.lastBatchSize = planInteger(fields, kLastBatchSize, 1, plan.rows);
  plan.stepsPerEpoch = planInteger(fields, kStepsPerEpoch, 1, plan.rows);
  plan.epochRows = planInteger(fields, kEpochRows, 1, plan.rows);
  if ((plan.stepsPerEpoch - 1) * plan.batchSize + plan.lastBatchSize != plan.epochRows) {
    refuse({"The plan's epochRows do not agree with its batches."});
  }
  const int64_t largest = plan.batchSize < plan.lastBatchSize ? plan.lastBatchSize : plan.batchSize;
  if (last.unitsBefore + last.units + plan.inputs > kMaxValues / largest) {
    refuse({"The plan has too many units for batches of ", largest, " rows."});
  }
  plan.gradientScale = fields[kGradientScale];
  plan.lastGradientScale = fields[kLastGradientScale];
  plan.shuffle = planInteger(fields, kShuffle, 0, 1) == 1;
  const int64_t min = std::numeric_limits<int32_t>::min();
  const int64_t max = std::numeric_limits<uint32_t>::max();
  plan.seedLow = static_cast<uint32_t>(planInteger(fields, kSeedLow, min, max));
  plan.seedHigh = static_cast<uint32_t>(planInteger(fields, kSeedHigh, min, max));
  plan.optimizer = static_cast<int>(planInteger(fields, kOptimizer, 0, optimizers.count - 1));
  requireOptions(fields, kOptimizerOptionCount, optimizers.entries[plan.optimizer]);
  // The three clips are the last options.
  const double* const end = plan.optimizerOptions + optimizers.entries[plan.optimizer].optionCount;
  int clips = 0;
  for (const double* option = end - 3; option < end; option++) clips += *option != 0 ? 1 : 0;
  if (clips > 1) refuse({"The plan has more than one clip."});
}

}  // namespace lockstep
