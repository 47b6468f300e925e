/** What the Worker reports of a training: everything that the page shows. */
import type { Losses } from '../loss-series.js'
import type { Outputs } from '../targets.js'

/** What the page wants to see. */
export interface Picture {
  /** The two inputs that the maps vary: the horizontal and the vertical one. */
  readonly axes: readonly [number, number]
  /** The number of pixels of a side of the output's map, and of a unit's. */
  readonly size: number
  readonly unitSize: number
  /** The member whose units and weights are shown. */
  readonly member: number
}

/** Values at the places of a square, row by row from the top, [size × size × outputs]. */
export interface OutputMap {
  readonly size: number
  /** The mean of the members' outputs. */
  readonly mean: Float32Array
  /** The standard deviation of the members' outputs: 0 where there is one member. */
  readonly spread: Float32Array
}

/** A layer of the settings, or the last layer, of the member that is shown. */
export interface LayerPicture {
  readonly units: number
  readonly activation: string
  /** [inputs × units] and [units], of its dense layer. */
  readonly weights: Float32Array
  readonly bias: Float32Array
  /** The values of each unit at the places of a square, [units × unitSize × unitSize]. */
  readonly maps: Float32Array
  /** The root of the mean square of the gradients of its weights and bias; NaN where there is none. */
  readonly gradient: number
  /** The units whose value is the same for all of the first training rows. */
  readonly dead: readonly number[]
  /** The units whose value is within 1 % of a bound of the activation for 95 % of these rows. */
  readonly saturated: readonly number[]
}

export interface Snapshot {
  /** The number of whole epochs, of steps within the next one, and of the steps of an epoch. */
  readonly epoch: number
  readonly step: number
  readonly stepsPerEpoch: number
  readonly isRunning: boolean
  /** Why the run has ended, as a sentence; null while it can go on. */
  readonly ended: string | null
  readonly epochsPerSecond: number
  readonly backend: { readonly name: string; readonly reason: string }
  /** After the whole epochs. Null while a large model is running. */
  readonly digest: string | null
  readonly parameterCount: number
  readonly losses: Losses
  /** The shares of right classes by the mean of the members; null for a number, and without rows. */
  readonly accuracy: { readonly training: number | null; readonly validation: number | null }
  /** How many members are right for all training rows; null for a number, and for one member. */
  readonly learned: number | null
  readonly outputs: Outputs
  readonly output: OutputMap
  /** The hidden layers, then the last one. */
  readonly layers: readonly LayerPicture[]
}
