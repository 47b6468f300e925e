// The boundary between JavaScript and C++. No exception leaves the addon: each becomes a JavaScript error.
#pragma once

#include <napi.h>

#include <exception>
#include <utility>

#include "../floating_point.h"

namespace lockstep {

// The JavaScript error for a C++ exception; nullptr if the environment is ending. It allocates nothing in the addon.
napi_value errorFor(napi_env env, const std::exception_ptr& exception) noexcept;

// Throws that error in JavaScript.
void throwInJavaScript(napi_env env, const std::exception_ptr& exception) noexcept;

// Calls f() for JavaScript, in strict floating point, and throws its exceptions in JavaScript. Every function that
// Node-API calls on behalf of a script goes through here.
template <class F>
napi_value guarded(napi_env env, F&& f) noexcept {
  const StrictFloatingPoint strict;
  try {
    return std::forward<F>(f)();
  } catch (...) {
    throwInJavaScript(env, std::current_exception());
    return nullptr;
  }
}

// A function of the addon, in the form that Node-API calls.
template <Napi::Value (*function)(const Napi::CallbackInfo&)>
napi_value entry(napi_env env, napi_callback_info info) {
  return guarded(env, [&] { return static_cast<napi_value>(function(Napi::CallbackInfo(env, info))); });
}

}  // namespace lockstep
