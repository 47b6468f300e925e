#include "promised_task.h"

#include "boundary.h"

namespace lockstep {
namespace {

void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env, "The call could not be started.");
}

// Without an environment, `abandon` has already deleted the task.
void settle(napi_env env, napi_value, void*, void* task) {
  if (env != nullptr) static_cast<PromisedTask*>(task)->settle(env);
}

}  // namespace

Completions::Completions(napi_env env) {
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

Napi::Value PromisedTask::start(std::unique_ptr<PromisedTask> task) {
  const napi_env env = task->env;
  prepareQueue();
  napi_value promise;
  // Cleanup hooks run in reverse order: when this one runs, `completions` still exists.
  check(env, napi_add_env_cleanup_hook(env, abandon, task.get()));
  const napi_status status = napi_create_promise(env, &task->deferred, &promise);
  if (status != napi_ok) napi_remove_env_cleanup_hook(env, abandon, task.get());
  check(env, status);
  task->completions.begin(env);
  enqueue(*task.release());
  return Napi::Value(env, promise);
}

bool PromisedTask::run() noexcept {
  const StrictFloatingPoint strict;
  try {
    if (work()) return true;
  } catch (...) {
    failure = std::current_exception();
  }
  completions.announce(this);
  return false;
}

void PromisedTask::settle(napi_env env) noexcept {
  const std::unique_ptr<PromisedTask> self(this);
  // Its thread may not have returned from `run` yet.
  withdraw(*this);
  napi_remove_env_cleanup_hook(env, abandon, this);
  completions.end(env);
  // In an environment that is ending these have no effect.
  if (failure != nullptr) {
    const napi_value error = errorFor(env, failure);
    if (error != nullptr) napi_reject_deferred(env, deferred, error);
  } else {
    const napi_value value = result(env);
    if (value != nullptr) napi_resolve_deferred(env, deferred, value);
  }
}

// On the main thread, if its environment ends before the task does.
void PromisedTask::abandon(void* task) {
  const std::unique_ptr<PromisedTask> self(static_cast<PromisedTask*>(task));
  self->cancel();
  withdraw(*self);
}

}  // namespace lockstep
