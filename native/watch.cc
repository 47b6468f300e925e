#include "watch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lockstep {
namespace {

// Math.max of JavaScript: NaN if one of them is NaN.
double maxOf(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<double>::quiet_NaN();
  return a < b ? b : a;
}

// The places of a plateau's state, and of early stopping's.
enum PlateauPlace { kFactor, kPlateauBest, kSinceBest, kCooldownLeft, kImprovements };
enum StoppingPlace { kStoppingBest, kBestEpoch, kWaited };

bool monitorsTrainingLoss(const WatchPlan* watch) {
  if (watch == nullptr) return false;
  return (watch->stopping != nullptr && watch->stopping->monitor.series == kTrainingLoss) ||
         (watch->plateau != nullptr && watch->plateau->monitor.series == kTrainingLoss);
}

bool computesAfterEpochs(const WatchPlan* watch) {
  if (watch == nullptr) return false;
  return watch->metricCount > 0 || watch->validationRows > 0 || watch->stopping != nullptr || watch->plateau != nullptr;
}

}  // namespace

void plateauStep(double* state, double value, const PlateauPlan& plateau) {
  const double best = state[kPlateauBest];
  const double margin = plateau.relative ? std::fabs(best) * plateau.threshold : plateau.threshold;
  const bool larger = plateau.monitor.higher ? value > best + margin : value < best - margin;
  const bool better = std::isfinite(value) && (state[kImprovements] == 0 || larger);
  if (better) {
    state[kPlateauBest] = value;
    state[kImprovements]++;
  }
  state[kSinceBest] = better ? 0 : state[kSinceBest] + 1;
  if (state[kCooldownLeft] > 0) {
    state[kCooldownLeft]--;
    state[kSinceBest] = 0;
  }
  if (state[kSinceBest] > plateau.patience) {
    // Above 0 also where the product underflows: a state with the factor 0 is refused.
    state[kFactor] =
        maxOf(maxOf(state[kFactor] * plateau.factor, plateau.minimum), std::numeric_limits<double>::denorm_min());
    state[kCooldownLeft] = plateau.cooldown;
    state[kSinceBest] = 0;
  }
}

bool improves(double* state, double value, int64_t epoch, const StoppingPlan& stopping) {
  const double best = state[kStoppingBest];
  const bool better = stopping.monitor.higher ? value > best + stopping.minDelta : value < best - stopping.minDelta;
  // Before the first value that is not NaN there is no best epoch, and every other value is an improvement.
  if (state[kBestEpoch] < 0 ? !std::isnan(value) : better) {
    state[kStoppingBest] = value;
    state[kBestEpoch] = static_cast<double>(epoch);
    state[kWaited] = 0;
    return true;
  }
  state[kWaited]++;
  return false;
}

bool isExhausted(const double* state, const StoppingPlan& stopping) {
  return state[kWaited] >= maxOf(stopping.patience, 1);
}

EpochWatch::EpochWatch(const KernelSet& kernels, const Plan& plan, const WatchPlan* watch)
    : kernels(kernels),
      watch(watch),
      count(lockstep::seriesCount(watch)),
      monitorsTraining(monitorsTrainingLoss(watch)),
      active(computesAfterEpochs(watch)),
      training(plan),
      validation(plan) {
  if (watch == nullptr) return;
  training.lossScale = watch->trainingLossScale;
  validation.rows = watch->validationRows;
  validation.lossScale = watch->validationLossScale;
}

int64_t EpochWatch::predictionLength() const {
  return watch->metricCount == 0 ? 0 : std::max(training.rows, validation.rows) * training.outputs;
}

int64_t EpochWatch::workspaceLength() const {
  if (!active) return 0;
  int64_t length = 0;
  const auto include = [&](const Plan& plan) {
    length = std::max(length, kernels.evaluationWorkspace(plan));
    for (int i = 0; i < watch->metricCount; i++) {
      length = std::max(length, kernels.metricWorkspace(watch->metrics[i].code, plan.rows, plan.outputs));
    }
  };
  if (watch->metricCount > 0 || monitorsTraining) include(training);
  if (validation.rows > 0) include(validation);
  return predictionLength() + length;
}

// The metrics of one evaluation: metric i at values[i · chunk]. Returns the loss, if it is needed.
double EpochWatch::evaluate(const Samples& samples, const double* p, bool needsLoss, double* values, int64_t chunk,
                            double* workspace) const {
  const auto& [plan, x, y, sampleWeight, labels] = samples;
  double* const predictions = watch->metricCount == 0 ? nullptr : workspace;
  double* const own = workspace + predictionLength();
  double loss = 0;
  if (needsLoss) {
    loss = kernels.evaluate(plan, p, x, y, sampleWeight, predictions, own);
  } else {
    kernels.predict(plan, p, x, predictions, own);
  }
  const Scored scored = {plan.rows, plan.outputs, labels, predictions, watch->signs};
  for (int i = 0; i < watch->metricCount; i++) {
    const MetricPlan& metric = watch->metrics[i];
    values[i * chunk] = kernels.metric(metric.code, metric.options, scored, own);
  }
  return loss;
}

bool EpochWatch::stopsAfter(const SessionArrays& arrays, int64_t member, int64_t epoch, int64_t from,
                            double* workspace) const {
  if (!active) return false;
  const double* const p = arrays.parameters + member * training.parameterCount;
  const auto entry = [&](int64_t index) { return series(arrays, member, index) + (epoch - from); };
  double trainingLoss = 0;
  if (watch->metricCount > 0 || monitorsTraining) {
    trainingLoss = evaluate({training, arrays.x, arrays.y, arrays.sampleWeight, arrays.labels}, p, monitorsTraining,
                            entry(1), arrays.chunk, workspace);
  }
  int64_t next = 1 + watch->metricCount;
  if (watch->validationRows > 0) {
    const Samples samples = {validation, arrays.validationX, arrays.validationY, arrays.validationWeight,
                             arrays.validationLabels};
    *entry(next) = evaluate(samples, p, true, entry(next + 1), arrays.chunk, workspace);
    next += 1 + watch->metricCount;
  }
  const auto monitored = [&](const Monitoring& monitor) {
    return monitor.series == kTrainingLoss ? trainingLoss : *entry(monitor.series);
  };
  if (hasPlateau()) {
    plateauStep(arrays.plateaus + member * kPlateauLength, monitored(watch->plateau->monitor), *watch->plateau);
  }
  if (watch->stopping == nullptr) return false;
  const StoppingPlan& stopping = *watch->stopping;
  double* const state = arrays.stopping + member * kStoppingLength;
  const double value = monitored(stopping.monitor);
  *entry(next) = value;
  if (improves(state, value, training.firstEpoch + epoch, stopping) && stopping.restoreBest) {
    std::copy_n(p, training.parameterCount, arrays.best + member * training.parameterCount);
  }
  return isExhausted(state, stopping) && epoch < training.epochs - 1;
}

}  // namespace lockstep
