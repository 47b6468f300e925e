// The two forms of a network that the program runs on: sizes known at run time, with its values in the workspace, and
// sizes known at compile time, with its values in registers. Both answer the same questions, so the program is written
// once.
#pragma once

namespace lockstep {
namespace {

// Hands out consecutive pieces of the workspace, aligned to the widest register. Without a workspace it only counts.
class Room {
 public:
  explicit Room(double* workspace) : base(workspace) {
    if (base != nullptr)
      used = static_cast<int64_t>((64 - reinterpret_cast<uintptr_t>(base) % 64) % 64 / sizeof(double));
  }
  template <class T>
  T* take(int64_t count) {
    T* const piece = base == nullptr ? nullptr : reinterpret_cast<T*>(base + used);
    used += (count * static_cast<int64_t>(sizeof(T)) + 63) / 64 * 8;
    return piece;
  }
  // How long a workspace must be for what was taken, wherever it begins.
  int64_t length() const { return used + 8; }

 private:
  double* base;
  int64_t used = 0;
};

// Any sizes.
template <class N>
class AnyNetwork {
 public:
  // Whether a training may be more than the updates of all parameters.
  static constexpr bool anyTraining = true;

  AnyNetwork(const Plan& plan, Room& room, bool training) : layers(plan.layers), count(plan.layerCount) {
    const LayerPlan& last = layers[count - 1];
    const int64_t units = last.unitsBefore + last.units;
    x = room.take<N>(plan.inputs);
    y = room.take<N>(plan.outputs);
    rowWeight = room.take<N>(1);
    lowest = plan.lowestTrainable;
    allZ = room.take<N>(units);
    allA = room.take<N>(units);
    allD = training ? room.take<N>(units) : nullptr;
    turned = training ? room.take<double>(N::lanes * N::Base::lanes) : nullptr;
    lossCode = plan.loss;
    optimizerCode = plan.optimizer;
  }

  int depth() const { return count; }
  int inputs(int l) const { return layers[l].inputs; }
  int units(int l) const { return layers[l].units; }
  int64_t weights(int l) const { return layers[l].weights; }
  int64_t bias(int l) const { return layers[l].bias; }
  int activation(int l) const { return layers[l].activation; }
  int loss() const { return lossCode; }
  int optimizer() const { return optimizerCode; }
  // Whether the gradients of layer l are needed, and the derivatives of its values.
  bool trains(int l) const { return layers[l].trainable; }
  bool reaches(int l) const { return l >= lowest; }
  N* z(int l) { return allZ + layers[l].unitsBefore; }
  N* a(int l) { return allA + layers[l].unitsBefore; }
  N* d(int l) { return allD + layers[l].unitsBefore; }
  const N* input(int l) { return l == 0 ? x : a(l - 1); }

  // Adds to the gradients of layer l's weights and bias.
  LOCKSTEP_INLINE void layerGradient(int l, double* g, int rows, bool first) {
    denseGradient(input(l), d(l), turned, g + weights(l), inputs(l), units(l), rows, first);
  }
  LOCKSTEP_INLINE void gradients(double*, int) {}

  N* x;
  N* y;
  // The weight of each lane's row, where rows have weights.
  N* rowWeight;
  RowSums<N> sums{N::splat(0), N::splat(0)};

 private:
  const LayerPlan* layers;
  int count;
  int lowest;
  int lossCode;
  int optimizerCode;
  double* turned;
  N* allZ;
  N* allA;
  N* allD;
};

// The functions of a small network: as the plan says, or one activation, one loss and one optimizer known at compile
// time, whose results then need not be brought together from all that there might be.
struct AnyFunctions {
  explicit AnyFunctions(const Plan& plan) : plan(plan) {}
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
class SmallNetwork {
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
  static constexpr bool anyTraining = false;
  static constexpr int parameterCount = weightsAt(layerCount);
  // Whole registers of parameters.
  static constexpr int padded = (parameterCount + N::Base::lanes - 1) / N::Base::lanes * N::Base::lanes;

  explicit SmallNetwork(const Plan& plan) : functions(plan) {}

  // Whether a plan is for such a network.
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
  static constexpr bool reaches(int) { return true; }
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

  // All gradients at once, so that registers of parameters may reach across layers. g: [padded]
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
