// The functions of the addon: check the arguments, run a kernel set on the main thread or in the background. No
// mathematics.
#include <napi.h>

#include <memory>

#include "arguments.h"
#include "../codec/plan_codec.h"
#include "background_prediction.h"
#include "background_session.h"
#include "boundary.h"
#include "../dispatch.h"
#include "environment.h"
#include "evaluation.h"
#include "open_session.h"
#include "../plan.h"
#include "../pool.h"
#include "queue.h"
#include "session_arrays.h"
#include "../codec/watch_codec.h"

namespace lockstep {
namespace {

// (set, plan, slot): the function of a slot of these, valid until the slot is prepared again
template <auto slots>
Napi::Value prepareSlot(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const int slot = integerArgument(info[2], "slot", 0, PlanSlots::kSlots - 1);
  return Napi::Value(info.Env(), (environmentOf(info).*slots).prepare(info.Env(), kernels, info[1], slot));
}

// (slot, memory): the function of a slot for a single row, or undefined
Napi::Value rowPredictor(const Napi::CallbackInfo& info) {
  const int slot = integerArgument(info[0], "slot", 0, PlanSlots::kSlots - 1);
  return Napi::Value(info.Env(), environmentOf(info).predictors.prepareRow(info.Env(), slot, info[1]));
}

// (set, plan, members, threads)
template <auto count>
Napi::Value countThreads(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan plan(numbersOf(info[1], "the plan"), Purpose::kTrain, kernels);
  const int members = integerArgument(info[2], "members", 1, kMaxMembers);
  const int threads = integerArgument(info[3], "threads", 1, kMaxThreads);
  return Napi::Number::New(info.Env(), count(kernels, plan.get(), members, threads));
}

// (set, plan, members, threads, watch)
Napi::Value sessionWorkspace(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan plan(numbersOf(info[1], "the plan"), Purpose::kTrain, kernels);
  const int members = integerArgument(info[2], "members", 1, kMaxMembers);
  const int threads = integerArgument(info[3], "threads", 1, kMaxThreads);
  const OwnedWatch watch(optionalNumbersOf(info[4], "watch"), kernels);
  const int64_t length = Session::workspaceLength(kernels, plan.get(), members, threads, watch.get());
  return Napi::Number::New(info.Env(), static_cast<double>(length));
}

Napi::Value poolThreads(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), poolSize()); }

Napi::Value queueThreads(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), queueSize()); }

// Nothing: measures what a call costs.
napi_value nothing(napi_env, napi_callback_info) { return nullptr; }

Napi::Array names(Napi::Env env, const char* const* names, int count) {
  Napi::Array array = Napi::Array::New(env, static_cast<size_t>(count));
  for (int i = 0; i < count; i++) array.Set(static_cast<uint32_t>(i), names[i]);
  return array;
}

Napi::Array tableArray(Napi::Env env, const NameTable& table) {
  Napi::Array array = Napi::Array::New(env, static_cast<size_t>(table.count));
  for (int i = 0; i < table.count; i++) {
    const TableEntry& entry = table.entries[i];
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", entry.name);
    object.Set("options", names(env, entry.options, entry.optionCount));
    array.Set(static_cast<uint32_t>(i), object);
  }
  return array;
}

Napi::Array kernelSetArray(Napi::Env env) {
  Napi::Array array = Napi::Array::New(env);
  for (const NamedKernelSet& set : kernelSets()) {
    Napi::Object object = Napi::Object::New(env);
    object.Set("name", set.name);
    object.Set("available", set.available);
    object.Set("reason", set.reason);
    array.Set(array.Length(), object);
  }
  return array;
}

void define(Napi::Object exports, const char* name, napi_callback function, Environment* environment) {
  napi_value value;
  if (napi_create_function(exports.Env(), name, NAPI_AUTO_LENGTH, function, environment, &value) != napi_ok) {
    throw Napi::Error::New(exports.Env(), "The functions of the addon could not be made.");
  }
  exports.Set(name, value);
}

template <Napi::Value (*function)(const Napi::CallbackInfo&)>
void define(Napi::Object exports, const char* name, Environment* environment) {
  define(exports, name, entry<function>, environment);
}

// Each environment that loads the addon gets its own Environment. Cleanup hooks run in reverse order: when this one
// runs, all trainings of the environment have ended.
Environment* newEnvironment(napi_env env) {
  auto made = std::make_unique<Environment>(env);
  const auto end = [](void* environment) { delete static_cast<Environment*>(environment); };
  if (napi_add_env_cleanup_hook(env, end, made.get()) != napi_ok) {
    throw Napi::Error::New(env, "The addon could not be loaded.");
  }
  return made.release();
}

void initialize(Napi::Env env, Napi::Object exports) {
  const KernelSet& kernels = *kernelSets().back().kernels;
  Environment* const environment = newEnvironment(env);
  exports.Set("interfaceVersion", Napi::Number::New(env, kInterfaceVersion));
  exports.Set("kernelSets", kernelSetArray(env));
  exports.Set("planFields", names(env, kPlanFields, kPlanFieldCount));
  exports.Set("layerFields", names(env, kLayerFields, kLayerFieldCount));
  exports.Set("tensorFields", names(env, kTensorFields, kTensorFieldCount));
  exports.Set("watchFields", names(env, kWatchFields, kWatchFieldCount));
  exports.Set("sessionArrays", names(env, kSessionArrays, kSessionArrayCount));
  exports.Set("activations", tableArray(env, kernels.activations));
  exports.Set("losses", tableArray(env, kernels.losses));
  exports.Set("optimizers", tableArray(env, kernels.optimizers));
  exports.Set("metrics", tableArray(env, kernels.metrics));
  exports.Set("layers", tableArray(env, kernels.layers.names));
  exports.Set("predictorSlots", Napi::Number::New(env, PlanSlots::kSlots));
  define<evaluationWorkspace>(exports, "evaluationWorkspace", environment);
  define<countThreads<Session::usableThreads>>(exports, "usableThreads", environment);
  define<countThreads<Session::usefulThreads>>(exports, "usefulThreads", environment);
  define<poolThreads>(exports, "poolThreads", environment);
  define<queueThreads>(exports, "queueThreads", environment);
  define(exports, "nothing", nothing, environment);
  define<prepareSlot<&Environment::predictors>>(exports, "predictor", environment);
  define<rowPredictor>(exports, "rowPredictor", environment);
  define<predictAsync>(exports, "predictAsync", environment);
  define<prepareSlot<&Environment::gradients>>(exports, "gradients", environment);
  define<stepEndWorkspace>(exports, "stepEndWorkspace", environment);
  define<applyGradients>(exports, "applyGradients", environment);
  define<evaluate>(exports, "evaluate", environment);
  define<metricWorkspace>(exports, "metricWorkspace", environment);
  define<metric>(exports, "metric", environment);
  define<sessionWorkspace>(exports, "sessionWorkspace", environment);
  define<openSession>(exports, "openSession", environment);
  define(exports, "runSession", runSession, environment);
  define<runSessionAsync>(exports, "runSessionAsync", environment);
  define<cancelSession>(exports, "cancelSession", environment);
  define<closeSession>(exports, "closeSession", environment);
}

napi_value load(napi_env env, napi_value exports) {
  return guarded(env, [&] {
    initialize(Napi::Env(env), Napi::Object(env, exports));
    return exports;
  });
}

}  // namespace
}  // namespace lockstep

using lockstep::load;
NAPI_MODULE(lockstep_nn, load)
