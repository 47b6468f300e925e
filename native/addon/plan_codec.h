// Decodes the plans that JavaScript passes as a Float64Array, and checks every number in them.
#pragma once

#include <napi.h>

#include <vector>

#include "arguments.h"
#include "../plan.h"

namespace lockstep {

// The fields of an encoded plan in order: first those of the network and the call, then those of each layer. The
// optimizer's options follow.
extern const char* const kPlanFields[];
extern const int kPlanFieldCount;
extern const char* const kLayerFields[];
extern const int kLayerFieldCount;

// The parts of a plan that a call needs.
enum class Purpose { kPredict, kEvaluate, kTrain };

// A plan with the memory that it points to.
class OwnedPlan {
 public:
  OwnedPlan(const Napi::Value& encoded, Purpose purpose);
  OwnedPlan(const OwnedPlan&) = delete;
  OwnedPlan& operator=(const OwnedPlan&) = delete;
  const Plan& get() const { return plan; }

 private:
  void readLayers(Napi::Env env, const double* values);
  void readTraining(Napi::Env env, const double* values, int optionCount);

  Plan plan{};
  std::vector<LayerPlan> layers;
  std::vector<double> options;
};

}  // namespace lockstep
