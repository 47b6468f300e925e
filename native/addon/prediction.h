// Predictions of one environment.
#pragma once

#include <napi.h>

#include <array>
#include <memory>

#include "arguments.h"
#include "plan_codec.h"
#include "../plan.h"

namespace lockstep {

// A fixed number of slots, each for the predictions of one network. Preparing a slot for another network replaces its
// contents at once. Objects that JavaScript owns are released only by the event loop, which a program of synchronous
// calls never enters.
class Predictors {
 public:
  static constexpr int kSlots = 64;

  // The function (parameters, x, output) of this slot. From now on it predicts by this plan, for any number of rows;
  // the plan's own `rows` has no effect. If this throws, the slot is unchanged.
  napi_value prepare(napi_env env, const KernelSet& kernels, const Napi::Value& plan, int slot);

 private:
  struct Slot {
    Predictors* owner = nullptr;
    const KernelSet* kernels = nullptr;
    std::unique_ptr<const OwnedPlan> owned;
    // The same plan with the rows of the last call, the length of its samples, and the workspace that they need.
    Plan plan{};
    int64_t sampleLength = -1;
    int64_t workspaceLength = 0;
    napi_ref function = nullptr;
  };

  // All slots share one workspace, which grows up to this many doubles. A call that needs more allocates its own.
  static constexpr int64_t kMaxKept = int64_t{1} << 22;

  static napi_value call(napi_env env, napi_callback_info info) noexcept;
  static bool fitRows(Slot& slot, int64_t sampleLength);
  [[noreturn]] static void refuse(napi_env env, const Slot& slot, const napi_value* arrays);
  void predict(const Slot& slot, const double* p, const double* x, double* output);

  std::array<Slot, kSlots> slots;
  std::unique_ptr<double[]> workspace;
  int64_t workspaceLength = 0;
};

}  // namespace lockstep
