// The forward and the backward pass over one vector of samples: lib/kernels/training/graph.ts for samples or members in
// the lanes.
#pragma once

#include "../../plan.h"
#include "../activations.inl"
#include "../losses.inl"
#include "../products/dense.inl"

namespace lockstep {
namespace {

// The rows of a vector, of those that are left.
template <class N>
constexpr int rowsFrom(int64_t left) {
  return left < N::lanes ? static_cast<int>(left) : N::lanes;
}

// Columns `column` … of T::lanes rows, transposed: to[i] lane r = rows[r][column + i].
template <class T, class N>
LOCKSTEP_INLINE void transposeRows(const double* const* rows, int column, N* to, int from) {
  T square[T::lanes];
  each(Fixed<T::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { square[i] = T::load(rows[i] + column); });
  transpose(square);
  each(Fixed<T::lanes>{},
       [&](auto i) LOCKSTEP_LAMBDA { square[i].store(reinterpret_cast<double*>(to + column + i) + from); });
}

// All columns of `count` rows, which are a multiple of T::lanes. Squares of T::lanes columns, of which the last may
// overlap the one before; with fewer columns, of half vectors.
template <class T, class N>
LOCKSTEP_INLINE void transposeAllRows(const double* const* rows, int count, N* to, int from, int columns) {
  if constexpr (T::lanes > 1) {
    if (columns < T::lanes) return transposeAllRows<typename T::Half>(rows, count, to, from, columns);
  }
  for (int row = 0; row < count; row += T::lanes) {
    for (int column = 0; column + T::lanes <= columns; column += T::lanes) {
      transposeRows<T>(rows + row, column, to, from + row);
    }
    if (columns % T::lanes > 0) transposeRows<T>(rows + row, columns - T::lanes, to, from + row);
  }
}

// Loads rows into the lanes: to[column] lane i = row i's value. The remaining lanes repeat the last row. `order`, if
// given, lists the rows.
template <class N>
LOCKSTEP_NOINLINE void loadRows(N* to, const double* data, const int32_t* order, int64_t first, int rows, int columns) {
  using V = typename N::Base;
  if (rows == 1) {
    const double* const values = data + (order == nullptr ? first : order[first]) * columns;
    for (int column = 0; column < columns; column++) to[column] = N::splat(values[column]);
    return;
  }
  for (int from = 0; from < N::lanes; from += V::lanes) {
    const double* values[V::lanes];
    each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA {
      const int64_t at = first + (from + i < rows ? from + i : rows - 1);
      values[i] = data + (order == nullptr ? at : order[at]) * columns;
    });
    transposeAllRows<V>(values, V::lanes, to, from, columns);
  }
}

// Forward. p: BroadcastParameters or PerLaneParameters.
template <class N, class Net, class Parameters>
LOCKSTEP_INLINE void forwardInlined(const Plan& plan, Net& net, Parameters p) {
  each(net.depth(), [&](auto l) LOCKSTEP_LAMBDA {
    const LayerPlan& layer = plan.layers[l];
    denseForward<N>(net.input(l), p.from(net.weights(l)), p.from(net.bias(l)), net.z(l), net.inputs(l), net.units(l));
    Activations::with(net.activation(l), [&](auto activation) LOCKSTEP_LAMBDA {
      activation.forward(net.z(l), net.a(l), net.units(l), optionsOf(activation, layer.activationOptions), net.sums);
    });
  });
}

// The values of a LaneNetwork are in memory between two layers anyway, so its functions are outlined: prediction,
// evaluation and training share one copy. A FixedLaneNetwork keeps its values in registers, so its functions are
// inlined.
template <class N, class Net, class Parameters>
LOCKSTEP_NOINLINE void forwardOutlined(const Plan& plan, Net& net, Parameters p) {
  forwardInlined<N>(plan, net, p);
}

template <class N, class Net, class Parameters>
LOCKSTEP_INLINE void forwardPass(const Plan& plan, Net& net, Parameters p) {
  if constexpr (Net::isGeneral) {
    forwardOutlined<N>(plan, net, p);
  } else {
    forwardInlined<N>(plan, net, p);
  }
}

// Loss: one for each lane's row.
template <class N, class Net>
LOCKSTEP_INLINE void rowLossesInlined(const Plan& plan, Net& net, N& losses) {
  const auto last = oneLess(net.depth());
  Losses::with(net.loss(), [&](auto loss) LOCKSTEP_LAMBDA {
    losses =
        loss.forward(net.z(last), net.a(last), net.y, net.units(last), optionsOf(loss, plan.lossOptions), net.sums);
  });
}

template <class N, class Net>
LOCKSTEP_NOINLINE void rowLossesOutlined(const Plan& plan, Net& net, N& losses) {
  rowLossesInlined<N>(plan, net, losses);
}

template <class N, class Net>
LOCKSTEP_INLINE N rowLosses(const Plan& plan, Net& net) {
  N losses = N::splat(0);
  if constexpr (Net::isGeneral) {
    rowLossesOutlined<N>(plan, net, losses);
  } else {
    rowLossesInlined<N>(plan, net, losses);
  }
  return losses;
}

// What a row's loss and derivatives are multiplied by: nothing …
struct NoSampleWeights {
  template <class N>
  LOCKSTEP_INLINE N of(N value) const {
    return value;
  }
};

// … or its weight, if there is one.
template <class N>
struct SampleWeights {
  const N* at;
  LOCKSTEP_INLINE N of(N value) const { return at == nullptr ? value : value * *at; }
};

// Adds the losses of the lanes that hold rows, in order.
template <class N>
LOCKSTEP_INLINE void addLosses(N rowLosses, int rows, double& sum) {
  double losses[N::lanes];
  rowLosses.store(losses);
  for (int i = 0; i < rows; i++) sum += losses[i];
}

// From dL/da of layer l to dL/dz, in place.
template <class Net, class Layer>
LOCKSTEP_INLINE void backwardActivationInlined(const Plan& plan, Net& net, Layer l) {
  Activations::with(net.activation(l), [&](auto activation) LOCKSTEP_LAMBDA {
    activation.backward(net.z(l), net.a(l), net.d(l), net.units(l),
                        optionsOf(activation, plan.layers[l].activationOptions));
  });
}

template <class Net>
LOCKSTEP_NOINLINE void backwardActivationOutlined(const Plan& plan, Net& net, int l) {
  backwardActivationInlined(plan, net, l);
}

template <class Net, class Layer>
LOCKSTEP_INLINE void backwardActivation(const Plan& plan, Net& net, Layer l) {
  if constexpr (Net::isGeneral) {
    backwardActivationOutlined(plan, net, l);
  } else {
    backwardActivationInlined(plan, net, l);
  }
}

// Backward: dL/dz of the last layer.
template <class Net, class Weights>
LOCKSTEP_INLINE void backwardLossInlined(const Plan& plan, Net& net, double scale, Weights weights) {
  const auto last = oneLess(net.depth());
  Losses::with(net.loss(), [&](auto loss) LOCKSTEP_LAMBDA {
    loss.backward(net.a(last), net.y, net.d(last), net.units(last), scale, optionsOf(loss, plan.lossOptions));
    if constexpr (!isSame<Weights, NoSampleWeights>()) {
      if (weights.at != nullptr)
        each(net.units(last), [&](auto j) LOCKSTEP_LAMBDA { net.d(last)[j] = weights.of(net.d(last)[j]); });
    }
    if (loss.fusedWith < 0) backwardActivation(plan, net, last);
  });
}

template <class Net, class Weights>
LOCKSTEP_NOINLINE void backwardLossOutlined(const Plan& plan, Net& net, double scale, Weights weights) {
  backwardLossInlined(plan, net, scale, weights);
}

// Backward: dL/dz of every layer down to the first trainable one. addGradient(l) is called as soon as that of a
// trainable layer l is complete. Weights: NoSampleWeights or SampleWeights.
template <class N, class Net, class Parameters, class Weights, class F>
LOCKSTEP_INLINE void backwardPass(const Plan& plan, Net& net, Parameters p, double scale, Weights weights,
                                  F addGradient) {
  const auto last = oneLess(net.depth());
  if constexpr (Net::isGeneral) {
    backwardLossOutlined(plan, net, scale, weights);
  } else {
    backwardLossInlined(plan, net, scale, weights);
  }
  if (net.trains(last)) addGradient(last);
  eachDown(last, [&](auto l) LOCKSTEP_LAMBDA {
    if (!net.needsDerivative(l)) return;
    const auto next = oneMore(l);
    denseBackward<N>(net.d(next), p.from(net.weights(next)), net.d(l), net.inputs(next), net.units(next));
    backwardActivation(plan, net, l);
    if (net.trains(l)) addGradient(l);
  });
}

}  // namespace
}  // namespace lockstep
