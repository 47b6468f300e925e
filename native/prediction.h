// Predictions by the networks of one environment.
#pragma once

#include <napi.h>

#include <array>
#include <memory>

#include "arguments.h"
#include "plan.h"

namespace lockstep {

// A fixed number of slots, each for the predictions of one network. What a slot holds is replaced at once when it is
// prepared for another network: objects that JavaScript owns are released only when the event loop turns, which a
// program of synchronous calls never lets it do.
class Predictors {
 public:
  static constexpr int kSlots = 64;

  // The function (parameters, x, output) of this slot, which predicts by this plan from now on, for any number of rows.
  // The plan's own number of rows does not matter. Where this throws, the slot is as it was.
  napi_value prepare(napi_env env, const KernelSet& kernels, const Napi::Value& plan, int slot);

 private:
  struct Slot {
    Predictors* owner = nullptr;
    const KernelSet* kernels = nullptr;
    std::unique_ptr<const OwnedPlan> owned;
    // The same plan for the rows of the last call, how many samples these are, and the workspace for them.
    Plan plan{};
    int64_t sampleLength = -1;
    int64_t workspaceLength = 0;
    napi_ref function = nullptr;
  };

  // All slots share a workspace, as long as the longest call so far needed, up to so many doubles. A call that needs
  // more allocates its own.
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
