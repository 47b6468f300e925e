// Decodes the layers of an encoded plan, and checks every number of them against the table of layers.
#pragma once

#include <vector>

#include "../kernel_set.h"
#include "numbers.h"
#include "../plan.h"

namespace lockstep {

// The fields of an encoded layer in order. Its inputLayers, its activation's options, its options and its tensors
// follow.
extern const char* const kLayerFields[];
extern const int kLayerFieldCount;
// The fields of each of its tensors.
extern const char* const kTensorFields[];
extern const int kTensorFieldCount;

// Reads the numbers of an encoded plan in order.
class PlanReader {
 public:
  explicit PlanReader(const std::vector<double>& numbers)
      : numbers(numbers.data()), length(static_cast<int64_t>(numbers.size())) {}
  // The next `count` numbers. Refuses the plan if fewer are left.
  const double* take(int64_t count);
  // The same for options, which must be finite. name: whose options they are
  const double* takeOptions(int64_t count, const Parts& name);
  // Refuses the plan if numbers are left.
  void end() const;

 private:
  const double* const numbers;
  const int64_t length;
  int64_t at = 0;
};

// The layers of a plan with the memory that they point to.
class OwnedLayers {
 public:
  explicit OwnedLayers(const KernelSet& kernels) : kernels(kernels) {}
  // The numbers must stay where they are: options are read in place. Needed of the plan: inputs, outputs,
  // parameterCount, layerCount. Sets its layers.
  void read(PlanReader& reader, Plan& plan);

 private:
  LayerPlan readLayer(PlanReader& reader, const Plan& plan, int l);
  void readTensor(PlanReader& reader, const LayerPlan& layer, int i, const Parts& name);
  void connect();
  void check(const Plan& plan) const;

  const KernelSet& kernels;
  std::vector<LayerPlan> layers;
  std::vector<TensorPlan> tensors;
  std::vector<int> inputLayers;
  // The offsets of the next tensor and of its sums.
  int64_t offset = 0;
  int64_t columnSums = 0;
};

}  // namespace lockstep
