// Prediction and evaluation with samples in the lanes: lib/kernels/training/predict.ts.
#pragma once

#include "network.inl"
#include "passes.inl"

namespace lockstep {
namespace {

// N::lanes rows at a time. The results of lanes after the last row are not used.
template <class N>
struct LanePass {
  static int64_t predictionWorkspace(const Plan& plan) {
    Arena arena(nullptr);
    LaneNetwork<N>(plan, arena, false);
    return arena.length();
  }

  static void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
    Arena arena(workspace);
    LaneNetwork<N> net(plan, arena, false);
    for (int64_t row = 0; row < plan.rows; row += N::lanes) {
      const int rows = rowsFrom<N>(plan.rows - row);
      loadRows(net.x, x, nullptr, row, rows, plan.inputs);
      forwardPass<N>(plan, net, BroadcastParameters<N>{p});
      storePredictions(plan, net, output, row, rows);
    }
  }

  static double evaluate(const Plan& plan, const double* p, const double* x, const double* y,
                         const double* sampleWeight, double* output, double* workspace) {
    Arena arena(workspace);
    LaneNetwork<N> net(plan, arena, false);
    const SampleWeights<N> weights = {sampleWeight == nullptr ? nullptr : net.sampleWeight};
    double sum = -0.0;
    for (int64_t row = 0; row < plan.rows; row += N::lanes) {
      const int rows = rowsFrom<N>(plan.rows - row);
      loadRows(net.x, x, nullptr, row, rows, plan.inputs);
      loadRows(net.y, y, nullptr, row, rows, plan.outputs);
      if (sampleWeight != nullptr) loadRows(net.sampleWeight, sampleWeight, nullptr, row, rows, 1);
      forwardPass<N>(plan, net, BroadcastParameters<N>{p});
      if (output != nullptr) storePredictions(plan, net, output, row, rows);
      addLosses(weights.of(rowLosses<N>(plan, net)), rows, sum);
    }
    return sum * plan.lossScale;
  }

 private:
  // Copies the predictions of the first lanes to the rows from `row` on.
  static LOCKSTEP_INLINE void storePredictions(const Plan& plan, LaneNetwork<N>& net, double* output, int64_t row,
                                               int rows) {
    const double* const lanes = reinterpret_cast<const double*>(net.a(plan.layerCount - 1));
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < plan.outputs; j++) output[(row + i) * plan.outputs + j] = lanes[j * N::lanes + i];
    }
  }
};

}  // namespace
}  // namespace lockstep
