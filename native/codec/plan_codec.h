// Decodes the plans that JavaScript passes as a Float64Array, and checks every number in them.
#pragma once

#include <vector>

#include "../kernel_set.h"
#include "layer_codec.h"
#include "numbers.h"
#include "../plan.h"

namespace lockstep {

// The fields of an encoded plan in order: those of the network and the call. The layers, the loss's options and the
// optimizer's options follow.
extern const char* const kPlanFields[];
extern const int kPlanFieldCount;

// The parts of a plan that a call needs.
enum class Purpose { kPredict, kGradients, kEvaluate, kTrain };

// A plan with the memory that it points to.
class OwnedPlan {
 public:
  // kernels: for the tables, which are the same in all sets. They must exist as long as the plan.
  OwnedPlan(const Numbers& encoded, Purpose purpose, const KernelSet& kernels);
  OwnedPlan(const OwnedPlan&) = delete;
  OwnedPlan& operator=(const OwnedPlan&) = delete;
  const Plan& get() const { return plan; }

 private:
  const LayerPlan& lastLayer() const { return plan.layers[plan.layerCount - 1]; }
  void checkGradients() const;
  void readEvaluation(const double* fields);
  void readTraining(const double* fields);

  const KernelSet& kernels;
  Plan plan{};
  // A copy of the encoded plan, whose options are read in place.
  std::vector<double> numbers;
  OwnedLayers layers;
};

}  // namespace lockstep
