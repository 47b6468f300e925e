#include "slots.h"

#include <functional>
#include <limits>
#include <string>

namespace lockstep {
namespace {

// The rows of samples of this length; 0 if they are not whole rows.
int64_t rowsOf(const Plan& plan, int64_t sampleLength) {
  const int64_t rows = sampleLength / plan.inputs;
  const bool fit = rows >= 1 && rows <= std::numeric_limits<int32_t>::max() && rows * plan.inputs == sampleLength;
  return fit ? rows : 0;
}

}  // namespace

bool areDisjoint(const Values<double>& a, const Values<double>& b) {
  const std::less_equal<const double*> before;
  if (a.length == 0 || b.length == 0) return true;
  return before(a.data + a.length, b.data) || before(b.data + b.length, a.data);
}

napi_value PlanSlots::prepare(napi_env env, const KernelSet& kernels, const Napi::Value& plan, int slot) {
  Slot& own = slots[static_cast<size_t>(slot)];
  auto owned = std::make_unique<const OwnedPlan>(numbersOf(plan, "the plan"), purpose, kernels);
  own.owner = this;
  const napi_value function = functionOf(env, own, own.function, name, call);
  own.kernels = &kernels;
  own.plan = owned->get();
  own.owned = std::move(owned);
  own.sampleLength = -1;
  own.row = nullptr;
  return function;
}

napi_value PlanSlots::functionOf(napi_env env, Slot& slot, napi_ref& reference, const char* name, napi_callback call) {
  napi_value function;
  const bool done = reference == nullptr
                        ? napi_create_function(env, name, NAPI_AUTO_LENGTH, call, &slot, &function) == napi_ok &&
                              napi_create_reference(env, function, 1, &reference) == napi_ok
                        : napi_get_reference_value(env, reference, &function) == napi_ok;
  if (!done) throw Napi::Error::New(env, "The function of a network could not be prepared.");
  return function;
}

bool PlanSlots::fitRows(Slot& slot, int64_t sampleLength) {
  if (sampleLength == slot.sampleLength) return true;
  const int64_t rows = rowsOf(slot.plan, sampleLength);
  if (rows == 0) return false;
  slot.plan.rows = rows;
  slot.sampleLength = sampleLength;
  slot.predict = slot.kernels->predictFunction(slot.plan);
  slot.workspaceLength = (slot.kernels->*slot.owner->neededLength)(slot.plan);
  return true;
}

Values<double> PlanSlots::wholeRows(const Napi::Value& value, const Plan& plan) {
  const Values<double> x = float64Values(value, "x");
  if (rowsOf(plan, x.length) == 0) {
    throw Napi::RangeError::New(value.Env(), "Expected a Float64Array of whole rows of " + std::to_string(plan.inputs) +
                                                 " values for x but received one of length " +
                                                 std::to_string(x.length) + ".");
  }
  return x;
}

}  // namespace lockstep
