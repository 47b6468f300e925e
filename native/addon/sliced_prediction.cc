#include "sliced_prediction.h"

#include <algorithm>
#include <atomic>
#include <chrono>

#include "../pool.h"

namespace lockstep {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

constexpr double kSliceMilliseconds = 5;
constexpr int64_t kMaxBlocksPerThread = 1 << 20;

// The tiled form computes 64 rows at a time. Where there are fewer for each thread, blocks are multiples of its tiles.
constexpr int64_t kMaxBlockRows = 64;
constexpr int64_t kTileRows = 8;

// A thread takes a part of a slice this many times, so that a slow thread does not delay the others much.
constexpr int64_t kPartsPerThread = 4;

int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t blockRowsFor(int64_t rows, int threads) {
  const int64_t tiles = ceilDiv(ceilDiv(rows, threads), kTileRows);
  return std::min(tiles * kTileRows, kMaxBlockRows);
}

}  // namespace

SlicedPrediction::SlicedPrediction(const KernelSet& kernels, const Plan& plan, int members, int threads,
                                   const Arrays& arrays)
    : kernels(kernels),
      plan(plan),
      arrays(arrays),
      blockRows(blockRowsFor(plan.rows * members, threads)),
      blocksPerMember(ceilDiv(plan.rows, blockRows)),
      blocks(members * blocksPerMember),
      threads(static_cast<int>(std::min<int64_t>(threads, blocks))),
      // Fewer rows need no more.
      workspaceLength(kernels.predictionWorkspace(plan)),
      workspace(new double[static_cast<size_t>(this->threads * workspaceLength)]) {}

bool SlicedPrediction::advance(const volatile int* cancelled) {
  if (*cancelled != 0) return false;
  const int64_t until = std::min(blocks, next + threads * blocksPerThread);
  const int64_t count = until - next;
  const int team = static_cast<int>(std::min<int64_t>(threads, count));
  const Clock::time_point begin = Clock::now();
  if (team == 1) {
    predictBlocks(next, until, workspace.get());
  } else {
    const int64_t part = ceilDiv(count, team * kPartsPerThread);
    std::atomic<int64_t> first{next};
    runOnThreads(team, [&](const ThreadContext& context) {
      for (;;) {
        const int64_t from = first.fetch_add(part);
        if (from >= until || *cancelled != 0) return;
        predictBlocks(from, std::min(from + part, until), workspace.get() + context.index * workspaceLength);
      }
    });
  }
  next = until;
  const double took = std::max(Milliseconds(Clock::now() - begin).count(), 1e-3);
  const double fitting = static_cast<double>(blocksPerThread) * kSliceMilliseconds / took;
  // At most twice as many as before, so that a short slice does not cause a long one.
  const int64_t most = std::min(2 * blocksPerThread, kMaxBlocksPerThread);
  blocksPerThread = fitting >= static_cast<double>(most) ? most : std::max<int64_t>(1, static_cast<int64_t>(fitting));
  return next < blocks;
}

// Blocks of one member that follow each other are one call.
void SlicedPrediction::predictBlocks(int64_t from, int64_t until, double* ownWorkspace) const {
  Plan own = plan;
  while (from < until) {
    const int64_t member = from / blocksPerMember;
    const int64_t end = std::min(until, (member + 1) * blocksPerMember);
    const int64_t row = (from - member * blocksPerMember) * blockRows;
    own.rows = std::min((end - from) * blockRows, plan.rows - row);
    kernels.predict(own, arrays.parameters + member * plan.parameterCount, arrays.x + row * plan.inputs,
                    arrays.output + (member * plan.rows + row) * plan.outputs, ownWorkspace);
    from = end;
  }
}

}  // namespace lockstep
