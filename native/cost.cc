#include "cost.h"

namespace lockstep {
namespace {

// The constants are a fit to the times of 2,000 drawn networks in each form, half of them with AVX-512 and half with
// AVX2: the choices by them waste the least time. They are few and round: twice or half of most changes little.

// Lanes. A product of the gradients takes a transposed derivative, and loads and stores its sum once for each block.
constexpr double kLaneGradient = 1.6;
// For each vector of values: the samples are transposed, z is stored, and its activation is computed, back and forth.
constexpr double kLaneTrainingValue = 2;
constexpr double kLanePredictionValue = 3;

// Tiles. For each vector of units: stored z, a and d, an activation of one vector at a time, and the conversions
// between units and samples in the lanes for the backward pass.
constexpr double kTiledTrainingValue = 35;
constexpr double kTiledPredictionValue = 4;
// For each input of the last layer and each output: they are transposed one row at a time.
constexpr double kTiledTrainingConversion = 16;
constexpr double kTiledPredictionConversion = 3.3;
// For each layer of a block: calls, tables of row addresses, the search for zeros, and tiles that are not full.
constexpr double kTiledTrainingLayer = 770;
constexpr double kTiledPredictionLayer = 180;

// A barrier that all threads reach at about the same time, and what they lose where they do not.
constexpr double kBarrier = 6000;

// The rows that TiledBuffers computes at once.
constexpr int64_t kBlockRows = 64;

constexpr int64_t ceilDiv(int64_t count, int64_t size) { return (count + size - 1) / size; }

// Other layers than dense ones cost little.
double productsOf(const LayerPlan& layer) {
  return isDense(layer) ? static_cast<double>(layer.inputs) * layer.units : 0;
}

// The products of all layers forward, and of a training also those backward, to the inputs of all layers but the first.
double productsOf(const Plan& plan, bool trains) {
  double products = 0;
  for (int l = 0; l < plan.layerCount; l++) products += productsOf(plan.layers[l]) * (trains && l > 0 ? 2 : 1);
  return products;
}

// The values of a sample and of all layers.
double valuesOf(const Plan& plan) {
  double values = plan.inputs;
  for (int l = 0; l < plan.layerCount; l++) values += plan.layers[l].units;
  return values;
}

// The vectors of products of a row's gradients.
double gradientVectors(const Plan& plan, int lanes) {
  double vectors = 0;
  for (int l = 0; l < plan.layerCount; l++) {
    const LayerPlan& layer = plan.layers[l];
    if (!isDense(layer)) continue;
    // With one unit the lanes hold inputs.
    vectors += layer.units == 1 ? static_cast<double>(ceilDiv(layer.inputs, lanes))
                                : static_cast<double>(layer.inputs) * static_cast<double>(ceilDiv(layer.units, lanes));
  }
  return vectors;
}

// The rows of tiles that compute these: a tile of fewer than four rows waits for its sums as long as one of four.
double tileRows(int64_t rows) {
  const int64_t rest = rows % 4;
  return static_cast<double>(rows - rest + (rest == 0 ? 0 : rest == 3 ? 8 : 4));
}

// Forward with units in the lanes. One or two rows use tiles of eight vectors.
double byUnits(const LayerPlan& layer, int64_t rows, int lanes) {
  int64_t vectors = ceilDiv(layer.units, lanes);
  double cost = 0;
  if (rows <= 2) {
    const int64_t wide = layer.units / (8 * lanes) * 8;
    cost = static_cast<double>(rows * wide);
    vectors -= wide;
  }
  return (cost + tileRows(rows) * static_cast<double>(vectors)) * layer.inputs;
}

// The costs per value, conversion and layer.
struct TiledCosts {
  double value;
  double conversion;
  double layer;
};

// Forward, and the values of all layers, for `rows` rows. trains: also the products backward.
double tiledCost(const Plan& plan, int64_t rows, int lanes, bool trains, const TiledCosts& costs) {
  const int last = plan.layerCount - 1;
  const LayerPlan& end = plan.layers[last];
  const int64_t panels = ceilDiv(rows, lanes);
  double cost = 0;
  double units = 0;
  for (int l = 0; l <= last; l++) {
    units += plan.layers[l].units;
    if (l < last && isDense(plan.layers[l])) cost += byUnits(plan.layers[l], rows, lanes);
    if (trains && l > 0) cost += static_cast<double>(panels) * productsOf(plan.layers[l]);
  }
  // As TiledNetwork::forwardLast chooses.
  double conversions = end.units;
  if (rows * ceilDiv(end.units, lanes) < end.units * panels) {
    cost += byUnits(end, rows, lanes);
  } else {
    cost += static_cast<double>(panels) * productsOf(end);
    conversions += end.inputs;
  }
  const double count = static_cast<double>(rows);
  return cost + costs.value * count * units / lanes + costs.conversion * count * conversions +
         costs.layer * static_cast<double>(ceilDiv(rows, kBlockRows) * plan.layerCount);
}

}  // namespace

double laneTrainingCost(const Plan& plan, double vectors, int lanes) {
  return vectors * (productsOf(plan, true) + kLaneTrainingValue * valuesOf(plan)) +
         kLaneGradient * static_cast<double>(plan.batchSize) * gradientVectors(plan, lanes);
}

double lanePredictionCost(const Plan& plan, double vectors) {
  return vectors * (productsOf(plan, false) + kLanePredictionValue * valuesOf(plan));
}

double tiledTrainingCost(const Plan& plan, int lanes) {
  return tiledCost(plan, plan.batchSize, lanes, true,
                   {kTiledTrainingValue, kTiledTrainingConversion, kTiledTrainingLayer}) +
         static_cast<double>(plan.batchSize) * gradientVectors(plan, lanes);
}

double tiledPredictionCost(const Plan& plan, int lanes) {
  return tiledCost(plan, plan.rows, lanes, false,
                   {kTiledPredictionValue, kTiledPredictionConversion, kTiledPredictionLayer});
}

// Each round has one barrier, every eighth another one for cancelling, a step one before its update, an epoch two.
double laneBarriers(const Plan& plan, int threads, int lanes) {
  const int64_t rounds = ceilDiv(plan.batchSize, int64_t{threads} * lanes);
  return static_cast<double>(rounds + ceilDiv(rounds, 8) + 1) + 2 / static_cast<double>(plan.stepsPerEpoch);
}

// Each block has two barriers and one or two for each layer whose units are divided, an epoch two.
double tiledBarriers(const Plan& plan, int threads, int lanes, int64_t blockRows) {
  int divided = 0;
  for (int l = 0; l < plan.layerCount - 1; l++) divided += plan.layers[l].units >= 2 * lanes * threads ? 1 : 0;
  const double blocks = static_cast<double>(ceilDiv(plan.batchSize, blockRows));
  return blocks * (2 + 1.5 * divided) + 2 / static_cast<double>(plan.stepsPerEpoch);
}

bool isTeamUseful(double cost, double barriers, int threads) { return cost / threads + barriers * kBarrier < cost; }

}  // namespace lockstep
