// The functions of the WebAssembly module: check the arguments, run the kernel set. No mathematics. Pointers and
// handles are addresses in the module's memory; a failed call stores a message and traps.
#include <stdlib.h>

#include <cstring>

#include "../isa/sets.h"
#include "opened.h"

#define LOCKSTEP_EXPORT(name) extern "C" __attribute__((export_name(#name), visibility("default")))

namespace lockstep {
namespace {

constexpr KernelSet kWasm128(kWasm128Tiled, kWasm128Lanes, kWasm128Ensemble);

constexpr int kPurposes = 4;

// Bits of the result of `runSession`: there is more to do before `until`; members are at different epochs.
constexpr int kHasMore = 1;
constexpr int kEpochsDiffer = 2;

// The lists and tables that `names` writes.
enum List { kPlan, kLayer, kTensor, kWatch, kArrays, kActivations, kLosses, kOptimizers, kMetrics, kLayers };

// Text of names, which the next call overwrites.
class NameText {
 public:
  void add(const char* name, char end) {
    const size_t count = std::strlen(name);
    if (length + count + 1 >= sizeof text) refuse({"The names of a list are too long."});
    std::memcpy(text + length, name, count);
    length += count;
    text[length++] = end;
  }
  const char* end() {
    text[length - 1] = 0;
    return text;
  }
  // After the last option of an entry.
  void endEntry() { text[length - 1] = ','; }

