#include "background.h"

#include <exception>
#include <memory>

#include "boundary.h"
#include "environment.h"
#include "queue.h"
#include "training.h"

namespace lockstep {
namespace {

// A training reads its flag while another thread sets it.
void setFlag(volatile int* flag) {
#if defined(_MSC_VER) && !defined(__clang__)
  *flag = 1;
#else
  __atomic_store_n(flag, 1, __ATOMIC_RELAXED);
#endif
}

void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env, "The training could not be started.");
}

// A training on a thread of the queue; libuv's pool has few threads, which file and name lookups need. It deletes
// itself on the main thread, once its promise is settled or its environment ends.
class BackgroundTraining : public Task {
 public:
  explicit BackgroundTraining(const Napi::CallbackInfo& info)
      : env(info.Env()),
        completions(environmentOf(info).completions),
        training(info),
        cancelled(int32Array(info[Training::kFirstArray + Training::kArrayCount], "cancelled", 1)),
        arrays(Napi::Persistent(Napi::Array::New(env).As<Napi::Object>())) {
    for (uint32_t i = 0; i <= Training::kArrayCount; i++) arrays.Value().Set(i, info[Training::kFirstArray + i]);
  }

  // Queues the training and returns the promise; from then on this object owns itself. If it throws, nothing has begun.
  napi_value start() {
    prepareQueue();
    napi_value promise;
    // Cleanup hooks run in reverse order: when this one runs, `completions` still exists.
    check(env, napi_add_env_cleanup_hook(env, abandon, this));
    const napi_status status = napi_create_promise(env, &deferred, &promise);
    if (status != napi_ok) napi_remove_env_cleanup_hook(env, abandon, this);
    check(env, status);
    completions.begin(env);
    enqueue(*this);
    return promise;
  }

  void run() noexcept override {
    const StrictFloatingPoint strict;
    try {
      training.run(cancelled);
    } catch (...) {
      failure = std::current_exception();
    }
    completions.announce(this);
  }

  // On the main thread, after it has ended.
  void settle(napi_env env) noexcept {
    const std::unique_ptr<BackgroundTraining> self(this);
    // Its thread may not have returned from `run` yet.
    withdraw(*this);
    napi_remove_env_cleanup_hook(env, abandon, this);
    completions.end(env);
    // In an environment that is ending these have no effect.
    if (failure != nullptr) {
      const napi_value error = errorFor(env, failure);
      if (error != nullptr) napi_reject_deferred(env, deferred, error);
    } else {
      const napi_value result = training.result(env);
      if (result != nullptr) napi_resolve_deferred(env, deferred, result);
    }
  }

 private:
  // On the main thread, if its environment ends before the training does.
  static void abandon(void* context) {
    const std::unique_ptr<BackgroundTraining> self(static_cast<BackgroundTraining*>(context));
    setFlag(self->cancelled);
    withdraw(*self);
  }

  Napi::Env env;
  Completions& completions;
  Training training;
  volatile int* cancelled;
  // Keeps the arrays alive during the training.
  Napi::ObjectReference arrays;
  napi_deferred deferred = nullptr;
  std::exception_ptr failure;
};

}  // namespace

// Without an environment, `abandon` has already deleted the training.
void settleTraining(napi_env env, napi_value, void*, void* training) {
  if (env != nullptr) static_cast<BackgroundTraining*>(training)->settle(env);
}

Completions::Completions(napi_env env, napi_threadsafe_function_call_js settle) {
  napi_value name;
  if (napi_create_string_utf8(env, "lockstep-nn", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, settle,
                                      &function) != napi_ok) {
    throw Napi::Error::New(env, "The addon could not be loaded.");
  }
  napi_unref_threadsafe_function(env, function);
}

Completions::~Completions() { napi_release_threadsafe_function(function, napi_tsfn_release); }

void Completions::begin(napi_env env) {
  if (pending++ == 0) napi_ref_threadsafe_function(env, function);
}

void Completions::end(napi_env env) {
  if (--pending == 0) napi_unref_threadsafe_function(env, function);
}

void Completions::announce(void* task) noexcept {
  napi_call_threadsafe_function(function, task, napi_tsfn_nonblocking);
}

Napi::Value trainAsync(const Napi::CallbackInfo& info) {
  auto training = std::make_unique<BackgroundTraining>(info);
  const napi_value promise = training->start();
  training.release();
  return Napi::Value(info.Env(), promise);
}

}  // namespace lockstep
