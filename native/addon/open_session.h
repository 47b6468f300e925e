// A session behind a handle: an object of JavaScript that only the addon can read.
#pragma once

#include <napi.h>

#include <atomic>

#include "../codec/member_codec.h"
#include "../codec/plan_codec.h"
#include "../codec/session_codec.h"
#include "queue.h"
#include "session_arrays.h"
#include "../session.h"
#include "../codec/watch_codec.h"

namespace lockstep {

// A session with all that it uses. Its handle owns it: `closeSession` deletes it, and otherwise the garbage collector.
class OpenSession {
 public:
  // The arguments of `openSession`: (set, plan, members, threads, watch, arrays).
  explicit OpenSession(const Napi::CallbackInfo& info);
  OpenSession(const OpenSession&) = delete;
  OpenSession& operator=(const OpenSession&) = delete;
  ~OpenSession();

  // The session of a handle. Throws if the value is something else, or its session is closed.
  static OpenSession& of(napi_env env, napi_value handle);

  // Checks the arguments (handle, from, until, milliseconds) of a run of this session, its arrays, and its position in
  // them. It must not be running.
  RunLimits limitsOf(napi_env env, const napi_value* arguments) const;
  void requireIdle(napi_env env) const;

  // Trains within these limits on the calling thread. Returns whether there is more to do.
  bool run(const RunLimits& limits);
  // A part of it, until the deadline. continues: whether it continues the last part. The limits are reached, and the
  // arrays may be used, only where `isWhole`.
  bool runSlice(const RunLimits& limits, TimePoint deadline, bool continues);
  bool isWhole() const { return session.isWhole(); }
  int threadCount() const { return session.threadCount(); }

  // Flags for a run on another thread: it ends early, or as soon as possible, because its environment ends.
  void cancel();
  void abandon();
  bool isCancelled() const { return cancelled; }

  // On the main thread: the asynchronous run that has begun and not yet settled.
  Task* running = nullptr;

 private:
  // The last session whose handle was used on this thread.
  static thread_local OpenSession* lastUsed;

  const KernelSet& kernels;
  const OwnedPlan plan;
  const OwnedMembers members;
  const int threads;
  const OwnedWatch watch;
  const HeldArrays arrays;
  Session session;
  Cancellation cancellation;
  std::atomic<bool> cancelled{false};
};

// The functions of the addon: (set, plan, members, threads, watch, arrays), then (handle, from, until, milliseconds),
// then (handle) alone.
Napi::Value openSession(const Napi::CallbackInfo& info);
napi_value runSession(napi_env env, napi_callback_info info) noexcept;
Napi::Value cancelSession(const Napi::CallbackInfo& info);
Napi::Value closeSession(const Napi::CallbackInfo& info);

}  // namespace lockstep
