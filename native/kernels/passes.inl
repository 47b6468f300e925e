// The forward and the backward pass over one vector of rows: lib/kernels/blocks.ts and the step of program.ts.
#pragma once

namespace lockstep {
namespace {

// Puts rows into the lanes: to[column] lane i = row i's value. Unused lanes are 0. `order`, where given, says which
// row.
template <class N>
LOCKSTEP_INLINE void loadRows(N* to, const double* from, const int32_t* order, int64_t first, int rows, int columns) {
  double* const lanes = reinterpret_cast<double*>(to);
  for (int i = 0; i < rows; i++) {
    const int64_t row = order == nullptr ? first + i : order[first + i];
    const double* const values = from + row * columns;
    for (int column = 0; column < columns; column++) lanes[column * N::lanes + i] = values[column];
  }
  for (int i = rows; i < N::lanes; i++) {
    for (int column = 0; column < columns; column++) lanes[column * N::lanes + i] = 0;
  }
}

// p: SharedParameters or OwnParameters.
template <class N, class Net, class Parameters>
LOCKSTEP_INLINE void forwardPass(const Plan& plan, Net& net, Parameters p) {
  each(net.depth(), [&](auto l) LOCKSTEP_LAMBDA {
    const LayerPlan& layer = plan.layers[l];
    denseForward<N>(net.input(l), p.from(net.weights(l)), p.from(net.bias(l)), net.z(l), net.inputs(l), net.units(l));
    Activations::with(net.activation(l), [&](auto activation) LOCKSTEP_LAMBDA {
      activation.forward(net.z(l), net.a(l), net.units(l), layer.alpha);
    });
  });
}

// The loss of each lane's row.
template <class N, class Net>
LOCKSTEP_INLINE N rowLosses(Net& net) {
  const auto last = oneLess(net.depth());
  N losses = N::splat(0);
  Losses::with(net.loss(), [&](auto loss) LOCKSTEP_LAMBDA {
    losses = loss.forward(net.z(last), net.a(last), net.y, net.units(last));
  });
  return losses;
}

// Adds the losses of the lanes that hold rows, in order.
template <class N>
LOCKSTEP_INLINE void addLosses(N rowLosses, int rows, double& sum) {
  double losses[N::lanes];
  rowLosses.store(losses);
  for (int i = 0; i < rows; i++) sum += losses[i];
}

// dL/dz of every layer, from the last to the first; addGradient(l) is called as soon as that of layer l is there.
template <class N, class Net, class Parameters, class F>
LOCKSTEP_INLINE void backwardPass(const Plan& plan, Net& net, Parameters p, double scale, F addGradient) {
  const auto backwardActivation = [&](auto l) LOCKSTEP_LAMBDA {
    const LayerPlan& layer = plan.layers[l];
    Activations::with(net.activation(l), [&](auto activation) LOCKSTEP_LAMBDA {
      activation.backward(net.z(l), net.a(l), net.d(l), net.units(l), layer.alpha);
    });
  };
  const auto last = oneLess(net.depth());
  Losses::with(net.loss(), [&](auto loss) LOCKSTEP_LAMBDA {
    loss.backward(net.a(last), net.y, net.d(last), net.units(last), scale);
    if (loss.fusedWith < 0) backwardActivation(last);
  });
  addGradient(last);
  eachDown(last, [&](auto l) LOCKSTEP_LAMBDA {
    const auto next = oneMore(l);
    denseBackward<N>(net.d(next), p.from(net.weights(next)), net.d(l), net.inputs(next), net.units(next));
    backwardActivation(l);
    addGradient(l);
  });
}

}  // namespace
}  // namespace lockstep
