#include "prediction.h"

#include "boundary.h"
#include "../codec/extents.h"

namespace lockstep {

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
    static_cast<Predictors*>(slot.owner)->withWorkspace(slot, [&](double* workspace) {
      slot.predict(slot.plan, p.data, x.data, output.data, workspace);
    });
    return nullptr;
  });
}

napi_value Predictors::callRow(napi_env env, napi_callback_info info) noexcept {
  return guarded(env, [&]() -> napi_value {
    size_t count = 1;
    napi_value array;
    void* data;
    if (napi_get_cb_info(env, info, &count, &array, nullptr, &data) != napi_ok) return nullptr;
    Slot& slot = *static_cast<Slot*>(data);
    const Values<double> p = quickFloat64Values(env, array);
    if (slot.row == nullptr) throw Napi::Error::New(env, "Expected a slot that is prepared for single rows.");
    const Plan& plan = slot.plan;
    if (p.data == nullptr || p.length != plan.parameterCount || !fitRows(slot, plan.inputs) ||
        !areDisjoint(p, {slot.row, plan.inputs + plan.outputs})) {
      float64Array(Napi::Value(env, array), "parameters", plan.parameterCount);
      throw Napi::TypeError::New(env, "Expected parameters with memory of their own.");
    }
    static_cast<Predictors*>(slot.owner)->withWorkspace(slot, [&](double* workspace) {
      slot.predict(plan, p.data, slot.row, slot.row + plan.inputs, workspace);
    });
    return nullptr;
  });
}

napi_value Predictors::prepareRow(napi_env env, int slot, const Napi::Value& memory) {
  Slot& own = at(slot);
  const Values<double> values = float64Values(memory, "memory");
  napi_value buffer;
  bool canBeTaken = true;
  if (own.kernels == nullptr || values.length < own.plan.inputs + own.plan.outputs ||
      napi_get_typedarray_info(env, memory, nullptr, nullptr, nullptr, &buffer, nullptr) != napi_ok ||
      napi_is_arraybuffer(env, buffer, &canBeTaken) != napi_ok || canBeTaken) {
    return nullptr;
  }
  const napi_value function = functionOf(env, own, own.rowFunction, "predictRow", callRow);
  napi_ref reference;
  if (napi_create_reference(env, memory, 1, &reference) != napi_ok) return nullptr;
  if (own.rowMemory != nullptr) napi_delete_reference(env, own.rowMemory);
  own.rowMemory = reference;
  own.row = values.data;
  return function;
}

// Throws what is wrong with the arrays.
void Predictors::refuse(napi_env env, const Slot& slot, const napi_value* arrays) {
  const Plan& plan = slot.plan;
  const double* const p = float64Array(Napi::Value(env, arrays[0]), "parameters", plan.parameterCount);
  const Values<double> x = wholeRows(Napi::Value(env, arrays[1]), plan);
  const int64_t predictions = x.length / plan.inputs * plan.outputs;
  const double* const output = float64Array(Napi::Value(env, arrays[2]), "output", predictions);
  requireNoOverlap({{"parameters", p, plan.parameterCount, false},
                    {"x", x.data, x.length, false},
                    {"output", output, predictions, true}});
  throw Napi::TypeError::New(env, "Expected arrays with memory.");
}

}  // namespace lockstep
