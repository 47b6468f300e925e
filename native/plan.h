// What a kernel set is asked to do, in numbers: lib/kernels/plan.ts has the same fields under the same names.
#pragma once

#include <stdint.h>

namespace lockstep {

// The kinds of layers, by code.
enum LayerKind { kDense = 0, kDropout = 1, kBatchNormalization = 2, kLayerNormalization = 3 };

// One layer. `weights`, `bias` and `statistics` are offsets into the parameters: of gamma, beta, and the moving mean
// and variance where it normalizes. `l1` and `l2` are the factors of its weights' penalties; `trainable` is false where
// it has no parameters or they stay as they are.
struct LayerPlan {
  int kind;
  int inputs;
  int units;
  int activation;
  double alpha;
  double rate;
  double momentum;
  double epsilon;
  int64_t weights;
  int64_t bias;
  int64_t statistics;
  bool trainable;
  double l1;
  double l2;
  // How many units the layers before it have: where its values begin among those of all layers.
  int64_t unitsBefore;
};

// A network, its rows, and, as far as it is asked for, an evaluation or a training.
struct Plan {
  int inputs;
  int outputs;
  int64_t parameterCount;
  int layerCount;
  const LayerPlan* layers;
  // The first layer that is trainable; layerCount where none is.
  int lowestTrainable;

  int64_t rows;
  int loss;
  double lossOption;
  double lossScale;

  int64_t firstEpoch;
  int64_t epochs;
  // An epoch has `stepsPerEpoch` batches of `batchSize` rows, but for the last one, which has `lastBatchSize` and its
  // own scale of the gradient. `epochRows` is the sum of these.
  int64_t batchSize;
  int64_t lastBatchSize;
  int64_t stepsPerEpoch;
  int64_t epochRows;
  double gradientScale;
  double lastGradientScale;
  bool shuffle;
  uint32_t seedLow;
  uint32_t seedHigh;
  int optimizer;
  const double* optimizerOptions;
};

// The arrays of a training; what each holds stands in lib/backend.ts. Without sampleWeight or rateFactors these are
// nullptr.
struct TrainingArrays {
  double* parameters;
  double* state;
  double* workspace;
  const double* x;
  const double* y;
  const double* sampleWeight;
  const double* rateFactors;
  double* history;
};

// The threads that run one training together, as each of them sees it: each runs all of it, on its share of the
// outputs.
struct Team {
  int index;
  int size;
  // Returns when all of the team have called it.
  void (*wait)(void* barrier);
  void* barrier;
  // Two words for each of them to agree by.
  int* words;
};

enum Status { kDone = 0, kLossNotFinite = 1, kParameterNotFinite = 2, kCancelled = 3, kStateNotFinite = 4 };

struct TrainingOutcome {
  int64_t epochs;
  Status status;
  int64_t parameter;
};

// What the members of an ensemble differ in, one after the other: the optimizer's options, of which the same ones are 0
// for all members, and the seeds of the shuffles, low word and high word.
struct MemberPlans {
  const double* optimizerOptions;
  const uint32_t* seeds;
  bool sameSeeds;
};

// The arrays of an ensemble's training: those of the members, one after the other. Those that are only read are the
// same for all.
struct EnsembleArrays {
  double* parameters;
  double* state;
  const double* x;
  const double* y;
  const double* sampleWeight;
  const double* rateFactors;
  double* history;
  TrainingOutcome* outcomes;
};

// The name of an activation, a loss or an optimizer, and of its options in their order.
struct TableEntry {
  const char* name;
  const char* const* options;
  int optionCount;
};

struct Table {
  const TableEntry* entries;
  int count;
};

// The same functions for one instruction set. Sizes of workspace count doubles. A training looks at `cancelled` once a
// step.
struct KernelSet {
  int64_t (*predictionWorkspace)(const Plan& plan);
  int64_t (*evaluationWorkspace)(const Plan& plan);
  // How many threads, of so many, a training can use; and how many it gains from.
  int (*usableThreads)(const Plan& plan, int threads);
  int (*usefulThreads)(const Plan& plan, int threads);
  int64_t (*trainingWorkspace)(const Plan& plan, int threads);
  void (*predict)(const Plan& plan, const double* p, const double* x, double* output, double* workspace);
  double (*evaluate)(const Plan& plan, const double* p, const double* x, const double* y, const double* sampleWeight,
                     double* workspace);
  // By one thread; or by each of a team that has as many as are usable, at most. The outcome is that of its first.
  TrainingOutcome (*train)(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled);
  TrainingOutcome (*trainTogether)(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled,
                                   const Team& team);
  // How many members go together, so many of them on so many threads; and the workspace of one such group.
  int (*membersTogether)(const Plan& plan, int members);
  int64_t (*groupWorkspace)(const Plan& plan, int members);
  // Trains the members from `first` on, at most as many as go together.
  void (*trainGroup)(const Plan& plan, const MemberPlans& plans, const EnsembleArrays& arrays, double* workspace,
                     int64_t first, int members, const volatile int* cancelled);
  // How many vectors of state a parameter has, and how many scalars follow them.
  int (*optimizerSlots)(int optimizer, const double* options);
  int (*optimizerScalars)(int optimizer);
  // Whether an activation works on each unit by itself.
  bool (*isElementwise)(int activation);
  // The activation (as a code) that a loss must stand behind, or -1.
  int (*lossFusedWith)(int loss);
  Table activations;
  Table losses;
  Table optimizers;
};

}  // namespace lockstep