 private:
  static char text[4096];
  size_t length = 0;
};

char NameText::text[4096];

const char* namesOf(const char* const* names, int count) {
  NameText text;
  for (int i = 0; i < count; i++) text.add(names[i], ',');
  return text.end();
}

const char* namesOf(const NameTable& table) {
  NameText text;
  for (int i = 0; i < table.count; i++) {
    const TableEntry& entry = table.entries[i];
    text.add(entry.name, ':');
    for (int k = 0; k < entry.optionCount; k++) text.add(entry.options[k], ':');
    text.endEntry();
  }
  return text.end();
}

// The plan with these rows.
Plan withRows(const Plan& plan, double rows) {
  Plan own = plan;
  own.rows = integer(rows, {"rows"}, 1, kMaxRows);
  return own;
}

// A call with any number of rows needs at most the workspace of one with the most rows.
Plan withMostRows(const Plan& plan) { return withRows(plan, static_cast<double>(kMaxRows)); }

int checkedMetric(int code) { return static_cast<int>(integer(code, {"code"}, 0, kWasm128.metrics.count - 1)); }

}  // namespace

const KernelSet& moduleKernels() { return kWasm128; }

LOCKSTEP_EXPORT(allocate) void* allocate(double bytes) { return allocateBytes(bytes); }

LOCKSTEP_EXPORT(release) void release(void* pointer) { free(pointer); }

LOCKSTEP_EXPORT(names) const char* names(int list) {
  switch (list) {
    case kPlan:
      return namesOf(kPlanFields, kPlanFieldCount);
    case kLayer:
      return namesOf(kLayerFields, kLayerFieldCount);
    case kTensor:
      return namesOf(kTensorFields, kTensorFieldCount);
    case kWatch:
      return namesOf(kWatchFields, kWatchFieldCount);
    case kArrays:
      return namesOf(kSessionArrays, kSessionArrayCount);
    case kActivations:
      return namesOf(kWasm128.activations);
    case kLosses:
      return namesOf(kWasm128.losses);
    case kOptimizers:
      return namesOf(kWasm128.optimizers);
    case kMetrics:
      return namesOf(kWasm128.metrics);
    case kLayers:
      return namesOf(kWasm128.layers.names);
    default:
      refuse({"There is no list ", list, "."});
  }
}

LOCKSTEP_EXPORT(interfaceVersion) int interfaceVersion() { return kInterfaceVersion; }

LOCKSTEP_EXPORT(failure) const char* failure() { return lastFailure(); }

LOCKSTEP_EXPORT(openPlan) OpenPlan* openPlan(const double* numbers, int length, int purpose) {
  integer(purpose, {"purpose"}, 0, kPurposes - 1);
  return new OpenPlan(checkedNumbers(numbers, length, "the plan"), static_cast<Purpose>(purpose));
}

LOCKSTEP_EXPORT(closePlan) void closePlan(OpenPlan* handle) {
  OpenPlan& plan = opened(handle);
  if (plan.openSessions > 0) refuse({"Expected a plan without open sessions."});
  delete &plan;
}

LOCKSTEP_EXPORT(predictionWorkspace) double predictionWorkspace(OpenPlan* plan) {
  return static_cast<double>(kWasm128.predictionWorkspace(withMostRows(opened(plan).get(Purpose::kPredict))));
}

LOCKSTEP_EXPORT(predict)
void predict(OpenPlan* handle, double rows, const double* p, const double* x, double* output, double* workspace) {
  const Plan plan = withRows(opened(handle).get(Purpose::kPredict), rows);
  checkedArray(p, plan.parameterCount, "parameters");
  checkedArray(x, plan.rows * plan.inputs, "x");
  checkedArray(output, plan.rows * plan.outputs, "output");
  checkedArray(workspace, kWasm128.predictionWorkspace(plan), "workspace");
  kWasm128.predict(plan, p, x, output, workspace);
}

LOCKSTEP_EXPORT(gradientsWorkspace) double gradientsWorkspace(OpenPlan* plan) {
  return static_cast<double>(kWasm128.gradientsWorkspace(withMostRows(opened(plan).get(Purpose::kGradients))));
}

LOCKSTEP_EXPORT(gradients)
void gradients(OpenPlan* handle, double rows, const double* p, const double* x, const double* dOutput,
               double* dParameters, double* dInputs, double* workspace) {
  const Plan plan = withRows(opened(handle).get(Purpose::kGradients), rows);
  checkedArray(p, plan.parameterCount, "parameters");
  checkedArray(x, plan.rows * plan.inputs, "x");
  checkedArray(dOutput, plan.rows * plan.outputs, "dOutput");
  optionalArray(dParameters, plan.parameterCount, "dParameters");
  optionalArray(dInputs, plan.rows * plan.inputs, "dInputs");
  checkedArray(workspace, kWasm128.gradientsWorkspace(plan), "workspace");
  if (dParameters == nullptr && dInputs == nullptr) return;
  kWasm128.gradients(plan, p, x, dOutput, dParameters, dInputs, workspace);
}

LOCKSTEP_EXPORT(evaluationWorkspace) double evaluationWorkspace(OpenPlan* plan) {
  return static_cast<double>(kWasm128.evaluationWorkspace(opened(plan).get(Purpose::kEvaluate)));
}

LOCKSTEP_EXPORT(evaluate)
double evaluate(OpenPlan* handle, const double* p, const double* x, const double* y, const double* sampleWeight,
                double* output, double* workspace) {
  const Plan& plan = opened(handle).get(Purpose::kEvaluate);
  checkedArray(p, plan.parameterCount, "parameters");
  checkedArray(x, plan.rows * plan.inputs, "x");
  checkedArray(y, plan.rows * plan.outputs, "y");
  optionalArray(sampleWeight, plan.rows, "sampleWeight");
  optionalArray(output, plan.rows * plan.outputs, "output");
  checkedArray(workspace, kWasm128.evaluationWorkspace(plan), "workspace");
  return kWasm128.evaluate(plan, p, x, y, sampleWeight, output, workspace);
}

LOCKSTEP_EXPORT(stepEndWorkspace) double stepEndWorkspace(OpenPlan* plan) {
  return static_cast<double>(kWasm128.stepEndWorkspace(opened(plan).get(Purpose::kTrain)));
}

LOCKSTEP_EXPORT(applyGradients)
void applyGradients(OpenPlan* handle, double* p, double* g, double* state, double* workspace) {
  const Plan& plan = opened(handle).get(Purpose::kTrain);
  checkedArray(p, plan.parameterCount, "parameters");
  checkedArray(g, plan.parameterCount, "gradients");
  checkedArray(state, kWasm128.stateLength(plan), "state");
  checkedArray(workspace, kWasm128.stepEndWorkspace(plan), "workspace");
  kWasm128.endStep(plan, p, g, state, workspace);
}

LOCKSTEP_EXPORT(metricWorkspace) double metricWorkspace(int code, double rows, int outputs) {
  const int64_t count = integer(rows, {"rows"}, 1, kMaxRows);
  integer(outputs, {"outputs"}, 1, kMaxUnits);
  return static_cast<double>(kWasm128.metricWorkspace(checkedMetric(code), count, outputs));
}

LOCKSTEP_EXPORT(metric)
double metric(int code, const double* options, int signs, double rows, int outputs, const double* targets,
              const double* predictions, double* workspace) {
  const int64_t count = integer(rows, {"rows"}, 1, kMaxRows);
  integer(outputs, {"outputs"}, 1, kMaxUnits);
  checkedArray(options, kWasm128.metrics.entries[checkedMetric(code)].optionCount, "options");
  checkedArray(targets, count * outputs, "targets");
  checkedArray(predictions, count * outputs, "predictions");
  checkedArray(workspace, kWasm128.metricWorkspace(code, count, outputs), "workspace");
  return kWasm128.metric(code, options, Scored{count, outputs, targets, predictions, signs != 0}, workspace);
}

LOCKSTEP_EXPORT(sessionWorkspace)
double sessionWorkspace(OpenPlan* plan, int members, const double* encodedWatch, int watchLength) {
  integer(members, {"members"}, 1, kMaxMembers);
  const OwnedWatch watch(checkedNumbers(encodedWatch, watchLength, "watch"), kWasm128);
  const Plan& own = opened(plan).get(Purpose::kTrain);
  return static_cast<double>(Session::workspaceLength(kWasm128, own, members, 1, watch.get()));
}

LOCKSTEP_EXPORT(openSession)
OpenSession* openSession(OpenPlan* plan, int members, const double* encodedMembers, int membersLength,
                         const double* watch, int watchLength, const uint32_t* places, const double* lengths) {
  return new OpenSession(
      opened(plan),
      {members, checkedNumbers(encodedMembers, membersLength, "members"), checkedNumbers(watch, watchLength, "watch"),
       checkedArray(places, kSessionArrayCount, "pointers"), checkedArray(lengths, kSessionArrayCount, "lengths")});
}

LOCKSTEP_EXPORT(runSession)
int runSession(OpenSession* handle, double from, double until, double milliseconds, int continues) {
  OpenSession& session = opened(handle);
  const bool more = session.run(from, until, milliseconds, continues != 0);
  return (more ? kHasMore : 0) | (session.isWhole() ? 0 : kEpochsDiffer);
}

LOCKSTEP_EXPORT(cancelSession) void cancelSession(OpenSession* session) { opened(session).cancel(); }

LOCKSTEP_EXPORT(closeSession) void closeSession(OpenSession* session) { delete &opened(session); }

}  // namespace lockstep
