// Batch normalization, with units in the lanes: lib/kernels/layers/batch-normalization.ts.
#pragma once

#include "../../plan.h"
#include "normalization.inl"

namespace lockstep {
namespace {

// The places of the options, and of the statistics among the tensors.
enum BatchNormalizationOption { kMomentum, kBatchEpsilon };
enum MovingStatistic { kMovingMean = 2, kMovingVariance = 3 };

// Forward in training, for the units `own`: mean and variance of the batch (the variance in `inverse`, until
// inverseRoots); then the moving statistics are updated.
template <class V>
LOCKSTEP_NOINLINE void batchStatistics(const LayerPlan& layer, const double* const* rows, int64_t count, Range own,
                                       const Normalization& saved, double* moving) {
  const double samples = static_cast<double>(count);
  const double momentum = layer.options[kMomentum];
  const double rest = 1 - momentum;
  double* const movingMean = moving + layer.tensors[kMovingMean].offset;
  double* const movingVariance = moving + layer.tensors[kMovingVariance].offset;
  eachVector<V>(own.to - own.from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    const int64_t j = own.from + i;
    T sum = T::splat(-0.0);
    for (int64_t row = 0; row < count; row++) sum = sum + T::load(rows[row] + j);
    const T mean = sum / T::splat(samples);
    T squares = T::splat(-0.0);
    for (int64_t row = 0; row < count; row++) {
      const T difference = T::load(rows[row] + j) - mean;
      squares = squares + difference * difference;
    }
    const T variance = squares / T::splat(samples);
    mean.store(saved.mean + j);
    variance.store(saved.inverse + j);
    const auto follow = [&](double* average, T value) LOCKSTEP_LAMBDA {
      (T::load(average + j) * T::splat(momentum) + value * T::splat(rest)).store(average + j);
    };
    follow(movingMean, mean);
    follow(movingVariance, variance);
  });
}

template <class V>
LOCKSTEP_NOINLINE void movingStatistics(const LayerPlan& layer, const double* p, Range own,
                                        const Normalization& saved) {
  const double* const movingMean = p + layer.tensors[kMovingMean].offset;
  const double* const movingVariance = p + layer.tensors[kMovingVariance].offset;
  eachVector<V>(own.to - own.from, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    const int64_t j = own.from + i;
    T::load(movingMean + j).store(saved.mean + j);
    T::load(movingVariance + j).store(saved.inverse + j);
  });
}

// Forward for the rows `own`: x̂ = (x - mean) · inverse and z = gamma x̂ + beta, with the statistics of each unit.
template <class V>
LOCKSTEP_NOINLINE void normalizeUnits(const LayerPlan& layer, const double* p, const double* const* rows, Range own,
                                      const Normalization& saved, double* z) {
  const double* const gamma = p + gammaOf(layer);
  const double* const beta = p + betaOf(layer);
  for (int64_t row = own.from; row < own.to; row++) {
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T value = (T::load(rows[row] + j) - T::load(saved.mean + j)) * T::load(saved.inverse + j);
      value.store(saved.normalized + row * layer.units + j);
      (T::load(gamma + j) * value + T::load(beta + j)).store(z + row * layer.units + j);
    });
  }
}

// Backward for the rows `own`, if the statistics are those of the batch of `count` rows: dInput = gamma · inverse · (d
// - mean(d) - x̂ · mean(d x̂)). d = dL/dz, dInput: [rows × units]
template <class V>
LOCKSTEP_NOINLINE void batchBackward(const LayerPlan& layer, const double* p, const double* d, double* dInput,
                                     bool overwrite, int64_t count, Range own, const Normalization& saved) {
  const double samples = static_cast<double>(count);
  const double* const gamma = p + gammaOf(layer);
  for (int64_t row = own.from; row < own.to; row++) {
    const int64_t at = row * layer.units;
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T mean = T::load(saved.dBeta + j) / T::splat(samples);
      const T slope = T::load(saved.dGamma + j) / T::splat(samples);
      const T value = T::load(saved.normalized + at + j);
      storeDerivative(T::load(gamma + j) * T::load(saved.inverse + j) * (T::load(d + at + j) - (mean + value * slope)),
                      dInput + at + j, overwrite);
    });
  }
}

