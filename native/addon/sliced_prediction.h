// Predictions of many rows, in slices.
#pragma once

#include <stdint.h>

#include <memory>

#include "../kernel_set.h"
#include "../plan.h"

namespace lockstep {

// Predicts with networks of one shape for the same rows. Rows are independent, so the bits depend neither on the slices
// nor on the threads.
class SlicedPrediction {
 public:
  // parameters: [members x parameters of one], x: [rows x inputs], output: [members x rows x outputs].
  struct Arrays {
    const double* parameters;
    const double* x;
    double* output;
  };

  // The rows are those of the plan. All memory is allocated here, except for the threads of the pool.
  SlicedPrediction(const KernelSet& kernels, const Plan& plan, int members, int threads, const Arrays& arrays);

  // Predicts the next rows, for about 5 ms; returns whether rows are left. A value of `cancelled` other than 0 ends the
  // prediction.
  bool advance(const volatile int* cancelled);

  // The number of threads of a slice.
  int threadCount() const { return threads; }

 private:
  void predictBlocks(int64_t from, int64_t until, double* workspace) const;

  const KernelSet& kernels;
  const Plan plan;
  const Arrays arrays;
  // A block is a number of rows of one member; the last block of a member may have fewer.
  const int64_t blockRows;
  const int64_t blocksPerMember;
  const int64_t blocks;
  const int threads;
  const int64_t workspaceLength;
  const std::unique_ptr<double[]> workspace;
  int64_t next = 0;
  // The number of blocks of each thread in the next slice.
  int64_t blocksPerThread = 1;
};

}  // namespace lockstep
