// Gradients of predictions, and training steps with given gradients.
#pragma once

#include <napi.h>

#include "slots.h"

namespace lockstep {

// The functions (parameters, x, dOutput, dParameters, dInputs) of an environment. One of the last two may have length
// 0: then it is not computed.
class Gradients : public PlanSlots {
 public:
  Gradients() : PlanSlots("gradients", call, Purpose::kGradients, &KernelSet::gradientsWorkspace) {}

 private:
  static napi_value call(napi_env env, napi_callback_info info) noexcept;
  [[noreturn]] static void refuse(napi_env env, const Slot& slot, const napi_value* arrays);
};

// (set, plan): the length of the workspace of `applyGradients`
Napi::Value stepEndWorkspace(const Napi::CallbackInfo& info);

// (set, plan, parameters, gradients, state, workspace): the end of a step, in place
Napi::Value applyGradients(const Napi::CallbackInfo& info);

}  // namespace lockstep
