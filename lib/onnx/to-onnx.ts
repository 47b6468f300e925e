/** Networks and models as ONNX models. docs/models.md lists the operators. */
import { isBranded } from '../checks/brand.js'
import { wrongSize } from '../checks/errors.js'
import { oneOf, optionsObject } from '../checks/validate.js'
import type { Column } from '../data/columns/column-types.js'
import type { ExportedModel } from '../data/model/exported.js'
import type { Model } from '../data/model/model.js'
import type { ModelKind } from '../data/model/predictions.js'
import type { Target } from '../data/targets/targets.js'
import { networkOrModel } from '../formats/tensors.js'
import type { Network } from '../network/network.js'
import { USE_SAFETENSORS } from '../network/saved.js'
import type { ProtobufWire } from '../platform/packages.js'
import { ML_DOMAIN } from './graph.js'
import { graphOf } from './model.js'
import { modelGraph } from './model-graph.js'
import { protobufWriter, writeMessage } from './protobuf.js'
import { type Message, PRECISIONS, type Precision } from './schema.js'

export interface OnnxOptions {
  /**
   * The number type of the network: `float64`, its own, or `float32`, which all runtimes support; parameters are rounded
   * to it. The inputs and outputs of a model are float64 in any case. Default `float64`.
   */
  precision?: Precision
  /**
   * The exports of `@bufbuild/protobuf/wire`. Required in browsers, and where the package is bundled. Default: the
   * installed package is loaded.
   */
  protobuf?: ProtobufWire
}

const OPTIONS = ['precision', 'protobuf']

/** The version of the operators, and the oldest file format that may have them. */
const OPSET = 17
const ML_OPSET = 3
const IR_VERSION = 8
/** protobuf's limit of one message, less the space for everything but the parameters. */
const MAX_BYTES = 2 ** 31 - 2 ** 20
const REMEDY = `Files of ONNX hold at most 2 GB. ${USE_SAFETENSORS}`

/**
 * A network or a model as an ONNX model (opset 17) that predicts. Of a network: input `x` [rows × inputs], output `y`
 * [rows × outputs]. Of a model: an input [rows × 1] for each column, by its name; outputs `label` [rows] and
 * `probabilities` [rows × labels], or the number [rows × 1] by the name of the target. It omits dropout layers; batch
 * normalizations use their moving statistics. Needs the package @bufbuild/protobuf.
 * @throws TypeError or RangeError for anything but a Network or a Model, for unknown options, for parameters of more
 *   than 2 GB, where a parameter is not finite in the precision of the model, and for a model that ONNX cannot express
 * @throws Error where @bufbuild/protobuf is not installed; in browsers, where it is not passed
 */
export function toOnnx<Kind extends ModelKind>(network: Network | Model<Kind>, options: OnnxOptions = {}): Uint8Array {
  const model = isBranded<Model<Kind>>(network, 'Model') ? network.forExport() : null
  const networks = model === null ? [networkOrModel(network)] : model.networks
  const what = model === null ? 'network' : 'model'
  const { precision: given = 'float64', protobuf } = optionsObject(options, 'the options of toOnnx', OPTIONS)
  const precision = oneOf(given, 'precision', 'a precision', Object.keys(PRECISIONS)) as Precision
  const max = Math.floor(MAX_BYTES / PRECISIONS[precision].bytes)
  const parameterCount = networks.reduce((sum, one) => sum + one.parameterCount, 0)
  if (parameterCount > max) {
    throw wrongSize(`at most ${max} parameters`, what, `a ${what} with ${parameterCount}`, REMEDY)
  }
  const Writer = protobufWriter(protobuf)
  const content = model === null ? networkContent(networks[0], precision) : modelContent(model, precision)
  const message: Message = { irVersion: IR_VERSION, producerName: 'lockstep-nn', ...content }
  const bytes = writeMessage(new Writer(), 'ModelProto', message).finish()
  // The nodes of thousands of layers may take more than the space reserved for them.
  if (bytes.length >= 2 ** 31) throw wrongSize('an ONNX file of at most 2 GB', what, `${bytes.length} bytes`, REMEDY)
  return bytes
}

function networkContent(network: Network, precision: Precision): Message {
  const parameters = network.copyToSave()
  return {
    graph: graphOf(network.plan, parameters, precision),
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: [
      { key: 'architecture', value: JSON.stringify(network.architecture()) },
      { key: 'digest', value: network.digestOf(parameters) },
    ],
  }
}

function modelContent(model: ExportedModel, precision: Precision): Message {
  const { graph, usesMl } = modelGraph(model, precision)
  const described = ({ name, type }: Column | Target) => ({ name, type })
  const targets = model.targets.map(described)
  return {
    graph,
    opsetImport: [{ domain: '', version: OPSET }, ...(usesMl ? [{ domain: ML_DOMAIN, version: ML_OPSET }] : [])],
    metadataProps: [
      { key: 'columns', value: JSON.stringify(model.columns.map(({ column }) => described(column))) },
      { key: 'targets', value: JSON.stringify(targets) },
      { key: 'digest', value: model.digest },
    ],
  }
}
