#include "cost.h"

namespace lockstep {
namespace {

// The constants are a fit to the times of drawn networks in each form, with AVX-512 and AVX2, and rounded: choices by
// them waste little time. Several could share a value differently, so a constant alone is no measured time.
// docs/notebook.md has the data.

// A vector of an activation that is not cheap, such as tanh.
constexpr double kActivation = 27;

// Lanes. For a vector of gradients and row: a product, a transposed derivative, and a load and a store for each block.
constexpr double kLaneGradient = 1.6;
// For each vector of values: samples are transposed, z and a are stored, and derivatives.
constexpr double kLaneTrainingValue = 1;
constexpr double kLanePredictionValue = 4.6;
// For each layer of a prediction: calls.
constexpr double kLanePredictionLayer = 80;

// Tiles. For a vector of gradients and row.
constexpr double kTiledGradient = 1.2;
// For each vector of units: stored z, a and d, and the conversions between units and samples in the lanes backward.
constexpr double kTiledTrainingValue = 32;
constexpr double kTiledPredictionValue = 6;
// For each input of the last layer and each output: they are transposed one row at a time.
constexpr double kTiledTrainingConversion = 14;
constexpr double kTiledPredictionConversion = 3.4;
// For each layer of a block: calls, tables of row addresses, the search for zeros, and tiles that are not full.
constexpr double kTiledTrainingLayer = 800;
constexpr double kTiledPredictionLayer = 850;

// Rows. For each input: a chain of additions, as long as four vectors, and a load and a product for each vector.
constexpr double kRowChain = 0.3;
constexpr double kRowProduct = 1.4;
// For each vector of units, each layer, and each output of a row activation, which is computed unit by unit.
constexpr double kRowValue = 5;
constexpr double kRowLayer = 17;
constexpr double kRowUnit = 23;

// A barrier of a team, and what its threads lose by waiting for the slowest: about 3 µs. The medians of 150 networks on
// two threads were 5,300 (AVX-512) to 9,400 (scalar); this value chose the number of threads best.
constexpr double kBarrier = 6000;

// What is left of a prediction's product where tiles skip the zeros of relu, about half of the inputs. Fitted.
constexpr double kSkipping = 0.4;
// With fewer rows tiles skip nothing.
constexpr int64_t kMinSkippingRows = 8;

// The rows of a thread in a round of a team (TeamBuffers).
constexpr int64_t kTeamRows = 128;

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

// The rows of tiles of two vectors that compute these: a tile of one row waits for its sums as long as one of two.
double tileRows(int64_t rows) { return static_cast<double>(rows + rows % 2); }

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

// Whether tiles skip zeros in the product of layer l of a prediction.
bool skipsZeros(const Plan& plan, int l, int64_t rows, const LaneKernels& kernels) {
  const LayerPlan& layer = plan.layers[l];
  const int from = layer.inputLayers[0];
  return from >= 0 && kernels.makesZeros(plan.layers[from].activation) && layer.units >= 2 * kernels.lanes &&
         rows >= kMinSkippingRows;
}

double activationCost(const LayerPlan& layer, const LaneKernels& kernels) {
  return kernels.isCheap(layer.activation) ? 0 : kActivation;
}

// The products, values and activations of the lane form; value: the cost of a value.
double laneCost(const Plan& plan, const LaneKernels& kernels, bool trains, double value) {
  double cost = productsOf(plan, trains) + value * valuesOf(plan);
  for (int l = 0; l < plan.layerCount; l++) cost += activationCost(plan.layers[l], kernels) * plan.layers[l].units;
  return cost;
}

// The costs of a value, a conversion and a layer.
struct TiledCosts {
  double value;
  double conversion;
  double layer;
};

// Forward, and the values of all layers, for `rows` rows. trains: also the products backward.
double tiledCost(const Plan& plan, int64_t rows, const LaneKernels& kernels, bool trains, const TiledCosts& costs) {
  const int lanes = kernels.lanes;
  const int last = plan.layerCount - 1;
  const LayerPlan& end = plan.layers[last];
  const double count = static_cast<double>(rows);
  const int64_t panels = ceilDiv(rows, lanes);
  double cost = costs.layer * static_cast<double>(ceilDiv(rows, kBlockRows) * plan.layerCount);
  for (int l = 0; l <= last; l++) {
    const LayerPlan& layer = plan.layers[l];
    cost += costs.value * count * layer.units / lanes;
    if (trains && l > 0) cost += static_cast<double>(panels) * productsOf(layer);
    if (l == last) continue;
    const double left = !trains && skipsZeros(plan, l, rows, kernels) ? kSkipping : 1;
    if (isDense(layer)) cost += left * byUnits(layer, rows, lanes);
    cost += activationCost(layer, kernels) * count * layer.units / lanes;
  }
  cost += activationCost(end, kernels) * static_cast<double>(panels * end.units);
  // As TiledNetwork::forwardLast chooses.
  if (rows * ceilDiv(end.units, lanes) < end.units * panels) {
    return cost + byUnits(end, rows, lanes) + costs.conversion * count * end.units;
  }
  return cost + static_cast<double>(panels) * productsOf(end) + costs.conversion * count * (end.inputs + end.units);
}

}  // namespace

double laneTrainingCost(const Plan& plan, const LaneKernels& kernels) {
  const double vectors = kernels.trainingRows(plan) / kernels.lanes;
  return vectors * laneCost(plan, kernels, true, kLaneTrainingValue) +
         kLaneGradient * static_cast<double>(plan.batchSize) * gradientVectors(plan, kernels.lanes);
}

double tiledTrainingCost(const Plan& plan, const LaneKernels& kernels) {
  return tiledCost(plan, plan.batchSize, kernels, true,
                   {kTiledTrainingValue, kTiledTrainingConversion, kTiledTrainingLayer}) +
         kTiledGradient * static_cast<double>(plan.batchSize) * gradientVectors(plan, kernels.lanes);
}

double lanePredictionCost(const Plan& plan, const LaneKernels& kernels) {
  const double vectors = kernels.predictionRows(plan) / kernels.lanes;
  return vectors * laneCost(plan, kernels, false, kLanePredictionValue) + kLanePredictionLayer * plan.layerCount;
}

double tiledPredictionCost(const Plan& plan, const LaneKernels& kernels) {
  return tiledCost(plan, plan.rows, kernels, false,
                   {kTiledPredictionValue, kTiledPredictionConversion, kTiledPredictionLayer});
}

double rowPredictionCost(const Plan& plan, const LaneKernels& kernels) {
  double cost = 0;
  for (int l = 0; l < plan.layerCount; l++) {
    const LayerPlan& layer = plan.layers[l];
    const double vectors = static_cast<double>(ceilDiv(layer.units, kernels.lanes));
    const double chain = vectors < 4 ? 4 : vectors;
    cost += layer.inputs * (kRowChain * chain + kRowProduct * vectors) + kRowValue * vectors + kRowLayer;
    cost += kernels.isElementwise(layer.activation) ? activationCost(layer, kernels) * vectors : kRowUnit * layer.units;
  }
  return cost * static_cast<double>(plan.rows);
}

// Each round has as many barriers as threads, every eighth another one for cancelling, a step as many again, an epoch
// two.
double laneBarriers(const Plan& plan, int threads) {
  const int64_t rounds = ceilDiv(plan.batchSize, threads * kTeamRows);
  return static_cast<double>((rounds + 1) * threads + ceilDiv(rounds, 8)) + 2 / static_cast<double>(plan.stepsPerEpoch);
}

// Each block has two barriers and one or two for each layer whose units are divided, an epoch two.
double tiledBarriers(const Plan& plan, const LaneKernels& kernels, int threads, int64_t blockRows) {
  int divided = 0;
  for (int l = 0; l < plan.layerCount - 1; l++) divided += plan.layers[l].units >= 2 * kernels.lanes * threads ? 1 : 0;
  const double blocks = static_cast<double>(ceilDiv(plan.batchSize, blockRows));
  return blocks * (2 + 1.5 * divided) + 2 / static_cast<double>(plan.stepsPerEpoch);
}

bool isTeamUseful(double cost, double barriers, int threads) { return cost / threads + barriers * kBarrier < cost; }

}  // namespace lockstep
