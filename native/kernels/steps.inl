// What the loop of a training asks of a network: to add a few rows to the gradients of a step, and to make the step.
// One class for samples in the lanes, one for layers of many units.
#pragma once

namespace lockstep {
namespace {

// What a training keeps in the workspace besides the values of the network.
struct TrainingRoom {
  // g has room for whole vectors of so many lanes.
  TrainingRoom(const Plan& plan, int lanes, Room& room) {
    g = room.take<double>(plan.parameterCount + lanes);
    kept = room.take<double>(plan.parameterCount);
    order = room.take<int32_t>(plan.shuffle ? plan.rows : 0);
  }
  double* g;
  double* kept;
  int32_t* order;
};

template <class N, class Net, class Count>
class LaneSteps {
 public:
  using Vector = typename N::Base;
  // How many rows `add` takes at most.
  static constexpr int64_t kRows = N::lanes;

  LOCKSTEP_INLINE LaneSteps(const Plan& plan, Net& net, Count parameterCount, const TrainingRoom& room,
                            const TrainingArrays& arrays)
      : plan(plan),
        net(net),
        parameterCount(parameterCount),
        g(room.g),
        order(plan.shuffle ? room.order : nullptr),
        arrays(arrays),
        // Without a shuffle, rows that fit the lanes are loaded once.
        resident(!plan.shuffle && plan.rows <= N::lanes && plan.rows <= plan.batchSize) {
    if (resident) load(0, static_cast<int>(plan.rows));
  }

  // Rows first … first + rows - 1 of the epoch, the first of a step if `anew`, the last of it if `last`.
  LOCKSTEP_INLINE void add(int64_t first, int rows, double scale, bool anew, bool last, double& lossSum) {
    const SharedParameters<N> p = {arrays.parameters};
    if (!resident) load(first, rows);
    forwardPass<N>(plan, net, p);
    addLosses(rowLosses<N>(plan, net), rows, lossSum);
    backwardPass<N>(plan, net, p, scale, [&](auto l) LOCKSTEP_LAMBDA { net.layerGradient(l, g, rows, anew); });
    net.gradients(g, rows);
    if (!last) return;
    Optimizers::with(plan.optimizer, [&](auto optimizer) LOCKSTEP_LAMBDA {
      optimizer.template update<Vector>(arrays.parameters, g, arrays.state, parameterCount,
                                        SharedOptions{plan.optimizerOptions});
    });
  }

 private:
  LOCKSTEP_INLINE void load(int64_t first, int rows) {
    loadRows(net.x, arrays.x, order, first, rows, plan.inputs);
    loadRows(net.y, arrays.y, order, first, rows, plan.outputs);
  }

  const Plan& plan;
  Net& net;
  const Count parameterCount;
  double* const g;
  const int32_t* const order;
  const TrainingArrays& arrays;
  const bool resident;
};

template <class V>
class WideSteps {
  using Net = WideNetwork<V>;

 public:
  using Vector = V;
  static constexpr int64_t kRows = Net::kRows;

  WideSteps(const Plan& plan, Net& net, const TrainingRoom& room, const TrainingArrays& arrays, Together& threads)
      : plan(plan),
        net(net),
        g(room.g),
        order(plan.shuffle ? room.order : nullptr),
        arrays(arrays),
        threads(threads),
        scalars(arrays.state) {
    Optimizers::with(plan.optimizer, [&](auto optimizer) {
      static_assert(optimizer.scalars <= kMostScalars, "raise kMostScalars");
      scalars += optimizer.vectors(SharedOptions{plan.optimizerOptions}) * plan.parameterCount;
      if (threads.first()) return;
      for (int i = 0; i < optimizer.scalars; i++) ownScalars[i] = scalars[i];
      scalars = ownScalars;
    });
  }

  void add(int64_t first, int rows, double scale, bool anew, bool last, double& lossSum) {
    net.begin(arrays.x, order, first, rows);
    net.forward();
    net.rowLosses(arrays.y, order, first);
    net.backward(scale);
    threads.wait();
    if (threads.first()) net.addLosses(lossSum);
    if (!last) return net.gradients(g, anew, false, [](int64_t, const double*, int64_t) {});
    // Each thread takes the scalars on by itself, and applies the step to the parameters whose gradients it has.
    Optimizers::with(plan.optimizer, [&](auto optimizer) LOCKSTEP_LAMBDA {
      const auto step = optimizer.begin(scalars, SharedOptions{plan.optimizerOptions});
      finish(anew, &step, applyStep<decltype(step)>);
    });
  }

 private:
  static constexpr int kMostScalars = 4;

  // The step of an optimizer over a part of the parameters, behind a pointer: the products of the gradients are
  // compiled once, not for each optimizer.
  using Apply = void(const void* step, double* p, const double* g, double* state, int64_t stride, int64_t count);

  template <class Step>
  static LOCKSTEP_APART void applyStep(const void* step, double* p, const double* g, double* state, int64_t stride,
                                       int64_t count) {
    static_cast<Step*>(step)->template apply<V>(p, g, state, stride, count);
  }

  LOCKSTEP_APART void finish(bool anew, const void* step, Apply* apply) {
    net.gradients(g, anew, anew, [&](int64_t at, const double* gradients, int64_t count) LOCKSTEP_LAMBDA {
      apply(step, arrays.parameters + at, gradients, arrays.state + at, plan.parameterCount, count);
    });
  }

  const Plan& plan;
  Net& net;
  double* const g;
  const int32_t* const order;
  const TrainingArrays& arrays;
  Together& threads;
  double* scalars;
  double ownScalars[kMostScalars];
};

}  // namespace
}  // namespace lockstep
