// A kernel set: the same functions for each instruction set. It has three parts, one for each form of a network, which
// are compiled by themselves; kernel_set.cc chooses the form by its cost.
#pragma once

#include "plan.h"

namespace lockstep {

// One training on several threads, as one of these threads sees it. Each thread runs the whole training on its range of
// the outputs.
struct ThreadContext {
  int index;
  int size;
  // Returns once all threads of the team have called it.
  void (*wait)(void* barrier);
  void* barrier;
  // Two flags for each thread, for decisions that all threads share.
  int* flags;
};

// Targets and predictions of a metric, [rows × outputs] both, row-major.
struct Scored {
  int64_t rows;
  int outputs;
  const double* targets;
  const double* predictions;
  // Whether the two classes of an output are -1 and 1, not 0 and 1.
  bool signs;
};

// The name of an activation, a loss, an optimizer, a metric or a kind of layer, and the names of its options in order.
struct TableEntry {
  const char* name;
  const char* const* options;
  int optionCount;
};

struct NameTable {
  const TableEntry* entries;
  int count;
};

// The shape of a tensor of a layer. `moving`: a statistic, which training changes without a gradient. `penalized`: it
// may have a penalty.
struct TensorShape {
  int64_t rows;
  int64_t columns;
  bool moving;
  bool penalized;
};

// What is known of a kind of layer, for the decoder of plans (kernels/layers/table.inl).
struct LayerRules {
  // How many layers a layer of this kind reads.
  int (*inputCount)(int kind);
  // Whether the caller may choose the activation of such a layer; and whether the layer must read the samples.
  bool (*isActivated)(int kind);
  bool (*isFirstOnly)(int kind);
  // Whether predictions omit such a layer. Its options may differ between members of an ensemble.
  bool (*isTrainingOnly)(int kind);
  // Whether the options of a layer are possible with its inputs, and as many as its kind has. Needed: kind, inputs,
  // options, optionCount.
  bool (*optionsFit)(const LayerPlan& layer);
  // The units of a layer with inputs of these widths, 0 if they do not fit. `layer.units` are those that the caller
  // chose, if the kind allows that.
  int64_t (*outputUnits)(const LayerPlan& layer, const int* inputUnits);
  int (*tensorCount)(const LayerPlan& layer);
  TensorShape (*tensor)(const LayerPlan& layer, int i);
  // The option of embedding is a list, which optionCount does not say the length of.
  NameTable names;
};

// Predicts the rows of a plan.
using PredictFunction = void (*)(const Plan& plan, const double* p, const double* x, double* output, double* workspace);

// Layers of many units: products of matrices, by tiles (kernels/training).
struct TiledKernels {
  // The number of threads that have work in a training.
  int64_t (*usableThreads)(const Plan& plan);
  // The number of rows that a training computes at once.
  int64_t (*blockRows)(const Plan& plan);
  int64_t (*predictionWorkspace)(const Plan& plan);
  int64_t (*trainingWorkspace)(const Plan& plan, const ThreadContext& context);
  PredictFunction predict;
  double (*evaluate)(const Plan& plan, const double* p, const double* x, const double* y, const double* sampleWeight,
                     double* output, double* workspace);
  int64_t (*gradientsWorkspace)(const Plan& plan);
  void (*gradients)(const Plan& plan, const double* p, const double* x, const double* dOutput, double* dParameters,
                    double* dInputs, double* workspace);
  TrainingOutcome (*train)(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                           TrainingPosition& position, const volatile int* cancelled, const ThreadContext& context);
  LayerRules layers;
};

// Samples in the lanes (kernels/lanes); and the tables, which are the same in all parts.
struct LaneKernels {
  // The lanes of the widest vectors.
  int lanes;
  // What the samples of a step cost, on average over an epoch, and those of a prediction: as many rows in full blocks
  // of vectors cost as much.
  double (*trainingRows)(const Plan& plan);
  double (*predictionRows)(const Plan& plan);
  // The number of threads that have work in a training.
  int64_t (*usableThreads)(const Plan& plan);
  int64_t (*predictionWorkspace)(const Plan& plan);
  int64_t (*rowWorkspace)(const Plan& plan);
  int64_t (*trainingWorkspace)(const Plan& plan, int threads);
  PredictFunction predict;
  // One row after the other, for a chain of dense layers (kernels/lanes/row.inl).
  PredictFunction predictRows;
  double (*evaluate)(const Plan& plan, const double* p, const double* x, const double* y, const double* sampleWeight,
                     double* output, double* workspace);
  TrainingOutcome (*train)(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                           TrainingPosition& position, const volatile int* cancelled);
  TrainingOutcome (*trainOnTeam)(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                                 TrainingPosition& position, const volatile int* cancelled,
                                 const ThreadContext& context);
  // The penalty of the weights in the loss, -0 without penalties, and the workspace that it needs.
  double (*penalty)(const Plan& plan, const double* p, double* workspace);
  int64_t (*penaltyWorkspace)(const Plan& plan);
  // The end of one step of a training, at the plan's learning rate, and the workspace that it needs.
  void (*endStep)(const Plan& plan, double* p, double* g, double* state, double* workspace);
  int64_t (*stepEndWorkspace)(const Plan& plan);
  // The number of state vectors (one number a parameter each), and of scalars after them.
  int (*optimizerSlots)(int optimizer, const double* options);
  int (*optimizerScalars)(int optimizer);
  // Whether an activation maps each unit by itself, whether it costs little, and whether many of its values are 0.
  bool (*isElementwise)(int activation);
  bool (*isCheap)(int activation);
  bool (*makesZeros)(int activation);
  // The activation (its code) that a loss requires in the last layer, or -1.
  int (*lossFusedWith)(int loss);
  double (*metric)(int code, const double* options, const Scored& scored, double* workspace);
  int64_t (*metricWorkspace)(int code, int64_t rows, int outputs);
  NameTable activations;
  NameTable losses;
  NameTable optimizers;
  NameTable metrics;
};

// Members of an ensemble in the lanes (kernels/lanes/ensemble.inl).
struct EnsembleKernels {
  // The lanes of the narrowest vectors, and of those that `members` members use.
  int minLanes;
  int (*lanes)(int members);
  int64_t (*workspace)(const Plan& plan, int members);
  // KernelSet::trainGroup
  void (*train)(const Plan& plan, const MemberPlans& plans, const TrainingArrays& arrays, TrainingOutcome* outcomes,
                const int* members, int count, const TrainingRange& range, int64_t epoch,
                const volatile int* cancelled);
};

// Workspaces are counted in doubles. A training reads `cancelled` once a step.
class KernelSet {
 public:
  constexpr KernelSet(const TiledKernels& tiled, const LaneKernels& lanes, const EnsembleKernels& ensemble)
      : activations(lanes.activations),
        losses(lanes.losses),
        optimizers(lanes.optimizers),
        metrics(lanes.metrics),
        layers(tiled.layers),
        tiled(tiled),
        lanes(lanes),
        ensemble(ensemble) {}

