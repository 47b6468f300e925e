/** Network: layers and their parameters; predicting, saving and loading. */
import { copyOf, lengthOf } from '../checks/arrays.js'
import { brand } from '../checks/brand.js'
import { wrongValue } from '../checks/errors.js'
import { INSPECT, summary } from '../checks/inspect.js'
import { requireTextFits } from '../checks/json-text.js'
import { closeTo, refuseAssignments, remedyFor } from '../checks/read-only.js'
import type { LayerOption } from '../checks/registry.js'
import type { Rows } from '../checks/rows.js'
import { float64ArrayOf, integer, optionsObject, seed } from '../checks/validate.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { Differentiator, type GradientsOf, type GradientsOptions } from './gradients.js'
import { initialParameters, requireNoInitializers } from './initialize.js'
import {
  describeLayer,
  digestOf,
  type LayerInfo,
  type LayerParameters,
  layerLines,
  layerNodes,
  layerParameters,
  saveLayer,
  summaryOf,
} from './layer-info.js'
import { requireFiniteParameters } from './layers.js'
import { type PredictAsyncOptions, type PredictOptions, predictAsync, TRAIN_AGAIN } from './predict.js'
import { Predictions } from './predictions.js'
import {
  base64Length,
  base64Of,
  digestOfValues,
  type SavedNetwork,
  savedFields,
  USE_SAFETENSORS,
  valuesOfBase64,
} from './saved.js'
import { NETWORK_OPTIONS, type NetworkOptions, planOf, shapeOf } from './shape.js'

export type { PredictAsyncOptions, PredictOptions } from './predict.js'
export type { SavedNetwork } from './saved.js'

const NO_OPTIONS: PredictOptions = {}

/** The length of the digest, the format and the keys of a saved network. */
const JSON_OVERHEAD = 256

/** A network of layers. Its parameters are one flat array that training writes to. */
export class Network {
  /** The network as numbers. @internal */
  readonly plan: NetworkPlan
  private readonly described: readonly LayerInfo[]
  private readonly values: Float64Array
  // Created by the first prediction, because an ensemble may have a million members.
  private predictions: Predictions | null = null
  private differentiator: Differentiator | null = null
  /** An object for a predictor as long as no other code has the array of the parameters; otherwise null. @internal */
  stamp: object | null = {}

  /**
   * @throws TypeError for an argument of a wrong type or an unknown option
   * @throws RangeError for a wrong size or value
   */
  constructor(options: NetworkOptions) {
    const given = optionsObject(options, 'the network options', NETWORK_OPTIONS)
    const { layers, shapes, plan } = shapeOf(given.inputs, given.layers)
    this.plan = plan
    this.described = Object.freeze(layerNodes(plan).map(describeLayer))
    const { parameterCount } = plan
    if (given.parameters === undefined) {
      const start = given.seed === undefined ? 0 : seed(given.seed, 'seed')
      this.values = initialParameters(this.plan, shapes, given.initializer, start)
    } else {
      requireNoInitializers({ ...given, layers })
      this.values = float64ArrayOf(given.parameters, 'parameters', parameterCount)
      this.stamp = null
    }
    closeTo(this, new.target, Network)
  }

  /** The number of values in a sample. */
  get inputs(): number {
    return this.plan.inputs
  }

  /** The number of values in a prediction. */
  get outputs(): number {
    return this.plan.outputs
  }

  get layers(): readonly LayerInfo[] {
    return this.described
  }

  /** All parameters, live, layer by layer; `getLayer` returns the tensors of one layer. */
  get parameters(): Float64Array {
    this.stamp = null
    return this.values
  }

  /** The number of parameters. */
  get parameterCount(): number {
    return this.plan.parameterCount
  }

  /**
   * The tensors of one layer, as live parts of `parameters`: a dense layer's `weights` [inputs × units] row-major and
   * `bias` [units]; a normalization's `gamma` and `beta`, in a batch normalization also `movingMean` and
   * `movingVariance`, all [units]; an embedding's tables by column, `column2` [categories × units]; none of dropout; of a
   * residual block `layers`, with the tensors of each of its layers.
   * @param index from 0
   * @throws TypeError or RangeError for an index without a layer
   */
  getLayer(index: number): LayerParameters {
    const at = integer(index, 'the index of a layer', 0, this.layers.length - 1)
    return layerParameters(layerNodes(this.plan)[at], this.attachedParameters())
  }

  /**
   * The network's predictions.
   * @param x samples: row-major [rows × inputs], or an array of rows
   * @returns [rows × outputs], row-major: `options.output` where it is given
   * @throws TypeError or RangeError for samples of a wrong size, or with values that are not finite, or not a category of
   *   a column that an embedding reads
   * @throws RangeError where an output is not finite because a parameter is not; it names the parameter's tensor
   */
  predict(x: Rows, options: PredictOptions = NO_OPTIONS): Float64Array {
    return this.predictAs('', x, options)
  }

  /** The same; error messages call the layers those of `owner`. @internal */
  predictAs(owner: string, x: Rows, options: PredictOptions): Float64Array {
    this.predictions ??= new Predictions(this)
    return this.predictions.predict(owner, x, options)
  }

