// Trainings beside the main thread.
#pragma once

#include <napi.h>

namespace lockstep {

// The arguments of a training, then an Int32Array of one element that stops it when it is not 0. Returns a promise.
Napi::Value trainAsync(const Napi::CallbackInfo& info);
Napi::Value trainEnsembleAsync(const Napi::CallbackInfo& info);

}  // namespace lockstep
