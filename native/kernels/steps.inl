// What the loop of a training asks of a network: to add a few rows to the gradients of a step, and to make the step.
// One class for samples in the lanes, one for layers of many units.
#pragma once

namespace lockstep {
namespace {

// What a training keeps in the workspace besides the values of the network.
struct TrainingRoom {
  // g has room for whole vectors.
  template <class V>
  TrainingRoom(const Plan& plan, Lanes<V>, Room& room) {
    g = room.take<double>(plan.parameterCount + V::lanes);
    p = room.take<double>(plan.parameterCount);
    order = room.take<int32_t>(plan.shuffle ? plan.rows : 0);
    sums = room.take<double>(isUpdateAlone(plan) ? 0 : columnSumsLength(plan));
  }
  double* g;
  // The parameters that change; those of the last epoch that counts stand in the caller's array.
  double* p;
  int32_t* order;
  // For StepEnd.
  double* sums;
};

// Which part of all rows the batch has whose last row is the one before `end`.
inline double shareOfRows(const Plan& plan, int64_t end) {
  const int64_t batchRows = (end - 1) % plan.batchSize + 1;
  return static_cast<double>(batchRows) / static_cast<double>(plan.rows);
}

// Whether all of these numbers are finite.
template <class V, class Count>
LOCKSTEP_INLINE bool areFinite(const double* p, Count count) {
  bool finite = true;
  eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    finite &= all(lessEqual(abs(T::load(p + i)), T::splat(kLargest)));
  });
  return finite;
}

template <class V, class Count>
LOCKSTEP_INLINE void copyParameters(const double* from, double* to, Count count) {
  eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    T::load(from + i).store(to + i);
  });
}

template <class N, class Net, class Count>
class LaneSteps {
 public:
  using Vector = typename N::Base;
  // How many rows `add` takes at most.
  static constexpr int64_t mostRows() { return N::lanes; }
  static void begin(uint32_t) {}

  LOCKSTEP_INLINE LaneSteps(const Plan& plan, Net& net, Count parameterCount, const TrainingRoom& room,
                            const TrainingArrays& arrays)
      : plan(plan),
        net(net),
        parameterCount(parameterCount),
        p(room.p),
        g(room.g),
        order(plan.shuffle ? room.order : nullptr),
        arrays(arrays),
        // Without a shuffle, rows that fit the lanes are loaded once.
        resident(!plan.shuffle && plan.rows <= N::lanes && plan.rows <= plan.batchSize),
        options(plan),
        stepEnd(plan, room.p, arrays.state, room.sums, alone) {
    if (resident) load(0, static_cast<int>(plan.rows));
  }

  // The caller's parameters become those that change; these become the caller's.
  LOCKSTEP_INLINE void take() { copyParameters<Vector>(arrays.parameters, p, parameterCount); }
  LOCKSTEP_INLINE void keep() { copyParameters<Vector>(p, arrays.parameters, parameterCount); }
  static void giveBack() {}
  LOCKSTEP_INLINE bool areFinite() const { return lockstep::areFinite<Vector>(p, parameterCount); }
  int64_t firstNotFinite() const {
    for (int64_t i = 0; i < parameterCount; i++) {
      if (!(p[i] - p[i] == 0)) return i;
    }
    return -1;
  }

  // Rows first … first + rows - 1 of the epoch, the first of a step if `anew`, the last of it if `last`.
  LOCKSTEP_INLINE void add(int64_t first, int64_t count, double scale, bool anew, bool last, double& lossSum) {
    const int rows = static_cast<int>(count);
    const SharedParameters<N> shared = {p};
    if (!resident) load(first, rows);
    forwardPass<N>(plan, net, shared);
    addLosses(weights().of(rowLosses<N>(plan, net)), rows, lossSum);
    backwardPass<N>(plan, net, shared, scale, weights(),
                    [&](auto l) LOCKSTEP_LAMBDA { net.layerGradient(l, g, rows, anew); });
    net.gradients(g, rows);
    if (!last) return;
    if constexpr (Net::anyTraining) {
      if (arrays.rateFactors != nullptr) [[unlikely]]
        options.setRateFactor(arrays.rateFactors[step++]);
      if (!stepEnd.isPlain()) [[unlikely]]
        return endStep(first + rows);
    }
    Optimizers::with(net.optimizer(), [&](auto optimizer) LOCKSTEP_LAMBDA {
      optimizer.template update<Vector>(p, g, arrays.state, parameterCount, currentOptions());
    });
  }

