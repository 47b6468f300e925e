#include "prediction.h"

#include <functional>
#include <limits>
#include <string>

#include "boundary.h"

namespace lockstep {
namespace {

// A Float64Array; without data if it is something else. An empty or detached array has no data either.
Values<double> quickFloat64Values(napi_env env, napi_value value) {
  napi_typedarray_type type;
  size_t length;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) return {nullptr, 0};
  if (type != napi_float64_array) return {nullptr, 0};
  return {static_cast<double*>(data), static_cast<int64_t>(length)};
}

bool areDisjoint(const Values<double>& a, const Values<double>& b) {
  const std::less_equal<const double*> before;
  return before(a.data + a.length, b.data) || before(b.data + b.length, a.data);
}

}  // namespace

napi_value Predictors::prepare(napi_env env, const KernelSet& kernels, const Napi::Value& plan, int slot) {
  Slot& own = slots[static_cast<size_t>(slot)];
  auto owned = std::make_unique<const OwnedPlan>(plan, Purpose::kPredict);
  napi_value function;
  if (own.function == nullptr) {
    own.owner = this;
    if (napi_create_function(env, "predict", NAPI_AUTO_LENGTH, call, &own, &function) != napi_ok ||
        napi_create_reference(env, function, 1, &own.function) != napi_ok) {
      throw Napi::Error::New(env, "The prediction could not be prepared.");
    }
  } else if (napi_get_reference_value(env, own.function, &function) != napi_ok) {
    throw Napi::Error::New(env, "The prediction could not be prepared.");
  }
  own.kernels = &kernels;
  own.plan = owned->get();
  own.owned = std::move(owned);
  own.sampleLength = -1;
  return function;
}

// The call from JavaScript. For small networks the call itself takes most of the time, so it avoids the C++ wrappers
// unless something is wrong.
napi_value Predictors::call(napi_env env, napi_callback_info info) noexcept {
  return guarded(env, [&]() -> napi_value {
    size_t count = 3;
    napi_value arrays[3];
    void* data;
    if (napi_get_cb_info(env, info, &count, arrays, nullptr, &data) != napi_ok) return nullptr;
    Slot& slot = *static_cast<Slot*>(data);
    const Values<double> p = quickFloat64Values(env, arrays[0]);
    const Values<double> x = quickFloat64Values(env, arrays[1]);
    const Values<double> output = quickFloat64Values(env, arrays[2]);
    if (p.data == nullptr || x.data == nullptr || output.data == nullptr || p.length != slot.plan.parameterCount ||
        !fitRows(slot, x.length) || output.length != slot.plan.rows * slot.plan.outputs || !areDisjoint(output, x) ||
        !areDisjoint(output, p)) {
      refuse(env, slot, arrays);
    }
    slot.owner->predict(slot, p.data, x.data, output.data);
    return nullptr;
  });
}

// Sets the slot's plan to the rows of samples of this length; false if they are not whole rows.
bool Predictors::fitRows(Slot& slot, int64_t sampleLength) {
  if (sampleLength == slot.sampleLength) return true;
  const int64_t rows = sampleLength / slot.plan.inputs;
  if (rows < 1 || rows > std::numeric_limits<int32_t>::max() || rows * slot.plan.inputs != sampleLength) return false;
  slot.plan.rows = rows;
  slot.sampleLength = sampleLength;
  slot.workspaceLength = slot.kernels->predictionWorkspace(slot.plan);
  return true;
}

void Predictors::predict(const Slot& slot, const double* p, const double* x, double* output) {
  const int64_t length = slot.workspaceLength;
  if (length > kMaxKept) {
    const std::unique_ptr<double[]> own(new double[static_cast<size_t>(length)]);
    slot.kernels->predict(slot.plan, p, x, output, own.get());
    return;
  }
  if (length > workspaceLength) {
    workspace.reset(new double[static_cast<size_t>(length)]);
    workspaceLength = length;
  }
  slot.kernels->predict(slot.plan, p, x, output, workspace.get());
}

// Throws what is wrong with the arrays.
void Predictors::refuse(napi_env env, const Slot& slot, const napi_value* arrays) {
  const Plan& plan = slot.plan;
  const double* const p = float64Array(Napi::Value(env, arrays[0]), "parameters", plan.parameterCount);
  const Values<double> x = float64Values(Napi::Value(env, arrays[1]), "x");
  const int64_t rows = x.length / plan.inputs;
  if (rows < 1 || rows > std::numeric_limits<int32_t>::max() || rows * plan.inputs != x.length) {
    throw Napi::RangeError::New(env, "Expected a Float64Array of whole rows of " + std::to_string(plan.inputs) +
                                         " values for x but received one of length " + std::to_string(x.length) + ".");
  }
  const int64_t predictions = rows * plan.outputs;
  const double* const output = float64Array(Napi::Value(env, arrays[2]), "output", predictions);
  requireNoOverlap(env, {{"parameters", p, plan.parameterCount, false},
                         {"x", x.data, x.length, false},
                         {"output", output, predictions, true}});
  throw Napi::TypeError::New(env, "Expected arrays with memory.");
}

}  // namespace lockstep
