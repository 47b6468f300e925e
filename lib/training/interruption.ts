/** Where a fit stopped within an epoch, so that `partialFit` can go on from there. */
import type { Batches } from '../backend/plan.js'

export interface Interruption {
  /** The rows of the epoch whose steps are done, and the sums of their losses and of their penalties. */
  readonly row: number
  readonly lossSum: number
  readonly penalties: number
  /** The parameters and the optimizer's state after the last step. */
  readonly parameters: Float64Array
  readonly state: Float64Array
  /** Those of the last finite epoch, which a divergence keeps. */
  readonly lastParameters: Float64Array
  readonly lastState: Float64Array
}

/** What must be the same for a fit to go on within an epoch. The values of the samples are not compared. */
export interface Course extends Batches {
  readonly epoch: number
  readonly rows: number
  readonly shuffle: boolean
  readonly seed: number
}

export const isSameCourse = (a: Course, b: Course): boolean =>
  (Object.keys(a) as (keyof Course)[]).every((name) => a[name] === b[name])
