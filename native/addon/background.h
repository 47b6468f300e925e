// Trainings off the main thread.
#pragma once

#include <napi.h>

namespace lockstep {

// Reports the trainings of an environment to its thread, in the order in which they end. The event loop stays alive
// while a training is pending.
class Completions {
 public:
  explicit Completions(napi_env env);
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

// The arguments of a training, then an Int32Array of length 1: a value other than 0 stops the training. Returns a
// promise.
Napi::Value trainAsync(const Napi::CallbackInfo& info);

}  // namespace lockstep
