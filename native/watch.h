// What a session computes after each epoch: lib/kernels/training/watch.ts.
#pragma once

#include "kernel_set.h"
#include "plan.h"

namespace lockstep {

// Updates the state of `reduceOnPlateau` by the value of an epoch; a value that is not finite is never better. state:
// [kPlateauLength]
void plateauStep(double* state, double value, const PlateauPlan& plateau);

// Adds the value of an epoch to the state of early stopping: [kStoppingLength]. epoch: its number in the fit. Returns
// whether it is an improvement.
bool improves(double* state, double value, int64_t epoch, const StoppingPlan& stopping);
bool isExhausted(const double* state, const StoppingPlan& stopping);

// The plans must exist as long as it.
class EpochWatch {
 public:
  EpochWatch(const KernelSet& kernels, const Plan& plan, const WatchPlan* watch);

  // Whether there is anything to compute between two epochs.
  bool isActive() const { return active; }
  bool isScheduled() const { return watch != nullptr && watch->scheduled; }
  bool hasPlateau() const { return watch != nullptr && watch->plateau != nullptr; }
  int64_t seriesCount() const { return count; }
  int64_t workspaceLength() const;

  // The first entry of a member's series.
  double* series(const SessionArrays& arrays, int64_t member, int64_t index) const {
    return arrays.series + (member * count + index) * arrays.chunk;
  }
  // After a finite epoch of a member, whose parameters are committed. from: the epoch of the first entries. The
  // workspace has workspaceLength() doubles. Returns whether early stopping ends the member.
  bool stopsAfter(const SessionArrays& arrays, int64_t member, int64_t epoch, int64_t from, double* workspace) const;

 private:
  // The samples of an evaluation, and its plan.
  struct Samples {
    const Plan& plan;
    const double* x;
    const double* y;
    const double* sampleWeight;
    const double* labels;
  };

  double evaluate(const Samples& samples, const double* p, bool needsLoss, double* values, int64_t chunk,
                  double* workspace) const;
  // The length of the predictions that the metrics need.
  int64_t predictionLength() const;

  const KernelSet& kernels;
  const WatchPlan* const watch;
  const int64_t count;
  // Whether the loss over the training samples is monitored.
  const bool monitorsTraining;
  const bool active;
  // The plans of the evaluations.
  Plan training;
  Plan validation;
};

}  // namespace lockstep
