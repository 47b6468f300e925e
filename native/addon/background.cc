#include "background.h"

#include <algorithm>
#include <exception>
#include <memory>

#include "boundary.h"
#include "environment.h"
#include "open_session.h"
#include "queue.h"

namespace lockstep {
namespace {

// How long a run trains before other tasks of the queue can train.
constexpr double kSliceMilliseconds = 5;

void check(napi_env env, napi_status status) {
  if (status != napi_ok) throw Napi::Error::New(env, "The run could not be started.");
}

// A run of a session on the threads of the queue; libuv's pool has few threads, which file and name lookups need. It
// deletes itself on the main thread, once its promise is settled or its environment ends.
class BackgroundRun : public Task {
 public:
  BackgroundRun(const Napi::CallbackInfo& info, OpenSession& session, const RunLimits& limits)
      : completions(environmentOf(info).completions),
        session(session),
        limits(limits),
        handle(Napi::Persistent(info[0].As<Napi::Object>())) {}

  // Queues the run and returns the promise; from then on this object owns itself. If it throws, nothing has begun.
  napi_value start(napi_env env) {
    prepareQueue();
    napi_value promise;
    // Cleanup hooks run in reverse order: when this one runs, `completions` still exists.
    check(env, napi_add_env_cleanup_hook(env, abandon, this));
    const napi_status status = napi_create_promise(env, &deferred, &promise);
    if (status != napi_ok) napi_remove_env_cleanup_hook(env, abandon, this);
    check(env, status);
    completions.begin(env);
    session.running = this;
    enqueue(*this);
    return promise;
  }

  bool run() noexcept override {
    const StrictFloatingPoint strict;
    try {
      // The time begins with the first slice.
      if (!begun) end = timeAfter(limits.milliseconds);
      more = session.runSlice(limits, std::min(end, timeAfter(kSliceMilliseconds)), begun);
      begun = true;
      if (more && !isOver()) return true;
    } catch (...) {
      failure = std::current_exception();
    }
    completions.announce(this);
    return false;
  }

  // On the main thread, after it has ended.
  void settle(napi_env env) noexcept {
    const std::unique_ptr<BackgroundRun> self(this);
    // Its thread may not have returned from `run` yet.
    withdraw(*this);
    session.running = nullptr;
    napi_remove_env_cleanup_hook(env, abandon, this);
    completions.end(env);
    // In an environment that is ending these have no effect.
    napi_value value;
    if (failure != nullptr) {
      value = errorFor(env, failure);
      if (value != nullptr) napi_reject_deferred(env, deferred, value);
    } else if (napi_get_boolean(env, more, &value) == napi_ok) {
      napi_resolve_deferred(env, deferred, value);
    }
  }

 private:
  // On the main thread, if its environment ends before the run does.
  static void abandon(void* context) {
    const std::unique_ptr<BackgroundRun> self(static_cast<BackgroundRun*>(context));
    self->session.abandon();
    withdraw(*self);
    self->session.running = nullptr;
  }

  bool isOver() const {
    return session.isWhole() && (session.isCancelled() || std::chrono::steady_clock::now() >= end);
  }

  Completions& completions;
  OpenSession& session;
  const RunLimits limits;
  // Keeps the session alive during the run.
  Napi::ObjectReference handle;
  napi_deferred deferred = nullptr;
  TimePoint end = kNoDeadline;
  bool begun = false;
  bool more = true;
  std::exception_ptr failure;
};

// Without an environment, `abandon` has already deleted the run.
void settleRun(napi_env env, napi_value, void*, void* run) {
  if (env != nullptr) static_cast<BackgroundRun*>(run)->settle(env);
}

}  // namespace

Completions::Completions(napi_env env) {
  napi_value name;
  if (napi_create_string_utf8(env, "lockstep-nn session", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr, settleRun,
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

void Completions::announce(void* run) noexcept { napi_call_threadsafe_function(function, run, napi_tsfn_nonblocking); }

Napi::Value runSessionAsync(const Napi::CallbackInfo& info) {
  const napi_value arguments[] = {info[0], info[1], info[2], info[3]};
  OpenSession& session = OpenSession::of(info.Env(), arguments[0]);
  auto run = std::make_unique<BackgroundRun>(info, session, session.limitsOf(info.Env(), arguments));
  const napi_value promise = run->start(info.Env());
  run.release();
  return Napi::Value(info.Env(), promise);
}

}  // namespace lockstep
