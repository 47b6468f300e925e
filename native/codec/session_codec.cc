#include "session_codec.h"

namespace lockstep {

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
static_assert(sizeof kSessionArrays / sizeof *kSessionArrays == kSessionArrayCount);

namespace {

int64_t checkedEpoch(const Plan& plan, int members, const double* position) {
  const int64_t epoch = integer(position[0], {"position[0]"}, 0, plan.epochs);
  const int64_t lastRow = members == 1 && epoch < plan.epochs ? (plan.stepsPerEpoch - 1) * plan.batchSize : 0;
  const int64_t row = integer(position[1], {"position[1]"}, 0, lastRow);
  if (row % plan.batchSize != 0) {
    refuse({"Expected a multiple of the batch size ", plan.batchSize, " for position[1] but received ", row, "."});
  }
  return epoch;
}

// Members that are still trained are at the position's epoch, the others before it.
void checkOutcomes(int members, const double* outcomes, int64_t epoch) {
  for (int i = 0; i < members; i++) {
    const double* const own = outcomes + i * kOutcomeLength;
    const bool isTrained = own[1] == static_cast<double>(kDone);
    const bool isStatus = isInteger(own[1], kDone, kNotImproving) && own[1] != 3;
    if (isStatus && isInteger(own[0], isTrained ? epoch : 0, epoch)) continue;
    refuse({"Expected the outcome of member ", i, " to agree with position[0] (", epoch, ") but received ", own[0],
            " epochs and status ", own[1], "."});
  }
}

}  // namespace

ArrayRules rulesOf(const SessionShape& shape, int64_t chunk) {
  const Plan& plan = shape.plan;
  const int64_t members = shape.members;
  const int64_t states = shape.kernels.stateLength(plan);
  const WatchPlan none{};
  const WatchPlan& watch = shape.watch == nullptr ? none : *shape.watch;
  const bool hasMetrics = watch.metricCount > 0;
  const bool keepsBest = watch.stopping != nullptr && watch.stopping->restoreBest;
  ArrayRules rules{};
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

int64_t chunkOf(int64_t seriesLength, const SessionShape& shape) {
  const int64_t each = shape.members * seriesCount(shape.watch);
  const int64_t chunk = seriesLength / each;
  if (chunk < 1 || chunk > shape.plan.epochs || chunk * each != seriesLength) {
    refuse({"Expected a Float64Array with ", each, " numbers for each of 1 to ", shape.plan.epochs,
            " epochs for series but received one of length ", seriesLength, "."});
  }
  return chunk;
}

SessionArrays sessionArraysAt(double* const* places, int64_t chunk) {
  return {places[kParameters],
          places[kState],
          places[kCurrentParameters],
          places[kCurrentState],
          places[kWorkspace],
          places[kX],
          places[kY],
          places[kSampleWeight],
          places[kLabels],
          places[kValidationX],
          places[kValidationY],
          places[kValidationWeight],
          places[kValidationLabels],
          places[kRateFactors],
          places[kBest],
          places[kStopping],
          places[kPlateaus],
          places[kPosition],
          places[kOutcomes],
          places[kSeries],
          chunk};
}

RunLimits checkedLimits(const Plan& plan, int members, const SessionArrays& arrays, double from, double until,
                        double milliseconds) {
  if (!(milliseconds >= 0)) {
    refuse({"Expected a number of at least 0 for milliseconds but received ", milliseconds, "."});
  }
  const int64_t epoch = checkedEpoch(plan, members, arrays.position);
  checkOutcomes(members, arrays.outcomes, epoch);
  // The epochs from `from` on that the series have entries for.
  const int64_t chunk = arrays.chunk;
  const int64_t first = integer(from, {"from"}, epoch > chunk ? epoch - chunk : 0, epoch);
  const int64_t last = plan.epochs - first < chunk ? plan.epochs : first + chunk;
  const int64_t end = integer(until, {"until"}, epoch, last);
  return {first, end, milliseconds};
}

}  // namespace lockstep
