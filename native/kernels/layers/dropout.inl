// Dropout: lib/kernels/layers/dropout.ts.
#pragma once

#include "../../plan.h"
#include "../random.inl"
#include "../support/thread_team.inl"

namespace lockstep {
namespace {

// Draws a layer's masks. Each thread of a team draws all of them, and stores those of its own rows.
class Masks {
 public:
  Masks(const Plan& plan, int l, uint32_t step)
      : random(plan.seedLow, plan.seedHigh, kDropoutStream + static_cast<uint32_t>(l), step),
        limit(plan.layers[l].rate * 4294967296.0),
        keptScale(1 / (1 - plan.layers[l].rate)) {}

  // Draws the masks of the next `rows` rows of a batch. to: [rows × units]
  LOCKSTEP_NOINLINE void draw(double* to, int64_t rows, Range own, int64_t units) {
    for (int64_t i = 0; i < own.from * units; i++) random.next();
    for (int64_t i = own.from * units; i < own.to * units; i++) to[i] = random.next() >= limit ? keptScale : 0;
    for (int64_t i = own.to * units; i < rows * units; i++) random.next();
  }

 private:
  Random random;
  double limit;
  double keptScale;
};

}  // namespace
}  // namespace lockstep