  // Whether the tiled form can compute a plan; and whether it trains it, and predicts its rows.
  bool canBeTiled(const Plan& plan) const;
  bool trainsInTiles(const Plan& plan) const;
  bool predictsInTiles(const Plan& plan) const;

  int64_t predictionWorkspace(const Plan& plan) const;
  int64_t evaluationWorkspace(const Plan& plan) const;
  // `predict` for this plan and its number of rows.
  PredictFunction predictFunction(const Plan& plan) const;
  void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) const;
  // The mean loss. output: nullptr, or [rows × outputs], which gets the predictions.
  double evaluate(const Plan& plan, const double* p, const double* x, const double* y, const double* sampleWeight,
                  double* output, double* workspace) const;

  // A metric by its code in `metrics`. The options may be any numbers, as many as the table has.
  double metric(int code, const double* options, const Scored& scored, double* workspace) const {
    return lanes.metric(code, options, scored, workspace);
  }
  int64_t metricWorkspace(int code, int64_t rows, int outputs) const {
    return lanes.metricWorkspace(code, rows, outputs);
  }

  // Gradients of a prediction, of any rows, by the tiled form for all networks: the vector-Jacobian products of
  // dOutput, [rows × outputs], with the trained parameters, [parameterCount], 0 for the others, and with x, [rows ×
  // inputs]. One of the two may be nullptr. Hidden layers have elementwise activations.
  int64_t gradientsWorkspace(const Plan& plan) const { return tiled.gradientsWorkspace(plan); }
  void gradients(const Plan& plan, const double* p, const double* x, const double* dOutput, double* dParameters,
                 double* dInputs, double* workspace) const {
    tiled.gradients(plan, p, x, dOutput, dParameters, dInputs, workspace);
  }
  // The end of a step with these gradients, which it may change.
  int64_t stepEndWorkspace(const Plan& plan) const { return lanes.stepEndWorkspace(plan); }
  void endStep(const Plan& plan, double* p, double* g, double* state, double* workspace) const {
    lanes.endStep(plan, p, g, state, workspace);
  }

