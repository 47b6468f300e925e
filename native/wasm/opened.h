// What the module's handles point to.
#pragma once

#include "../codec/member_codec.h"
#include "../codec/plan_codec.h"
#include "../codec/session_codec.h"
#include "../codec/watch_codec.h"
#include "../session.h"
#include "boundary.h"

namespace lockstep {

// The only kernel set of the module.
const KernelSet& moduleKernels();

class OpenPlan : public Opened {
 public:
  static constexpr uint32_t kKind = 0x6c6f636b;
  static constexpr const char* kName = "plan";

  OpenPlan(const Numbers& encoded, Purpose purpose)
      : Opened(kKind), purpose(purpose), owned(encoded, purpose, moduleKernels()) {}

  // The plan, which must have been opened for this purpose.
  const Plan& get(Purpose needed) const {
    if (purpose != needed) refuse({"Expected a plan for another purpose."});
    return owned.get();
  }

  // Of this plan, which must outlive them.
  int openSessions = 0;

 private:
  const Purpose purpose;
  const OwnedPlan owned;
};

// The arguments of `openSession`, as addresses. `members` is how many; `encoded` may have length 0 for one.
struct SessionArguments {
  int members;
  Numbers encoded;
  Numbers watch;
  const uint32_t* places;
  const double* lengths;
};

class OpenSession : public Opened {
 public:
  static constexpr uint32_t kKind = 0x73746570;
  static constexpr const char* kName = "session";

  OpenSession(OpenPlan& plan, const SessionArguments& given);
  ~OpenSession() { plan.openSessions--; }

  // Trains up to epoch `until`, or for about this time. Returns whether there is more to do. It may end while members
  // are at different epochs: then `isWhole` is false, and it must be called again with the same `from` and `until`.
  // continues: whether nothing was written to the arrays since the last run.
  bool run(double from, double until, double milliseconds, bool continues);
  bool isWhole() const { return session.isWhole(); }
  void cancel() { cancellation.request(); }

 private:
  OpenPlan& plan;
  const OwnedMembers members;
  const OwnedWatch watch;
  const SessionArrays arrays;
  Session session;
  // Of the last run.
  RunLimits limits{};
  Cancellation cancellation;
};

}  // namespace lockstep
