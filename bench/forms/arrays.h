// The arrays of a training, drawn from a fixed seed.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "plan.h"

namespace lockstep {

// An array of the library's workspace, with its alignment.
class WorkspaceArray {
 public:
  explicit WorkspaceArray(int64_t count = 0) : memory(static_cast<size_t>(count) + 16) {}
  operator double*() {
    const uintptr_t address = reinterpret_cast<uintptr_t>(memory.data());
    return reinterpret_cast<double*>((address + 63) / 64 * 64);
  }

 private:
  std::vector<double> memory;
};

// Numbers from -1 to 1.
inline std::vector<double> numbers(int64_t count, uint64_t seed) {
  std::vector<double> drawn(static_cast<size_t>(count));
  uint64_t state = seed;
  for (double& value : drawn) {
    state = state * 6364136223846793005 + 1442695040888963407;
    value = static_cast<double>(static_cast<int64_t>(state) >> 11) / static_cast<double>(INT64_C(1) << 52);
  }
  return drawn;
}

// Weights from ±√(6 / (inputs + units)), so that values keep their size from layer to layer; biases of 0.
inline std::vector<double> startOf(const Plan& plan) {
  std::vector<double> p = numbers(plan.parameterCount, 1);
  for (int l = 0; l < plan.layerCount; l++) {
    const LayerPlan& layer = plan.layers[l];
    const double bound = std::sqrt(6.0 / (layer.inputs + layer.units));
    for (int64_t i = weightsOf(layer); i < biasOf(layer); i++) p[static_cast<size_t>(i)] *= bound;
    for (int64_t i = biasOf(layer); i < biasOf(layer) + layer.units; i++) p[static_cast<size_t>(i)] = 0;
  }
  return p;
}

// One class for each row.
inline std::vector<double> targets(const Plan& plan) {
  std::vector<double> y(static_cast<size_t>(plan.rows * plan.outputs), 0.0);
  for (int64_t row = 0; row < plan.rows; row++) y[static_cast<size_t>(row * plan.outputs + row * 7 % plan.outputs)] = 1;
  return y;
}

}  // namespace lockstep