  // The loss of an epoch whose rows' losses add up to this.
  LOCKSTEP_INLINE double epochLoss(double lossSum) {
    if constexpr (!Net::anyTraining) return lossSum * plan.lossScale;
    const double loss = lossSum * plan.lossScale + penalties;
    penalties = -0.0;
    return loss;
  }

 private:
  LOCKSTEP_INLINE auto weights() const {
    if constexpr (Net::anyTraining) {
      return RowWeights<N>{arrays.sampleWeight == nullptr ? nullptr : net.rowWeight};
    } else {
      return NoWeights{};
    }
  }

  LOCKSTEP_INLINE SharedOptions currentOptions() const {
    if constexpr (Net::anyTraining) {
      return options.get();
    } else {
      return {plan.optimizerOptions};
    }
  }

  // For a batch whose last row is the one before `end`.
  LOCKSTEP_APART void endStep(int64_t end) {
    double* scalars = arrays.state;
    Optimizers::with(plan.optimizer,
                     [&](auto optimizer) { scalars += optimizer.vectors(options.get()) * plan.parameterCount; });
    penalties += stepEnd.end(g, scalars, options.get()).v * shareOfRows(plan, end);
  }

  LOCKSTEP_INLINE void load(int64_t first, int rows) {
    loadRows(net.x, arrays.x, order, first, rows, plan.inputs);
    loadRows(net.y, arrays.y, order, first, rows, plan.outputs);
    if constexpr (Net::anyTraining) {
      if (arrays.sampleWeight != nullptr) loadRows(net.rowWeight, arrays.sampleWeight, order, first, rows, 1);
    }
  }

  const Plan& plan;
  Net& net;
  const Count parameterCount;
  double* const p;
  double* const g;
  const int32_t* const order;
  const TrainingArrays& arrays;
  const bool resident;
  Alone alone;
  StepOptions options;
  const StepEnd<Vector, SharedOptions, Alone> stepEnd;
  int64_t step = 0;
  // Those of the epoch's steps.
  double penalties = -0.0;
};

template <class V>
class WideSteps {
  using Net = WideNetwork<V>;

 public:
  using Vector = V;
  int64_t mostRows() const { return mostBlockRows; }
  // The first rows of a step follow. step: its number among all of the training.
  void begin(uint32_t step) { net.beginStep(step); }

  WideSteps(const Plan& plan, Net& net, const TrainingRoom& room, const TrainingArrays& arrays, Together& threads)
      : plan(plan),
        net(net),
        p(room.p),
        g(room.g),
        order(plan.shuffle ? room.order : nullptr),
        arrays(arrays),
        threads(threads),
        mostBlockRows(Net::blockRows(plan, true)),
        slots(0),
        scalars(arrays.state),
        options(plan),
        stepEnd(plan, room.p, arrays.state, room.sums, threads) {
    Optimizers::with(plan.optimizer, [&](auto optimizer) {
      static_assert(optimizer.scalars <= kMostScalars, "raise kMostScalars");
      slots = optimizer.vectors(SharedOptions{plan.optimizerOptions});
      scalars += slots * plan.parameterCount;
      if (threads.first()) return;
      for (int i = 0; i < optimizer.scalars; i++) ownScalars[i] = scalars[i];
      scalars = ownScalars;
    });
  }

  // The caller's parameters become those that change, and the state goes with them; each thread does its part.
  void take() {
    eachRun([&](int64_t at, int64_t callers, int64_t count)
                LOCKSTEP_LAMBDA { copyParameters<V>(arrays.parameters + callers, p + at, count); });
    moveState(true);
  }

  // The parameters become the caller's.
  void keep() {
    eachRun([&](int64_t at, int64_t callers, int64_t count)
                LOCKSTEP_LAMBDA { copyParameters<V>(p + at, arrays.parameters + callers, count); });
  }

  // The state goes back to where it was.
  void giveBack() { moveState(false); }

  // Whether all parameters of this thread's part are finite.
  bool areFinite() const {
    bool finite = true;
    eachRun([&](int64_t at, int64_t, int64_t count)
                LOCKSTEP_LAMBDA { finite &= lockstep::areFinite<V>(p + at, count); });
    return finite;
  }

  // The caller's index of the first parameter that is not finite, or -1.
  int64_t firstNotFinite() const {
    int64_t first = -1;
    for (int thread = 0; thread < threads.size(); thread++) {
      net.unitShares().eachRun(thread, [&](int64_t at, int64_t callers, int64_t count) {
        for (int64_t i = 0; i < count; i++) {
          if (!(p[at + i] - p[at + i] == 0) && (first < 0 || callers + i < first)) first = callers + i;
        }
      });
    }
    return first;
  }

