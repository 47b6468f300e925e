#include "prediction.h"

#include <functional>
#include <memory>
#include <new>

#include "arguments.h"

namespace lockstep {
namespace {

// The start of a Float64Array of this length, or nullptr. An empty or detached array has no start either.
double* quickFloat64Array(napi_env env, napi_value value, int64_t length) {
  napi_typedarray_type type;
  size_t its;
  void* data;
  if (napi_get_typedarray_info(env, value, &type, &its, &data, nullptr, nullptr) != napi_ok) return nullptr;
  if (type != napi_float64_array || static_cast<int64_t>(its) != length) return nullptr;
  return static_cast<double*>(data);
}

bool apart(const double* a, int64_t aLength, const double* b, int64_t bLength) {
  const std::less_equal<const double*> before;
  return before(a + aLength, b) || before(b + bLength, a);
}

class Predictor {
 public:
  explicit Predictor(const Napi::CallbackInfo& info)
      : kernels(kernelSetOf(info[0])), owned(info[1], Purpose::kPredict), plan(owned.get()) {
    length = kernels.predictionWorkspace(plan);
    workspace.reset(new (std::nothrow) double[static_cast<size_t>(length)]);
    if (workspace == nullptr) throw Napi::RangeError::New(info.Env(), "There is no memory for the plan's workspace.");
  }

  int64_t bytes() const { return length * static_cast<int64_t>(sizeof(double)); }

  // The call from JavaScript. Its time counts where a network is small, so it goes without the C++ wrappers as long as
  // nothing is wrong.
  static napi_value call(napi_env env, napi_callback_info info) {
    size_t count = 3;
    napi_value arrays[3];
    void* data;
    if (napi_get_cb_info(env, info, &count, arrays, nullptr, &data) != napi_ok) return nullptr;
    const Predictor& self = *static_cast<const Predictor*>(data);
    const Plan& plan = self.plan;
    const int64_t samples = plan.rows * plan.inputs;
    const int64_t answers = plan.rows * plan.outputs;
    const double* const p = quickFloat64Array(env, arrays[0], plan.parameterCount);
    const double* const x = quickFloat64Array(env, arrays[1], samples);
    double* const output = quickFloat64Array(env, arrays[2], answers);
    if (p == nullptr || x == nullptr || output == nullptr || !apart(output, answers, x, samples) ||
        !apart(output, answers, p, plan.parameterCount)) {
      self.refuse(env, arrays);
      return nullptr;
    }
    self.kernels.predict(plan, p, x, output, self.workspace.get());
    return nullptr;
  }

  static void drop(napi_env env, void* data, void*) {
    const std::unique_ptr<const Predictor> self(static_cast<const Predictor*>(data));
    int64_t all;
    napi_adjust_external_memory(env, -self->bytes(), &all);
  }

 private:
  // Throws what is wrong with the arrays.
  void refuse(napi_env env, const napi_value* arrays) const {
    try {
      const int64_t samples = plan.rows * plan.inputs;
      const int64_t answers = plan.rows * plan.outputs;
      const double* const p = float64Array(Napi::Value(env, arrays[0]), "parameters", plan.parameterCount);
      const double* const x = float64Array(Napi::Value(env, arrays[1]), "x", samples);
      const double* const output = float64Array(Napi::Value(env, arrays[2]), "output", answers);
      requireApart(
          env,
          {{"parameters", p, plan.parameterCount, false}, {"x", x, samples, false}, {"output", output, answers, true}});
      throw Napi::TypeError::New(env, "Expected arrays with memory.");
    } catch (const Napi::Error& error) {
      error.ThrowAsJavaScriptException();
    }
  }

  const KernelSet& kernels;
  const OwnedPlan owned;
  const Plan& plan;
  int64_t length;
  std::unique_ptr<double[]> workspace;
};

}  // namespace

Napi::Value predictor(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  auto made = std::make_unique<Predictor>(info);
  napi_value function;
  int64_t all;
  if (napi_create_function(env, "predict", NAPI_AUTO_LENGTH, Predictor::call, made.get(), &function) != napi_ok ||
      napi_add_finalizer(env, function, made.get(), Predictor::drop, nullptr, nullptr) != napi_ok) {
    throw Napi::Error::New(env, "The prediction could not be prepared.");
  }
  napi_adjust_external_memory(env, made.release()->bytes(), &all);
  return Napi::Value(env, function);
}

}  // namespace lockstep
