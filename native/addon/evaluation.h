// The loss and the metrics of one call on the main thread.
#pragma once

#include <napi.h>

namespace lockstep {

// (set, plan)
Napi::Value evaluationWorkspace(const Napi::CallbackInfo& info);

// (set, plan, parameters, x, y, sampleWeight, output, workspace)
Napi::Value evaluate(const Napi::CallbackInfo& info);

// (set, code, rows, outputs)
Napi::Value metricWorkspace(const Napi::CallbackInfo& info);

// (set, code, options, signs, rows, outputs, targets, predictions, workspace)
Napi::Value metric(const Napi::CallbackInfo& info);

}  // namespace lockstep
