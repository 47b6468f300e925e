// Decodes what a session computes after each epoch, and checks every number of it.
#pragma once

#include <vector>

#include "../kernel_set.h"
#include "numbers.h"
#include "../plan.h"

namespace lockstep {

// The fields of an encoded watch in order. The code and the options of each metric follow.
extern const char* const kWatchFields[];
extern const int kWatchFieldCount;

// A watch with the memory that it points to. No numbers are none.
class OwnedWatch {
 public:
  OwnedWatch(const Numbers& encoded, const KernelSet& kernels);
  OwnedWatch(const OwnedWatch&) = delete;
  OwnedWatch& operator=(const OwnedWatch&) = delete;
  // nullptr: nothing is computed after an epoch.
  const WatchPlan* get() const { return numbers.empty() ? nullptr : &watch; }

 private:
  void readMetrics(const KernelSet& kernels);
  void readMonitoring();

  WatchPlan watch{};
  StoppingPlan stopping{};
  PlateauPlan plateau{};
  // A copy of the encoded watch, whose options are read in place.
  std::vector<double> numbers;
  std::vector<MetricPlan> metrics;
};

}  // namespace lockstep
