// Concurrent sessions and predictions, for ThreadSanitizer. Tasks of the queue, some on threads of the pool and some
// with ensembles, are stopped, withdrawn and finished, while the threads of pool and queue end and start again. Every
// training that ends must have the bits of one thread. Built by scripts/sanitize-threads.mjs.
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "addon/queue.h"
#include "addon/sliced_prediction.h"
#include "dispatch.h"
#include "pool.h"
#include "session.h"

namespace lockstep {
namespace {

int codeOf(const NameTable& table, const char* name) {
  for (int i = 0; i < table.count; i++) {
    if (std::strcmp(table.entries[i].name, name) == 0) return i;
  }
  std::printf("there is no %s\n", name);
  std::exit(1);
}

// Wide: an embedding, a residual block with layers whose units several threads divide, dropout, batch normalization,
// and adam with a clip of norms and a penalty. Narrow: a chain of dense layers with samples in the lanes, and a plain
// step. So all that threads exchange.
struct Example {
  static constexpr int kInputs = 8;
  static constexpr int kUnits = 48;
  static constexpr int kNarrowUnits = 9;
  static constexpr int kOutputs = 2;
  static constexpr int64_t kRows = 40;
  static constexpr int64_t kBatchSize = 16;
  static constexpr int64_t kLastBatchSize = 8;
  static constexpr int kLayers = 7;
  static constexpr int kCategories = 5;

  Example(const KernelSet& kernels, bool narrow) : kernels(kernels), narrow(narrow) {
    const int tanh = codeOf(kernels.activations, "tanh");
    const int linear = codeOf(kernels.activations, "linear");
    if (narrow) {
      addLayer("dense", {-1}, kNarrowUnits, tanh, {});
      addLayer("dense", {0}, kOutputs, linear, {});
    } else {
      addWideLayers(tanh, linear);
    }
    const TableEntry& adam = kernels.optimizers.entries[codeOf(kernels.optimizers, "adam")];
    for (int i = 0; i < adam.optionCount; i++) {
      const std::string name = adam.options[i];
      options.push_back(name == "learningRate"                ? 0.01
                        : name == "beta1"                     ? 0.9
                        : name == "beta2"                     ? 0.999
                        : name == "epsilon"                   ? 1e-8
                        : name == "globalClipNorm" && !narrow ? 1
                                                              : 0);
    }
    plan.isDenseChain = narrow;
    plan.inputs = kInputs;
    plan.outputs = kOutputs;
    plan.layers = layers;
    plan.rows = kRows;
    plan.loss = codeOf(kernels.losses, "meanSquaredError");
    plan.lossScale = 1.0 / (kRows * kOutputs);
    plan.epochs = 6;
    plan.batchSize = kBatchSize;
    plan.lastBatchSize = kLastBatchSize;
    plan.stepsPerEpoch = (kRows - kLastBatchSize) / kBatchSize + 1;
    plan.epochRows = kRows;
    plan.gradientScale = 2.0 / (kBatchSize * kOutputs);
    plan.lastGradientScale = 2.0 / (kLastBatchSize * kOutputs);
    plan.shuffle = true;
    plan.seedLow = 7;
    plan.optimizer = codeOf(kernels.optimizers, "adam");
    plan.optimizerOptions = options.data();
    for (int64_t i = 0; i < kRows * kInputs; i++) {
      x.push_back(i % kInputs == 0 ? static_cast<double>(i / kInputs % kCategories) : std::sin(static_cast<double>(i)));
    }
    for (int64_t i = 0; i < kRows * kOutputs; i++) y.push_back(std::cos(static_cast<double>(i)));
  }

  int64_t stateLength() const {
    return kernels.optimizerSlots(plan.optimizer, plan.optimizerOptions) * plan.parameterCount +
           kernels.optimizerScalars(plan.optimizer);
  }

  const KernelSet& kernels;
  const bool narrow;
  std::vector<double> options;
  std::vector<double> x, y;
  Plan plan{};

 private:
  void addWideLayers(int tanh, int linear) {
    addLayer("embedding", {-1}, kUnits, linear, {0, kCategories, kUnits - kInputs + 1});
    addLayer("dense", {0}, kUnits, tanh, {});
    addLayer("dropout", {1}, kUnits, linear, {0.25});
    addLayer("dense", {2}, kUnits, tanh, {});
    addLayer("residual", {3, 1}, kUnits, linear, {});
    addLayer("batchNormalization", {4}, kUnits, tanh, {0.9, 1e-3});
    addLayer("dense", {5}, kOutputs, linear, {});
  }

