// The plan of a call: everything that a kernel set computes by, as numbers. lib/kernels/plan.ts has the same fields
// under the same names.
#pragma once

#include <stdint.h>

namespace lockstep {

// The codes of the kinds of layers.
enum LayerKind { kDense = 0, kDropout = 1, kBatchNormalization = 2, kLayerNormalization = 3 };

// One layer. `weights`, `bias` and `statistics` are offsets into the parameters. A normalization stores gamma at
// `weights`, beta at `bias`, and the moving mean and variance at `statistics`. `l1` and `l2` are the factors of the
// penalties. `trainable` is false for a frozen layer and for a layer without parameters.
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
  // The number of units of all earlier layers: the offset of this layer's values among those of all layers.
  int64_t unitsBefore;
};

// A network and its rows. The fields of evaluation and training are set only for calls that need them.
struct Plan {
  int inputs;
  int outputs;
  int64_t parameterCount;
  int layerCount;
  const LayerPlan* layers;
  // The index of the first trainable layer; layerCount if there is none.
  int firstTrainable;

  int64_t rows;
  int loss;
  double lossOption;
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

// The arrays of a training; lib/backend.ts says what each holds. sampleWeight and rateFactors may be nullptr.
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

// The arrays of an ensemble's training: those of the members one after the other. All members share the input arrays.
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

}  // namespace lockstep
