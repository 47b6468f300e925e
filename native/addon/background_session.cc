#include "background_session.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "environment.h"
#include "open_session.h"
#include "../pool.h"
#include "promised_task.h"

namespace lockstep {
namespace {

// How long a run trains before other tasks of the queue get their turn.
constexpr double kSliceMilliseconds = 5;

class BackgroundRun final : public PromisedTask {
 public:
  BackgroundRun(const Napi::CallbackInfo& info, OpenSession& session, const RunLimits& limits)
      : PromisedTask(info.Env(), environmentOf(info).completions),
        session(session),
        limits(limits),
        handle(Napi::Persistent(info[0].As<Napi::Object>())) {}
  ~BackgroundRun() override { session.running = nullptr; }

 private:
  bool work() override {
    // The time begins with the first slice.
    if (!begun) end = timeAfter(limits.milliseconds);
    more = session.runSlice(limits, std::min(end, timeAfter(kSliceMilliseconds)), begun);
    begun = true;
    return more && !isOver();
  }

  bool isOver() const {
    return session.isWhole() && (session.isCancelled() || std::chrono::steady_clock::now() >= end);
  }

  void cancel() noexcept override { session.abandon(); }

  napi_value result(napi_env env) noexcept override {
    napi_value value;
    return napi_get_boolean(env, more, &value) == napi_ok ? value : nullptr;
  }

  OpenSession& session;
  const RunLimits limits;
  // Keeps the session alive during the run.
  Napi::ObjectReference handle;
  TimePoint end = kNoDeadline;
  bool begun = false;
  bool more = true;
};

}  // namespace

Napi::Value runSessionAsync(const Napi::CallbackInfo& info) {
  const napi_value arguments[] = {info[0], info[1], info[2], info[3]};
  OpenSession& session = OpenSession::of(info.Env(), arguments[0]);
  auto run = std::make_unique<BackgroundRun>(info, session, session.limitsOf(info.Env(), arguments));
  preparePool(session.threadCount());
  Task* const running = run.get();
  const Napi::Value promise = PromisedTask::start(std::move(run));
  session.running = running;
  return promise;
}

}  // namespace lockstep
