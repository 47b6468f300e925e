// The arrays of a session.
#pragma once

#include <napi.h>

#include <vector>

#include "arguments.h"
#include "../plan.h"

namespace lockstep {

// Their names, in the order in which `openSession` takes them.
extern const char* const kSessionArrays[];
extern const int kSessionArrayCount;

// What the lengths of the arrays follow from.
struct SessionShape {
  const KernelSet& kernels;
  const Plan& plan;
  int members;
  int64_t workspaceLength;
  // May be nullptr.
  const WatchPlan* watch;
};

// The arrays, which are kept alive. Scripts can still transfer or resize their buffers, so that `check` must come before
// each use.
class HeldArrays {
 public:
  // given: an array of them. Checks every length, and that what is written shares no memory with the others.
  HeldArrays(const Napi::Value& given, const SessionShape& shape);
  HeldArrays(const HeldArrays&) = delete;
  HeldArrays& operator=(const HeldArrays&) = delete;

  const SessionArrays& get() const { return arrays; }
  // Throws a RangeError unless all arrays have the memory that they had at first.
  void check(napi_env env) const;

 private:
  struct Held {
    const char* name;
    const double* data;
    int64_t length;
    Napi::ObjectReference reference;
  };

  SessionArrays arrays{};
  // Those with a length above 0.
  std::vector<Held> held;
};

}  // namespace lockstep