// Backward with the moving statistics, which are constants: dInput = gamma · inverse · d.
template <class V>
LOCKSTEP_NOINLINE void movingBackward(const LayerPlan& layer, const double* p, const double* d, double* dInput,
                                      bool overwrite, Range own, const Normalization& saved) {
  const double* const gamma = p + gammaOf(layer);
  for (int64_t row = own.from; row < own.to; row++) {
    const int64_t at = row * layer.units;
    eachVector<V>(layer.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      storeDerivative(T::load(gamma + j) * T::load(saved.inverse + j) * T::load(d + at + j), dInput + at + j,
                      overwrite);
    });
  }
}

struct BatchNormalization : NormalizationEntry {
  static constexpr const char* name = "batchNormalization";
  struct Options {
    static constexpr const char* names[] = {"momentum", "epsilon"};
    static constexpr int count = 2;
  };
  static bool optionsFit(const LayerPlan& layer) {
    return layer.options[kMomentum] >= 0 && layer.options[kMomentum] < 1;
  }
  static int tensorCount(const LayerPlan&) { return 4; }
  static TensorShape tensor(const LayerPlan& layer, int i) { return {1, layer.units, i >= kMovingMean, false}; }
  // A frozen layer uses its moving statistics.
  static bool needsWholeBatch(const LayerPlan& layer) { return layer.trainable; }

  template <class V>
  static State allocate(const LayerContext<V>& context, int l, Arena& arena) {
    const int64_t units = context.plan.layers[l].units;
    return {arena.allocate<double>(units), arena.allocate<double>(units),
            arena.allocate<double>(context.laneRows() * units), arena.allocate<double>(units),
            arena.allocate<double>(units)};
  }

  template <class V>
  static void forward(const LayerContext<V>& context, int l, State& saved, const BlockRows& rows,
                      const double* const* const* inputs, double* z) {
    const LayerPlan& layer = context.plan.layers[l];
    const Range own = ownUnits(context, layer);
    context.threads.wait();
    if (usesBatch(context, layer)) {
      batchStatistics<V>(layer, inputs[0], rows.count, own, saved, context.moving);
    } else {
      movingStatistics<V>(layer, context.p, own, saved);
    }
    inverseRoots<V>(saved.inverse, own.from, own.to, layer.options[kBatchEpsilon]);
    context.threads.wait();
    normalizeUnits<V>(layer, context.p, inputs[0], rows.own, saved, z);
  }

  // The sums over the batch, for this thread's units.
  template <class V>
  static void summarize(const LayerContext<V>& context, int l, State& saved, const BlockRows& rows, const double* d) {
    const LayerPlan& layer = context.plan.layers[l];
    if (!usesBatch(context, layer)) return;
    context.threads.wait();
    addGradients<V>(d, saved.normalized, saved.dGamma, saved.dBeta, rows.count, layer.units, ownUnits(context, layer),
                    true);
  }

  template <class V>
  static void backward(const LayerContext<V>& context, int l, State& saved, const BlockRows& rows, const double* d,
                       double* const* dInputs, const bool* overwrite) {
    const LayerPlan& layer = context.plan.layers[l];
    if (usesBatch(context, layer)) {
      context.threads.wait();
      batchBackward<V>(layer, context.p, d, dInputs[0], overwrite[0], rows.count, rows.own, saved);
    } else {
      movingBackward<V>(layer, context.p, d, dInputs[0], overwrite[0], rows.own, saved);
    }
  }

  // If a block is the whole batch, `summarize` has computed the gradients.
  template <class V, class F>
  static LOCKSTEP_INLINE void gradients(const LayerContext<V>& context, int l, State& saved, const BlockRows& rows,
                                        const double* const* const*, const double* d, double* g, bool overwrite, bool,
                                        F finished) {
    if (!context.threads.first()) return;
    const LayerPlan& layer = context.plan.layers[l];
    if (usesBatch(context, layer)) {
      copyParameters<V>(saved.dGamma, g + gammaOf(layer), layer.units);
      copyParameters<V>(saved.dBeta, g + betaOf(layer), layer.units);
    } else {
      addGradients<V>(d, saved.normalized, g + gammaOf(layer), g + betaOf(layer), rows.count, layer.units,
                      {0, layer.units}, overwrite);
    }
    finishScales(layer, g, finished);
  }

 private:
  // Whether the statistics are those of the batch.
  template <class V>
  static bool usesBatch(const LayerContext<V>& context, const LayerPlan& layer) {
    return context.mode == Mode::kTrain && needsWholeBatch(layer);
  }

  // Whole vectors of units.
  template <class V>
  static Range ownUnits(const LayerContext<V>& context, const LayerPlan& layer) {
    return partitionAligned(layer.units, V::lanes, context.threads.index(), context.threads.size());
  }
};

}  // namespace
}  // namespace lockstep