  void addLayer(const char* kind, std::vector<int> inputs, int units, int activation, std::vector<double> own) {
    const int l = plan.layerCount++;
    inputLayers[l] = std::move(inputs);
    layerOptions[l] = std::move(own);
    LayerPlan& layer = layers[l];
    layer.kind = codeOf(kernels.layers.names, kind);
    layer.inputs = inputLayers[l][0] < 0 ? kInputs : layers[inputLayers[l][0]].units;
    layer.units = units;
    layer.activation = activation;
    layer.options = layerOptions[l].data();
    layer.optionCount = static_cast<int>(layerOptions[l].size());
    layer.inputLayers = inputLayers[l].data();
    layer.inputCount = static_cast<int>(inputLayers[l].size());
    layer.tensorCount = kernels.layers.tensorCount(layer);
    layer.trainable = layer.tensorCount > 0;
    layer.needsDerivative = true;
    layer.parameters = plan.parameterCount;
    layer.unitsBefore = l == 0 ? 0 : layers[l - 1].unitsBefore + layers[l - 1].units;
    layer.tensors = tensors[l];
    for (int i = 0; i < layer.tensorCount; i++) {
      const TensorShape shape = kernels.layers.tensor(layer, i);
      const double l2 = shape.penalized && !narrow ? 1e-4 : 0;
      tensors[l][i] = {shape.rows, shape.columns, plan.parameterCount, !shape.moving, 0, l2, columnSums};
      plan.parameterCount += shape.rows * shape.columns;
      columnSums += 2 * shape.columns;
    }
  }

  LayerPlan layers[kLayers] = {};
  TensorPlan tensors[kLayers][4] = {};
  std::vector<int> inputLayers[kLayers];
  std::vector<double> layerOptions[kLayers];
  int64_t columnSums = 0;
};

// One session, whose runs end after a short time, so that it goes on within epochs and between groups of members.
class Training : public Task {
 public:
  Training(const Example& example, int threads, int64_t epochs, int members = 1)
      : example(example),
        plan(withEpochs(example.plan, epochs)),
        memberOptions(repeated(example.options, members)),
        seeds(repeated<uint32_t>({7, 0}, members)),
        plans{memberOptions.data(), seeds.data(), true},
        members(members),
        session(example.kernels, plan, plans, members, threads, nullptr),
        state(static_cast<size_t>(members * example.stateLength())),
        currentParameters(static_cast<size_t>(plan.parameterCount)),
        currentState(static_cast<size_t>(example.stateLength())),
        workspace(static_cast<size_t>(Session::workspaceLength(example.kernels, plan, members, threads, nullptr))),
        losses(static_cast<size_t>(members * epochs)),
        position(kPositionLength),
        outcomes(static_cast<size_t>(members * kOutcomeLength)) {
    parameters.resize(static_cast<size_t>(members * plan.parameterCount));
    for (size_t i = 0; i < parameters.size(); i++) {
      parameters[i] = std::sin(static_cast<double>(i % static_cast<size_t>(plan.parameterCount))) / 4;
    }
  }

  // A slice of any length from nothing to 300 microseconds.
  bool run() noexcept override {
    SessionArrays arrays{};
    arrays.parameters = parameters.data();
    arrays.state = state.data();
    arrays.currentParameters = members == 1 ? currentParameters.data() : nullptr;
    arrays.currentState = members == 1 ? currentState.data() : nullptr;
    arrays.workspace = workspace.data();
    arrays.x = example.x.data();
    arrays.y = example.y.data();
    arrays.position = position.data();
    arrays.outcomes = outcomes.data();
    arrays.series = losses.data();
    arrays.chunk = plan.epochs;
    const TimePoint deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(100 * (slices % 4));
    const bool more = session.run(arrays, 0, plan.epochs, deadline, cancellation, slices % 3 > 0);
    slices++;
    if (more && !cancelled) return true;
    ended = true;
    return false;
  }

  void stop() {
    cancelled = true;
    cancellation.abandon();
  }

  // Whether every member has the parameters of this training.
  bool endedAs(const Training& other) const {
    for (int i = 0; i < members; i++) {
      const size_t bytes = other.parameters.size() * sizeof(double);
      const double* const own = parameters.data() + static_cast<size_t>(i) * other.parameters.size();
      const double* const outcome = outcomes.data() + i * kOutcomeLength;
      if (outcome[0] != static_cast<double>(plan.epochs) || outcome[1] != 0) return false;
      if (std::memcmp(own, other.parameters.data(), bytes) != 0) return false;
    }
    return true;
  }

  std::atomic<bool> ended{false};

 private:
  static Plan withEpochs(Plan plan, int64_t epochs) {
    plan.epochs = epochs;
    return plan;
  }
  template <class T>
  static std::vector<T> repeated(const std::vector<T>& values, int count) {
    std::vector<T> all;
    for (int i = 0; i < count; i++) all.insert(all.end(), values.begin(), values.end());
    return all;
  }

