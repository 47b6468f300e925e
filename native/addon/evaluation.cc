#include "evaluation.h"

#include "arguments.h"
#include "../codec/extents.h"
#include "../codec/layer_codec.h"
#include "../codec/plan_codec.h"

namespace lockstep {
namespace {

int metricCode(const KernelSet& kernels, const Napi::Value& value) {
  return integerArgument(value, "code", 0, kernels.metrics.count - 1);
}

}  // namespace

Napi::Value evaluationWorkspace(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan plan(numbersOf(info[1], "the plan"), Purpose::kEvaluate, kernels);
  return Napi::Number::New(info.Env(), static_cast<double>(kernels.evaluationWorkspace(plan.get())));
}

Napi::Value evaluate(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const OwnedPlan owned(numbersOf(info[1], "the plan"), Purpose::kEvaluate, kernels);
  const Plan& plan = owned.get();
  const int64_t outputLength = plan.rows * plan.outputs;
  const double* const p = float64Array(info[2], "parameters", plan.parameterCount);
  const double* const x = float64Array(info[3], "x", plan.rows * plan.inputs);
  const double* const y = float64Array(info[4], "y", outputLength);
  const int64_t length = kernels.evaluationWorkspace(plan);
  const double* const sampleWeight = optionalFloat64Array(info[5], "sampleWeight", plan.rows);
  double* const output = optionalFloat64Array(info[6], "output", outputLength);
  double* const workspace = float64ArrayOfAtLeast(info[7], "workspace", length);
  requireNoOverlap({{"parameters", p, plan.parameterCount, false},
                    {"x", x, plan.rows * plan.inputs, false},
                    {"y", y, outputLength, false},
                    extentOf("sampleWeight", sampleWeight, plan.rows),
                    {"output", output, output == nullptr ? 0 : outputLength, true},
                    {"workspace", workspace, length, true}});
  return Napi::Number::New(info.Env(), kernels.evaluate(plan, p, x, y, sampleWeight, output, workspace));
}

Napi::Value metricWorkspace(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const int code = metricCode(kernels, info[1]);
  const int rows = integerArgument(info[2], "rows", 1, kMaxRows);
  const int outputs = integerArgument(info[3], "outputs", 1, kMaxUnits);
  return Napi::Number::New(info.Env(), static_cast<double>(kernels.metricWorkspace(code, rows, outputs)));
}

Napi::Value metric(const Napi::CallbackInfo& info) {
  const KernelSet& kernels = kernelSetOf(info[0]);
  const int code = metricCode(kernels, info[1]);
  const int optionCount = kernels.metrics.entries[code].optionCount;
  const double* const options = float64Array(info[2], "options", optionCount);
  const bool signs = integerArgument(info[3], "signs", 0, 1) == 1;
  const int rows = integerArgument(info[4], "rows", 1, kMaxRows);
  const int outputs = integerArgument(info[5], "outputs", 1, kMaxUnits);
  const int64_t values = int64_t{rows} * outputs;
  const double* const targets = float64Array(info[6], "targets", values);
  const double* const predictions = float64Array(info[7], "predictions", values);
  const int64_t length = kernels.metricWorkspace(code, rows, outputs);
  double* const workspace = float64ArrayOfAtLeast(info[8], "workspace", length);
  requireNoOverlap({{"options", options, optionCount, false},
                    {"targets", targets, values, false},
                    {"predictions", predictions, values, false},
                    {"workspace", workspace, length, true}});
  const Scored scored = {rows, outputs, targets, predictions, signs};
  return Napi::Number::New(info.Env(), kernels.metric(code, options, scored, workspace));
}

}  // namespace lockstep
