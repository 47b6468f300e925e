// The choice of a network's form, by its cost: tiled for layers of many units, in lanes for small networks.
#include "kernel_set.h"

#include <algorithm>

#include "cost.h"

namespace lockstep {
namespace {

// Members train in lanes while a group of the narrowest vectors fits the cache; otherwise each trains by itself.
constexpr int64_t kMaxGroupBytes = 1 << 19;

// The most rows that may be predicted one after the other. One row always is.
constexpr int64_t kMaxSingleRows = 8;

constexpr ThreadContext teamOf(int size) { return {0, size, nullptr, nullptr, nullptr}; }

}  // namespace

// Row activations need all units of a sample in one panel, which only the last layer has.
bool KernelSet::canBeTiled(const Plan& plan) const {
  for (int l = 0; l < plan.layerCount - 1; l++) {
    if (!isElementwise(plan.layers[l].activation)) return false;
  }
  return true;
}

// Layers other than dense ones have only this form.
bool KernelSet::trainsInTiles(const Plan& plan) const {
  if (!plan.isDenseChain) return true;
  return canBeTiled(plan) && tiledTrainingCost(plan, lanes) < laneTrainingCost(plan, lanes);
}

bool KernelSet::predictsInTiles(const Plan& plan) const {
  if (!plan.isDenseChain) return true;
  return canBeTiled(plan) && tiledPredictionCost(plan, lanes) < lanePredictionCost(plan, lanes);
}

// Enough for this number of rows and for any smaller one, which may have another form.
int64_t KernelSet::predictionWorkspace(const Plan& plan) const {
  const int64_t tiles = canBeTiled(plan) ? tiled.predictionWorkspace(plan) : 0;
  if (!plan.isDenseChain) return tiles;
  return std::max(tiles, std::max(lanes.predictionWorkspace(plan), lanes.rowWorkspace(plan)));
}

int64_t KernelSet::evaluationWorkspace(const Plan& plan) const {
  return std::max(predictionWorkspace(plan), lanes.penaltyWorkspace(plan));
}

PredictFunction KernelSet::predictFunction(const Plan& plan) const {
  const bool isInTiles = predictsInTiles(plan);
  if (plan.isDenseChain && plan.rows <= kMaxSingleRows) {
    const double cost = (isInTiles ? tiledPredictionCost : lanePredictionCost)(plan, lanes);
    if (plan.rows == 1 || rowPredictionCost(plan, lanes) < cost) return lanes.predictRows;
  }
  return isInTiles ? tiled.predict : lanes.predict;
}

void KernelSet::predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) const {
  predictFunction(plan)(plan, p, x, output, workspace);
}

double KernelSet::evaluate(const Plan& plan, const double* p, const double* x, const double* y,
                           const double* sampleWeight, double* output, double* workspace) const {
  const double penalty = lanes.penalty(plan, p, workspace);
  const auto evaluate = predictsInTiles(plan) ? tiled.evaluate : lanes.evaluate;
  return evaluate(plan, p, x, y, sampleWeight, output, workspace) + penalty;
}

int KernelSet::usableThreads(const Plan& plan, int threads) const {
  const int64_t max = trainsInTiles(plan) ? tiled.usableThreads(plan) : lanes.usableThreads(plan);
  return threads < max ? threads : static_cast<int>(max);
}

int KernelSet::usefulThreads(const Plan& plan, int threads) const {
  const int usable = usableThreads(plan, threads);
  if (usable == 1) return 1;
  return isTeamUseful(trainingCost(plan), barriers(plan, usable), usable) ? usable : 1;
}

double KernelSet::trainingCost(const Plan& plan) const {
  return (trainsInTiles(plan) ? tiledTrainingCost : laneTrainingCost)(plan, lanes);
}

double KernelSet::barriers(const Plan& plan, int threads) const {
  return trainsInTiles(plan) ? tiledBarriers(plan, lanes, threads, tiled.blockRows(plan)) : laneBarriers(plan, threads);
}

int64_t KernelSet::trainingWorkspace(const Plan& plan, int threads) const {
  const int usable = usableThreads(plan, threads);
  return trainsInTiles(plan) ? tiled.trainingWorkspace(plan, teamOf(usable)) : lanes.trainingWorkspace(plan, usable);
}

TrainingOutcome KernelSet::train(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                                 TrainingPosition& position, const volatile int* cancelled) const {
  return trainsInTiles(plan) ? tiled.train(plan, arrays, range, position, cancelled, teamOf(1))
                             : lanes.train(plan, arrays, range, position, cancelled);
}

TrainingOutcome KernelSet::trainOnTeam(const Plan& plan, const TrainingArrays& arrays, const TrainingRange& range,
                                       TrainingPosition& position, const volatile int* cancelled,
                                       const ThreadContext& context) const {
  return (trainsInTiles(plan) ? tiled.train : lanes.trainOnTeam)(plan, arrays, range, position, cancelled, context);
}

bool KernelSet::trainsMembersSingly(const Plan& plan) const {
  if (!plan.isDenseChain) return true;
  return plan.parameterCount * 4 * static_cast<int64_t>(sizeof(double)) * ensemble.minLanes > kMaxGroupBytes;
}

int KernelSet::membersPerGroup(const Plan& plan, int members) const {
  return trainsMembersSingly(plan) ? 1 : ensemble.lanes(members);
}

int64_t KernelSet::groupWorkspace(const Plan& plan, int members) const {
  return trainsMembersSingly(plan) ? trainingWorkspace(plan, 1) : ensemble.workspace(plan, members);
}

void KernelSet::trainGroup(const Plan& plan, const MemberPlans& plans, const TrainingArrays& arrays,
                           TrainingOutcome* outcomes, const int* members, int count, const TrainingRange& range,
                           int64_t epoch, const volatile int* cancelled) const {
  ensemble.train(plan, plans, arrays, outcomes, members, count, range, epoch, cancelled);
}

}  // namespace lockstep
