// Prediction and evaluation by layers of many units: lib/kernels/training/predict.ts.
#pragma once

#include "graph.inl"

namespace lockstep {
namespace {

// A block of rows at a time.
template <class V>
struct TiledPass {
  using Net = TiledNetwork<V>;

  static int64_t workspace(const Plan& plan) {
    Arena arena(nullptr);
    ThreadTeam oneThread(kSingleThread);
    Net(plan, nullptr, nullptr, arena, Mode::kPredict, oneThread);
    return arena.length();
  }

  static void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
    eachBlock(plan, p, x, workspace,
              [&](Net& net, int64_t row) LOCKSTEP_LAMBDA { net.predictions(output + row * plan.outputs); });
  }

  static double evaluate(const Plan& plan, const double* p, const double* x, const double* y,
                         const double* sampleWeight, double* output, double* workspace) {
    double sum = -0.0;
    eachBlock(plan, p, x, workspace, [&](Net& net, int64_t row) LOCKSTEP_LAMBDA {
      if (output != nullptr) net.predictions(output + row * plan.outputs);
      net.rowLosses(y, sampleWeight, nullptr, row);
      net.addLosses(sum);
    });
    return sum * plan.lossScale;
  }

 private:
  // f(net, row) for each block, after the forward pass; `row` is the block's first row.
  template <class F>
  static LOCKSTEP_INLINE void eachBlock(const Plan& plan, const double* p, const double* x, double* workspace, F f) {
    Arena arena(workspace);
    ThreadTeam oneThread(kSingleThread);
    Net net(plan, p, nullptr, arena, Mode::kPredict, oneThread);
    for (int64_t row = 0; row < plan.rows; row += Net::kRows) {
      const int64_t left = plan.rows - row;
      net.begin(x, nullptr, row, left < Net::kRows ? left : Net::kRows);
      net.forward();
      f(net, row);
    }
  }
};

}  // namespace
}  // namespace lockstep
