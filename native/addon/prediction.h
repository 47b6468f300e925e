// Predictions of one environment.
#pragma once

#include <napi.h>

#include "slots.h"

namespace lockstep {

// The functions (parameters, x, output) of an environment.
class Predictors : public PlanSlots {
 public:
  Predictors() : PlanSlots("predict", call, Purpose::kPredict, &KernelSet::predictionWorkspace) {}

 private:
  static napi_value call(napi_env env, napi_callback_info info) noexcept;
  [[noreturn]] static void refuse(napi_env env, const Slot& slot, const napi_value* arrays);
};

}  // namespace lockstep
