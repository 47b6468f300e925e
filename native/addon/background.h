// Trainings off the main thread.
#pragma once

#include <napi.h>

namespace lockstep {

// Reports the trainings of an environment to its thread, in the order in which they end. The event loop stays alive
// while a training is pending.
class Completions {
 public:
  // `settle` is called for each that has been announced, on the environment's thread.
  Completions(napi_env env, napi_threadsafe_function_call_js settle);
  ~Completions();
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  // On the environment's thread: a training begins, or has been reported.
  void begin(napi_env env);
  void end(napi_env env);
  // On any thread: a training (a BackgroundTraining) has ended.
  void announce(void* task) noexcept;

 private:
  napi_threadsafe_function function = nullptr;
  int pending = 0;
};

// The callback of Completions for trainings.
void settleTraining(napi_env env, napi_value, void*, void* training);

// The arguments of a training, then an Int32Array of length 1: a value other than 0 stops the training. Returns a
// promise.
Napi::Value trainAsync(const Napi::CallbackInfo& info);

}  // namespace lockstep
