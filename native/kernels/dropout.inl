// Dropout: lib/kernels/dropout.ts.
#pragma once

namespace lockstep {
namespace {

// What draws a layer's masks. Each thread of a team has its own, draws all of them, and stores those of its rows.
class Masks {
 public:
  Masks(const Plan& plan, int l, uint32_t step)
      : random(plan.seedLow, plan.seedHigh, kDropoutStream + static_cast<uint32_t>(l), step),
        limit(plan.layers[l].rate * 4294967296.0),
        kept(1 / (1 - plan.layers[l].rate)) {}

  // The masks of the next `rows` rows of a batch. to: [rows × units]
  LOCKSTEP_APART void draw(double* to, int64_t rows, Share own, int64_t units) {
    for (int64_t i = 0; i < own.from * units; i++) random.next();
    for (int64_t i = own.from * units; i < own.to * units; i++) to[i] = random.next() >= limit ? kept : 0;
    for (int64_t i = own.to * units; i < rows * units; i++) random.next();
  }

 private:
  Random random;
  double limit;
  double kept;
};

}  // namespace
}  // namespace lockstep
