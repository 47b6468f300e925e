// Gradients of predictions by layers of many units: lib/kernels/training/gradients.ts.
#pragma once

#include "graph.inl"

namespace lockstep {
namespace {

// A block of rows at a time.
template <class V>
struct TiledGradients {
  using Net = TiledNetwork<V>;

  static int64_t workspace(const Plan& plan) {
    Arena arena(nullptr);
    ThreadTeam oneThread(kSingleThread);
    Net(plan, nullptr, nullptr, arena, Mode::kInputGradients, oneThread);
    return arena.length();
  }

  static void compute(const Plan& plan, const double* p, const double* x, const double* dOutput, double* dParameters,
                      double* dInputs, double* workspace) {
    const Mode mode = dInputs == nullptr ? Mode::kParameterGradients : Mode::kInputGradients;
    Arena arena(workspace);
    ThreadTeam oneThread(kSingleThread);
    Net net(plan, p, nullptr, arena, mode, oneThread);
    if (dParameters != nullptr) clearConstants(plan, dParameters);
    for (int64_t row = 0; row < plan.rows; row += Net::kRows) {
      const int64_t left = plan.rows - row;
      net.begin(x, nullptr, row, left < Net::kRows ? left : Net::kRows);
      net.forward();
      net.backwardFrom(dOutput + row * plan.outputs);
      if (dParameters != nullptr) {
        net.gradients(dParameters, row == 0, false, [](const TensorPlan&, int64_t, double*, int64_t) {});
      }
      if (dInputs != nullptr) net.inputGradients(dInputs + row * plan.inputs);
    }
  }

 private:
  // The gradients of tensors that are not trained.
  static void clearConstants(const Plan& plan, double* g) {
    for (int l = 0; l < plan.layerCount; l++) {
      const LayerPlan& layer = plan.layers[l];
      for (int i = 0; i < layer.tensorCount; i++) {
        const TensorPlan& tensor = layer.tensors[i];
        if (tensor.trained) continue;
        for (int64_t k = 0; k < tensor.rows * tensor.columns; k++) g[tensor.offset + k] = 0;
      }
    }
  }
};

}  // namespace
}  // namespace lockstep