  // The number of threads that a training can use, at most `threads`; and the number that makes it faster.
  int usableThreads(const Plan& plan, int threads) const;
  int usefulThreads(const Plan& plan, int threads) const;
  // What that follows from: the cost of a step on one thread, in the unit of cost.h, and the barriers of a step.
  double trainingCost(const Plan& plan) const;
  double barriers(const Plan& plan, int threads) const;
  int64_t trainingWorkspace(const Plan& plan, int threads) const;
  // From the position on, which is changed, over the epochs of the range. On one thread; or on each thread of a team,
  // which has at most `usableThreads` threads. The outcome of the first thread counts.
  TrainingOutcome train(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                        TrainingPosition& position, const volatile int* cancelled) const;
  TrainingOutcome trainOnTeam(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                              TrainingPosition& position, const volatile int* cancelled,
                              const ThreadContext& context) const;

  // The number of members that train together as a group, and the workspace of one group.
  int membersPerGroup(const Plan& plan, int members) const;
  int64_t groupWorkspace(const Plan& plan, int members) const;
  // Whether each member trains by itself, by `train` with a plan of its own. Its group has one member then.
  bool trainsMembersSingly(const Plan& plan) const;
  // Trains one group from `epoch` on: the members with these indices. The workspace is the group's own; `outcomes` has
  // one for each member of the ensemble. The range has steps without an end. If *cancelled is set, the outcomes have
  // the epochs that are done.
  void trainGroup(const Plan& plan, const MemberPlans& plans, const TrainingArrays& arrays, TrainingOutcome* outcomes,
                  const int* members, int count, const TrainingRange& range, int64_t epoch,
                  const volatile int* cancelled) const;

  int optimizerSlots(int optimizer, const double* options) const { return lanes.optimizerSlots(optimizer, options); }
  int optimizerScalars(int optimizer) const { return lanes.optimizerScalars(optimizer); }
  // The length of the optimizer's state.
  int64_t stateLength(const Plan& plan) const {
    return optimizerSlots(plan.optimizer, plan.optimizerOptions) * plan.parameterCount +
           optimizerScalars(plan.optimizer);
  }
  bool isElementwise(int activation) const { return lanes.isElementwise(activation); }
  int lossFusedWith(int loss) const { return lanes.lossFusedWith(loss); }

  const NameTable& activations;
  const NameTable& losses;
  const NameTable& optimizers;
  const NameTable& metrics;
  const LayerRules& layers;

 private:
  const TiledKernels& tiled;
  const LaneKernels& lanes;
  const EnsembleKernels& ensemble;
};

}  // namespace lockstep
