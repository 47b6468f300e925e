// Dropout: lib/kernels/layers/dropout.ts.
#pragma once

#include "../../plan.h"
#include "../random.inl"
#include "layer.inl"

namespace lockstep {
namespace {

// Draws a layer's masks. Each thread of a team draws all of them, and stores those of its own rows.
class Masks {
 public:
  Masks(const Plan& plan, int l, uint32_t step)
      : random(plan.seedLow, plan.seedHigh, kDropoutStream + static_cast<uint32_t>(l), step),
        limit(plan.layers[l].options[0] * 4294967296.0),
        keptScale(1 / (1 - plan.layers[l].options[0])) {}

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

struct Dropout : LayerEntry {
  static constexpr const char* name = "dropout";
  struct Options {
    static constexpr const char* names[] = {"rate"};
    static constexpr int count = 1;
  };
  static constexpr bool trainingOnly = true;
  static bool optionsFit(const LayerPlan& layer) { return layer.options[0] >= 0 && layer.options[0] < 1; }
  static int64_t outputUnits(const LayerPlan&, const int* inputUnits) { return inputUnits[0]; }

  struct State {
    Masks random;
    // [rows × units]
    double* masks;
  };

  template <class V>
  static State allocate(const LayerContext<V>& context, int l, Arena& arena) {
    return {Masks(context.plan, l, 0), arena.allocate<double>(context.maxRows * context.plan.layers[l].units)};
  }

  template <class V>
  static void begin(const LayerContext<V>& context, int l, State& state, uint32_t step) {
    state.random = Masks(context.plan, l, step);
  }

  // z = input · masks
  template <class V>
  static LOCKSTEP_NOINLINE void forward(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                        const double* const* const* inputs, double* z) {
    const int64_t units = context.plan.layers[l].units;
    const double* const masks = state.masks;
    state.random.draw(state.masks, rows.count, rows.own, units);
    for (int64_t row = rows.own.from; row < rows.own.to; row++) {
      eachVector<V>(units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        const int64_t at = row * units + j;
        (T::load(inputs[0][row] + j) * T::load(masks + at)).store(z + at);
      });
    }
  }

  template <class V>
  static LOCKSTEP_NOINLINE void backward(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                         const double* d, double* const* dInputs, const bool* overwrite) {
    const int64_t units = context.plan.layers[l].units;
    const int64_t from = rows.own.from * units;
    const double* const masks = state.masks;
    double* const dInput = dInputs[0];
    const bool overwrites = overwrite[0];
    eachVector<V>((rows.own.to - rows.own.from) * units, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      storeDerivative(T::load(d + from + i) * T::load(masks + from + i), dInput + from + i, overwrites);
    });
  }
};

}  // namespace
}  // namespace lockstep
