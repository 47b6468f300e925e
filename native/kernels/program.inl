// Prediction, evaluation and training: lib/kernels/program.ts, with as many rows at a time as N has lanes. Lanes beyond
// the last row compute something that nobody reads.
#pragma once

namespace lockstep {
namespace {

template <class N>
struct Pass {
  static int64_t predictionWorkspace(const Plan& plan) {
    Room room(nullptr);
    AnyNetwork<N>(plan, room, false);
    return room.length();
  }

  static void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
    Room room(workspace);
    AnyNetwork<N> net(plan, room, false);
    for (int64_t row = 0; row < plan.rows; row += N::lanes) {
      const int rows = rowsFrom(plan.rows - row);
      loadRows(net.x, x, nullptr, row, rows, plan.inputs);
      forwardPass<N>(plan, net, SharedParameters<N>{p});
      const double* const lanes = reinterpret_cast<const double*>(net.a(plan.layerCount - 1));
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < plan.outputs; j++) output[(row + i) * plan.outputs + j] = lanes[j * N::lanes + i];
      }
    }
  }

  static double evaluate(const Plan& plan, const double* p, const double* x, const double* y, double* workspace) {
    Room room(workspace);
    AnyNetwork<N> net(plan, room, false);
    double sum = -0.0;
    for (int64_t row = 0; row < plan.rows; row += N::lanes) {
      const int rows = rowsFrom(plan.rows - row);
      loadRows(net.x, x, nullptr, row, rows, plan.inputs);
      loadRows(net.y, y, nullptr, row, rows, plan.outputs);
      forwardPass<N>(plan, net, SharedParameters<N>{p});
      addLosses(rowLosses<N>(net), rows, sum);
    }
    return sum * plan.lossScale;
  }

  static int rowsFrom(int64_t left) { return left < N::lanes ? static_cast<int>(left) : N::lanes; }
};

// What a training keeps in the workspace besides the values of the network.
template <class N>
struct TrainingRoom {
  TrainingRoom(const Plan& plan, Room& room) {
    g = room.take<double>(plan.parameterCount + N::Base::lanes);
    kept = room.take<double>(plan.parameterCount);
    order = room.take<int32_t>(plan.shuffle ? plan.rows : 0);
  }
  double* g;
  double* kept;
  int32_t* order;
};

template <class N>
int64_t trainingWorkspace(const Plan& plan) {
  Room room(nullptr);
  TrainingRoom<N>(plan, room);
  AnyNetwork<N>(plan, room, true);
  return room.length();
}

// The first parameter that is not finite, or -1.
template <class V, class Count>
LOCKSTEP_INLINE int64_t firstNotFinite(const double* p, Count count) {
  bool finite = true;
  eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    finite &= all(lessEqual(abs(T::load(p + i)), T::splat(kLargest)));
  });
  if (finite) [[likely]]
    return -1;
  for (int64_t i = 0;; i++) {
    if (!(p[i] - p[i] == 0)) return i;
  }
}

template <class V, class Count>
LOCKSTEP_INLINE void copyParameters(const double* from, double* to, Count count) {
  eachVector<V>(count, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
    using T = typename decltype(lanes)::type;
    T::load(from + i).store(to + i);
  });
}

// The whole training. An epoch counts if its loss and the parameters after it are finite; if not, those before it come
// back.
template <class N, class Net, class Count>
LOCKSTEP_INLINE TrainingOutcome train(const Plan& plan, Net& net, Count parameterCount, const TrainingRoom<N>& room,
                                      const TrainingArrays& arrays, const volatile int* cancelled) {
  using V = typename N::Base;
  double* const p = arrays.parameters;
  double* const g = room.g;
  const int32_t* const order = plan.shuffle ? room.order : nullptr;
  // Without a shuffle, rows that fit the lanes are loaded once.
  const bool resident = !plan.shuffle && plan.rows <= N::lanes && plan.rows <= plan.batchSize;
  if (resident) {
    loadRows(net.x, arrays.x, order, 0, static_cast<int>(plan.rows), plan.inputs);
    loadRows(net.y, arrays.y, order, 0, static_cast<int>(plan.rows), plan.outputs);
  }
  copyParameters<V>(p, room.kept, parameterCount);
  for (int64_t epoch = 0; epoch < plan.epochs; epoch++) {
    if (plan.shuffle) {
      shuffleOrder(room.order, static_cast<int32_t>(plan.rows), plan.seedLow, plan.seedHigh,
                   static_cast<uint32_t>(epoch));
    }
    double lossSum = -0.0;
    for (int64_t batch = 0; batch < plan.rows; batch += plan.batchSize) {
      const int64_t left = plan.rows - batch;
      const int64_t batchRows = left < plan.batchSize ? left : plan.batchSize;
      const double scale = batchRows == plan.batchSize ? plan.gradientScale : plan.lastGradientScale;
      for (int64_t row = 0; row < batchRows; row += N::lanes) {
        if (*cancelled != 0) [[unlikely]] {
          return {epoch, kCancelled, -1};
        }
        const int rows = Pass<N>::rowsFrom(batchRows - row);
        if (!resident) {
          loadRows(net.x, arrays.x, order, batch + row, rows, plan.inputs);
          loadRows(net.y, arrays.y, order, batch + row, rows, plan.outputs);
        }
        forwardPass<N>(plan, net, SharedParameters<N>{p});
        addLosses(rowLosses<N>(net), rows, lossSum);
        backwardPass<N>(plan, net, SharedParameters<N>{p}, scale,
                        [&](auto l) LOCKSTEP_LAMBDA { net.layerGradient(l, g, rows, row == 0); });
        net.gradients(g, rows);
      }
      Optimizers::with(plan.optimizer, [&](auto optimizer) LOCKSTEP_LAMBDA {
        optimizer.template update<V>(p, g, arrays.state, parameterCount, SharedOptions{plan.optimizerOptions});
      });
    }
    const double loss = lossSum * plan.lossScale;
    arrays.history[epoch] = loss;
    const int64_t broken = firstNotFinite<V>(p, parameterCount);
    if (broken >= 0 || !(loss - loss == 0)) [[unlikely]] {
      copyParameters<V>(room.kept, p, parameterCount);
      return {epoch, loss - loss == 0 ? kParameterNotFinite : kLossNotFinite, broken};
    }
    copyParameters<V>(p, room.kept, parameterCount);
  }
  return {plan.epochs, kDone, -1};
}

template <class N>
TrainingOutcome trainAny(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled) {
  Room workspace(arrays.workspace);
  const TrainingRoom<N> room(plan, workspace);
  AnyNetwork<N> net(plan, workspace, true);
  return train<N>(plan, net, plan.parameterCount, room, arrays, cancelled);
}

// For a batch that is one vector of samples.
template <class N, class Net>
TrainingOutcome trainSmall(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled) {
  Room workspace(arrays.workspace);
  const TrainingRoom<N> room(plan, workspace);
  Net net(plan);
  return train<N>(plan, net, Fixed<Net::parameterCount>{}, room, arrays, cancelled);
}

}  // namespace
}  // namespace lockstep
