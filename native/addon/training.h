// The arguments of a training, checked, and the training itself.
#pragma once

#include <napi.h>

#include <string>
#include <vector>

#include "arguments.h"
#include "plan_codec.h"
#include "../plan.h"

namespace lockstep {

// Checks the arguments (set, plan, threads, parameters, state, workspace, x, y, sampleWeight, rateFactors, history),
// then trains in place.
class Training {
 public:
  // The arguments that are arrays.
  static constexpr uint32_t kFirstArray = 3;
  static constexpr uint32_t kArrayCount = 8;

  explicit Training(const Napi::CallbackInfo& info)
      : kernels(kernelSetOf(info[0])),
        owned(info[1], Purpose::kTrain),
        threads(kernels.usableThreads(owned.get(), integerArgument(info[2], "threads", 1, kMaxThreads))) {
    const Plan& plan = owned.get();
    const int64_t states = stateLength(kernels, plan);
    const int64_t length = kernels.trainingWorkspace(plan, threads);
    arrays.parameters = float64Array(info[3], "parameters", plan.parameterCount);
    arrays.state = float64Array(info[4], "state", states);
    arrays.workspace = float64ArrayOfAtLeast(info[5], "workspace", length);
    arrays.x = float64Array(info[6], "x", plan.rows * plan.inputs);
    arrays.y = float64Array(info[7], "y", plan.rows * plan.outputs);
    arrays.sampleWeight = optionalFloat64Array(info[8], "sampleWeight", plan.rows);
    arrays.rateFactors = optionalFloat64Array(info[9], "rateFactors", stepsOf(plan));
    arrays.history = float64Array(info[10], "history", plan.epochs);
    requireNoOverlap(info.Env(), {{"parameters", arrays.parameters, plan.parameterCount, true},
                                  {"state", arrays.state, states, true},
                                  {"workspace", arrays.workspace, length, true},
                                  {"x", arrays.x, plan.rows * plan.inputs, false},
                                  {"y", arrays.y, plan.rows * plan.outputs, false},
                                  extentOf("sampleWeight", arrays.sampleWeight, plan.rows),
                                  extentOf("rateFactors", arrays.rateFactors, stepsOf(plan)),
                                  {"history", arrays.history, plan.epochs, true}});
  }

  void run(const volatile int* cancelled);
  // { epochs, status, parameter }
  napi_value result(napi_env env) const;

 private:
  const KernelSet& kernels;
  const OwnedPlan owned;
  const int threads;
  TrainingArrays arrays;
  TrainingOutcome outcome{};
};

// What differs between the members of an ensemble, decoded: for each member the low and high word of the seed, then the
// options.
class OwnedMembers {
 public:
  OwnedMembers(const Napi::Value& encoded, const Plan& plan, const KernelSet& kernels);
  const MemberPlans& get() const { return plans; }
  int count() const { return members; }

 private:
  std::vector<double> options;
  std::vector<uint32_t> seeds;
  MemberPlans plans{};
  int members = 0;
};

// The same for an ensemble: (set, plan, members, threads, parameters, state, workspace, x, y, sampleWeight,
// rateFactors, history). Parameters, state and history hold the members one after the other.
class EnsembleTraining {
 public:
  static constexpr uint32_t kFirstArray = 4;
  static constexpr uint32_t kArrayCount = 8;

  explicit EnsembleTraining(const Napi::CallbackInfo& info);
  void run(const volatile int* cancelled);
  // An array of { epochs, status, parameter }
  napi_value result(napi_env env) const;

 private:
  const KernelSet& kernels;
  const OwnedPlan owned;
  const OwnedMembers members;
  const int threads;
  EnsembleArrays arrays{};
  double* workspace;
  std::vector<TrainingOutcome> outcomes;
};

// The workspace of an ensemble on this many threads.
int64_t ensembleWorkspace(const KernelSet& kernels, const Plan& plan, int members, int threads);

}  // namespace lockstep
