/** Network: layers and their parameters; predicting, saving and loading. */
import { createHash } from 'node:crypto'
import { type Backend, chooseBackend, type Predictor } from './backend.js'
import { flat, type Rows, rowsIn } from './data.js'
import { wrongSize, wrongType, wrongValue } from './errors.js'
import { initialParameters, requireNoInitializers } from './initialize.js'
import type { NetworkPlan } from './kernels/plan.js'
import {
  checkLayers,
  describeLayer,
  digestOf,
  type LayerInfo,
  type LayerParameters,
  layerParameters,
  MOST_UNITS,
  saveLayer,
  summaryOf,
} from './layers.js'
import { networkPlan } from './plan.js'
import type { InitializerOption, LayerOption } from './registry.js'
import { apart, float64ArrayOf, integer, optionsObject, seed } from './validate.js'

export interface NetworkOptions {
  /** How many values a sample has. */
  inputs: number
  /** At least one layer, the last of them dense; `softmax` may stand on the last only. */
  layers: readonly LayerOption[]
  /**
   * How the weights of every dense layer start that has no `weightsInitializer`; biases start at 0 where there is no
   * `biasInitializer`, betas at 0, gammas at 1. Default: what suits the layer's activation, `heUniform` for the relu family.
   */
  initializer?: InitializerOption
  /** For the initializer: an integer from 0 to 2^53 - 1. The same seed gives the same weights. Default 0. */
  seed?: number
  /**
   * The parameters, used in place: per dense layer the weights [inputs × units] row-major, then the bias [units]; per
   * normalization gamma, beta and, with batch normalization, the moving mean and variance. Over an ArrayBuffer or a
   * SharedArrayBuffer. Excludes `initializer`, `seed` and the layers' initializers.
   */
  parameters?: Float64Array
}

export interface PredictOptions {
  /** As in `TrainerOptions`. Default `auto`. */
  backend?: string
  /** Where to write, [rows × outputs]; a new array where nothing is given. */
  output?: Float64Array
}

/** What `toJSON` gives and `fromJSON` takes. The parameters are little-endian float64 in base64: exact. */
export interface SavedNetwork {
  readonly format: 'lockstep-nn'
  readonly version: 1
  readonly inputs: number
  readonly layers: readonly Record<string, unknown>[]
  readonly parameters: string
  readonly digest: string
}

/** The names of all of them. @internal */
export const NETWORK_OPTIONS: readonly (keyof NetworkOptions)[] = [
  'inputs',
  'layers',
  'initializer',
  'seed',
  'parameters',
]
const PREDICT_OPTIONS = ['backend', 'output']
const NO_OPTIONS: PredictOptions = {}
const INPUTS_NAME = 'the inputs of the network'

const MOST_PARAMETERS = 2 ** 31 - 1
const SAVED_KEYS = ['format', 'version', 'inputs', 'layers', 'parameters', 'digest']

const isLittleEndian = new Uint8Array(Float64Array.of(1).buffer)[7] === 0x3f

/** The bytes of float64 values, little-endian on any machine, with one NaN for all. */
function bytesOf(values: Float64Array): Uint8Array {
  const copy = values.slice()
  for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) copy[i] = NaN
  const bytes = Buffer.from(copy.buffer)
  return isLittleEndian ? bytes : bytes.swap64()
}

/** A network of layers. Its parameters are one flat array that training writes to. */
export class Network {
  readonly inputs: number
  readonly outputs: number
  readonly layers: readonly LayerInfo[]
  /** All parameters, live, layer by layer; `getLayer` has the parts of one. */
  readonly parameters: Float64Array
  /** The network in numbers. @internal */
  readonly plan: NetworkPlan
  // Made by the first prediction: an ensemble may have a million members.
  private predictors: Map<Backend, Predictor> | null = null

  /**
   * @throws TypeError for an argument of a wrong kind or an unknown option
   * @throws RangeError for a wrong size or value
   */
  constructor(options: NetworkOptions) {
    const given = optionsObject(options, 'the network options', NETWORK_OPTIONS)
    this.inputs = integer(given.inputs, 'inputs', 1, MOST_UNITS)
    const shapes = checkLayers(given.layers)
    this.plan = networkPlan(this.inputs, shapes)
    this.outputs = this.plan.outputs
    this.layers = this.plan.layers.map(describeLayer)
    const { parameterCount } = this.plan
    if (parameterCount > MOST_PARAMETERS) {
      throw wrongSize(`at most ${MOST_PARAMETERS} parameters`, 'layers', `layers with ${parameterCount}`)
    }
    if (given.parameters === undefined) {
      const start = given.seed === undefined ? 0 : seed(given.seed, 'seed')
      this.parameters = initialParameters(this.plan, shapes, given.initializer, start)
    } else {
      requireNoInitializers(given)
      this.parameters = float64ArrayOf(given.parameters, 'parameters', parameterCount)
    }
  }

  /** How many parameters there are. */
  get parameterCount(): number {
    return this.plan.parameterCount
  }

