#include "watch_codec.h"

#include <cmath>

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
// The largest integer of JavaScript: any number of epochs.
constexpr int64_t kMaxEpochs = (int64_t{1} << 53) - 1;

// Reads the fields of a watch.
struct WatchFields {
  const double* const values;

  int64_t integer(WatchField field, int64_t min, int64_t max) const {
    return lockstep::integer(values[field], {kWatchFields[field], " of watch"}, min, max);
  }
  bool flag(WatchField field) const { return integer(field, 0, 1) == 1; }
  double finite(WatchField field) const {
    if (!std::isfinite(values[field])) {
      refuse({"Expected a finite number for ", kWatchFields[field], " of watch but received ", values[field], "."});
    }
    return values[field];
  }
};

}  // namespace

OwnedWatch::OwnedWatch(const Numbers& encoded, const KernelSet& kernels)
    : numbers(encoded.data, encoded.data + encoded.length) {
  if (numbers.empty()) return;
  if (encoded.length < kWatchFieldCount) {
    refuse({"Expected a Float64Array of length 0 or at least ", kWatchFieldCount,
            " for watch but received one of length ", encoded.length, "."});
  }
  const WatchFields fields{numbers.data()};
  watch.metricCount = static_cast<int>(fields.integer(kMetricCount, 0, kMaxMetrics));
  watch.signs = fields.flag(kSigns);
  watch.trainingLossScale = fields.finite(kTrainingLossScale);
  watch.validationRows = fields.integer(kValidationRows, 0, kMaxRows);
  watch.validationLossScale = fields.finite(kValidationLossScale);
  watch.scheduled = fields.flag(kScheduled);
  readMonitoring();
  readMetrics(kernels);
}

void OwnedWatch::readMonitoring() {
  const WatchFields fields{numbers.data()};
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

void OwnedWatch::readMetrics(const KernelSet& kernels) {
  const auto length = static_cast<int64_t>(numbers.size());
  int64_t at = kWatchFieldCount;
  const auto take = [&](int64_t count) {
    if (count > length - at) {
      refuse({"Expected a watch of at least length ", at + count, " but received one of length ", length, "."});
    }
    const double* const from = numbers.data() + at;
    at += count;
    return from;
  };
  for (int i = 0; i < watch.metricCount; i++) {
    MetricPlan metric{};
    metric.code = static_cast<int>(integer(*take(1), {"metric ", i, " of watch"}, 0, kernels.metrics.count - 1));
    metric.options = take(kernels.metrics.entries[metric.code].optionCount);
    metrics.push_back(metric);
  }
  if (at < length) refuse({"Expected a watch of length ", at, " but received one of length ", length, "."});
  watch.metrics = metrics.data();
}

}  // namespace lockstep
