/** Networks as ONNX models. docs/models.md lists the operators. */
import { wrongSize } from '../checks/errors.js'
import { oneOf, optionsObject } from '../checks/validate.js'
import { networkGiven } from '../formats/tensors.js'
import type { Network } from '../network/network.js'
import { USE_SAFETENSORS } from '../network/saved.js'
import type { ProtobufWire } from '../platform/packages.js'
import { graphOf } from './model.js'
import { protobufWriter, writeMessage } from './protobuf.js'
import { type Message, PRECISIONS, type Precision } from './schema.js'

export interface OnnxOptions {
  /**
   * The number type of the model: `float64`, that of the network, or `float32`, which all runtimes support; parameters
   * are rounded to it. Default `float64`.
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
const IR_VERSION = 8
/** protobuf's limit of one message, less the space for everything but the parameters. */
const MAX_BYTES = 2 ** 31 - 2 ** 20
const REMEDY = `Files of ONNX hold at most 2 GB. ${USE_SAFETENSORS}`

/**
 * The network as an ONNX model (opset 17) that predicts: input `x` [rows × inputs], output `y` [rows × outputs]. It
 * omits dropout layers; batch normalizations use their moving statistics. Needs the package @bufbuild/protobuf.
 * @throws TypeError or RangeError for anything but a Network, for unknown options, for parameters of more than 2 GB,
 *   and where a parameter is not finite in the precision of the model
 * @throws Error where @bufbuild/protobuf is not installed; in browsers, where it is not passed
 */
export function toOnnx(network: Network, options: OnnxOptions = {}): Uint8Array {
  const { plan, parameterCount } = networkGiven(network)
  const { precision: given = 'float64', protobuf } = optionsObject(options, 'the options of toOnnx', OPTIONS)
  const precision = oneOf(given, 'precision', 'a precision', Object.keys(PRECISIONS)) as Precision
  const max = Math.floor(MAX_BYTES / PRECISIONS[precision].bytes)
  if (parameterCount > max) {
    const received = `a network with ${parameterCount}`
    throw wrongSize(`at most ${max} parameters`, 'network', received, REMEDY)
  }
  const Writer = protobufWriter(protobuf)
  const parameters = network.copyToSave()
  const model: Message = {
    irVersion: IR_VERSION,
    producerName: 'lockstep-nn',
    graph: graphOf(plan, parameters, precision),
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: [
      { key: 'architecture', value: JSON.stringify(network.architecture()) },
      { key: 'digest', value: network.digestOf(parameters) },
    ],
  }
  const bytes = writeMessage(new Writer(), 'ModelProto', model).finish()
  // The nodes of thousands of layers may take more than the space reserved for them.
  if (bytes.length >= 2 ** 31)
    throw wrongSize('an ONNX file of at most 2 GB', 'network', `${bytes.length} bytes`, REMEDY)
  return bytes
}
