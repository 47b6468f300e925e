// Concurrent trainings, for ThreadSanitizer. Tasks of the queue, some on
// threads of the pool and some with ensembles, are stopped, withdrawn and
// finished, while the threads of pool and queue end and start again. Every
// training that ends must have the bits of one thread. Built by
// scripts/sanitize-threads.mjs.
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "addon/queue.h"
#include "dispatch.h"
#include "pool.h"

namespace lockstep {
namespace {

int codeOf(const NameTable& table, const char* name) {
  for (int i = 0; i < table.count; i++) {
    if (std::strcmp(table.entries[i].name, name) == 0) return i;
  }
  std::printf("there is no %s\n", name);
  std::exit(1);
}

// Two layers whose units several threads divide, dropout, and adam with a clip
// of norms and a penalty: everything that threads decide together.
struct Example {
  static constexpr int kInputs = 8;
  static constexpr int kUnits = 48;
  static constexpr int kOutputs = 2;
  static constexpr int64_t kRows = 40;

  explicit Example(const KernelSet& kernels) : kernels(kernels) {
    const int tanh = codeOf(kernels.activations, "tanh");
    int64_t at = 0;
    int64_t columnSums = 0;
    const auto add = [&](int kind, int inputs, int units, int activation) -> LayerPlan& {
      const int l = plan.layerCount++;
      LayerPlan& layer = layers[l];
      layer.kind = kind;
      layer.inputs = inputs;
      layer.units = units;
      layer.activation = activation;
      inputLayers[l] = l - 1;
      layer.inputLayers = inputLayers + l;
      layer.inputCount = 1;
      layer.tensors = tensors[l];
      layer.parameters = at;
      layer.needsDerivative = true;
      layer.unitsBefore = l == 0 ? 0 : layers[l - 1].unitsBefore + layers[l - 1].units;
      return layer;
    };
    const auto addDense = [&](int inputs, int units, int activation) {
      LayerPlan& layer = add(kDense, inputs, units, activation);
      TensorPlan* const own = tensors[plan.layerCount - 1];
      own[0] = {inputs, units, at, true, 0, 1e-4, columnSums};
      own[1] = {1, units, at + inputs * units, true, 0, 0, columnSums + 2 * units};
      layer.tensorCount = 2;
      layer.trainable = true;
      at += (inputs + 1) * units;
      columnSums += 4 * units;
    };
    addDense(kInputs, kUnits, tanh);
    LayerPlan& dropout =
        add(codeOf(kernels.layers.names, "dropout"), kUnits, kUnits, codeOf(kernels.activations, "linear"));
    dropout.options = &rate;
    dropout.optionCount = 1;
    addDense(kUnits, kUnits, tanh);
    addDense(kUnits, kOutputs, codeOf(kernels.activations, "linear"));
    const TableEntry& adam = kernels.optimizers.entries[codeOf(kernels.optimizers, "adam")];
    for (int i = 0; i < adam.optionCount; i++) {
      const std::string name = adam.options[i];
      options.push_back(name == "learningRate"     ? 0.01
                        : name == "beta1"          ? 0.9
                        : name == "beta2"          ? 0.999
                        : name == "epsilon"        ? 1e-8
                        : name == "globalClipNorm" ? 1
                                                   : 0);
    }
    plan.inputs = kInputs;
    plan.outputs = kOutputs;
    plan.parameterCount = at;
    plan.layers = layers;
    plan.rows = kRows;
    plan.loss = codeOf(kernels.losses, "meanSquaredError");
    plan.lossScale = 1.0 / (kRows * kOutputs);
    plan.epochs = 6;
    plan.batchSize = 16;
    plan.gradientScale = 2.0 / (16 * kOutputs);
    plan.lastGradientScale = 2.0 / (8 * kOutputs);
    plan.shuffle = true;
    plan.seedLow = 7;
    plan.optimizer = codeOf(kernels.optimizers, "adam");
    plan.optimizerOptions = options.data();
    for (int64_t i = 0; i < kRows * kInputs; i++) x.push_back(std::sin(static_cast<double>(i)));
    for (int64_t i = 0; i < kRows * kOutputs; i++) y.push_back(std::cos(static_cast<double>(i)));
  }

  int64_t stateLength() const {
    return kernels.optimizerSlots(plan.optimizer, plan.optimizerOptions) * plan.parameterCount +
           kernels.optimizerScalars(plan.optimizer);
  }

