// The metrics of the classes of rows: lib/kernels/metrics/classes.ts.
#pragma once

#include "../../kernel_set.h"
#include "../../simd/scalar.h"
#include "../support/sort.inl"

namespace lockstep {
namespace {

// The number of classes: two with a single output.
constexpr int64_t classCount(int outputs) { return outputs == 1 ? 2 : outputs; }

// Values above this are of class 1: halfway between the two targets.
inline double halfway(bool signs) { return signs ? 0 : 0.5; }

// The option `threshold`; where it is NaN, the one that follows from the targets.
inline double thresholdFor(const Scored& scored, double option) {
  return option != option ? halfway(scored.signs) : option;
}

// The index of a row's largest value; the first of equal ones.
inline int largestIn(const double* values, int64_t row, int outputs) {
  const double* const first = values + row * outputs;
  int largest = 0;
  for (int j = 1; j < outputs; j++) {
    if (first[j] > first[largest]) largest = j;
  }
  return largest;
}

inline int targetClass(const double* targets, int64_t row, int outputs, bool signs) {
  return outputs == 1 ? static_cast<int>(targets[row] > halfway(signs)) : largestIn(targets, row, outputs);
}

inline bool hasNaN(const double* values, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    if (values[i] != values[i]) return true;
  }
  return false;
}

// The value of a metric of classes, or NaN where a prediction is NaN.
template <class F>
inline double unlessNaN(const Scored& scored, F value) {
  return hasNaN(scored.predictions, scored.rows * scored.outputs) ? notANumber() : value();
}

inline int actualClass(const Scored& scored, int64_t row) {
  return targetClass(scored.targets, row, scored.outputs, scored.signs);
}

inline int predictedClass(const Scored& scored, int64_t row, double threshold) {
  const double* const predictions = scored.predictions;
  return scored.outputs == 1 ? static_cast<int>(predictions[row] > threshold)
                             : largestIn(predictions, row, scored.outputs);
}

// The share of rows whose predicted class is right.
inline double accuracyOf(const Scored& scored, double threshold) {
  double hits = 0;
  for (int64_t row = 0; row < scored.rows; row++) {
    if (actualClass(scored, row) == predictedClass(scored, row, threshold)) hits++;
  }
  return hits / static_cast<double>(scored.rows);
}

// The share of outputs whose prediction is on the target's side of the threshold.
inline double binaryAccuracyOf(const Scored& scored, double threshold) {
  const double middle = halfway(scored.signs);
  const int64_t count = scored.rows * scored.outputs;
  double hits = 0;
  for (int64_t i = 0; i < count; i++) {
    if ((scored.predictions[i] > threshold) == (scored.targets[i] > middle)) hits++;
  }
  return hits / static_cast<double>(count);
}

// The counts of each class, [classes] each: rows of the class that were predicted as it, rows that were predicted as
// the class, and rows of the class.
struct Counts {
  const double* hits;
  const double* predicted;
  const double* actual;
};

// workspace: [3 × classes]
inline Counts countsOf(const Scored& scored, double threshold, double* workspace) {
  const int64_t classes = classCount(scored.outputs);
  double* const hits = workspace;
  double* const predicted = workspace + classes;
  double* const actual = workspace + 2 * classes;
  for (int64_t i = 0; i < 3 * classes; i++) workspace[i] = 0;
  for (int64_t row = 0; row < scored.rows; row++) {
    const int wanted = actualClass(scored, row);
    const int found = predictedClass(scored, row, threshold);
    actual[wanted]++;
    predicted[found]++;
    if (wanted == found) hits[wanted]++;
  }
  return {hits, predicted, actual};
}

// a / b, and 0 where both are 0.
inline double ratio(double a, double b) { return b == 0 ? 0 : a / b; }

// The metrics of one class, from its counts.
struct PrecisionOf {
  double operator()(double hits, double predicted, double) const { return ratio(hits, predicted); }
};
struct RecallOf {
  double operator()(double hits, double, double actual) const { return ratio(hits, actual); }
};
struct F1Of {
  double operator()(double hits, double predicted, double actual) const { return ratio(2 * hits, predicted + actual); }
};

// The values of the option `average`: AVERAGES of TypeScript, where 2 is `macro`.
constexpr double kAuto = 0;
constexpr double kBinary = 1;
constexpr double kMicro = 3;
constexpr double kWeighted = 4;

// The rate of class 1, or a mean over the classes that occur in targets or predictions. workspace: [3 × classes]
template <class Rate>
inline double averaged(const Scored& scored, double threshold, double average, Rate rate, double* workspace) {
  const auto [hits, predicted, actual] = countsOf(scored, threshold, workspace);
  const bool isBinary = scored.outputs == 1;
  if (average == kBinary || (average == kAuto && isBinary)) return rate(hits[1], predicted[1], actual[1]);
  const double rows = static_cast<double>(scored.rows);
  const int64_t classes = classCount(scored.outputs);
  if (average == kMicro) {
    double all = 0;
    for (int64_t i = 0; i < classes; i++) all += hits[i];
    return rate(all, rows, rows);
  }
  double present = 0;
  double sum = 0;
  for (int64_t i = 0; i < classes; i++) {
    if (predicted[i] + actual[i] == 0) continue;
    const double one = rate(hits[i], predicted[i], actual[i]);
    present++;
    sum += average == kWeighted ? one * actual[i] : one;
  }
  return sum / (average == kWeighted ? rows : present);
}

// The share of rows whose class is among the k largest predictions; of equal predictions the last counts as larger.
inline double amongLargest(const Scored& scored, double k) {
  double hits = 0;
  for (int64_t row = 0; row < scored.rows; row++) {
    const double* const predictions = scored.predictions + row * scored.outputs;
    const int actual = largestIn(scored.targets, row, scored.outputs);
    const double value = predictions[actual];
    int larger = 0;
    for (int j = 0; j < scored.outputs; j++) {
      if (predictions[j] > value || (predictions[j] == value && j > actual)) larger++;
    }
    if (larger < k) hits++;
  }
  return hits / static_cast<double>(scored.rows);
}

// The area under the ROC curve for class 1, by the sum of ranks. positives: the values of the rows of the class,
// ascending, none of them NaN; the others likewise.
inline double areaUnderCurve(const double* positives, int64_t positiveCount, const double* others, int64_t otherCount) {
  double rankSum = 0;
  int64_t below = 0;
  for (int64_t from = 0; from < positiveCount;) {
    const double value = positives[from];
    while (below < otherCount && others[below] < value) below++;
    const int64_t smaller = from + below;
    int64_t to = from;
    while (to < positiveCount && positives[to] == value) to++;
    while (below < otherCount && others[below] == value) below++;
    // Ranks smaller + 1 … to + below.
    rankSum += static_cast<double>(to - from) * 0.5 * static_cast<double>(smaller + 1 + (to + below));
    from = to;
  }
  const double count = static_cast<double>(positiveCount);
  return (rankSum - 0.5 * count * (count + 1)) / (count * static_cast<double>(otherCount));
}

// The area for a class against all others. classes: [rows], the class of each row. values, scratch: [rows]
inline double areaOf(const Scored& scored, int j, const double* classes, double* values, double* scratch) {
  const int wanted = scored.outputs == 1 ? 1 : j;
  int64_t positives = 0;
  int64_t others = scored.rows;
  for (int64_t row = 0; row < scored.rows; row++) {
    const int64_t at = classes[row] == wanted ? positives++ : --others;
    values[at] = scored.predictions[row * scored.outputs + j];
  }
  sortAscending(values, positives, scratch);
  sortAscending(values + others, scored.rows - others, scratch);
  return areaUnderCurve(values, positives, values + others, scored.rows - others);
}

// The area for class 1 of a single output; otherwise the mean over the classes, each against the others.
// workspace: [3 × rows]
inline double rocAucOf(const Scored& scored, double* workspace) {
  const int64_t rows = scored.rows;
  double* const classes = workspace;
  double* const values = workspace + rows;
  double* const scratch = workspace + 2 * rows;
  for (int64_t row = 0; row < rows; row++) {
    classes[row] = targetClass(scored.targets, row, scored.outputs, scored.signs);
  }
  if (scored.outputs == 1) return areaOf(scored, 0, classes, values, scratch);
  double sum = 0;
  for (int j = 0; j < scored.outputs; j++) sum += areaOf(scored, j, classes, values, scratch);
  return sum / scored.outputs;
}

}  // namespace
}  // namespace lockstep
