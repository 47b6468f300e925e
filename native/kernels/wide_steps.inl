// The steps of a training whose network has layers of many units, by one thread or by each of a team: see steps.inl.
#pragma once

namespace lockstep {
namespace {

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
        state(room.state),
        g(room.g),
        order(plan.shuffle ? room.order : nullptr),
        arrays(arrays),
        threads(threads),
        mostBlockRows(Net::blockRows(plan, true)),
        vectorsLength(0),
        scalarCount(0),
        options(plan),
        stepEnd(plan, room.p, room.state, room.sums, threads) {
    Optimizers::with(plan.optimizer, [&](auto optimizer) {
      static_assert(optimizer.scalars <= kMostScalars, "raise kMostScalars");
      vectorsLength = optimizer.vectors(SharedOptions{plan.optimizerOptions}) * plan.parameterCount;
      scalarCount = optimizer.scalars;
    });
    scalars = threads.first() ? state + vectorsLength : ownScalars;
  }

  // The caller's parameters and state become those that change; each thread does its part.
  void take() {
    eachRun([&](int64_t at, int64_t callers, int64_t count) LOCKSTEP_LAMBDA {
      copyParameters<V>(arrays.parameters + callers, p + at, count);
      eachStateVector([&](int64_t vector) LOCKSTEP_LAMBDA {
        copyParameters<V>(arrays.state + vector + callers, state + vector + at, count);
      });
    });
    if (scalarCount > 0) copyParameters<V>(arrays.state + vectorsLength, scalars, scalarCount);
  }

  // These become the caller's.
  void keep() {
    eachRun([&](int64_t at, int64_t callers, int64_t count) LOCKSTEP_LAMBDA {
      copyParameters<V>(p + at, arrays.parameters + callers, count);
      eachStateVector([&](int64_t vector) LOCKSTEP_LAMBDA {
        copyParameters<V>(state + vector + at, arrays.state + vector + callers, count);
      });
    });
    if (scalarCount > 0 && threads.first()) copyParameters<V>(scalars, arrays.state + vectorsLength, scalarCount);
  }

  // Whether all of this thread's part is finite.
  bool areFinite() const {
    bool finite = lockstep::areFinite<V>(scalars, scalarCount);
    eachRun([&](int64_t at, int64_t, int64_t count) LOCKSTEP_LAMBDA {
      finite &= lockstep::areFinite<V>(p + at, count);
      eachStateVector([&](int64_t vector)
                          LOCKSTEP_LAMBDA { finite &= lockstep::areFinite<V>(state + vector + at, count); });
    });
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

  // f(vector) with where each of the state's vectors begins.
  template <class F>
  LOCKSTEP_INLINE void eachStateVector(F f) const {
    for (int64_t vector = 0; vector < vectorsLength; vector += plan.parameterCount) f(vector);
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
                    apply(update, p + at, gradients, state + at, plan.parameterCount, count);
                  });
  }

  const Plan& plan;
  Net& net;
  double* const p;
  double* const state;
  double* const g;
  const int32_t* const order;
  const TrainingArrays& arrays;
  Together& threads;
  const int64_t mostBlockRows;
  // How long the vectors of the optimizer's state are, and the scalars that follow them: each thread takes them on.
  int64_t vectorsLength;
  int64_t scalarCount;
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
