// Runs of sessions off the main thread.
#pragma once

#include <napi.h>

namespace lockstep {

// Reports the runs of an environment to its thread, in the order in which they end. The event loop stays alive while a
// run is pending.
class Completions {
 public:
  explicit Completions(napi_env env);
  ~Completions();
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  // On the environment's thread: a run begins, or has been reported.
  void begin(napi_env env);
  void end(napi_env env);
  // On any thread: a run (a BackgroundRun) has ended.
  void announce(void* run) noexcept;

 private:
  napi_threadsafe_function function = nullptr;
  int pending = 0;
};

// (handle, from, until, milliseconds). Returns a promise.
Napi::Value runSessionAsync(const Napi::CallbackInfo& info);

}  // namespace lockstep
