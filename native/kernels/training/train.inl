// The loop over epochs and batches: lib/kernels/training/train.ts.
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

// The whole training; each thread of a team runs it. Parameters and state are committed to the caller's arrays after
// each epoch whose loss, parameters and state are finite. Trainer: LaneTrainer or TiledTrainer.
template <class Trainer, class Threads>
LOCKSTEP_INLINE TrainingOutcome train(const Plan& plan, Trainer& trainer, const TrainingBuffers& buffers,
                                      const TrainingArrays& arrays, Threads& threads, const volatile int* cancelled) {
  trainer.loadParameters();
  // The number of the step since the first epoch.
  uint32_t step = static_cast<uint32_t>(plan.firstEpoch * plan.stepsPerEpoch);
  const int64_t lastBatch = plan.epochRows - plan.lastBatchSize;
  for (int64_t epoch = 0; epoch < plan.epochs; epoch++) {
    if (plan.shuffle && threads.first()) {
      shuffleOrder(buffers.order, static_cast<int32_t>(plan.rows), plan.seedLow, plan.seedHigh,
                   static_cast<uint32_t>(plan.firstEpoch + epoch));
    }
    double lossSum = -0.0;
    for (int64_t batch = 0; batch <= lastBatch; batch += plan.batchSize) {
      const bool isLast = batch == lastBatch;
      const int64_t batchRows = isLast ? plan.lastBatchSize : plan.batchSize;
      const double scale = isLast ? plan.lastGradientScale : plan.gradientScale;
      trainer.begin(step++);
      for (int64_t row = 0; row < batchRows; row += trainer.maxRows()) {
        if (threads.broadcastFirst(isSet(cancelled))) [[unlikely]]
          return {epoch, kCancelled, -1};
        const int64_t rows = batchRows - row < trainer.maxRows() ? batchRows - row : trainer.maxRows();
        trainer.add(batch + row, rows, scale, row == 0, row + rows == batchRows, lossSum);
      }
    }
    threads.wait();
    const double loss = trainer.epochLoss(lossSum);
    const bool finiteLoss = !threads.first() || loss - loss == 0;
    if (threads.first()) arrays.history[epoch] = loss;
    if (threads.anyThread(!(static_cast<int>(trainer.areFinite()) & static_cast<int>(finiteLoss)))) [[unlikely]] {
      const int64_t broken = trainer.firstNotFinite();
      return {epoch, statusOf(finiteLoss, broken), broken};
    }
    trainer.commitParameters();
  }
  return {plan.epochs, kDone, -1};
}

}  // namespace
}  // namespace lockstep
