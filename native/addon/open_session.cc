#include "open_session.h"

#include <memory>
#include <string>

#include "boundary.h"

namespace lockstep {
namespace {

// Marks the handles, so that no object of another addon is taken for one.
constexpr napi_type_tag kHandleTag = {0x6c6f636b73746570, 0x9b1d3f5e27a84c60};

// Without the names that `integer` needs for its message, which take longer to make than the check.
bool isInteger(double value, int64_t min, int64_t max) {
  return value >= static_cast<double>(min) && value <= static_cast<double>(max) &&
         value == static_cast<double>(static_cast<int64_t>(value));
}

double numberArgument(napi_env env, napi_value value, const char* name) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) {
    throw Napi::TypeError::New(env, std::string("Expected a number for ") + name + ".");
  }
  return number;
}

int64_t checkedInteger(napi_env env, double value, const char* name, int64_t min, int64_t max) {
  return isInteger(value, min, max) ? static_cast<int64_t>(value) : integer(env, value, name, min, max);
}

// Scripts can write to the position and the outcomes, from which addresses are computed.
int64_t checkedEpoch(napi_env env, const Plan& plan, int members, const double* position) {
  const int64_t epoch = checkedInteger(env, position[0], "position[0]", 0, plan.epochs);
  const int64_t lastRow = members == 1 && epoch < plan.epochs ? (plan.stepsPerEpoch - 1) * plan.batchSize : 0;
  const int64_t row = checkedInteger(env, position[1], "position[1]", 0, lastRow);
  if (row % plan.batchSize != 0) {
    throwRange(env, "Expected a multiple of the batch size " + std::to_string(plan.batchSize) +
                        " for position[1] but received " + std::to_string(row) + ".");
  }
  return epoch;
}

// Members that are still trained are at the position's epoch, the others before it.
void checkOutcomes(napi_env env, int members, const double* outcomes, int64_t epoch) {
  for (int i = 0; i < members; i++) {
    const double* const own = outcomes + i * kOutcomeLength;
    const bool isTrained = own[1] == static_cast<double>(kDone);
    const bool isStatus = isInteger(own[1], kDone, kNotImproving) && own[1] != 3;
    if (isStatus && isInteger(own[0], isTrained ? epoch : 0, epoch)) continue;
    throwRange(env, "Expected the outcome of member " + std::to_string(i) + " to agree with position[0] (" +
                        std::to_string(epoch) + ") but received " + std::to_string(own[0]) + " epochs and status " +
                        std::to_string(own[1]) + ".");
  }
}

Napi::Error notOpened(napi_env env) { return Napi::Error::New(env, "The session could not be opened."); }

void deleteSession(napi_env, void* session, void*) { delete static_cast<OpenSession*>(session); }

}  // namespace

TimePoint timeAfter(double milliseconds) {
  // About 30 years; more could overflow.
  if (milliseconds > 1e12) return kNoDeadline;
  const std::chrono::duration<double, std::milli> time(milliseconds);
  return std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(time);
}

OpenSession::OpenSession(const Napi::CallbackInfo& info)
    : kernels(kernelSetOf(info[0])),
      plan(info[1], Purpose::kTrain),
      members(info[2], plan.get(), kernels),
      threads(integerArgument(info[3], "threads", 1, kMaxThreads)),
      watch(info[4], kernels),
      arrays(info[5],
             {kernels, plan.get(), members.count(),
              Session::workspaceLength(kernels, plan.get(), members.count(), threads, watch.get()), watch.get()}),
      session(kernels, plan.get(), members.get(), members.count(), threads, watch.get()) {}

OpenSession& OpenSession::of(napi_env env, napi_value handle) {
  bool isHandle = false;
  void* session;
  if (napi_check_object_type_tag(env, handle, &kHandleTag, &isHandle) != napi_ok || !isHandle) {
    // Of a value that cannot become an object.
    napi_value exception;
    napi_get_and_clear_last_exception(env, &exception);
    throw Napi::TypeError::New(env, "Expected a session of openSession for session.");
  }
  if (napi_unwrap(env, handle, &session) != napi_ok) {
    throw Napi::Error::New(env, "Expected an open session for session but received one that was closed.");
  }
  return *static_cast<OpenSession*>(session);
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
  if (!(milliseconds >= 0)) {
    throwRange(env,
               "Expected a number of at least 0 for milliseconds but received " + std::to_string(milliseconds) + ".");
  }
  arrays.check(env);
  const Plan& own = plan.get();
  const SessionArrays& given = arrays.get();
  const int64_t epoch = checkedEpoch(env, own, members.count(), given.position);
  checkOutcomes(env, members.count(), given.outcomes, epoch);
  // The epochs from `from` on that the series have entries for.
  const int64_t chunk = given.chunk;
  const int64_t first = checkedInteger(env, from, "from", epoch > chunk ? epoch - chunk : 0, epoch);
  const int64_t last = own.epochs - first < chunk ? own.epochs : first + chunk;
  const int64_t end = checkedInteger(env, until, "until", epoch, last);
  return {first, end, milliseconds};
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
