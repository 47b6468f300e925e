// Slots: functions for calls by one plan each, with any number of rows.
#pragma once

#include <napi.h>

#include <array>
#include <memory>

#include "arguments.h"
#include "../codec/plan_codec.h"
#include "../plan.h"

namespace lockstep {

// A fixed number of slots, each for the calls of one network. Preparing a slot for another network replaces its
// contents at once. Objects that JavaScript owns are released only by the event loop, which a program of synchronous
// calls never enters.
class PlanSlots {
 public:
  static constexpr int kSlots = 64;

  // The function of this slot. From now on it computes by this plan, for any number of rows; the plan's own `rows` has
  // no effect. If this throws, the slot is unchanged.
  napi_value prepare(napi_env env, const KernelSet& kernels, const Napi::Value& plan, int slot);

 protected:
  struct Slot {
    PlanSlots* owner = nullptr;
    const KernelSet* kernels = nullptr;
    std::unique_ptr<const OwnedPlan> owned;
    // The same plan with the rows of the last call, the length of its samples, and the workspace that they need.
    Plan plan{};
    int64_t sampleLength = -1;
    int64_t workspaceLength = 0;
    // Of predictions: the function for these rows.
    PredictFunction predict = nullptr;
    napi_ref function = nullptr;
    // Of predictions: the function for a single row, and its memory (Predictors::prepareRow). nullptr: it has none yet.
    napi_ref rowFunction = nullptr;
    napi_ref rowMemory = nullptr;
    double* row = nullptr;
  };

  using WorkspaceLength = int64_t (KernelSet::*)(const Plan& plan) const;

  // name, call: of the functions, whose data is their slot. neededLength: of the workspace of a call.
  PlanSlots(const char* name, napi_callback call, Purpose purpose, WorkspaceLength neededLength)
      : name(name), call(call), purpose(purpose), neededLength(neededLength) {}

  // Sets the slot's plan to the rows of samples of this length; false if they are not whole rows.
  static bool fitRows(Slot& slot, int64_t sampleLength);
  // The samples of a call; throws if they are not whole rows.
  static Values<double> wholeRows(const Napi::Value& value, const Plan& plan);

  // f(workspace) with the workspace of the slot's plan.
  template <class F>
  void withWorkspace(const Slot& slot, F f) {
    const int64_t length = slot.workspaceLength;
    if (length > kMaxKept) {
      const std::unique_ptr<double[]> own(new double[static_cast<size_t>(length)]);
      f(own.get());
      return;
    }
    if (length > workspaceLength) {
      workspace.reset(new double[static_cast<size_t>(length)]);
      workspaceLength = length;
    }
    f(workspace.get());
  }

  // The function of a slot, which is made in the first call and kept in `reference`.
  static napi_value functionOf(napi_env env, Slot& slot, napi_ref& reference, const char* name, napi_callback call);
  Slot& at(int slot) { return slots[static_cast<size_t>(slot)]; }

 private:
  // All slots share one workspace, which grows up to this many doubles. A call that needs more allocates its own.
  static constexpr int64_t kMaxKept = int64_t{1} << 22;

  const char* const name;
  const napi_callback call;
  const Purpose purpose;
  const WorkspaceLength neededLength;
  std::array<Slot, kSlots> slots;
  std::unique_ptr<double[]> workspace;
  int64_t workspaceLength = 0;
};

// A Float64Array; with the length -1 if it is something else. An empty or detached array has no data.
inline Values<double> quickFloat64Values(napi_env env, napi_value value) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) return {nullptr, -1};
  if (type != napi_float64_array) return {nullptr, -1};
  return {static_cast<double*>(data), static_cast<int64_t>(length)};
}

// Whether two arrays share no memory.
bool areDisjoint(const Values<double>& a, const Values<double>& b);

}  // namespace lockstep