  const Example& example;
  const Plan plan;
  const std::vector<double> memberOptions;
  const std::vector<uint32_t> seeds;
  const MemberPlans plans;
  const int members;
  int slices = 0;
  Session session;
  std::vector<double> parameters, state, currentParameters, currentState, workspace, losses, position, outcomes;
  Cancellation cancellation;
  std::atomic<bool> cancelled{false};
};

// One prediction with several networks, run as native/addon/background_prediction.cc does.
class Prediction : public Task {
 public:
  static constexpr int kMembers = 9;

  Prediction(const Example& example, int threads)
      : parameters(static_cast<size_t>(kMembers * example.plan.parameterCount)),
        output(static_cast<size_t>(kMembers * Example::kRows * Example::kOutputs)),
        sliced(example.kernels, example.plan, kMembers, threads, {parameters.data(), example.x.data(), output.data()}) {
    // The squares are variances of the batch normalization too.
    for (size_t i = 0; i < parameters.size(); i++) {
      const double value = std::sin(static_cast<double>(i));
      parameters[i] = value * value / 4;
    }
  }

  bool run() noexcept override {
    if (sliced.advance(&cancelled)) return true;
    ended = true;
    return false;
  }

  void stop() { __atomic_store_n(&cancelled, 1, __ATOMIC_RELAXED); }

  bool endedAs(const Prediction& other) const {
    return std::memcmp(output.data(), other.output.data(), output.size() * sizeof(double)) == 0;
  }

  std::atomic<bool> ended{false};

 private:
  std::vector<double> parameters, output;
  SlicedPrediction sliced;
  volatile int cancelled = 0;
};

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::printf("not so: %s\n", what);
  failures++;
}

// What an environment does: holds the threads, trains, and releases them.
void environment(const Example& example, const Training& expected, const Prediction& expectedOutput, int round) {
  holdPool();
  holdQueue();
  prepareQueue();
  std::vector<std::unique_ptr<Training>> all;
  for (int i = 0; i < 6; i++) all.push_back(std::make_unique<Training>(example, 1 + (i + round) % 3, 6));
  all.push_back(std::make_unique<Training>(example, 2, 6, 9));
  // A training without an end: it is stopped while it runs or waits.
  all.push_back(std::make_unique<Training>(example, 1 + round % 3, 1 << 20));
  std::vector<std::unique_ptr<Prediction>> predictions;
  for (int i = 0; i < 6; i++) predictions.push_back(std::make_unique<Prediction>(example, 1 + (i + round) % 3));
  for (auto& prediction : predictions) enqueue(*prediction);
  for (auto& training : all) enqueue(*training);
  // Every third round one is stopped while it runs or waits.
  if (round % 3 == 1) predictions.back()->stop();
  Training own(example, 2, 6);
  while (own.run()) continue;
  expect(own.endedAs(expected), "a training beside the queue ends as one alone");
  for (size_t i = 0; i + 1 < all.size(); i++) {
    Training& training = *all[i];
    // Every third round some are withdrawn before they end.
    if (round % 3 == 2 && i % 2 == 1) {
      withdraw(training);
      continue;
    }
    while (!training.ended) std::this_thread::yield();
    withdraw(training);
    expect(training.endedAs(expected), "a training of the queue ends as one alone");
  }
  for (auto& prediction : predictions) {
    while (!prediction->ended) std::this_thread::yield();
    withdraw(*prediction);
    const bool stopped = round % 3 == 1 && prediction == predictions.back();
    expect(stopped || prediction->endedAs(expectedOutput), "a prediction of the queue ends as one on one thread");
  }
  all.back()->stop();
  prioritize(*all.back());
  withdraw(*all.back());
  all.clear();
  releaseQueue();
  releasePool();
}

void check(const char* name, const KernelSet& kernels, bool narrow) {
  const Example example(kernels, narrow);
  Training expected(example, 1, 6);
  while (expected.run()) continue;
  Prediction expectedOutput(example, 1);
  while (expectedOutput.run()) continue;
  for (int round = 0; round < 6; round++) {
    std::thread other([&] { environment(example, expected, expectedOutput, round + 1); });
    environment(example, expected, expectedOutput, round);
    other.join();
  }
  expect(queueSize() == 0 && poolSize() == 0, "no thread is left without a holder");
  std::printf("%s, %s layers: done\n", name, narrow ? "narrow" : "wide");
}

}  // namespace
}  // namespace lockstep

int main() {
  for (const lockstep::NamedKernelSet& set : lockstep::kernelSets()) {
    for (const bool narrow : {false, true}) lockstep::check(set.name, *set.kernels, narrow);
  }
  return lockstep::failures == 0 ? 0 : 1;
}
