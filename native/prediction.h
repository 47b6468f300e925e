// Predictions with one plan, again and again.
#pragma once

#include <napi.h>

namespace lockstep {

// (set, plan): a function (parameters, x, output) that predicts by this plan. It keeps what it needs besides these
// arrays: the plan, taken apart, and a workspace.
Napi::Value predictor(const Napi::CallbackInfo& info);

}  // namespace lockstep
