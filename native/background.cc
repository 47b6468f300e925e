#include "background.h"

#include <memory>
#include <system_error>
#include <thread>

#include "training.h"

namespace lockstep {
namespace {

// One training (a Training or an EnsembleTraining) on a thread of its own: those of libuv's pool are few, and files and
// names are looked up on them. It deletes itself, on the main thread, when its promise has been settled or its
// environment ends.
template <class Work>
class BackgroundTraining {
 public:
  explicit BackgroundTraining(const Napi::CallbackInfo& info)
      : env(info.Env()),
        training(info),
        cancelled(int32Array(info[Work::kFirstArray + Work::kArrayCount], "cancelled", 1)),
        held(Napi::Persistent(Napi::Array::New(env).As<Napi::Object>())) {
    for (uint32_t i = 0; i <= Work::kArrayCount; i++) held.Value().Set(i, info[Work::kFirstArray + i]);
  }

  // Begins, and hands the promise over; from then on this object belongs to itself.
  napi_value start() {
    napi_value promise, name;
    if (napi_create_string_utf8(env, "lockstep-nn training", NAPI_AUTO_LENGTH, &name) != napi_ok ||
        napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, this, settle, &done) !=
            napi_ok ||
        napi_create_promise(env, &deferred, &promise) != napi_ok) {
      throw Napi::Error::New(env, "The training could not be started.");
    }
    // Later hooks run first: this one finds `done` still there.
    napi_add_env_cleanup_hook(env, abandon, this);
    try {
      thread = std::thread([this] { run(); });
    } catch (const std::system_error& error) {
      napi_remove_env_cleanup_hook(env, abandon, this);
      napi_release_threadsafe_function(done, napi_tsfn_release);
      throw Napi::Error::New(env, std::string("No thread could be started for the training: ") + error.what());
    }
    return promise;
  }

 private:
  void run() {
    training.run(cancelled);
    napi_call_threadsafe_function(done, nullptr, napi_tsfn_nonblocking);
    napi_release_threadsafe_function(done, napi_tsfn_release);
  }

  // On the main thread, when the training is over. Without an environment, `abandon` has been here before.
  static void settle(napi_env env, napi_value, void* context, void*) {
    if (env == nullptr) return;
    const std::unique_ptr<BackgroundTraining> self(static_cast<BackgroundTraining*>(context));
    self->thread.join();
    napi_remove_env_cleanup_hook(env, abandon, self.get());
    // In an ending environment this does nothing.
    const napi_value result = self->training.result(env);
    if (result != nullptr) napi_resolve_deferred(env, self->deferred, result);
  }

  // On the main thread, when its environment ends before the training does.
  static void abandon(void* context) {
    const std::unique_ptr<BackgroundTraining> self(static_cast<BackgroundTraining*>(context));
    *self->cancelled = 1;
    self->thread.join();
  }

  Napi::Env env;
  Work training;
  volatile int* cancelled;
  // The arrays, so that they outlive the training.
  Napi::ObjectReference held;
  napi_threadsafe_function done = nullptr;
  napi_deferred deferred = nullptr;
  std::thread thread;
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