  /**
   * The same off the main thread: on threads of the addon, or on other backends in slices of about 10 ms. `x` and the
   * parameters are copied at the call, unless they are in shared memory. `output` is written once all predictions are
   * computed.
   * @throws (the promise is rejected) as `predict`; with `signal.reason` where the signal aborts
   */
  predictAsync(x: Rows, options: PredictAsyncOptions = NO_OPTIONS): Promise<Float64Array> {
    return predictAsync(this.plan, () => this.readableParameters(), x, options)
  }

  /**
   * The gradients of a loss from its derivatives by the predictions, for a loss of the caller: dL/dparameters, summed over
   * the rows, and dL/dx of each row. It differentiates `predict`: without dropout, with the moving statistics of a batch
   * normalization as constants. All tensors but moving statistics have gradients, whatever `trainable` says. A column with
   * categories has the derivative 0.
   * @param x as of `predict`
   * @param outputGradients dL/d(prediction), in the form of x: [rows × outputs]
   * @returns `parameters` [parameterCount] and `inputs` [rows × inputs], without what an option leaves out
   * @throws as `predict`
   */
  gradients<Options extends GradientsOptions = Record<never, never>>(
    x: Rows,
    outputGradients: Rows,
    options?: Options,
  ): GradientsOf<Options> {
    this.differentiator ??= new Differentiator(this)
    return this.differentiator.compute(x, outputGradients, options) as GradientsOf<Options>
  }

  /** The parameters to write to, after a check that their buffer is still attached. @internal */
  attachedParameters(): Float64Array {
    this.stamp = null
    return this.readableParameters()
  }

  /** The same to read only, before other code runs. @internal */
  readableParameters(): Float64Array {
    const { parameterCount } = this.plan
    // An array of a transferred buffer has length 0.
    if (lengthOf(this.values) === parameterCount) return this.values
    return float64ArrayOf(this.values, 'network.parameters', parameterCount)
  }

  /** This network, after its maker gave it an array that no other code has. @internal */
  withOwnParameters(): this {
    this.stamp = {}
    return this
  }

  /**
   * SHA-256, in hex, of the architecture and of the bits of all parameters: equal on every platform. It excludes what
   * only training uses (`l1`, `l2`, `trainable`).
   */
  digest(): string {
    return this.digestOf(this.readableParameters())
  }

  /** The digest of this architecture with other parameters. @internal */
  digestOf(parameters: Float64Array): string {
    return digestOfValues(JSON.stringify({ inputs: this.inputs, layers: this.layers.map(digestOf) }), parameters)
  }

  /** The options that make the same network, without its parameters. @internal */
  architecture(): Pick<SavedNetwork, 'inputs' | 'layers'> {
    return { inputs: this.inputs, layers: this.layers.map(saveLayer) }
  }

  /**
   * Copies the parameters to save them, so that everything saved is of one moment.
   * @throws RangeError where one is not finite: such a network predicts nothing, and no reader accepts it
   * @internal
   */
  copyToSave(values = new Float64Array(this.parameterCount)): Float64Array {
    values.set(this.readableParameters())
    requireFiniteParameters(this.plan, values, ' of the network', TRAIN_AGAIN)
    return values
  }

  /**
   * What `JSON.stringify` saves: everything except the seed and the initializers, exactly.
   * @throws RangeError where a parameter is not finite, or for more parameters than a string can hold: about 50 million
   */
  toJSON(): SavedNetwork {
    const architecture = this.architecture()
    requireTextFits(architecture, base64Length(this.parameterCount) + JSON_OVERHEAD, 'network', USE_SAFETENSORS)
    const parameters = this.copyToSave()
    return {
      format: 'lockstep-nn',
      version: 1,
      ...architecture,
      parameters: base64Of(parameters),
      digest: this.digestOf(parameters),
    }
  }

  /**
   * A network from the result of `toJSON`, or from its JSON text; keys may have any order.
   * @throws TypeError or RangeError for anything but a saved network, or a damaged one
   */
  static fromJSON(saved: SavedNetwork | string): Network {
    const given = savedFields(saved)
    const { inputs, layers } = given as unknown as NetworkOptions
    const plan = planOf(inputs, layers)
    const parameters = valuesOfBase64(given.parameters, plan.parameterCount)
    requireFiniteParameters(plan, parameters, ' of the saved network', TRAIN_AGAIN)
    const network = new Network({ inputs, layers, parameters }).withOwnParameters()
    const digest = network.digest()
    if (digest !== given.digest) {
      throw wrongValue(`the digest ${digest}`, 'the saved network', given.digest, 'It is damaged or was edited.')
    }
    return network
  }

  /** The same network with a copy of the parameters. */
  clone(): Network {
    const { inputs, layers } = this.architecture()
    const parameters = copyOf(this.readableParameters())
    return new Network({ inputs, layers: layers as unknown as LayerOption[], parameters }).withOwnParameters()
  }

  /** A table of the layers and their sizes, as text. */
  summary(): string {
    return summaryOf(this.plan)
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { inputs, outputs, parameterCount } = this.plan
    return summary(`Network: ${inputs} → ${outputs}, ${parameterCount} parameters`, layerLines(this.plan))
  }
}

brand(Network, 'Network')

refuseAssignments(Network.prototype, 'a Network', {
  ...remedyFor(['inputs', 'outputs', 'layers', 'parameterCount'], 'Make a new Network.'),
  parameters: 'Write to it: network.parameters.set(values).',
})
