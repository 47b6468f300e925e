// The table of metrics that are one number: lib/kernels/metrics/metrics.ts.
#pragma once

#include "../support/option_values.inl"
#include "../support/table.inl"
#include "classes.inl"
#include "regression.inl"

namespace lockstep {
namespace {

// The base of the entries: no options, and no workspace.
struct MetricEntry {
  using Options = NoOptions;
  static int64_t workspace(int64_t, int) { return 0; }
};

struct ThresholdOptions {
  static constexpr const char* names[] = {"threshold"};
  static constexpr int count = 1;
};

struct AccuracyMetric : MetricEntry {
  static constexpr const char* name = "accuracy";
  using Options = ThresholdOptions;
  static double value(const Scored& scored, const double* options, double*) {
    return unlessNaN(scored, [&] { return accuracyOf(scored, thresholdFor(scored, options[0])); });
  }
};

struct BinaryAccuracyMetric : MetricEntry {
  static constexpr const char* name = "binaryAccuracy";
  using Options = ThresholdOptions;
  static double value(const Scored& scored, const double* options, double*) {
    return unlessNaN(scored, [&] { return binaryAccuracyOf(scored, thresholdFor(scored, options[0])); });
  }
};

struct TopKMetric : MetricEntry {
  static constexpr const char* name = "topK";
  struct Options {
    static constexpr const char* names[] = {"k"};
    static constexpr int count = 1;
  };
  static double value(const Scored& scored, const double* options, double*) {
    return unlessNaN(scored, [&] { return amongLargest(scored, options[0]); });
  }
};

template <class Rate>
struct RateMetric {
  struct Options {
    static constexpr const char* names[] = {"threshold", "average"};
    static constexpr int count = 2;
  };
  static int64_t workspace(int64_t, int outputs) { return 3 * classCount(outputs); }
  static double value(const Scored& scored, const double* options, double* workspace) {
    return unlessNaN(scored,
                     [&] { return averaged(scored, thresholdFor(scored, options[0]), options[1], Rate{}, workspace); });
  }
};

struct PrecisionMetric : RateMetric<PrecisionOf> {
  static constexpr const char* name = "precision";
};

struct RecallMetric : RateMetric<RecallOf> {
  static constexpr const char* name = "recall";
};

struct F1Metric : RateMetric<F1Of> {
  static constexpr const char* name = "f1";
};

struct RocAucMetric : MetricEntry {
  static constexpr const char* name = "rocAuc";
  static int64_t workspace(int64_t rows, int) { return 3 * rows; }
  static double value(const Scored& scored, const double*, double* workspace) {
    return unlessNaN(scored, [&] { return rocAucOf(scored, workspace); });
  }
};

struct MeanAbsoluteErrorMetric : MetricEntry {
  static constexpr const char* name = "meanAbsoluteError";
  static double value(const Scored& scored, const double*, double*) { return meanAbsoluteErrorOf(scored); }
};

struct RootMeanSquaredErrorMetric : MetricEntry {
  static constexpr const char* name = "rootMeanSquaredError";
  static double value(const Scored& scored, const double*, double*) { return rootMeanSquaredErrorOf(scored); }
};

struct R2Metric : MetricEntry {
  static constexpr const char* name = "r2";
  static double value(const Scored& scored, const double*, double*) { return r2Of(scored); }
};

using Metrics = Table<AccuracyMetric, BinaryAccuracyMetric, TopKMetric, PrecisionMetric, RecallMetric, F1Metric,
                      RocAucMetric, MeanAbsoluteErrorMetric, RootMeanSquaredErrorMetric, R2Metric>;

// The length of the workspace of a metric.
inline int64_t metricWorkspace(int code, int64_t rows, int outputs) {
  int64_t length = 0;
  Metrics::with(code, [&](auto entry) { length = entry.workspace(rows, outputs); });
  return length;
}

// A metric of targets and predictions. The contents of the workspace do not matter.
inline double metricOf(int code, const double* options, const Scored& scored, double* workspace) {
  double value = 0;
  Metrics::with(code, [&](auto entry) { value = entry.value(scored, options, workspace); });
  return value;
}

}  // namespace
}  // namespace lockstep
