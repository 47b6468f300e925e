// Runs of sessions off the main thread.
#pragma once

#include <napi.h>

namespace lockstep {

// (handle, from, until, milliseconds). Returns a promise.
Napi::Value runSessionAsync(const Napi::CallbackInfo& info);

}  // namespace lockstep
