#include "training.h"

#include <atomic>
#include <cmath>
#include <string>

#include "../pool.h"

namespace lockstep {
namespace {

// The low and the high word of a member's seed.
constexpr int64_t kSeedWords = 2;

// The number of threads that a training of these members can use, at most `threads`: one for each group of members.
int usableThreads(const KernelSet& kernels, const Plan& plan, int members, int threads) {
  if (members == 1) return kernels.usableThreads(plan, threads);
  const int perGroup = kernels.membersPerGroup(plan, members);
  const int groups = (members + perGroup - 1) / perGroup;
  return threads < groups ? threads : groups;
}

// No object can be created in an environment that is ending: then nullptr.
napi_value outcomeObject(napi_env env, const TrainingOutcome& outcome) {
  napi_value object;
  if (napi_create_object(env, &object) != napi_ok) return nullptr;
  const auto set = [&](const char* name, double number) {
    napi_value value;
    if (napi_create_double(env, number, &value) == napi_ok) napi_set_named_property(env, object, name, value);
  };
  set("epochs", static_cast<double>(outcome.epochs));
  set("status", outcome.status);
  set("parameter", static_cast<double>(outcome.parameter));
  return object;
}

}  // namespace

OwnedMembers::OwnedMembers(const Napi::Value& encoded, const Plan& plan, const KernelSet& kernels) {
  const auto [values, length] = optionalFloat64Values(encoded, "members");
  if (length == 0) return;
  const Napi::Env env = encoded.Env();
  const int optionCount = kernels.optimizers.entries[plan.optimizer].optionCount;
  const int64_t each = kSeedWords + optionCount;
  if (length % each != 0 || length / each > kMaxMembers) {
    throwRange(env, "Expected " + std::to_string(each) + " numbers for each member but received " +
                        std::to_string(length) + ".");
  }
  members = static_cast<int>(length / each);
  plans.sameSeeds = true;
  for (int i = 0; i < members; i++) {
    const double* const member = values + i * each;
    for (int k = 0; k < kSeedWords; k++) {
      if (!(member[k] >= -2147483648.0 && member[k] <= 4294967295.0) || member[k] != std::floor(member[k])) {
        throwRange(env, "Expected a 32-bit word for the seed of member " + std::to_string(i) + ".");
      }
      seeds.push_back(static_cast<uint32_t>(static_cast<int64_t>(member[k])));
      plans.sameSeeds = plans.sameSeeds && seeds.back() == seeds[static_cast<size_t>(k)];
    }
    for (int k = 0; k < optionCount; k++) {
      options.push_back(member[kSeedWords + k]);
      if ((options.back() == 0) != (plan.optimizerOptions[k] == 0)) {
        throwRange(env, "An option of the optimizer is 0 for some members and not for others.");
      }
    }
  }
  plans.optimizerOptions = options.data();
  plans.seeds = seeds.data();
}

Plan OwnedMembers::onlyPlan(const Plan& plan) const {
  Plan own = plan;
  if (seeds.empty()) return own;
  own.seedLow = seeds[0];
  own.seedHigh = seeds[1];
  own.optimizerOptions = options.data();
  return own;
}

int Training::usefulThreads(const KernelSet& kernels, const Plan& plan, int members, int threads) {
  return members == 1 ? kernels.usefulThreads(plan, threads) : usableThreads(kernels, plan, members, threads);
}

int64_t Training::workspaceLength(const KernelSet& kernels, const Plan& plan, int members, int threads) {
  if (members == 1) return kernels.trainingWorkspace(plan, threads);
  return usableThreads(kernels, plan, members, threads) * kernels.groupWorkspace(plan, members);
}

Training::Training(const Napi::CallbackInfo& info)
    : kernels(kernelSetOf(info[0])),
      owned(info[1], Purpose::kTrain),
      members(info[2], owned.get(), kernels),
      threads(
          usableThreads(kernels, owned.get(), members.count(), integerArgument(info[3], "threads", 1, kMaxThreads))) {
  checkArrays(info);
  outcomes.resize(static_cast<size_t>(members.count()));
}

void Training::checkArrays(const Napi::CallbackInfo& info) {
  const Plan& plan = owned.get();
  const int64_t count = members.count();
  const int64_t parameters = count * plan.parameterCount;
  const int64_t states = count * stateLength(kernels, plan);
  const int64_t length = workspaceLength(kernels, plan, members.count(), threads);
  const int64_t steps = stepsOf(plan);
  arrays.parameters = float64Array(info[4], "parameters", parameters);
  arrays.state = float64Array(info[5], "state", states);
  arrays.workspace = float64ArrayOfAtLeast(info[6], "workspace", length);
  arrays.x = float64Array(info[7], "x", plan.rows * plan.inputs);
  arrays.y = float64Array(info[8], "y", plan.rows * plan.outputs);
  arrays.sampleWeight = optionalFloat64Array(info[9], "sampleWeight", plan.rows);
  arrays.rateFactors = optionalFloat64Array(info[10], "rateFactors", steps);
  arrays.history = float64Array(info[11], "history", count * plan.epochs);
  requireNoOverlap(info.Env(), {{"parameters", arrays.parameters, parameters, true},
                                {"state", arrays.state, states, true},
                                {"workspace", arrays.workspace, length, true},
                                {"x", arrays.x, plan.rows * plan.inputs, false},
                                {"y", arrays.y, plan.rows * plan.outputs, false},
                                extentOf("sampleWeight", arrays.sampleWeight, plan.rows),
                                extentOf("rateFactors", arrays.rateFactors, steps),
                                {"history", arrays.history, count * plan.epochs, true}});
}

void Training::run(const volatile int* cancelled) {
  if (members.count() == 1) {
    runOne(cancelled);
  } else {
    runGroups(cancelled);
  }
}

void Training::runOne(const volatile int* cancelled) {
  const Plan plan = members.onlyPlan(owned.get());
  if (threads == 1) {
    outcomes[0] = kernels.train(plan, arrays, cancelled);
    return;
  }
  // The threads wait for each other, so it must not throw.
  runOnThreads(threads, [&](const ThreadContext& context) noexcept {
    const TrainingOutcome own = kernels.trainTiled(plan, arrays, cancelled, context);
    if (context.index == 0) outcomes[0] = own;
  });
}

void Training::runGroups(const volatile int* cancelled) {
  const Plan& plan = owned.get();
  const int count = members.count();
  const int perGroup = kernels.membersPerGroup(plan, count);
  const int64_t length = kernels.groupWorkspace(plan, count);
  std::atomic<int> next{0};
  runOnThreads(threads, [&](const ThreadContext& context) {
    TrainingArrays own = arrays;
    own.workspace += context.index * length;
    for (;;) {
      const int first = next.fetch_add(perGroup);
      if (first >= count) return;
      const int left = count - first;
      kernels.trainGroup(plan, members.get(), own, outcomes.data(), first, left < perGroup ? left : perGroup,
                         cancelled);
    }
  });
}

napi_value Training::result(napi_env env) const {
  napi_value array;
  if (napi_create_array_with_length(env, outcomes.size(), &array) != napi_ok) return nullptr;
  for (size_t i = 0; i < outcomes.size(); i++) {
    const napi_value outcome = outcomeObject(env, outcomes[i]);
    if (outcome == nullptr) return nullptr;
    napi_set_element(env, array, static_cast<uint32_t>(i), outcome);
  }
  return array;
}

}  // namespace lockstep
