// The plan of a call: everything that a kernel set computes by, as numbers. lib/kernels/plan.ts has the same fields
// under the same names.
#pragma once

#include <stdint.h>

namespace lockstep {

// A matrix of parameters, [rows × columns] row-major from `offset` on.
struct TensorPlan {
  int64_t rows;
  int64_t columns;
  int64_t offset;
  // Whether training changes it.
  bool trained;
  // The factors of its penalty, which counts if it is trained.
  double l1;
  double l2;
  // Derived: the offset of its sums of columns among those of all tensors. Each has two rows of `columns` sums.
  int64_t columnSums;
};

// One layer. `kind` and `activation` are indices of the tables, and the options are in their order.
struct LayerPlan {
  int kind;
  // The width of its first input.
  int inputs;
  int units;
  int activation;
  const double* activationOptions;
  const double* options;
  int optionCount;
  // Whether one of its tensors is trained.
  bool trainable;
  // The indices of the layers whose outputs it reads; -1: the samples.
  const int* inputLayers;
  int inputCount;
  const TensorPlan* tensors;
  int tensorCount;
  // Derived: the offset of its first parameter; whether training needs dL/dz, because the layer or one that it reads,
  // directly or not, is trainable; and the number of units of all earlier layers.
  int64_t parameters;
  bool needsDerivative;
  int64_t unitsBefore;
};

// A network and its rows. The fields of evaluation and training are set only for calls that need them.
struct Plan {
  int inputs;
  int outputs;
  int64_t parameterCount;
  int layerCount;
  const LayerPlan* layers;
  // Derived: areDenseChain. The forms with lanes are for these networks only.
  bool isDenseChain;

  int64_t rows;
  int loss;
  const double* lossOptions;
  double lossScale;

  int64_t firstEpoch;
  int64_t epochs;
  // An epoch has `stepsPerEpoch` batches of `batchSize` rows; the last has `lastBatchSize` rows and its own scale of
  // the gradient. `epochRows` is the sum.
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

// The place of the learning rate among the options of every optimizer.
constexpr int kLearningRate = 0;

// The code of dense layers. Everything that treats them differently from other kinds asks the following functions.
constexpr int kDense = 0;

inline bool isDense(const LayerPlan& layer) { return layer.kind == kDense; }

// Whether all layers are dense and each reads the one before it.
inline bool areDenseChain(const LayerPlan* layers, int count) {
  for (int l = 0; l < count; l++) {
    if (!isDense(layers[l]) || layers[l].inputLayers[0] != l - 1) return false;
  }
  return true;
}

// The offsets of a dense layer's tensors.
inline int64_t weightsOf(const LayerPlan& layer) { return layer.parameters; }
inline int64_t biasOf(const LayerPlan& layer) { return layer.parameters + int64_t{layer.inputs} * layer.units; }

// A series that early stopping or the plateau of a learning rate monitors. series: its index among those of a member;
// kTrainingLoss: the loss over the training samples after the epoch. higher: whether higher values are better.
constexpr int kTrainingLoss = -1;

struct Monitoring {
  int series;
  bool higher;
};

struct StoppingPlan {
  Monitoring monitor;
  double patience;
  double minDelta;
  bool restoreBest;
};

// The schedule `reduceOnPlateau`.
struct PlateauPlan {
  Monitoring monitor;
  double factor;
  double patience;
  double threshold;
  bool relative;
  double cooldown;
  double minimum;
};

// A metric by its index in the table, with its options in their order.
struct MetricPlan {
  int code;
  const double* options;
};

// What a session computes after each epoch. `stopping` and `plateau` may be nullptr.
struct WatchPlan {
  const MetricPlan* metrics;
  int metricCount;
  bool signs;
  double trainingLossScale;
  int64_t validationRows;
  double validationLossScale;
  bool scheduled;
  const StoppingPlan* stopping;
  const PlateauPlan* plateau;
};

// The number of series of each member, in this order: the loss; the metrics over the training samples; with validation
// its loss and the metrics over it; with early stopping the monitored values; where scheduled, the learning rates.
inline int64_t seriesCount(const WatchPlan* watch) {
  if (watch == nullptr) return 1;
  const int validated = watch->validationRows > 0 ? 1 + watch->metricCount : 0;
  return 1 + watch->metricCount + validated + (watch->stopping != nullptr ? 1 : 0) + (watch->scheduled ? 1 : 0);
}

// The lengths of a session's position, and of a member's part of its outcomes, `stopping` and `plateaus`.
constexpr int64_t kPositionLength = 4;
constexpr int64_t kOutcomeLength = 3;
constexpr int64_t kStoppingLength = 3;
constexpr int64_t kPlateauLength = 5;

// The arrays of a session in the order of lib/kernels/plan.ts, which says what each holds; nullptr: of length 0.
// chunk: the number of epochs that a series and rateFactors have entries for.
struct SessionArrays {
  double* parameters;
  double* state;
  double* currentParameters;
  double* currentState;
  double* workspace;
  const double* x;
  const double* y;
  const double* sampleWeight;
  const double* labels;
  const double* validationX;
  const double* validationY;
  const double* validationWeight;
  const double* validationLabels;
  const double* rateFactors;
  double* best;
  double* stopping;
  double* plateaus;
  double* position;
  double* outcomes;
  double* series;
  int64_t chunk;
};

// The arrays of a training. sampleWeight and rateFactors may be nullptr; rateFactors and losses begin with the first
// epoch of the range. Of an ensemble: `parameters` and `state` hold the members one after the other, and the losses of
// member i begin at losses + i · lossStride.
struct TrainingArrays {
  // Those of the last finite epoch.
  double* parameters;
  double* state;
  // Those after the last step, where a training of one network ends within an epoch; nullptr: they are not kept.
  double* currentParameters;
  double* currentState;
  double* workspace;
  const double* x;
  const double* y;
  const double* sampleWeight;
  const double* rateFactors;
  double* losses;
  int64_t lossStride;
};

// How far a training is: its finite epochs, and the rows of the next one whose steps are done, with the sums of their
// losses and of the steps' penalties.
struct TrainingPosition {
  int64_t epoch;
  int64_t row;
  double lossSum;
  double penalties;
};

// Called by the first thread of a training whose steps are used up. Returns the number of further steps; 0: the
// training ends between two steps.
struct Pace {
  int64_t (*next)(Pace& pace);
  // What `next` has returned, for the other threads.
  int64_t steps;
};

// The epochs of a training: from its position up to `until`. from: the epoch of the first loss and rate factor.
struct TrainingRange {
  int64_t from;
  int64_t until;
  // The number of steps before `pace` is asked for more. Without a pace the training ends after them.
  int64_t steps;
  Pace* pace;
  // Whether the workspace has the order of the position's epoch, because the last training in it has ended there.
  bool hasOrder;
};

// Why a member has stopped. lib/kernels/plan.ts has the same numbers.
enum Status { kDone = 0, kLossNotFinite = 1, kParameterNotFinite = 2, kStateNotFinite = 4, kNotImproving = 5 };

struct TrainingOutcome {
  int64_t epochs;
  Status status;
  int64_t parameter;
};

// What differs between the members of an ensemble, member after member: the optimizer's options and the seeds of the
// shuffles (low word, high word). If an option is 0 for one member, it is 0 for all. Of one network both may be
// nullptr: those of the plan. layers: [members × layers of the plan], which differ in the options of layers that only
// training has; nullptr: all members have the layers of the plan.
struct MemberPlans {
  const double* optimizerOptions;
  const uint32_t* seeds;
  bool sameSeeds;
  const LayerPlan* layers;
};

}  // namespace lockstep
