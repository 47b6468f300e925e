// What JavaScript hands over, checked again: every length and every number that an address is computed from. All throw
// a JavaScript TypeError or RangeError.
#pragma once

#include <napi.h>

#include <initializer_list>
#include <vector>

#include "dispatch.h"
#include "plan.h"

namespace lockstep {

// The fields of an encoded plan, in order: for the network and the call, then for each layer. The optimizer's options
// follow.
extern const char* const kPlanFields[];
extern const int kPlanFieldCount;
extern const char* const kLayerFields[];
extern const int kLayerFieldCount;

// How much of a plan a call needs.
enum class Purpose { kPredict, kEvaluate, kTrain };

// A plan with the memory that it points to.
class OwnedPlan {
 public:
  OwnedPlan(const Napi::Value& encoded, Purpose purpose);
  OwnedPlan(const OwnedPlan&) = delete;
  OwnedPlan& operator=(const OwnedPlan&) = delete;
  const Plan& get() const { return plan; }

 private:
  void readLayers(Napi::Env env, const double* values);
  void readTraining(Napi::Env env, const double* values, int optionCount);

  Plan plan{};
  std::vector<LayerPlan> layers;
  std::vector<double> options;
};

// A kernel set by its index; one that cannot run here is refused.
const KernelSet& kernelSetOf(const Napi::Value& index);

constexpr int kMostMembers = 1 << 20;
constexpr int kMostThreads = 1024;

// An integer within bounds.
int integerArgument(const Napi::Value& value, const char* name, int least, int most);

template <class T>
struct Values {
  T* data;
  int64_t length;
};

// A Float64Array of any length.
Values<double> float64Values(const Napi::Value& value, const char* name);

// A Float64Array of exactly, or of at least, this length.
double* float64Array(const Napi::Value& value, const char* name, int64_t length);
double* float64ArrayOfAtLeast(const Napi::Value& value, const char* name, int64_t length);

// A Float64Array of exactly this length, or nullptr for one of length 0.
const double* optionalFloat64Array(const Napi::Value& value, const char* name, int64_t length);

// An Int32Array of exactly this length.
volatile int* int32Array(const Napi::Value& value, const char* name, int64_t length);

// An array of a call, and whether the call writes to it.
struct Extent {
  const char* name;
  const double* data;
  int64_t length;
  bool written;
};

// An array that is only read, and may be missing.
inline Extent extentOf(const char* name, const double* data, int64_t length) {
  return {name, data, data == nullptr ? 0 : length, false};
}

// Arrays that are written must share no memory with any other.
void requireApart(Napi::Env env, std::initializer_list<Extent> arrays);

// How many steps a training makes.
int64_t stepsOf(const Plan& plan);

// How long the optimizer's state is for a plan of a training.
int64_t stateLength(const KernelSet& kernels, const Plan& plan);

}  // namespace lockstep
