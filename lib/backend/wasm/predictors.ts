/** Predictions in the WebAssembly module. The last plans and their memory are kept, for all networks of a shape. */
import { plainArray } from '../../checks/arrays.js'
import type { NetworkPlan } from '../../kernels/plan.js'
import type { Predictor } from '../backend.js'
import { encodePlan } from '../encode.js'
import { areaLength } from './instance.js'
import type { Instances } from './instances.js'
import { PREDICT } from './module.js'
import { Cache, numberOf, OpenPlan } from './open-plan.js'

/** The most doubles of samples and outputs that are copied at once, which the caches of most processors hold. */
const BLOCK = 2 ** 14

/** How many plans are kept, and the doubles of all but the newest. */
const MAX_PLANS = 64
const MAX_DOUBLES = 2 ** 23

/** Arrays of at most this many numbers are copied in a loop, which takes less time than a call of `set`. */
const FEW = 16

/** A plan that is open, and memory for its parameters, its workspace and a block of rows. */
class Prediction extends OpenPlan {
  private readonly rows: number
  private readonly parameters: number
  private readonly x: number
  private readonly output: number
  private readonly workspace: number
  // What the copied parameters are those of; see `Predictor`.
  private stamp: object | null = null

  constructor(
    instances: Instances,
    private readonly plan: NetworkPlan,
    encoded: Float64Array,
  ) {
    const { inputs, outputs, parameterCount } = plan
    const rows = Math.max(1, Math.floor(BLOCK / (inputs + outputs)))
    const workspace = numberOf(instances, encoded, PREDICT, (functions, handle) =>
      functions.predictionWorkspace(handle),
    )
    const lengths = [parameterCount, rows * inputs, rows * outputs, workspace]
    const area = instances.open(areaLength(encoded.length, ...lengths), true)
    super(area, encoded, PREDICT)
    this.rows = rows
    const [parameters, x, output, temporary] = lengths.map((length) => area.reserve(length))
    this.parameters = parameters
    this.x = x
    this.output = output
    this.workspace = temporary
  }

  predict(parameters: Float64Array, x: Float64Array, output: Float64Array, stamp: object | null): void {
    const { instance } = this.area
    const { inputs, outputs } = this.plan
    if (stamp === null || stamp !== this.stamp) {
      instance.values.set(parameters, this.parameters)
      this.stamp = stamp
    }
    const rows = x.length / inputs
    for (let row = 0; row < rows; row += this.rows) {
      const count = Math.min(this.rows, rows - row)
      write(instance.values, this.x, x, row * inputs, count * inputs)
      try {
        const { functions } = instance
        functions.predict(this.handle, count, 8 * this.parameters, 8 * this.x, 8 * this.output, 8 * this.workspace)
      } catch (error) {
        throw instance.failed(error)
      }
      read(instance.values, this.output, output, row * outputs, count * outputs)
    }
  }
}

/** Copies numbers from a caller's array, which may have properties of its own, to memory. */
function write(values: Float64Array, at: number, from: Float64Array, first: number, count: number): void {
  if (count <= FEW) for (let i = 0; i < count; i++) values[at + i] = from[first + i]
  else values.set(count === from.length ? from : plainArray(from).subarray(first, first + count), at)
}

/** Copies numbers from memory to a caller's array. */
function read(values: Float64Array, at: number, to: Float64Array, first: number, count: number): void {
  if (count <= FEW) for (let i = 0; i < count; i++) to[first + i] = values[at + i]
  else plainArray(to).set(values.subarray(at, at + count), first)
}

/** The predictors of a module. */
export class Predictors {
  private readonly cache = new Cache<Prediction>(MAX_PLANS, MAX_DOUBLES)

  constructor(private readonly instances: Instances) {}

  /** A function that predicts by a plan, for any number of rows. */
  predictor(plan: NetworkPlan): Predictor {
    const encoded = () => encodePlan(this.instances.names, { ...plan, rows: 1 })
    const key = encoded().join()
    let prediction = this.prediction(key, plan, encoded)
    return (parameters, x, output, stamp = null) => {
      if (!prediction.isOpen) prediction = this.prediction(key, plan, encoded)
      prediction.predict(parameters, x, output, stamp)
    }
  }

  private prediction(key: string, plan: NetworkPlan, encoded: () => Float64Array): Prediction {
    return this.cache.get(key) ?? this.cache.add(key, () => new Prediction(this.instances, plan, encoded()))
  }
}
