#include "gradients.h"

#include "boundary.h"
#include "../codec/extents.h"

namespace lockstep {
namespace {

// Whether this is an array of this length, or one of length 0. A detached array also has length 0, so that it is looked
// at once more.
bool fits(napi_env env, napi_value value, const Values<double>& values, int64_t length, const char* name) {
  if (values.length == length) return values.data != nullptr;
  if (values.length != 0) return false;
  optionalFloat64Values(Napi::Value(env, value), name);
  return true;
}

}  // namespace

// The call from JavaScript, as that of a prediction.
napi_value Gradients::call(napi_env env, napi_callback_info info) noexcept {
  return guarded(env, [&]() -> napi_value {
    size_t count = 5;
    napi_value arrays[5];
    void* data;
    if (napi_get_cb_info(env, info, &count, arrays, nullptr, &data) != napi_ok) return nullptr;
    Slot& slot = *static_cast<Slot*>(data);
    const Plan& plan = slot.plan;
    const Values<double> p = quickFloat64Values(env, arrays[0]);
    const Values<double> x = quickFloat64Values(env, arrays[1]);
    const Values<double> dOutput = quickFloat64Values(env, arrays[2]);
    const Values<double> dParameters = quickFloat64Values(env, arrays[3]);
    const Values<double> dInputs = quickFloat64Values(env, arrays[4]);
    const auto isApart = [&](const Values<double>& written) {
      return areDisjoint(written, p) && areDisjoint(written, x) && areDisjoint(written, dOutput);
    };
    if (p.data == nullptr || x.data == nullptr || dOutput.data == nullptr || p.length != plan.parameterCount ||
        !fitRows(slot, x.length) || dOutput.length != plan.rows * plan.outputs ||
        !fits(env, arrays[3], dParameters, plan.parameterCount, "dParameters") ||
        !fits(env, arrays[4], dInputs, x.length, "dInputs") || !isApart(dParameters) || !isApart(dInputs) ||
        !areDisjoint(dParameters, dInputs)) {
      refuse(env, slot, arrays);
    }
    if (dParameters.length == 0 && dInputs.length == 0) return nullptr;
    static_cast<Gradients*>(slot.owner)->withWorkspace(slot, [&](double* workspace) {
      slot.kernels->gradients(plan, p.data, x.data, dOutput.data, dParameters.length == 0 ? nullptr : dParameters.data,
                              dInputs.length == 0 ? nullptr : dInputs.data, workspace);
    });
    return nullptr;
  });
}

// Throws what is wrong with the arrays.
void Gradients::refuse(napi_env env, const Slot& slot, const napi_value* arrays) {
  const Plan& plan = slot.plan;
  const auto value = [&](int i) { return Napi::Value(env, arrays[i]); };
  const double* const p = float64Array(value(0), "parameters", plan.parameterCount);
  const Values<double> x = wholeRows(value(1), plan);
  const int64_t outputs = x.length / plan.inputs * plan.outputs;
  const double* const dOutput = float64Array(value(2), "dOutput", outputs);
  const double* const dParameters = optionalFloat64Array(value(3), "dParameters", plan.parameterCount);
  const double* const dInputs = optionalFloat64Array(value(4), "dInputs", x.length);
  const auto written = [](const char* name, const double* data, int64_t length) {
    return Extent{name, data, data == nullptr ? 0 : length, true};
  };
  requireNoOverlap({{"parameters", p, plan.parameterCount, false},
                    {"x", x.data, x.length, false},
                    {"dOutput", dOutput, outputs, false},
                    written("dParameters", dParameters, plan.parameterCount),
                    written("dInputs", dInputs, x.length)});
  throw Napi::TypeError::New(env, "Expected arrays with memory.");
}

Napi::Value stepEndWorkspace(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan plan(numbersOf(info[1], "the plan"), Purpose::kTrain, kernels);
  return Napi::Number::New(info.Env(), static_cast<double>(kernels.stepEndWorkspace(plan.get())));
}

Napi::Value applyGradients(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan owned(numbersOf(info[1], "the plan"), Purpose::kTrain, kernels);
  const Plan& plan = owned.get();
  const int64_t count = plan.parameterCount;
  const int64_t states = kernels.stateLength(plan);
  const int64_t length = kernels.stepEndWorkspace(plan);
  double* const p = float64Array(info[2], "parameters", count);
  double* const g = float64Array(info[3], "gradients", count);
  const Values<double> state = optionalFloat64Values(info[4], "state");
  if (state.length != states) float64Array(info[4], "state", states);
  const Values<double> workspace = optionalFloat64Values(info[5], "workspace");
  if (workspace.length < length) float64ArrayOfAtLeast(info[5], "workspace", length);
  requireNoOverlap({{"parameters", p, count, true},
                    {"gradients", g, count, true},
                    {"state", state.data, states, true},
                    {"workspace", workspace.data, length, true}});
  kernels.endStep(plan, p, g, state.data, workspace.data);
  return info.Env().Undefined();
}

}  // namespace lockstep
