// Tasks of the queue that a promise reports.
#pragma once

#include <napi.h>

#include <exception>
#include <memory>

#include "background.h"
#include "queue.h"

namespace lockstep {

// It deletes itself on the main thread, once its promise is settled or its environment ends.
class PromisedTask : public Task {
 public:
  PromisedTask(napi_env env, Completions& completions) : env(env), completions(completions) {}

  // Queues the task and returns its promise; from then on it owns itself. If this throws, nothing has begun.
  static Napi::Value start(std::unique_ptr<PromisedTask> task);

  void run() noexcept final;

  // On the main thread, after it has ended.
  void settle(napi_env env) noexcept;

 protected:
  // The work, on a thread of the queue. An exception rejects the promise.
  virtual void work() = 0;
  // On the main thread: makes `work` return soon.
  virtual void cancel() noexcept = 0;
  // On the main thread: the value of the promise; nullptr if none can be made, as the environment is ending.
  virtual napi_value result(napi_env env) noexcept = 0;

 private:
  static void abandon(void* task);

  const napi_env env;
  Completions& completions;
  napi_deferred deferred = nullptr;
  std::exception_ptr failure;
};

// The callback of Completions for such tasks.
void settlePromisedTask(napi_env env, napi_value, void*, void* task);

}  // namespace lockstep
