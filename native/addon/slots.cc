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
  napi_value function;
  if (own.function == nullptr) {
    own.owner = this;
    if (napi_create_function(env, name, NAPI_AUTO_LENGTH, call, &own, &function) != napi_ok ||
        napi_create_reference(env, function, 1, &own.function) != napi_ok) {
      throw Napi::Error::New(env, "The function of a network could not be prepared.");
    }
  } else if (napi_get_reference_value(env, own.function, &function) != napi_ok) {
    throw Napi::Error::New(env, "The function of a network could not be prepared.");
  }
  own.kernels = &kernels;
  own.plan = owned->get();
  own.owned = std::move(owned);
  own.sampleLength = -1;
  return function;
}

bool PlanSlots::fitRows(Slot& slot, int64_t sampleLength) {
  if (sampleLength == slot.sampleLength) return true;
  const int64_t rows = rowsOf(slot.plan, sampleLength);
  if (rows == 0) return false;
  slot.plan.rows = rows;
  slot.sampleLength = sampleLength;
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
