#include "layer_codec.h"

#include <cmath>

namespace lockstep {

const char* const kLayerFields[] = {
    "kind",        "inputs",     "units", "activation", "trainable", "inputCount", "activationOptionCount",
    "optionCount", "tensorCount"};
const int kLayerFieldCount = sizeof kLayerFields / sizeof *kLayerFields;
const char* const kTensorFields[] = {"rows", "columns", "offset", "trained", "l1", "l2"};
const int kTensorFieldCount = sizeof kTensorFields / sizeof *kTensorFields;

namespace {

enum LayerField {
  kLayerKind,
  kLayerInputs,
  kLayerUnits,
  kLayerActivation,
  kLayerTrainable,
  kLayerInputCount,
  kLayerActivationOptionCount,
  kLayerOptionCount,
  kLayerTensorCount,
};

enum TensorField { kTensorRows, kTensorColumns, kTensorOffset, kTensorTrained, kTensorL1, kTensorL2 };

}  // namespace

const double* PlanReader::take(int64_t count) {
  if (count > length - at) {
    refuse({"Expected a plan of at least length ", at + count, " but received one of length ", length, "."});
  }
  const double* const from = numbers + at;
  at += count;
  return from;
}

const double* PlanReader::takeOptions(int64_t count, const Parts& name) {
  const double* const from = take(count);
  for (int64_t i = 0; i < count; i++) {
    if (!std::isfinite(from[i])) refuse({"Expected finite numbers for the options of ", name, " of the plan."});
  }
  return from;
}

void PlanReader::end() const {
  if (at < length) refuse({"Expected a plan of length ", at, " but received one of length ", length, "."});
}

void OwnedLayers::read(PlanReader& reader, Plan& plan) {
  for (int l = 0; l < plan.layerCount; l++) layers.push_back(readLayer(reader, plan, l));
  if (offset != plan.parameterCount) refuse({"The plan's parameterCount does not agree with its layers."});
  connect();
  plan.layers = layers.data();
  plan.isDenseChain = areDenseChain(plan.layers, plan.layerCount);
  check(plan);
}

LayerPlan OwnedLayers::readLayer(PlanReader& reader, const Plan& plan, int l) {
  const double* const fields = reader.take(kLayerFieldCount);
  const Parts name = {"layer ", l};
  const auto field = [&](LayerField at, int64_t min, int64_t max) {
    return static_cast<int>(integer(fields[at], {name, "'s ", kLayerFields[at], " of the plan"}, min, max));
  };
  LayerPlan layer{};
  layer.kind = field(kLayerKind, 0, kernels.layers.names.count - 1);
  const int inputCount = kernels.layers.inputCount(layer.kind);
  layer.inputCount = field(kLayerInputCount, inputCount, inputCount);
  if (l > 0 && kernels.layers.isFirstOnly(layer.kind)) {
    const char* const kind = kernels.layers.names.entries[layer.kind].name;
    refuse({"Expected ", kind, " as the first layer of the plan but received it as ", name, "."});
  }
  std::vector<int> inputUnits;
  const double* const from = reader.take(inputCount);
  for (int i = 0; i < inputCount; i++) {
    const int input = static_cast<int>(integer(from[i], {name, "'s inputLayers of the plan"}, -1, l - 1));
    inputLayers.push_back(input);
    inputUnits.push_back(input < 0 ? plan.inputs : layers[static_cast<size_t>(input)].units);
    if (input < 0) continue;
    layer.needsDerivative = layer.needsDerivative || layers[static_cast<size_t>(input)].needsDerivative;
  }
  layer.inputs = field(kLayerInputs, inputUnits[0], inputUnits[0]);
  const int activations = kernels.activations.count;
  layer.activation = field(kLayerActivation, 0, kernels.layers.isActivated(layer.kind) ? activations - 1 : 0);
  const int activationOptions = kernels.activations.entries[layer.activation].optionCount;
  layer.activationOptions = reader.takeOptions(field(kLayerActivationOptionCount, activationOptions, activationOptions),
                                               {name, "'s activation"});
  layer.optionCount = field(kLayerOptionCount, 0, kMaxParameters);
  layer.options = reader.takeOptions(layer.optionCount, name);
  if (!kernels.layers.optionsFit(layer)) refuse({"Expected possible options of ", name, " of the plan."});
  layer.units = field(kLayerUnits, 1, kMaxUnits);
  const int64_t units = kernels.layers.outputUnits(layer, inputUnits.data());
  layer.units = field(kLayerUnits, units, units);
  const int tensorCount = kernels.layers.tensorCount(layer);
  layer.tensorCount = field(kLayerTensorCount, tensorCount, tensorCount);
  layer.trainable = field(kLayerTrainable, 0, tensorCount > 0 ? 1 : 0) == 1;
  layer.needsDerivative = layer.needsDerivative || layer.trainable;
  layer.parameters = offset;
  for (int i = 0; i < tensorCount; i++) readTensor(reader, layer, i, name);
  if (l == 0) return layer;
  const LayerPlan& before = layers.back();
  layer.unitsBefore = before.unitsBefore + before.units;
  return layer;
}

void OwnedLayers::readTensor(PlanReader& reader, const LayerPlan& layer, int i, const Parts& name) {
  const TensorShape shape = kernels.layers.tensor(layer, i);
  const double* const fields = reader.take(kTensorFieldCount);
  const auto field = [&](TensorField at, int64_t min, int64_t max) {
    return integer(fields[at], {"the ", kTensorFields[at], " of tensor ", i, " of ", name, " of the plan"}, min, max);
  };
  TensorPlan tensor{};
  tensor.rows = field(kTensorRows, shape.rows, shape.rows);
  tensor.columns = field(kTensorColumns, shape.columns, shape.columns);
  tensor.offset = field(kTensorOffset, offset, offset);
  const int trained = layer.trainable && !shape.moving ? 1 : 0;
  tensor.trained = field(kTensorTrained, trained, trained) == 1;
  tensor.l1 = fields[kTensorL1];
  tensor.l2 = fields[kTensorL2];
  if (!shape.penalized && (tensor.l1 != 0 || tensor.l2 != 0)) {
    refuse({"Expected no penalty of tensor ", i, " of ", name, " of the plan."});
  }
  tensor.columnSums = columnSums;
  offset += tensor.rows * tensor.columns;
  columnSums += 2 * tensor.columns;
  if (offset > kMaxParameters) refuse({"The plan has too many parameters."});
  tensors.push_back(tensor);
}

// Once all vectors have their length.
void OwnedLayers::connect() {
  const int* inputs = inputLayers.data();
  const TensorPlan* tensor = tensors.data();
  for (LayerPlan& layer : layers) {
    layer.inputLayers = inputs;
    layer.tensors = tensor;
    inputs += layer.inputCount;
    tensor += layer.tensorCount;
  }
}

void OwnedLayers::check(const Plan& plan) const {
  if (!isDense(layers.back())) refuse({"Expected a dense layer as the last of the plan."});
  if (layers.back().units != plan.outputs) refuse({"The plan's outputs do not agree with its last layer."});
  std::vector<bool> isRead(layers.size());
  for (const int input : inputLayers) {
    if (input >= 0) isRead[static_cast<size_t>(input)] = true;
  }
  for (size_t l = 0; l + 1 < layers.size(); l++) {
    if (!isRead[l]) refuse({"Expected a later layer of the plan to read layer ", static_cast<int64_t>(l), "."});
    if (!plan.isDenseChain && !kernels.isElementwise(layers[l].activation)) {
      refuse({"The plan has a row activation and layers other than dense ones."});
    }
  }
}

}  // namespace lockstep
