#include "background_prediction.h"

#include <memory>

#include "arguments.h"
#include "environment.h"
#include "../codec/extents.h"
#include "../codec/plan_codec.h"
#include "../pool.h"
#include "promised_task.h"
#include "sliced_prediction.h"

namespace lockstep {
namespace {

constexpr uint32_t kFirstArray = 4;
constexpr uint32_t kArrayCount = 4;
constexpr int64_t kMaxLength = int64_t{1} << 53;

SlicedPrediction::Arrays arraysOf(const Napi::CallbackInfo& info, const Plan& plan, int members) {
  const int64_t parameterCount = members * plan.parameterCount;
  const int64_t sampleLength = plan.rows * plan.inputs;
  const int64_t memberLength = plan.rows * plan.outputs;
  const double* const parameters = float64Array(info[4], "parameters", parameterCount);
  const double* const x = float64Array(info[5], "x", sampleLength);
  if (memberLength > kMaxLength / members) throwRange(info.Env(), "No array is long enough for output.");
  const int64_t outputLength = members * memberLength;
  double* const output = float64Array(info[6], "output", outputLength);
  requireNoOverlap({{"parameters", parameters, parameterCount, false},
                    {"x", x, sampleLength, false},
                    {"output", output, outputLength, true}});
  return {parameters, x, output};
}

class BackgroundPrediction final : public PromisedTask {
 public:
  explicit BackgroundPrediction(const Napi::CallbackInfo& info)
      : PromisedTask(info.Env(), environmentOf(info).completions),
        kernels(kernelSetOf(info[0])),
        owned(numbersOf(info[1], "the plan"), Purpose::kPredict, kernels),
        members(integerArgument(info[2], "members", 1, kMaxMembers)),
        prediction(kernels, owned.get(), members, integerArgument(info[3], "threads", 1, kMaxThreads),
                   arraysOf(info, owned.get(), members)),
        cancelled(int32Array(info[kFirstArray + kArrayCount - 1], "cancelled", 1)),
        arrays(Napi::Persistent(Napi::Array::New(info.Env()).As<Napi::Object>())) {
    for (uint32_t i = 0; i < kArrayCount; i++) arrays.Value().Set(i, info[kFirstArray + i]);
  }

  int threadCount() const { return prediction.threadCount(); }

 private:
  bool work() override { return prediction.advance(cancelled); }

  void cancel() noexcept override { *cancelled = 1; }

  napi_value result(napi_env env) noexcept override {
    napi_value undefined;
    return napi_get_undefined(env, &undefined) == napi_ok ? undefined : nullptr;
  }

  const KernelSet& kernels;
  const OwnedPlan owned;
  const int members;
  SlicedPrediction prediction;
  volatile int* cancelled;
  // Keeps the arrays alive during the prediction.
  Napi::ObjectReference arrays;
};

}  // namespace

Napi::Value predictAsync(const Napi::CallbackInfo& info) {
  auto prediction = std::make_unique<BackgroundPrediction>(info);
  preparePool(prediction->threadCount());
  return PromisedTask::start(std::move(prediction));
}

}  // namespace lockstep
