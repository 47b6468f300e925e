// A training as JavaScript asks for it.
#pragma once

#include <napi.h>

#include "arguments.h"
#include "plan.h"

namespace lockstep {

// Checks the arguments (set, plan, parameters, state, workspace, x, y, history), then runs on them in place.
class Training {
 public:
  // Which arguments are arrays.
  static constexpr size_t kFirstArray = 2;
  static constexpr size_t kArrayCount = 6;

  explicit Training(const Napi::CallbackInfo& info) : kernels(kernelSetOf(info[0])), owned(info[1], Purpose::kTrain) {
    const Plan& plan = owned.get();
    const int64_t states = stateLength(kernels, plan);
    const int64_t length = kernels.trainingWorkspace(plan);
    arrays.parameters = float64Array(info[2], "parameters", plan.parameterCount);
    arrays.state = float64Array(info[3], "state", states);
    arrays.workspace = float64ArrayOfAtLeast(info[4], "workspace", length);
    arrays.x = float64Array(info[5], "x", plan.rows * plan.inputs);
    arrays.y = float64Array(info[6], "y", plan.rows * plan.outputs);
    arrays.history = float64Array(info[7], "history", plan.epochs);
    requireApart(info.Env(), {{"parameters", arrays.parameters, plan.parameterCount, true},
                              {"state", arrays.state, states, true},
                              {"workspace", arrays.workspace, length, true},
                              {"x", arrays.x, plan.rows * plan.inputs, false},
                              {"y", arrays.y, plan.rows * plan.outputs, false},
                              {"history", arrays.history, plan.epochs, true}});
  }

  TrainingOutcome run(const volatile int* cancelled) { return kernels.train(owned.get(), arrays, cancelled); }

 private:
  const KernelSet& kernels;
  const OwnedPlan owned;
  TrainingArrays arrays;
};

// { epochs, status, parameter }. An environment that is ending makes no objects: then nullptr.
inline napi_value outcomeObject(napi_env env, const TrainingOutcome& outcome) {
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok) return nullptr;
  const auto set = [&](const char* name, double number) {
    napi_value value;
    if (napi_create_double(env, number, &value) == napi_ok) napi_set_named_property(env, object, name, value);
  };
  set("epochs", static_cast<double>(outcome.epochs));
  set("status", outcome.status);
  set("parameter", static_cast<double>(outcome.parameter));
  return object;
}

}  // namespace lockstep
