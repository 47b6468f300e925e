#include "background.h"

#include <exception>
#include <memory>

#include "boundary.h"
#include "queue.h"
#include "training.h"

namespace lockstep {
namespace {

// A training looks at its flag while another thread sets it.
void setFlag(volatile int* flag) {
#if defined(_MSC_VER) && !defined(__clang__)
  *flag = 1;
#else
  __atomic_store_n(flag, 1, __ATOMIC_RELAXED);
#endif
}

// One training (a Training or an EnsembleTraining) on a thread of the queue: those of libuv's pool are few, and files
// and names are looked up on them. It deletes itself, on the main thread, when its promise has been settled or its
// environment ends.
template <class Work>
class BackgroundTraining : public Task {
 public:
  explicit BackgroundTraining(const Napi::CallbackInfo& info)
      : env(info.Env()),
        training(info),
        cancelled(int32Array(info[Work::kFirstArray + Work::kArrayCount], "cancelled", 1)),
        held(Napi::Persistent(Napi::Array::New(env).As<Napi::Object>())) {
    for (uint32_t i = 0; i <= Work::kArrayCount; i++) held.Value().Set(i, info[Work::kFirstArray + i]);
  }

  // Queues the training, and hands the promise over; from then on this object belongs to itself. Where it throws,
  // nothing has begun.
  napi_value start() {
    prepareQueue();
    napi_value promise, name;
    check(napi_create_string_utf8(env, "lockstep-nn training", NAPI_AUTO_LENGTH, &name));
    check(napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, settle, &done));
    // Later hooks run first: this one finds `done` still there.
    napi_status status = napi_add_env_cleanup_hook(env, abandon, this);
    if (status == napi_ok) {
      status = napi_create_promise(env, &deferred, &promise);
      if (status != napi_ok) napi_remove_env_cleanup_hook(env, abandon, this);
    }
    if (status != napi_ok) napi_release_threadsafe_function(done, napi_tsfn_release);
    check(status);
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
    const napi_threadsafe_function own = done;
    napi_call_threadsafe_function(own, nullptr, napi_tsfn_nonblocking);
    napi_release_threadsafe_function(own, napi_tsfn_release);
  }

 private:
  void check(napi_status status) const {
    if (status != napi_ok) throw Napi::Error::New(env, "The training could not be started.");
  }

  // On the main thread, when the training is over. Without an environment, `abandon` has been here before.
  static void settle(napi_env env, napi_value, void* context, void*) {
    if (env == nullptr) return;
    const std::unique_ptr<BackgroundTraining> self(static_cast<BackgroundTraining*>(context));
    // Its thread may still be on its way out of `run`.
    withdraw(*self);
    napi_remove_env_cleanup_hook(env, abandon, self.get());
    // In an ending environment these do nothing.
    if (self->failure != nullptr) {
      const napi_value error = errorFor(env, self->failure);
      if (error != nullptr) napi_reject_deferred(env, self->deferred, error);
    } else {
      const napi_value result = self->training.result(env);
      if (result != nullptr) napi_resolve_deferred(env, self->deferred, result);
    }
  }

  // On the main thread, when its environment ends before the training does.
  static void abandon(void* context) {
    const std::unique_ptr<BackgroundTraining> self(static_cast<BackgroundTraining*>(context));
    setFlag(self->cancelled);
    if (!withdraw(*self)) napi_release_threadsafe_function(self->done, napi_tsfn_release);
  }

  Napi::Env env;
  Work training;
  volatile int* cancelled;
  // The arrays, so that they outlive the training.
  Napi::ObjectReference held;
  napi_threadsafe_function done = nullptr;
  napi_deferred deferred = nullptr;
  std::exception_ptr failure;
};

template <class Work>
Napi::Value startInBackground(const Napi::CallbackInfo& info) {
  auto training = std::make_unique<BackgroundTraining<Work>>(info);
  const napi_value promise = training->start();
  training.release();
  return Napi::Value(info.Env(), promise);
}

}  // namespace

Napi::Value trainAsync(const Napi::CallbackInfo& info) { return startInBackground<Training>(info); }

Napi::Value trainEnsembleAsync(const Napi::CallbackInfo& info) { return startInBackground<EnsembleTraining>(info); }

}  // namespace lockstep
