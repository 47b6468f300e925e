// Predictions of one environment.
#pragma once

#include <napi.h>

#include "slots.h"

namespace lockstep {

// The functions (parameters, x, output) of an environment.
class Predictors : public PlanSlots {
 public:
  Predictors() : PlanSlots("predict", call, Purpose::kPredict, &KernelSet::predictionWorkspace) {}

  // The function (parameters) of a slot, which predicts one row: its inputs are the first values of `memory`, and it
  // writes the outputs after them. A call needs the address of one array only. `memory` must be shared: nobody can
  // transfer or shrink shared memory, so its address stays valid while the slot refers to it. Otherwise, where the row
  // is longer, and for a slot without a plan: undefined.
  napi_value prepareRow(napi_env env, int slot, const Napi::Value& memory);

 private:
  static napi_value call(napi_env env, napi_callback_info info) noexcept;
  static napi_value callRow(napi_env env, napi_callback_info info) noexcept;
  [[noreturn]] static void refuse(napi_env env, const Slot& slot, const napi_value* arrays);
};

}  // namespace lockstep
