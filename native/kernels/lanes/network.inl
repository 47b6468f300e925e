// A network of any size with samples in the lanes, and its values in the workspace. fixed.inl has the same functions
// for one fixed size, so that the passes and trainers are written once.
#pragma once

#include "../../plan.h"
#include "../activations.inl"
#include "../products/dense.inl"
#include "../support/arena.inl"
#include "../support/thread_team.inl"

namespace lockstep {
namespace {

// The values of one vector of samples: x: [inputs], z, a, d: [units of all layers], y: [outputs].
template <class N>
class LaneNetwork {
 public:
  // Whether a training may have more than the plain update: frozen layers, sample weights, factors of the rate,
  // penalties, clips.
  static constexpr bool isGeneral = true;

  LaneNetwork(const Plan& plan, Arena& arena, bool training) : layers(plan.layers), count(plan.layerCount) {
    const LayerPlan& last = layers[count - 1];
    const int64_t units = last.unitsBefore + last.units;
    samples = arena.allocate<N>(plan.inputs + plan.outputs + 1);
    x = samples;
    y = samples + plan.inputs;
    sampleWeight = y + plan.outputs;
    allZ = arena.allocate<N>(units);
    allA = arena.allocate<N>(units);
    allD = training ? arena.allocate<N>(units) : nullptr;
    transposed = training ? arena.allocate<double>(N::lanes * N::Base::lanes) : nullptr;
    lossCode = plan.loss;
    optimizerCode = plan.optimizer;
  }

  // The length of its memory in a training, in doubles.
  static int64_t workspace(const Plan& plan) {
    Arena arena(nullptr);
    LaneNetwork(plan, arena, true);
    return arena.length();
  }

  int depth() const { return count; }
  int inputs(int l) const { return layers[l].inputs; }
  int units(int l) const { return layers[l].units; }
  int64_t weights(int l) const { return weightsOf(layers[l]); }
  int64_t bias(int l) const { return biasOf(layers[l]); }
  int activation(int l) const { return layers[l].activation; }
  int loss() const { return lossCode; }
  int optimizer() const { return optimizerCode; }
  // Whether layer l needs gradients, and whether it needs the derivatives of its values.
  bool trains(int l) const { return layers[l].trainable; }
  bool needsDerivative(int l) const { return layers[l].needsDerivative; }
  N* z(int l) { return allZ + layers[l].unitsBefore; }
  N* a(int l) { return allA + layers[l].unitsBefore; }
  N* d(int l) { return allD + layers[l].unitsBefore; }
  const N* input(int l) { return l == 0 ? x : a(l - 1); }

  // Adds to the gradients of layer l's weights and bias; g: of all parameters.
  LOCKSTEP_INLINE void layerGradient(int l, double* g, int rows, bool overwrite) {
    partGradient(l, {0, inputs(l)}, {0, units(l)}, true, g, rows, overwrite);
  }
  // The same for the weights of these inputs k and units j, and the bias of these units if asked for.
  LOCKSTEP_INLINE void partGradient(int l, Range k, Range j, bool withBias, double* g, int rows, bool overwrite) {
    const int stride = units(l);
    const GradientPart part = {g + weights(l) + k.from * stride + j.from, withBias ? g + bias(l) + j.from : nullptr,
                               static_cast<int>(k.to - k.from), static_cast<int>(j.to - j.from), stride};
    denseGradient(input(l) + k.from, d(l) + j.from, transposed, part, rows, overwrite);
  }
  LOCKSTEP_INLINE void gradients(double*, int) {}

  // Memory for the samples, targets and weights of one vector of rows.
  N* samples;
  // Those of the current rows, there or elsewhere.
  N* x;
  N* y;
  // The weight of each lane's sample, if samples have weights.
  N* sampleWeight;
  RowSums<N> sums{N::splat(0), N::splat(0)};

 private:
  const LayerPlan* layers;
  int count;
  int lossCode;
  int optimizerCode;
  double* transposed;
  N* allZ;
  N* allA;
  N* allD;
};

}  // namespace
}  // namespace lockstep