  const KernelSet& kernels;
  LayerPlan layers[4] = {};
  TensorPlan tensors[4][2] = {};
  int inputLayers[4];
  const double rate = 0.25;
  std::vector<double> options;
  std::vector<double> x, y;
  Plan plan{};
};

// One training, run as native/addon/training.cc and native/addon/background.cc
// do.
class Training : public Task {
 public:
  Training(const Example& example, int threads, int64_t epochs, int members = 1)
      : example(example),
        plan(example.plan),
        threads(threads),
        members(members),
        parameters(static_cast<size_t>(members * plan.parameterCount)),
        state(static_cast<size_t>(members * example.stateLength())),
        history(static_cast<size_t>(members * epochs)),
        outcomes(static_cast<size_t>(members)) {
    plan.epochs = epochs;
    const KernelSet& kernels = example.kernels;
    for (size_t i = 0; i < parameters.size(); i++) {
      parameters[i] = std::sin(static_cast<double>(i % static_cast<size_t>(plan.parameterCount))) / 4;
    }
    if (members == 1) {
      workspace.resize(static_cast<size_t>(kernels.trainingWorkspace(plan, threads)));
    } else {
      groupLength = kernels.groupWorkspace(plan, members);
      workspace.resize(static_cast<size_t>(groupLength * threads));
      for (int i = 0; i < members; i++) {
        memberOptions.insert(memberOptions.end(), example.options.begin(), example.options.end());
        seeds.insert(seeds.end(), {7, 0});
      }
    }
  }

  void run() noexcept override {
    if (members > 1) {
      runEnsemble();
    } else if (threads == 1) {
      outcomes[0] = example.kernels.train(plan, arrays(), &cancelled);
    } else {
      const TrainingArrays shared = arrays();
      runOnThreads(example.kernels.usableThreads(plan, threads), [&](const ThreadContext& context) noexcept {
        const TrainingOutcome own = example.kernels.trainTiled(plan, shared, &cancelled, context);
        if (context.index == 0) outcomes[0] = own;
      });
    }
    ended = true;
  }

  void stop() { __atomic_store_n(&cancelled, 1, __ATOMIC_RELAXED); }

  // Whether every member has the parameters of this training.
  bool endedAs(const Training& other) const {
    for (int i = 0; i < members; i++) {
      const size_t bytes = other.parameters.size() * sizeof(double);
      const double* const own = parameters.data() + static_cast<size_t>(i) * other.parameters.size();
      if (outcomes[static_cast<size_t>(i)].status != kDone) return false;
      if (std::memcmp(own, other.parameters.data(), bytes) != 0) return false;
    }
    return true;
  }

  std::atomic<bool> ended{false};

 private:
  TrainingArrays arrays() {
    return {parameters.data(), state.data(), workspace.data(), example.x.data(),
            example.y.data(),  nullptr,      nullptr,          history.data()};
  }

  void runEnsemble() {
    const KernelSet& kernels = example.kernels;
    const MemberPlans plans = {memberOptions.data(), seeds.data(), true};
    const EnsembleArrays all = {parameters.data(), state.data(), example.x.data(), example.y.data(),
                                nullptr,           nullptr,      history.data(),   outcomes.data()};
    const int perGroup = kernels.membersPerGroup(plan, members);
    std::atomic<int> next{0};
    runOnThreads(threads, [&](const ThreadContext& context) {
      for (;;) {
        const int first = next.fetch_add(perGroup);
        if (first >= members) return;
        const int left = members - first;
        kernels.trainGroup(plan, plans, all, workspace.data() + context.index * groupLength, first,
                           left < perGroup ? left : perGroup, &cancelled);
      }
    });
  }

  const Example& example;
  Plan plan;
  const int threads;
  const int members;
  std::vector<double> parameters, state, workspace, history, memberOptions;
  std::vector<uint32_t> seeds;
  std::vector<TrainingOutcome> outcomes;
  int64_t groupLength = 0;
  volatile int cancelled = 0;
};

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::printf("not so: %s\n", what);
  failures++;
}

// What an environment does: holds the threads, trains, and releases them.
void environment(const Example& example, const Training& expected, int round) {
  holdPool();
  holdQueue();
  prepareQueue();
  std::vector<std::unique_ptr<Training>> all;
  for (int i = 0; i < 6; i++) all.push_back(std::make_unique<Training>(example, 1 + (i + round) % 3, 6));
  all.push_back(std::make_unique<Training>(example, 2, 6, 9));
  // A training without an end: it is stopped while it runs or waits.
  all.push_back(std::make_unique<Training>(example, 1 + round % 3, 1 << 20));
  for (auto& training : all) enqueue(*training);
  Training own(example, 2, 6);
  own.run();
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
  all.back()->stop();
  withdraw(*all.back());
  all.clear();
  releaseQueue();
  releasePool();
}

void check(const char* name, const KernelSet& kernels) {
  const Example example(kernels);
  Training expected(example, 1, 6);
  expected.run();
  for (int round = 0; round < 6; round++) {
    std::thread other([&] { environment(example, expected, round + 1); });
    environment(example, expected, round);
    other.join();
  }
  expect(queueSize() == 0 && poolSize() == 0, "no thread is left without a holder");
  std::printf("%s: done\n", name);
}

}  // namespace
}  // namespace lockstep

int main() {
  for (const lockstep::NamedKernelSet& set : lockstep::kernelSets()) lockstep::check(set.name, *set.kernels);
  return lockstep::failures == 0 ? 0 : 1;
}
