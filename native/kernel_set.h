// The functions of a kernel set: the same list for each instruction set.
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

// The name of an activation, a loss, an optimizer or a kind of layer, and the names of its options in order.
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

// The same functions for one instruction set. Workspaces are counted in doubles. A training reads `cancelled` once a
// step.
struct KernelSet {
  int64_t (*predictionWorkspace)(const Plan& plan);
  int64_t (*evaluationWorkspace)(const Plan& plan);
  // The number of threads that a training can use, at most `threads`; and the number that makes it faster.
  int (*usableThreads)(const Plan& plan, int threads);
  int (*usefulThreads)(const Plan& plan, int threads);
  int64_t (*trainingWorkspace)(const Plan& plan, int threads);
  void (*predict)(const Plan& plan, const double* p, const double* x, double* output, double* workspace);
  double (*evaluate)(const Plan& plan, const double* p, const double* x, const double* y, const double* sampleWeight,
                     double* workspace);
  // On one thread; or on each thread of a team, which has at most `usableThreads` threads. The outcome of the first
  // thread counts.
  TrainingOutcome (*train)(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled);
  TrainingOutcome (*trainTiled)(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled,
                                const ThreadContext& team);
  // The number of members that train together as a group, and the workspace of one group.
  int (*membersPerGroup)(const Plan& plan, int members);
  int64_t (*groupWorkspace)(const Plan& plan, int members);
  // Trains one group: `members` members from `first` on.
  void (*trainGroup)(const Plan& plan, const MemberPlans& plans, const EnsembleArrays& arrays, double* workspace,
                     int64_t first, int members, const volatile int* cancelled);
  // The number of state vectors (one number a parameter each), and of scalars after them.
  int (*optimizerSlots)(int optimizer, const double* options);
  int (*optimizerScalars)(int optimizer);
  // Whether an activation maps each unit by itself.
  bool (*isElementwise)(int activation);
  // The activation (its code) that a loss requires in the last layer, or -1.
  int (*lossFusedWith)(int loss);
  // How many layers a layer of this kind reads.
  int (*layerInputCount)(int kind);
  // Whether the caller may choose the activation of such a layer; and whether the layer must read the samples.
  bool (*isLayerActivated)(int kind);
  bool (*isLayerFirstOnly)(int kind);
  // Whether the options of a layer are possible with its inputs. Needed: kind, inputs, options.
  bool (*layerOptionsFit)(const LayerPlan& layer);
  // The units of a layer with inputs of these widths, 0 if they do not fit. `layer.units` are those that the caller
  // chose, if the kind allows that.
  int64_t (*layerUnits)(const LayerPlan& layer, const int* inputUnits);
  int (*layerTensorCount)(const LayerPlan& layer);
  TensorShape (*layerTensor)(const LayerPlan& layer, int i);
  NameTable activations;
  NameTable losses;
  NameTable optimizers;
  // The option of embedding is a list, which optionCount does not say the length of.
  NameTable layers;
};

}  // namespace lockstep
