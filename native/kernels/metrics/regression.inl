// The metrics of numbers: lib/kernels/metrics/regression.ts.
#pragma once

#include "../../kernel_set.h"
#include "../../simd/scalar.h"

namespace lockstep {
namespace {

// The mean of a value over the outputs.
template <class F>
inline double overOutputs(const Scored& scored, F one) {
  double sum = 0;
  for (int j = 0; j < scored.outputs; j++) sum += one(j);
  return sum / scored.outputs;
}

inline double squaredErrors(const Scored& scored, int output) {
  double sum = 0;
  int64_t i = output;
  for (int64_t row = 0; row < scored.rows; row++, i += scored.outputs) {
    const double error = scored.predictions[i] - scored.targets[i];
    sum += error * error;
  }
  return sum;
}

// The sum of (target - mean)² of one output. Exactly 0 where all targets are equal, whatever the rounding of their
// mean.
inline double spreadOf(const Scored& scored, int output) {
  const double* const targets = scored.targets;
  double mean = 0;
  bool allEqual = true;
  int64_t i = output;
  for (int64_t row = 0; row < scored.rows; row++, i += scored.outputs) {
    mean += targets[i];
    if (targets[i] != targets[output]) allEqual = false;
  }
  if (allEqual) return 0;
  mean /= static_cast<double>(scored.rows);
  double spread = 0;
  i = output;
  for (int64_t row = 0; row < scored.rows; row++, i += scored.outputs) {
    const double far = targets[i] - mean;
    spread += far * far;
  }
  return spread;
}

inline double meanAbsoluteErrorOf(const Scored& scored) {
  const int64_t count = scored.rows * scored.outputs;
  double sum = 0;
  for (int64_t i = 0; i < count; i++) sum += abs(Scalar{scored.predictions[i] - scored.targets[i]}).v;
  return sum / static_cast<double>(count);
}

inline double rootMeanSquaredErrorOf(const Scored& scored) {
  return overOutputs(scored,
                     [&](int j) { return squareRoot(squaredErrors(scored, j) / static_cast<double>(scored.rows)); });
}

inline double r2Of(const Scored& scored) {
  if (scored.rows < 2) return notANumber();
  return overOutputs(scored, [&](int j) -> double {
    const double spread = spreadOf(scored, j);
    const double errors = squaredErrors(scored, j);
    if (spread == 0) return errors != errors ? notANumber() : (errors == 0 ? 1 : 0);
    return 1 - errors / spread;
  });
}

}  // namespace
}  // namespace lockstep
