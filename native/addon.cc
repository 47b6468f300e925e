// The Node-API boundary: takes arguments apart, runs a kernel set on them, on the main thread or beside it. No
// mathematics.
#include <napi.h>

#include <memory>

#include "arguments.h"
#include "dispatch.h"
#include "plan.h"

namespace lockstep {
namespace {

Napi::Object outcomeObject(Napi::Env env, const TrainingOutcome& outcome) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("epochs", Napi::Number::New(env, static_cast<double>(outcome.epochs)));
  object.Set("status", Napi::Number::New(env, outcome.status));
  object.Set("parameter", Napi::Number::New(env, static_cast<double>(outcome.parameter)));
  return object;
}

template <Purpose purpose>
Napi::Value workspaceLength(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan plan(info[1], purpose);
  const auto length = purpose == Purpose::kPredict    ? kernels.predictionWorkspace
                      : purpose == Purpose::kEvaluate ? kernels.evaluationWorkspace
                                                      : kernels.trainingWorkspace;
  return Napi::Number::New(info.Env(), static_cast<double>(length(plan.get())));
}

// (set, plan, parameters, x, output, workspace)
void predict(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan owned(info[1], Purpose::kPredict);
  const Plan& plan = owned.get();
  const double* const p = float64Array(info[2], "parameters", plan.parameterCount);
  const double* const x = float64Array(info[3], "x", plan.rows * plan.inputs);
  double* const output = float64Array(info[4], "output", plan.rows * plan.outputs);
  double* const workspace = float64ArrayOfAtLeast(info[5], "workspace", kernels.predictionWorkspace(plan));
  kernels.predict(plan, p, x, output, workspace);
}

// (set, plan, parameters, x, y, workspace)
Napi::Value evaluate(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan owned(info[1], Purpose::kEvaluate);
  const Plan& plan = owned.get();
  const double* const p = float64Array(info[2], "parameters", plan.parameterCount);
  const double* const x = float64Array(info[3], "x", plan.rows * plan.inputs);
  const double* const y = float64Array(info[4], "y", plan.rows * plan.outputs);
  double* const workspace = float64ArrayOfAtLeast(info[5], "workspace", kernels.evaluationWorkspace(plan));
  return Napi::Number::New(info.Env(), kernels.evaluate(plan, p, x, y, workspace));
}

// A training as it was asked for: (set, plan, parameters, state, workspace, x, y, history).
class Training {
 public:
  static constexpr size_t firstArray = 2;
  static constexpr size_t lastArray = 7;

  explicit Training(const Napi::CallbackInfo& info) : kernels(kernelSetOf(info[0])), owned(info[1], Purpose::kTrain) {
    const Plan& plan = owned.get();
    arrays.parameters = float64Array(info[2], "parameters", plan.parameterCount);
    arrays.state = float64Array(info[3], "state", stateLength(kernels, plan));
    arrays.workspace = float64ArrayOfAtLeast(info[4], "workspace", kernels.trainingWorkspace(plan));
    arrays.x = float64Array(info[5], "x", plan.rows * plan.inputs);
    arrays.y = float64Array(info[6], "y", plan.rows * plan.outputs);
    arrays.history = float64Array(info[7], "history", plan.epochs);
  }

  TrainingOutcome run() { return kernels.train(owned.get(), arrays, &cancelled); }
  void cancel() { cancelled = 1; }

 private:
  const KernelSet& kernels;
  const OwnedPlan owned;
  TrainingArrays arrays;
  volatile int cancelled = 0;
};

Napi::Value train(const Napi::CallbackInfo& info) { return outcomeObject(info.Env(), Training(info).run()); }

// Runs a training on a thread of libuv's pool. It holds on to the arrays, and stops early when the environment ends,
// which would otherwise wait for it.
class TrainingWorker : public Napi::AsyncWorker {
 public:
  explicit TrainingWorker(const Napi::CallbackInfo& info)
      : Napi::AsyncWorker(info.Env(), "lockstep-nn training"),
        training(info),
        held(Napi::Persistent(Napi::Array::New(info.Env()).As<Napi::Object>())),
        deferred(info.Env()) {
    for (size_t i = Training::firstArray; i <= Training::lastArray; i++) {
      held.Value().Set(static_cast<uint32_t>(i - Training::firstArray), info[i]);
    }
    napi_add_env_cleanup_hook(info.Env(), cancel, this);
  }
  ~TrainingWorker() override { napi_remove_env_cleanup_hook(Env(), cancel, this); }

  Napi::Promise promise() const { return deferred.Promise(); }

 protected:
  void Execute() override { outcome = training.run(); }
  void OnOK() override { deferred.Resolve(outcomeObject(Env(), outcome)); }
  void OnError(const Napi::Error& error) override { deferred.Reject(error.Value()); }

 private:
  static void cancel(void* worker) { static_cast<TrainingWorker*>(worker)->training.cancel(); }

  Training training;
  Napi::ObjectReference held;
  Napi::Promise::Deferred deferred;
  TrainingOutcome outcome{};
};

Napi::Value trainAsync(const Napi::CallbackInfo& info) {
  auto worker = std::make_unique<TrainingWorker>(info);
  const Napi::Promise promise = worker->promise();
  // The queue owns the worker from here on: it deletes itself when it is done.
  worker.release()->Queue();
  return promise;
}

Napi::Array names(Napi::Env env, const char* const* names, int count) {
  Napi::Array array = Napi::Array::New(env, static_cast<size_t>(count));
  for (int i = 0; i < count; i++) array.Set(static_cast<uint32_t>(i), names[i]);
  return array;
}

Napi::Array tableArray(Napi::Env env, const Table& table) {
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

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  const KernelSet& kernels = *kernelSets().back().kernels;
  exports.Set("kernelSets", kernelSetArray(env));
  exports.Set("planFields", names(env, kPlanFields, kPlanFieldCount));
  exports.Set("layerFields", names(env, kLayerFields, kLayerFieldCount));
  exports.Set("activations", tableArray(env, kernels.activations));
  exports.Set("losses", tableArray(env, kernels.losses));
  exports.Set("optimizers", tableArray(env, kernels.optimizers));
  exports.Set("predictionWorkspace", Napi::Function::New<workspaceLength<Purpose::kPredict>>(env));
  exports.Set("evaluationWorkspace", Napi::Function::New<workspaceLength<Purpose::kEvaluate>>(env));
  exports.Set("trainingWorkspace", Napi::Function::New<workspaceLength<Purpose::kTrain>>(env));
  exports.Set("predict", Napi::Function::New<predict>(env));
  exports.Set("evaluate", Napi::Function::New<evaluate>(env));
  exports.Set("train", Napi::Function::New<train>(env));
  exports.Set("trainAsync", Napi::Function::New<trainAsync>(env));
  return exports;
}

}  // namespace
}  // namespace lockstep

using lockstep::initialize;
NODE_API_MODULE(lockstep_nn, initialize)
