// Predictions off the main thread.
#pragma once

#include <napi.h>

namespace lockstep {

// (set, plan, members, threads, parameters, x, output, cancelled): the arrays of a SlicedPrediction, then an Int32Array
// of length 1: a value other than 0 ends the prediction. Returns a promise.
Napi::Value predictAsync(const Napi::CallbackInfo& info);

}  // namespace lockstep
