// The first part of a kernel set: layers of many units, with the widest vectors.
#include "../kernels/layers/table.inl"
#include "../kernels/training/gradients.inl"
#include "../kernels/training/predict.inl"
#include "../kernels/training/trainer.inl"
#include "set.h"
#include "sets.h"

namespace lockstep {
namespace {
namespace tiled_part {

using V = SampleWidths::Widest::Base;

int64_t blockRows(const Plan& plan) { return TiledNetwork<V>::blockRows(plan, Mode::kTrain); }

int64_t trainingWorkspace(const Plan& plan, const ThreadContext& context) {
  ThreadTeam threads(context);
  return tiledWorkspace<V>(plan, threads);
}

int inputCount(int kind) {
  return ofKind(kind, [](auto entry) { return entry.inputCount; });
}
bool isActivated(int kind) {
  return ofKind(kind, [](auto entry) { return entry.activated; });
}
bool isFirstOnly(int kind) {
  return ofKind(kind, [](auto entry) { return entry.firstOnly; });
}
bool isTrainingOnly(int kind) {
  return ofKind(kind, [](auto entry) { return entry.trainingOnly; });
}
bool optionsFit(const LayerPlan& layer) {
  return ofKind(layer.kind, [&](auto entry) {
    const bool isWhole = entry.hasOptionList || layer.optionCount == decltype(entry)::Options::count;
    return isWhole && entry.optionsFit(layer);
  });
}
int64_t outputUnits(const LayerPlan& layer, const int* inputUnits) {
  return ofKind(layer.kind, [&](auto entry) { return entry.outputUnits(layer, inputUnits); });
}
int tensorCount(const LayerPlan& layer) {
  return ofKind(layer.kind, [&](auto entry) { return entry.tensorCount(layer); });
}
TensorShape tensor(const LayerPlan& layer, int i) {
  return ofKind(layer.kind, [&](auto entry) { return entry.tensor(layer, i); });
}

constexpr TiledKernels kKernels = {
    TiledNetwork<V>::usableThreads,
    blockRows,
    TiledPass<V>::workspace,
    trainingWorkspace,
    TiledPass<V>::predict,
    TiledPass<V>::evaluate,
    TiledGradients<V>::workspace,
    TiledGradients<V>::compute,
    trainInTiles<V>,
    {inputCount, isActivated, isFirstOnly, isTrainingOnly, optionsFit, outputUnits, tensorCount, tensor,
     LayerTable::table},
};

}  // namespace tiled_part
}  // namespace

const TiledKernels LOCKSTEP_PART(Tiled) = tiled_part::kKernels;

}  // namespace lockstep
