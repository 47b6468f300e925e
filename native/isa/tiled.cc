// The first part of a kernel set: layers of many units, with the widest vectors.
#include "../kernels/training/predict.inl"
#include "../kernels/training/trainer.inl"
#include "set.h"
#include "sets.h"

namespace lockstep {
namespace {

using V = SampleWidths::Widest::Base;

int64_t blockRows(const Plan& plan) { return TiledNetwork<V>::blockRows(plan, true); }

int64_t trainingWorkspace(const Plan& plan, const ThreadContext& context) {
  ThreadTeam threads(context);
  return tiledWorkspace<V>(plan, threads);
}

}  // namespace

const TiledKernels LOCKSTEP_PART(Tiled) = {
    TiledNetwork<V>::usableThreads, blockRows,       TiledPass<V>::workspace, trainingWorkspace, TiledPass<V>::predict,
    TiledPass<V>::evaluate,         trainInTiles<V>,
};

}  // namespace lockstep
