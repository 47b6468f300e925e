// Trainings off the main thread.
#pragma once

#include <napi.h>

namespace lockstep {

// How the trainings of an environment come back to its thread: in the order in which they end. As long as one of them
// has not come back, the event loop goes on.
class Completions {
 public:
  explicit Completions(napi_env env);
  ~Completions();
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  // On the environment's thread: another training begins, or has come back.
  void begin(napi_env env);
  void end(napi_env env);
  // On any thread: a training, a BackgroundTask, has ended.
  void announce(void* task) noexcept;

 private:
  napi_threadsafe_function function = nullptr;
  int pending = 0;
};

// The arguments of a training, then an Int32Array of one element that stops it when it is not 0. Returns a promise.
Napi::Value trainAsync(const Napi::CallbackInfo& info);
Napi::Value trainEnsembleAsync(const Napi::CallbackInfo& info);

}  // namespace lockstep