  /**
   * The parameters of one layer, as live parts of `parameters`: a dense layer's `weights` [inputs × units] row-major and
   * `bias` [units]; a normalization's `gamma` and `beta`, and with batch normalization `movingMean` and `movingVariance`,
   * all [units]; of dropout none.
   * @param index from 0
   * @throws TypeError or RangeError where there is no such layer
   */
  getLayer(index: number): LayerParameters {
    const layer = this.plan.layers[integer(index, 'the index of a layer', 0, this.plan.layers.length - 1)]
    return layerParameters(layer, this.attachedParameters())
  }

  /**
   * The network's answers.
   * @param x samples: row-major [rows × inputs], or an array of rows
   * @returns [rows × outputs], row-major: `options.output` where that is given
   * @throws TypeError or RangeError for samples that do not fit, or hold values that are not finite
   */
  predict(x: Rows, options: PredictOptions = NO_OPTIONS): Float64Array {
    const given = optionsObject(options, 'the options of predict', PREDICT_OPTIONS)
    const { backend } = chooseBackend(given.backend)
    const samples = flat(x, 'x', this.inputs, INPUTS_NAME)
    const rows = rowsIn(samples, 'x', this.inputs, INPUTS_NAME)
    const parameters = this.attachedParameters()
    const length = rows * this.outputs
    let output: Float64Array
    if (given.output === undefined) {
      output = new Float64Array(length)
    } else {
      output = float64ArrayOf(given.output, 'output', length)
      apart(samples, 'x', output, 'output')
      apart(parameters, 'network.parameters', output, 'output')
    }
    this.predictor(backend)(parameters, samples, output)
    return output
  }

  /** What predicts by this backend, for any number of rows and any parameters of this architecture. @internal */
  predictor(backend: Backend): Predictor {
    this.predictors ??= new Map()
    let predictor = this.predictors.get(backend)
    if (predictor === undefined) {
      predictor = backend.predictor(this.plan)
      this.predictors.set(backend, predictor)
    }
    return predictor
  }

  /** The parameters, after a check that their buffer is still there. @internal */
  attachedParameters(): Float64Array {
    return float64ArrayOf(this.parameters, 'network.parameters', this.parameterCount)
  }

  /**
   * SHA-256, in hex, of the architecture and of the bits of all parameters: equal on every platform. What matters to
   * training alone (`l1`, `l2`, `trainable`) is no part of it.
   */
  digest(): string {
    const hash = createHash('sha256')
    hash.update(JSON.stringify({ inputs: this.inputs, layers: this.layers.map(digestOf) }))
    hash.update('\n')
    hash.update(bytesOf(this.attachedParameters()))
    return hash.digest('hex')
  }

  /** What makes the same network again, without its parameters. @internal */
  architecture(): Pick<SavedNetwork, 'inputs' | 'layers'> {
    return { inputs: this.inputs, layers: this.layers.map(saveLayer) }
  }

  /** What `JSON.stringify` saves: everything but the seed and the initializer, exactly. */
  toJSON(): SavedNetwork {
    return {
      format: 'lockstep-nn',
      version: 1,
      ...this.architecture(),
      parameters: Buffer.from(bytesOf(this.attachedParameters())).toString('base64'),
      digest: this.digest(),
    }
  }

  /**
   * A network from what `toJSON` gave, or from its JSON text.
   * @throws TypeError or RangeError where it is no saved network, or a damaged one
   */
  static fromJSON(saved: SavedNetwork | string): Network {
    const given = optionsObject(typeof saved === 'string' ? parse(saved) : saved, 'the saved network', SAVED_KEYS)
    if (given.format !== 'lockstep-nn') throw wrongValue('"lockstep-nn"', 'format of the saved network', given.format)
    if (given.version !== 1) {
      throw wrongValue('version 1', 'version of the saved network', given.version, 'A newer lockstep-nn may read it.')
    }
    if (typeof given.parameters !== 'string') {
      throw wrongType('base64 text', 'parameters of the saved network', given.parameters)
    }
    const bytes = Uint8Array.from(Buffer.from(given.parameters, 'base64'))
    if (bytes.length % 8 !== 0) {
      throw wrongSize(
        'a multiple of 8 bytes',
        'parameters of the saved network',
        `${bytes.length} bytes`,
        'It is damaged.',
      )
    }
    if (!isLittleEndian) Buffer.from(bytes.buffer).swap64()
    const network = new Network({
      inputs: given.inputs as number,
      layers: given.layers as LayerOption[],
      parameters: new Float64Array(bytes.buffer),
    })
    const digest = network.digest()
    if (digest !== given.digest) {
      throw wrongValue(`the digest ${digest}`, 'the saved network', given.digest, 'It is damaged or was edited.')
    }
    return network
  }

  /** The same network with parameters of its own. */
  clone(): Network {
    const { inputs, layers } = this.architecture()
    const parameters = this.attachedParameters().slice()
    return new Network({ inputs, layers: layers as unknown as LayerOption[], parameters })
  }

  /** A table of the layers and their sizes, as text. */
  summary(): string {
    return summaryOf(this.plan)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrongType('JSON text', 'the saved network', text, `It is damaged: ${(error as Error).message}`)
  }
}
