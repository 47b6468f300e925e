// The arrays of a session, their lengths, and the limits of its runs.
#pragma once

#include <array>

#include "../kernel_set.h"
#include "numbers.h"
#include "../plan.h"

namespace lockstep {

// Their order in `openSession`.
enum SessionArray {
  kParameters,
  kState,
  kCurrentParameters,
  kCurrentState,
  kWorkspace,
  kX,
  kY,
  kSampleWeight,
  kLabels,
  kValidationX,
  kValidationY,
  kValidationWeight,
  kValidationLabels,
  kRateFactors,
  kBest,
  kStopping,
  kPlateaus,
  kPosition,
  kOutcomes,
  kSeries,
  kSessionArrayCount,
};

extern const char* const kSessionArrays[];

// Whether a session writes to this array.
constexpr bool isWritten(int array) { return array <= kWorkspace || (array >= kBest && array <= kSeries); }

// What the lengths of the arrays follow from.
struct SessionShape {
  const KernelSet& kernels;
  const Plan& plan;
  int members;
  int64_t workspaceLength;
  // May be nullptr.
  const WatchPlan* watch;
};

// The length of an array. optional: it may be 0 instead. atLeast: it may be longer.
struct ArrayRule {
  int64_t length;
  bool optional = false;
  bool atLeast = false;
};

using ArrayRules = std::array<ArrayRule, kSessionArrayCount>;

ArrayRules rulesOf(const SessionShape& shape, int64_t chunk);

// The number of epochs that series of this length have entries for. Refuses any other length.
int64_t chunkOf(int64_t seriesLength, const SessionShape& shape);

// The arrays at these places; nullptr: of length 0.
SessionArrays sessionArraysAt(double* const* places, int64_t chunk);

// The epochs of a run, and the most milliseconds that it may take.
struct RunLimits {
  int64_t from;
  int64_t until;
  double milliseconds;
};

// The limits of a run. Checks them, and the position and the outcomes in the arrays: scripts can write to those, and
// addresses are computed from them.
RunLimits checkedLimits(const Plan& plan, int members, const SessionArrays& arrays, double from, double until,
                        double milliseconds);

}  // namespace lockstep
