// The loop over epochs, steps and blocks: lib/kernels/training/train.ts.
#pragma once

#include "../../plan.h"
#include "../random.inl"
#include "../support/thread_team.inl"
#include "step.inl"

namespace lockstep {
namespace {

// Why an epoch is not finite. parameter: the first that is not finite, or -1.
inline Status statusOf(bool finiteLoss, int64_t parameter) {
  if (!finiteLoss) return kLossNotFinite;
  return parameter < 0 ? kStateNotFinite : kParameterNotFinite;
}

// The position after an epoch.
inline TrainingPosition afterEpochs(int64_t epoch) { return {epoch, 0, -0.0, -0.0}; }

// The number of the epoch's steps before this row.
inline int64_t stepsBefore(const Plan& plan, int64_t row) { return row / plan.batchSize; }

// The index of the factor of the position's next step.
inline int64_t rateIndex(const Plan& plan, const TrainingRange& range, const TrainingPosition& position) {
  return (position.epoch - range.from) * plan.stepsPerEpoch + stepsBefore(plan, position.row);
}

// How many steps follow once those of the range are used up; the same on all threads. After it all threads have ended
// their part of the last step.
template <class Threads>
LOCKSTEP_COLD int64_t moreSteps(const TrainingRange& range, Threads& threads) {
  if (range.pace != nullptr && threads.first()) range.pace->steps = range.pace->next(*range.pace);
  threads.wait();
  return range.pace == nullptr ? 0 : range.pace->steps;
}

// From the position up to epoch `until`, or until the steps of the range are used up or *cancelled is set; each thread
// of a team runs it, and takes the same decisions. It ends between two steps: a step that is cut off between two blocks
// is abandoned. Trainer: LaneTrainer or TiledTrainer, whose `finish` stores the new position; or EnsembleTrainer, which
// begins and ends between two epochs.
template <class Trainer, class Threads>
LOCKSTEP_INLINE void train(const Plan& plan, Trainer& trainer, const TrainingRange& range,
                           const TrainingPosition& position, Threads& threads, const volatile int* cancelled) {
  int64_t epoch = position.epoch;
  // The first row of the step; and the number of the step since the first epoch.
  int64_t batch = position.row;
  uint32_t step =
      static_cast<uint32_t>((plan.firstEpoch + epoch) * plan.stepsPerEpoch + stepsBefore(plan, position.row));
  int64_t left = range.steps;
  bool ordered = range.hasOrder;
  const int64_t lastBatch = plan.epochRows - plan.lastBatchSize;
  auto lossSum = trainer.start(range, position);
  for (; epoch < range.until; epoch++) {
    if (plan.shuffle && !ordered && threads.first()) trainer.shuffle(plan.firstEpoch + epoch);
    ordered = false;
    for (; batch <= lastBatch; batch += plan.batchSize) {
      if (left == 0) [[unlikely]] {
        left = moreSteps(range, threads);
        if (left == 0) return trainer.finish(epoch, batch, lossSum);
      }
      left--;
      const bool isLast = batch == lastBatch;
      const int64_t batchRows = isLast ? plan.lastBatchSize : plan.batchSize;
      const double scale = isLast ? plan.lastGradientScale : plan.gradientScale;
      const auto sumBefore = lossSum;
      trainer.begin(step++);
      for (int64_t row = 0; row < batchRows; row += trainer.maxRows()) {
        if (threads.broadcastFirst(isSet(cancelled))) [[unlikely]]
          return trainer.finish(epoch, batch, sumBefore);
        const int64_t rows = batchRows - row < trainer.maxRows() ? batchRows - row : trainer.maxRows();
        trainer.add(batch + row, rows, scale, row == 0, row + rows == batchRows, lossSum);
      }
    }
    threads.wait();
    if (!trainer.endEpoch(epoch, lossSum)) break;
    batch = 0;
    lossSum = Trainer::noLoss();
  }
  trainer.finish(epoch, 0, Trainer::noLoss());
}

// Ends an epoch of one network: its loss is stored; parameters and state are committed to the caller's arrays if they
// and the loss are finite. If not, `outcome` says why, and the result is false.
template <class Trainer, class Threads>
LOCKSTEP_INLINE bool endEpochOf(Trainer& trainer, double loss, double& stored, int64_t epoch, Threads& threads,
                                TrainingOutcome& outcome) {
  const bool finiteLoss = !threads.first() || loss - loss == 0;
  if (threads.first()) stored = loss;
  if (threads.anyThread(!(static_cast<int>(trainer.areFinite()) & static_cast<int>(finiteLoss)))) [[unlikely]] {
    const int64_t broken = trainer.firstNotFinite();
    outcome = {epoch, statusOf(finiteLoss, broken), broken};
    return false;
  }
  trainer.commitParameters();
  return true;
}

}  // namespace
}  // namespace lockstep
