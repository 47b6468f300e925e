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

// The arrays of a training; lib/kernels/plan.ts says what each holds. sampleWeight and rateFactors may be nullptr.
// Of an ensemble: `parameters`, `state` and `history` hold the members one after the other, which share the others.
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

enum Status { kDone = 0, kLossNotFinite = 1, kParameterNotFinite = 2, kCancelled = 3, kStateNotFinite = 4 };

struct TrainingOutcome {
  int64_t epochs;
  Status status;
  int64_t parameter;
};

// What differs between the members of an ensemble, member after member: the optimizer's options and the seeds of the
// shuffles (low word, high word). If an option is 0 for one member, it is 0 for all.
struct MemberPlans {
  const double* optimizerOptions;
  const uint32_t* seeds;
  bool sameSeeds;
};

}  // namespace lockstep
