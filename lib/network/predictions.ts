/** Synchronous predictions of one network, which keeps what does not change from one call to the next. */
import type { Backend, Predictor } from '../backend/backend.js'
import { BackendChoice } from '../backend/choose.js'
import { bufferBytes, lengthOf } from '../checks/arrays.js'
import { requireCategories } from '../checks/categories.js'
import { flatIndexed, type Rows, rowsIn } from '../checks/rows.js'
import { checkedOptions } from '../checks/validate.js'
import type { NetworkPlan } from '../kernels/plan.js'
import { INPUTS_NAME, outputArray, PREDICT_OPTIONS, type PredictOptions, requireFiniteOutput } from './predict.js'

/** A buffer of at most this many bytes may be referred to for longer than a call. */
const MAX_KEPT_BYTES = 2 ** 16

/**
 * The arrays of a network's last prediction, if they are small. A call with the same ones checks only what may have
 * changed: a transferred array has length 0, and a script may define another `length`. Nothing changes the kind of an
 * array, whether its buffer is resizable, and whether two arrays share memory.
 */
export class CheckedArrays {
  private x: Float64Array | null = null
  private output: Float64Array | undefined

  /** Keeps the arrays of a call that has checked them. They must be the caller's own, in use as they are. */
  keep(x: Float64Array, output: Float64Array | undefined): void {
    const isSmall = bufferBytes(x) <= MAX_KEPT_BYTES && (output === undefined || bufferBytes(output) <= MAX_KEPT_BYTES)
    this.x = isSmall ? x : null
    this.output = isSmall ? output : undefined
  }

  /** Whether these are the same arrays, or no `output` again, with all of their elements. */
  has(x: unknown, output: unknown): boolean {
    return (
      this.x !== null &&
      x === this.x &&
      output === this.output &&
      isWhole(x as Float64Array) &&
      (output === undefined || isWhole(output as Float64Array))
    )
  }
}

function isWhole(array: Float64Array): boolean {
  const length = lengthOf(array)
  return length > 0 && array.length === length
}

/** What predictions need of a network. */
interface Predicting {
  readonly plan: NetworkPlan
  /** See `Predictor`. */
  readonly stamp: object | null
  readableParameters(): Float64Array
}

export class Predictions {
  private readonly choice = new BackendChoice()
  private readonly arrays = new CheckedArrays()
  private backend: Backend | null = null
  private predictor: Predictor | null = null

  constructor(private readonly network: Predicting) {}

  /** `Network.predict`. Error messages call the layers those of `owner`. */
  predict(owner: string, x: Rows, options: PredictOptions): Float64Array {
    const { backend: wanted, output: target } = checkedOptions(options, 'the options of predict', PREDICT_OPTIONS)
    const backend = this.choice.for(wanted)
    const { plan } = this.network
    const { inputs, outputs } = plan
    const isKnown = this.arrays.has(x, target)
    const samples = isKnown ? (x as Float64Array) : flatIndexed(x, 'x', inputs, INPUTS_NAME)
    const rows = rowsIn(samples, 'x', inputs, INPUTS_NAME)
    requireCategories(plan, samples, 'x')
    const parameters = this.network.readableParameters()
    const length = rows * outputs
    let output = target as Float64Array
    if (target === undefined) output = new Float64Array(length)
    else if (!isKnown) output = outputArray(target, length, samples, parameters)
    if (!isKnown && samples === x && (target === undefined || output === target)) {
      this.arrays.keep(samples, target as Float64Array | undefined)
    }
    this.predictorOf(backend)(parameters, samples, output, this.network.stamp)
    requireFiniteOutput(plan, output, parameters, owner)
    return target === undefined ? output : (target as Float64Array)
  }

  /** A function that predicts with this backend, for any rows and parameters of this architecture. */
  private predictorOf(backend: Backend): Predictor {
    if (this.predictor === null || this.backend !== backend) {
      this.predictor = backend.predictor(this.network.plan)
      this.backend = backend
    }
    return this.predictor
  }
}
