// Tasks of the queue that a promise reports. libuv's pool has few threads, which file and name lookups need.
#pragma once

#include <napi.h>

#include <exception>
#include <memory>

#include "queue.h"

namespace lockstep {

// Reports the tasks of an environment to its thread, in the order in which they end. The event loop stays alive while a
// task is pending.
class Completions {
 public:
  explicit Completions(napi_env env);
  ~Completions();
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  // On the environment's thread: a task begins, or has been reported.
  void begin(napi_env env);
  void end(napi_env env);
  // On any thread: a task (a PromisedTask) has ended.
  void announce(void* task) noexcept;

 private:
  napi_threadsafe_function function = nullptr;
  int pending = 0;
};

// It deletes itself on the main thread, once its promise is settled or its environment ends.
class PromisedTask : public Task {
 public:
  PromisedTask(napi_env env, Completions& completions) : env(env), completions(completions) {}

  // Queues the task and returns its promise; from then on it owns itself. If this throws, nothing has begun.
  static Napi::Value start(std::unique_ptr<PromisedTask> task);

  bool run() noexcept final;

  // On the main thread, after it has ended.
  void settle(napi_env env) noexcept;

 protected:
  // A slice of the work, on a thread of the queue. Returns whether there is more. An exception rejects the promise.
  virtual bool work() = 0;
  // On the main thread, as its environment ends: makes `work` return soon.
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

}  // namespace lockstep
