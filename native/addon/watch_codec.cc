#include "watch_codec.h"

#include <cmath>
#include <limits>
#include <string>

namespace lockstep {

const char* const kWatchFields[] = {
    "metricCount",    "signs",           "trainingLossScale", "validationRows",  "validationLossScale",
    "scheduled",      "stops",           "stoppingSeries",    "stoppingHigher",  "patience",
    "minDelta",       "restoreBest",     "reduces",           "plateauSeries",   "plateauHigher",
    "plateauFactor",  "plateauPatience", "plateauThreshold",  "plateauRelative", "plateauCooldown",
    "plateauMinimum",
};
const int kWatchFieldCount = sizeof kWatchFields / sizeof *kWatchFields;

namespace {

enum WatchField {
  kMetricCount,
  kSigns,
  kTrainingLossScale,
  kValidationRows,
  kValidationLossScale,
  kScheduled,
  kStops,
  kStoppingSeries,
  kStoppingHigher,
  kPatience,
  kMinDelta,
  kRestoreBest,
  kReduces,
  kPlateauSeries,
  kPlateauHigher,
  kPlateauFactor,
  kPlateauPatience,
  kPlateauThreshold,
  kPlateauRelative,
  kPlateauCooldown,
  kPlateauMinimum,
};

constexpr int64_t kMaxMetrics = 1024;
constexpr int64_t kMaxRows = std::numeric_limits<int32_t>::max();
// The largest integer of JavaScript: any number of epochs.
constexpr int64_t kMaxEpochs = (int64_t{1} << 53) - 1;

// Reads the fields of a watch.
struct WatchFields {
  const Napi::Env env;
  const double* const values;

  int64_t integer(WatchField field, int64_t min, int64_t max) const {
    return lockstep::integer(env, values[field], nameOf(field), min, max);
  }
  bool flag(WatchField field) const { return integer(field, 0, 1) == 1; }
  double finite(WatchField field) const {
    if (!std::isfinite(values[field])) {
      throwRange(env, "Expected a finite number for " + nameOf(field) + " but received " +
                          std::to_string(values[field]) + ".");
    }
    return values[field];
  }

 private:
  static std::string nameOf(WatchField field) { return std::string(kWatchFields[field]) + " of watch"; }
};

}  // namespace

OwnedWatch::OwnedWatch(const Napi::Value& encoded, const KernelSet& kernels) {
  const Napi::Env env = encoded.Env();
  const Values<double> given = optionalFloat64Values(encoded, "watch");
  numbers.assign(given.data, given.data + given.length);
  if (numbers.empty()) return;
  if (given.length < kWatchFieldCount) {
    throwRange(env, "Expected a Float64Array of length 0 or at least " + std::to_string(kWatchFieldCount) +
                        " for watch but received one of length " + std::to_string(given.length) + ".");
  }
  const WatchFields fields{env, numbers.data()};
  watch.metricCount = static_cast<int>(fields.integer(kMetricCount, 0, kMaxMetrics));
  watch.signs = fields.flag(kSigns);
  watch.trainingLossScale = fields.finite(kTrainingLossScale);
  watch.validationRows = fields.integer(kValidationRows, 0, kMaxRows);
  watch.validationLossScale = fields.finite(kValidationLossScale);
  watch.scheduled = fields.flag(kScheduled);
  readMonitoring(env);
  readMetrics(env, kernels);
}

void OwnedWatch::readMonitoring(Napi::Env env) {
  const WatchFields fields{env, numbers.data()};
  // Of the losses and the metrics.
  const int64_t each = 1 + watch.metricCount;
  const int64_t lastSeries = (watch.validationRows > 0 ? 2 * each : each) - 1;
  stopping.monitor.series = static_cast<int>(fields.integer(kStoppingSeries, kTrainingLoss, lastSeries));
  stopping.monitor.higher = fields.flag(kStoppingHigher);
  stopping.patience = static_cast<double>(fields.integer(kPatience, 0, kMaxEpochs));
  stopping.minDelta = fields.finite(kMinDelta);
  stopping.restoreBest = fields.flag(kRestoreBest);
  if (fields.flag(kStops)) watch.stopping = &stopping;
  plateau.monitor.series = static_cast<int>(fields.integer(kPlateauSeries, kTrainingLoss, lastSeries));
  plateau.monitor.higher = fields.flag(kPlateauHigher);
  plateau.factor = fields.finite(kPlateauFactor);
  plateau.patience = static_cast<double>(fields.integer(kPlateauPatience, 0, kMaxEpochs));
  plateau.threshold = fields.finite(kPlateauThreshold);
  plateau.relative = fields.flag(kPlateauRelative);
  plateau.cooldown = static_cast<double>(fields.integer(kPlateauCooldown, 0, kMaxEpochs));
  plateau.minimum = fields.finite(kPlateauMinimum);
  if (fields.flag(kReduces)) watch.plateau = &plateau;
}

void OwnedWatch::readMetrics(Napi::Env env, const KernelSet& kernels) {
  const int64_t length = static_cast<int64_t>(numbers.size());
  int64_t at = kWatchFieldCount;
  const auto take = [&](int64_t count) {
    if (count > length - at) {
      throwRange(env, "Expected a watch of at least length " + std::to_string(at + count) +
                          " but received one of length " + std::to_string(length) + ".");
    }
    const double* const from = numbers.data() + at;
    at += count;
    return from;
  };
  for (int i = 0; i < watch.metricCount; i++) {
    const std::string name = "metric " + std::to_string(i) + " of watch";
    MetricPlan metric{};
    metric.code = static_cast<int>(integer(env, *take(1), name, 0, kernels.metrics.count - 1));
    metric.options = take(kernels.metrics.entries[metric.code].optionCount);
    metrics.push_back(metric);
  }
  if (at < length) {
    throwRange(env, "Expected a watch of length " + std::to_string(at) + " but received one of length " +
                        std::to_string(length) + ".");
  }
  watch.metrics = metrics.data();
}

}  // namespace lockstep
