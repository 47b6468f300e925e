// Prediction, evaluation and training: lib/kernels/program.ts.
#pragma once

namespace lockstep {
namespace {

// Prediction and evaluation with as many rows at a time as N has lanes. Lanes beyond the last row compute something
// that nobody reads.
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

  static double evaluate(const Plan& plan, const double* p, const double* x, const double* y,
                         const double* sampleWeight, double* workspace) {
    Room room(workspace);
    AnyNetwork<N> net(plan, room, false);
    const RowWeights<N> weights = {sampleWeight == nullptr ? nullptr : net.rowWeight};
    double sum = -0.0;
    for (int64_t row = 0; row < plan.rows; row += N::lanes) {
      const int rows = rowsFrom(plan.rows - row);
      loadRows(net.x, x, nullptr, row, rows, plan.inputs);
      loadRows(net.y, y, nullptr, row, rows, plan.outputs);
      if (sampleWeight != nullptr) loadRows(net.rowWeight, sampleWeight, nullptr, row, rows, 1);
      forwardPass<N>(plan, net, SharedParameters<N>{p});
      addLosses(weights.of(rowLosses<N>(plan, net)), rows, sum);
    }
    return sum * plan.lossScale;
  }

  static int rowsFrom(int64_t left) { return left < N::lanes ? static_cast<int>(left) : N::lanes; }
};

// The same for layers of many units, a block of rows at a time.
template <class V>
struct WidePass {
  using Net = WideNetwork<V>;

  static int64_t workspace(const Plan& plan) {
    Room room(nullptr);
    Together alone(kAlone);
    Net(plan, nullptr, nullptr, room, false, alone);
    return room.length();
  }

  static void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
    eachBlock(plan, p, x, workspace,
              [&](Net& net, int64_t row) LOCKSTEP_LAMBDA { net.predictions(output + row * plan.outputs); });
  }

  static double evaluate(const Plan& plan, const double* p, const double* x, const double* y,
                         const double* sampleWeight, double* workspace) {
    double sum = -0.0;
    eachBlock(plan, p, x, workspace, [&](Net& net, int64_t row) LOCKSTEP_LAMBDA {
      net.rowLosses(y, sampleWeight, nullptr, row);
      net.addLosses(sum);
    });
    return sum * plan.lossScale;
  }

 private:
  // f(net, row) for each block of rows, the first of which is `row`, with the network's answers there.
  template <class F>
  static LOCKSTEP_INLINE void eachBlock(const Plan& plan, const double* p, const double* x, double* workspace, F f) {
    Room room(workspace);
    Together alone(kAlone);
    Net net(plan, p, nullptr, room, false, alone);
    for (int64_t row = 0; row < plan.rows; row += Net::kRows) {
      const int64_t left = plan.rows - row;
      net.begin(x, nullptr, row, left < Net::kRows ? left : Net::kRows);
      net.forward();
      f(net, row);
    }
  }
};

// Why an epoch does not count. parameter: the first that is not finite, or -1.
inline Status statusOf(bool finiteLoss, int64_t parameter) {
  if (!finiteLoss) return kLossNotFinite;
  return parameter < 0 ? kStateNotFinite : kParameterNotFinite;
}

// The whole training; each thread of a team runs it. An epoch counts if its loss and the parameters and the optimizer's
// state after it are finite: then these go into the caller's arrays. Steps: LaneSteps or WideSteps.
template <class Steps, class Threads>
LOCKSTEP_INLINE TrainingOutcome train(const Plan& plan, Steps& steps, const TrainingRoom& room,
                                      const TrainingArrays& arrays, Threads& threads, const volatile int* cancelled) {
  steps.take();
  // The number of the step among all of the training.
  uint32_t step = static_cast<uint32_t>(plan.firstEpoch * plan.stepsPerEpoch);
  const int64_t lastBatch = plan.epochRows - plan.lastBatchSize;
  for (int64_t epoch = 0; epoch < plan.epochs; epoch++) {
    if (plan.shuffle && threads.first()) {
      shuffleOrder(room.order, static_cast<int32_t>(plan.rows), plan.seedLow, plan.seedHigh,
                   static_cast<uint32_t>(plan.firstEpoch + epoch));
    }
    double lossSum = -0.0;
    for (int64_t batch = 0; batch <= lastBatch; batch += plan.batchSize) {
      const bool isLast = batch == lastBatch;
      const int64_t batchRows = isLast ? plan.lastBatchSize : plan.batchSize;
      const double scale = isLast ? plan.lastGradientScale : plan.gradientScale;
      steps.begin(step++);
      for (int64_t row = 0; row < batchRows; row += steps.mostRows()) {
        if (threads.agree(isSet(cancelled))) [[unlikely]]
          return {epoch, kCancelled, -1};
        const int64_t rows = batchRows - row < steps.mostRows() ? batchRows - row : steps.mostRows();
        steps.add(batch + row, rows, scale, row == 0, row + rows == batchRows, lossSum);
      }
    }
    threads.wait();
    const double loss = steps.epochLoss(lossSum);
    const bool finiteLoss = !threads.first() || loss - loss == 0;
    if (threads.first()) arrays.history[epoch] = loss;
    if (threads.any(!(static_cast<int>(steps.areFinite()) & static_cast<int>(finiteLoss)))) [[unlikely]] {
      const int64_t broken = steps.firstNotFinite();
      return {epoch, statusOf(finiteLoss, broken), broken};
    }
    steps.keep();
  }
  return {plan.epochs, kDone, -1};
}

template <class N>
int64_t laneWorkspace(const Plan& plan) {
  Room room(nullptr);
  TrainingRoom(plan, Lanes<typename N::Base>{}, room);
  AnyNetwork<N>(plan, room, true);
  return room.length();
}

template <class N>
TrainingOutcome trainInLanes(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled) {
  Room workspace(arrays.workspace);
  const TrainingRoom room(plan, Lanes<typename N::Base>{}, workspace);
  AnyNetwork<N> net(plan, workspace, true);
  LaneSteps<N, AnyNetwork<N>, int64_t> steps(plan, net, plan.parameterCount, room, arrays);
  Alone alone;
  return train(plan, steps, room, arrays, alone, cancelled);
}

// For a batch that is one vector of samples.
template <class N, class Net>
TrainingOutcome trainSmall(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled) {
  using Count = Fixed<Net::parameterCount>;
  Room workspace(arrays.workspace);
  const TrainingRoom room(plan, Lanes<typename N::Base>{}, workspace);
  Net net(plan);
  LaneSteps<N, Net, Count> steps(plan, net, Count{}, room, arrays);
  Alone alone;
  return train(plan, steps, room, arrays, alone, cancelled);
}

template <class V>
int64_t wideWorkspace(const Plan& plan, Together& threads) {
  Room room(nullptr);
  TrainingRoom(plan, Lanes<V>{}, room);
  WideNetwork<V>(plan, nullptr, nullptr, room, true, threads);
  return room.length();
}

template <class V>
TrainingOutcome trainWide(const Plan& plan, const TrainingArrays& arrays, const Team& team,
                          const volatile int* cancelled) {
  Room workspace(arrays.workspace);
  const TrainingRoom room(plan, Lanes<V>{}, workspace);
  Together threads(team);
  WideNetwork<V> net(plan, room.p, room.p, workspace, true, threads);
  WideSteps<V> steps(plan, net, room, arrays, threads);
  return train(plan, steps, room, arrays, threads, cancelled);
}

}  // namespace
}  // namespace lockstep