  void add(int64_t first, int64_t rows, double scale, bool anew, bool last, double& lossSum) {
    net.begin(arrays.x, order, first, rows);
    net.forward();
    net.rowLosses(arrays.y, arrays.sampleWeight, order, first);
    net.backward(scale);
    if (last) stepEnd.beginPenalty();
    threads.wait();
    if (threads.first()) net.addLosses(lossSum);
    if (!last) return net.gradients(g, anew, false, [](const LayerPlan&, int64_t, double*, int64_t) {});
    if (arrays.rateFactors != nullptr) options.setRateFactor(arrays.rateFactors[step++]);
    const bool plain = stepEnd.isPlain();
    if (!plain) {
      penalties += stepEnd.penalty().v * shareOfRows(plan, first + rows);
      if (stepEnd.hasNorms(options.get())) return endWithNorms(anew);
    }
    // Each thread takes the scalars on by itself, and applies the step to the parameters whose gradients it has.
    Optimizers::with(plan.optimizer, [&](auto optimizer) LOCKSTEP_LAMBDA {
      const auto update = optimizer.begin(scalars, options.get());
      endByPieces(anew, plain, &update, applyUpdate<decltype(update)>);
    });
  }

  // The loss of an epoch whose rows' losses add up to this.
  double epochLoss(double lossSum) {
    const double loss = lossSum * plan.lossScale + penalties;
    penalties = -0.0;
    return loss;
  }

 private:
  static constexpr int kMostScalars = 4;

  template <class F>
  LOCKSTEP_INLINE void eachRun(F f) const {
    net.unitShares().eachRun(threads.index(), f);
  }

  // From the caller's order to that of p, or back, by way of g.
  LOCKSTEP_APART void moveState(bool in) {
    if (!net.unitShares().any()) return;
    const int64_t count = plan.parameterCount;
    for (int64_t slot = 0; slot < slots; slot++) {
      double* const state = arrays.state + slot * count;
      eachRun([&](int64_t at, int64_t callers, int64_t length) {
        copyParameters<V>(state + (in ? callers : at), g + (in ? at : callers), length);
      });
      threads.wait();
      const Share own = shareOf(count, threads);
      copyParameters<V>(g + own.from, state + own.from, own.to - own.from);
      threads.wait();
    }
  }

  // Norms are those of whole tensors: all gradients first.
  LOCKSTEP_APART void endWithNorms(bool anew) {
    net.gradients(g, anew, false, [&](const LayerPlan& layer, int64_t at, double* gradients, int64_t count) {
      stepEnd.adjust(layer, at, gradients, count, options.get());
    });
    stepEnd.finish(g, scalars, options.get());
  }

  // The update of an optimizer for a part of the parameters, behind a pointer: the products of the gradients are
  // compiled once, not for each optimizer.
  using Apply = void(const void* update, double* p, const double* g, double* state, int64_t stride, int64_t count);

  template <class Update>
  static LOCKSTEP_APART void applyUpdate(const void* update, double* p, const double* g, double* state, int64_t stride,
                                         int64_t count) {
    static_cast<const Update*>(update)->template apply<V>(p, g, state, stride, count);
  }

  LOCKSTEP_APART void endByPieces(bool anew, bool plain, const void* update, Apply* apply) {
    net.gradients(g, anew, anew,
                  [&](const LayerPlan& layer, int64_t at, double* gradients, int64_t count) LOCKSTEP_LAMBDA {
                    if (!plain) {
                      stepEnd.adjust(layer, at, gradients, count, options.get());
                      stepEnd.decay(at, count, options.get());
                    }
                    apply(update, p + at, gradients, stateAt(arrays.state, at), plan.parameterCount, count);
                  });
  }

  const Plan& plan;
  Net& net;
  double* const p;
  double* const g;
  const int32_t* const order;
  const TrainingArrays& arrays;
  Together& threads;
  const int64_t mostBlockRows;
  // How many vectors the optimizer's state has, and the scalars behind them.
  int64_t slots;
  double* scalars;
  double ownScalars[kMostScalars];
  StepOptions options;
  const StepEnd<V, SharedOptions, Together> stepEnd;
  int64_t step = 0;
  // Those of the epoch's steps.
  double penalties = -0.0;
};

}  // namespace
}  // namespace lockstep
