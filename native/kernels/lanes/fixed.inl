// A network of fixed size, with its values in registers. Used for the shape 2-2-1 only. Measured: 1.3 to 1.7 times as
// fast as LaneNetwork.
#pragma once

#include "../../plan.h"
#include "../activations.inl"
#include "../adaptive.inl"
#include "../losses.inl"
#include "../products/dense.inl"

namespace lockstep {
namespace {

// The functions of a network of fixed size: either those of the plan, or one activation, one loss and one optimizer
// known at compile time, which removes the branches of the others.
struct RuntimeFunctions {
  explicit RuntimeFunctions(const Plan& plan) : plan(plan) {}
  static bool fit(const Plan&) { return true; }
  int activation(int l) const { return plan.layers[l].activation; }
  int loss() const { return plan.loss; }
  int optimizer() const { return plan.optimizer; }

 private:
  const Plan& plan;
};

template <class Activation, class Loss, class Optimizer>
struct FixedFunctions {
  using ActivationCode = Fixed<Activations::codeOf<Activation>()>;
  using LossCode = Fixed<Losses::codeOf<Loss>()>;
  using OptimizerCode = Fixed<Optimizers::codeOf<WithCommon<Optimizer>>()>;

  explicit FixedFunctions(const Plan&) {}
  static bool fit(const Plan& plan) {
    for (int l = 0; l < plan.layerCount; l++) {
      if (plan.layers[l].activation != ActivationCode{}) return false;
    }
    return plan.loss == LossCode{} && plan.optimizer == OptimizerCode{};
  }
  ActivationCode activation(int) const { return {}; }
  LossCode loss() const { return {}; }
  OptimizerCode optimizer() const { return {}; }
};

// Sizes known at compile time: inputs, then the units of each layer.
template <class N, class Functions, int... sizes>
class FixedLaneNetwork {
  static constexpr int size[sizeof...(sizes)] = {sizes...};
  static constexpr int layerCount = sizeof...(sizes) - 1;
  static constexpr int unitsBefore(int l) {
    int units = 0;
    for (int i = 0; i < l; i++) units += size[i + 1];
    return units;
  }
  static constexpr int weightsAt(int l) {
    int at = 0;
    for (int i = 0; i < l; i++) at += (size[i] + 1) * size[i + 1];
    return at;
  }
  static constexpr int layerOf(int parameter) {
    int l = 0;
    while (weightsAt(l + 1) <= parameter) l++;
    return l;
  }
  static constexpr int totalUnits = unitsBefore(layerCount);

 public:
  static constexpr bool isGeneral = false;
  static constexpr int parameterCount = weightsAt(layerCount);
  // Padded to whole registers.
  static constexpr int padded = (parameterCount + N::Base::lanes - 1) / N::Base::lanes * N::Base::lanes;

  explicit FixedLaneNetwork(const Plan& plan) : functions(plan) {}

  // Whether a plan describes this network.
  static bool fits(const Plan& plan) {
    if (plan.layerCount != layerCount || plan.inputs != size[0]) return false;
    for (int l = 0; l < layerCount; l++) {
      if (plan.layers[l].units != size[l + 1]) return false;
    }
    return Functions::fit(plan);
  }

  Fixed<layerCount> depth() const { return {}; }
  template <int l>
  Fixed<size[l]> inputs(Fixed<l>) const {
    return {};
  }
  template <int l>
  Fixed<size[l + 1]> units(Fixed<l>) const {
    return {};
  }
  template <int l>
  Fixed<weightsAt(l)> weights(Fixed<l>) const {
    return {};
  }
  template <int l>
  Fixed<weightsAt(l) + size[l] * size[l + 1]> bias(Fixed<l>) const {
    return {};
  }
  auto activation(int l) const { return functions.activation(l); }
  auto loss() const { return functions.loss(); }
  auto optimizer() const { return functions.optimizer(); }
  static constexpr bool trains(int) { return true; }
  static constexpr bool needsDerivative(int) { return true; }
  template <int l>
  LOCKSTEP_INLINE N* z(Fixed<l>) {
    return allZ + unitsBefore(l);
  }
  template <int l>
  LOCKSTEP_INLINE N* a(Fixed<l>) {
    return allA + unitsBefore(l);
  }
  template <int l>
  LOCKSTEP_INLINE N* d(Fixed<l>) {
    return allD + unitsBefore(l);
  }
  template <int l>
  LOCKSTEP_INLINE const N* input(Fixed<l>) {
    if constexpr (l == 0) {
      return x;
    } else {
      return allA + unitsBefore(l - 1);
    }
  }

  template <int l>
  LOCKSTEP_INLINE void layerGradient(Fixed<l>, double*, int, bool) {}

  // All gradients at once, so that one register may hold parameters of several layers. g: [padded]
  LOCKSTEP_INLINE void gradients(double* g, int rows) {
    using V = typename N::Base;
    each(Fixed<padded / V::lanes>{}, [&](auto group) LOCKSTEP_LAMBDA {
      constexpr int from = decltype(group){} * V::lanes;
      const auto product = [&](auto i) LOCKSTEP_LAMBDA {
        constexpr int at = from + decltype(i){};
        if constexpr (at >= parameterCount) {
          return N::splat(0);
        } else {
          constexpr int l = layerOf(at);
          constexpr int k = (at - weightsAt(l)) / size[l + 1];
          constexpr int j = (at - weightsAt(l)) % size[l + 1];
          const N derivative = d(Fixed<l>{})[j];
          if constexpr (k < size[l]) {
            return input(Fixed<l>{})[k] * derivative;
          } else {
            return derivative;
          }
        }
      };
      gradientGroup<N>(V::splat(-0.0), rows, product).store(g + from);
    });
  }

  N x[size[0]];
  N y[size[layerCount]];
  RowSums<N> sums{N::splat(0), N::splat(0)};

 private:
  Functions functions;
  N allZ[totalUnits];
  N allA[totalUnits];
  N allD[totalUnits];
};

}  // namespace
}  // namespace lockstep
