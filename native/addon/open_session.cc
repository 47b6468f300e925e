#include "open_session.h"

#include <memory>
#include <string>

#include "boundary.h"

namespace lockstep {
namespace {

// Marks the handles, so that no object of another addon is taken for one.
constexpr napi_type_tag kHandleTag = {0x6c6f636b73746570, 0x9b1d3f5e27a84c60};

double numberArgument(napi_env env, napi_value value, const char* name) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) {
    throw Napi::TypeError::New(env, std::string("Expected a number for ") + name + ".");
  }
  return number;
}

Napi::Error notOpened(napi_env env) { return Napi::Error::New(env, "The session could not be opened."); }

void deleteSession(napi_env, void* session, void*) { delete static_cast<OpenSession*>(session); }

}  // namespace

thread_local OpenSession* OpenSession::lastUsed = nullptr;

OpenSession::OpenSession(const Napi::CallbackInfo& info)
    : kernels(kernelSetOf(info[0])),
      plan(numbersOf(info[1], "the plan"), Purpose::kTrain, kernels),
      members(optionalNumbersOf(info[2], "members"), plan.get(), kernels),
      threads(integerArgument(info[3], "threads", 1, kMaxThreads)),
      watch(optionalNumbersOf(info[4], "watch"), kernels),
      arrays(info[5],
             {kernels, plan.get(), members.count(),
              Session::workspaceLength(kernels, plan.get(), members.count(), threads, watch.get()), watch.get()}),
      session(kernels, plan.get(), members.get(), members.count(), threads, watch.get()) {}

OpenSession::~OpenSession() {
  if (lastUsed == this) lastUsed = nullptr;
}

// The check of a tag takes a tenth of a short step. What an object of other code wraps is never at the address of a
// session, so the last one needs no tag.
OpenSession& OpenSession::of(napi_env env, napi_value handle) {
  bool isHandle = false;
  void* session;
  if (lastUsed != nullptr && napi_unwrap(env, handle, &session) == napi_ok && session == lastUsed) return *lastUsed;
  if (napi_check_object_type_tag(env, handle, &kHandleTag, &isHandle) != napi_ok || !isHandle) {
    // Of a value that cannot become an object.
    napi_value exception;
    napi_get_and_clear_last_exception(env, &exception);
    throw Napi::TypeError::New(env, "Expected a session of openSession for session.");
  }
  if (napi_unwrap(env, handle, &session) != napi_ok) {
    throw Napi::Error::New(env, "Expected an open session for session but received one that was closed.");
  }
  lastUsed = static_cast<OpenSession*>(session);
  return *lastUsed;
}

void OpenSession::requireIdle(napi_env env) const {
  if (running == nullptr) return;
  throw Napi::Error::New(env,
                         "Expected a session without a run for session but received one whose runSessionAsync "
                         "has not settled. Await its promise first.");
}

RunLimits OpenSession::limitsOf(napi_env env, const napi_value* arguments) const {
  requireIdle(env);
  // Its members may be at different epochs.
  if (!isWhole()) throw Napi::Error::New(env, "The last run of this session failed. Close it, and open another one.");
  const double from = numberArgument(env, arguments[1], "from");
  const double until = numberArgument(env, arguments[2], "until");
  const double milliseconds = numberArgument(env, arguments[3], "milliseconds");
  arrays.check(env);
  return checkedLimits(plan.get(), members.count(), arrays.get(), from, until, milliseconds);
}

bool OpenSession::run(const RunLimits& limits) {
  const TimePoint deadline = timeAfter(limits.milliseconds);
  bool more = runSlice(limits, deadline, false);
  while (more && !isWhole()) more = runSlice(limits, deadline, true);
  return more;
}

bool OpenSession::runSlice(const RunLimits& limits, TimePoint deadline, bool continues) {
  return session.run(arrays.get(), limits.from, limits.until, deadline, cancellation, continues);
}

void OpenSession::cancel() {
  cancelled = true;
  cancellation.request();
  if (running != nullptr) prioritize(*running);
}

void OpenSession::abandon() {
  cancelled = true;
  cancellation.abandon();
}

Napi::Value openSession(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto session = std::make_unique<OpenSession>(info);
  napi_value handle;
  if (napi_create_object(env, &handle) != napi_ok || napi_type_tag_object(env, handle, &kHandleTag) != napi_ok ||
      napi_wrap(env, handle, session.get(), deleteSession, nullptr, nullptr) != napi_ok) {
    throw notOpened(env);
  }
  session.release();
  return Napi::Value(env, handle);
}

// For small networks the call itself takes most of the time, so it avoids the C++ wrappers unless something is wrong.
napi_value runSession(napi_env env, napi_callback_info info) noexcept {
  return guarded(env, [&]() -> napi_value {
    size_t count = 4;
    napi_value arguments[4];
    napi_value more;
    if (napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr) != napi_ok) return nullptr;
    OpenSession& session = OpenSession::of(env, arguments[0]);
    const bool hasMore = session.run(session.limitsOf(env, arguments));
    return napi_get_boolean(env, hasMore, &more) == napi_ok ? more : nullptr;
  });
}

Napi::Value cancelSession(const Napi::CallbackInfo& info) {
  OpenSession::of(info.Env(), info[0]).cancel();
  return info.Env().Undefined();
}

Napi::Value closeSession(const Napi::CallbackInfo& info) {
  OpenSession& session = OpenSession::of(info.Env(), info[0]);
  session.requireIdle(info.Env());
  void* removed;
  if (napi_remove_wrap(info.Env(), info[0], &removed) != napi_ok) {
    throw Napi::Error::New(info.Env(), "The session could not be closed.");
  }
  delete &session;
  return info.Env().Undefined();
}

}  // namespace lockstep
