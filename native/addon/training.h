// The arguments of a training, checked, and the training itself. A network is an ensemble of one member.
#pragma once

#include <napi.h>

#include <vector>

#include "arguments.h"
#include "plan_codec.h"
#include "../plan.h"

namespace lockstep {

// What differs between the members, decoded: for each member the low and high word of the seed, then the options. An
// array of length 0 is one member with the seed and the options of the plan: a network.
class OwnedMembers {
 public:
  OwnedMembers(const Napi::Value& encoded, const Plan& plan, const KernelSet& kernels);
  int count() const { return members; }
  // Of several members.
  const MemberPlans& get() const { return plans; }
  // The plan of a member that is the only one.
  Plan onlyPlan(const Plan& plan) const;

 private:
  std::vector<double> options;
  std::vector<uint32_t> seeds;
  MemberPlans plans{};
  int members = 1;
};

// Checks the arguments (set, plan, members, threads, parameters, state, workspace, x, y, sampleWeight, rateFactors,
// history), then trains in place. Parameters, state and history hold the members one after the other.
class Training {
 public:
  // The arguments that are arrays.
  static constexpr uint32_t kFirstArray = 4;
  static constexpr uint32_t kArrayCount = 8;

  // The number of threads, at most `threads`, that makes the training of these members faster; and the length of the
  // workspace on this many threads.
  static int usefulThreads(const KernelSet& kernels, const Plan& plan, int members, int threads);
  static int64_t workspaceLength(const KernelSet& kernels, const Plan& plan, int members, int threads);

  explicit Training(const Napi::CallbackInfo& info);
  void run(const volatile int* cancelled);
  // An array of { epochs, status, parameter }
  napi_value result(napi_env env) const;

 private:
  void checkArrays(const Napi::CallbackInfo& info);
  void runOne(const volatile int* cancelled);
  void runGroups(const volatile int* cancelled);

  const KernelSet& kernels;
  const OwnedPlan owned;
  const OwnedMembers members;
  const int threads;
  TrainingArrays arrays{};
  std::vector<TrainingOutcome> outcomes;
};

}  // namespace lockstep
