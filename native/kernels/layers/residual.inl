// The end of a residual block: lib/kernels/layers/residual.ts. It adds the block's input to the output of the block's
// last layer.
#pragma once

#include "../../plan.h"
#include "layer.inl"

namespace lockstep {
namespace {

struct Residual : LayerEntry {
  static constexpr const char* name = "residual";
  static constexpr int inputCount = 2;
  static int64_t outputUnits(const LayerPlan&, const int* inputUnits) {
    return inputUnits[0] == inputUnits[1] ? inputUnits[0] : 0;
  }

  // z = inputs[0] + inputs[1]
  template <class V>
  static LOCKSTEP_NOINLINE void forward(const LayerContext<V>& context, int l, State&, const BlockRows& rows,
                                        const double* const* const* inputs, double* z) {
    const int64_t units = context.plan.layers[l].units;
    for (int64_t row = rows.own.from; row < rows.own.to; row++) {
      const double* const output = inputs[0][row];
      const double* const input = inputs[1][row];
      eachVector<V>(units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        (T::load(output + j) + T::load(input + j)).store(z + row * units + j);
      });
    }
  }

  template <class V>
  static LOCKSTEP_NOINLINE void backward(const LayerContext<V>& context, int l, State&, const BlockRows& rows,
                                         const double* d, double* const* dInputs, const bool* overwrite) {
    const int64_t units = context.plan.layers[l].units;
    const int64_t from = rows.own.from * units;
    for (int i = 0; i < inputCount; i++) {
      if (dInputs[i] == nullptr) continue;
      double* const dInput = dInputs[i];
      const bool overwrites = overwrite[i];
      eachVector<V>((rows.own.to - rows.own.from) * units, [&](auto lanes, int64_t at) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        storeDerivative(T::load(d + from + at), dInput + from + at, overwrites);
      });
    }
  }
};

}  // namespace
}  // namespace lockstep
