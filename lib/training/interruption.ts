/** Where a fit stopped within an epoch, so that `partialFit` can go on from there. */
import type { Batches } from '../backend/plan.js'
import { digestOfValues } from '../network/saved.js'
import type { Samples } from './fit-data.js'

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

/** What must be the same for a fit to go on within an epoch, besides the values of the samples. */
export interface Course extends Batches {
  readonly epoch: number
  readonly rows: number
  readonly shuffle: boolean
  readonly seed: number
}

/** The SHA-256 of the samples, in hex: with another data set an epoch begins again. */
export const digestOfSamples = ({ x, y, sampleWeight }: Samples): string =>
  [x, y, sampleWeight].map((values) => digestOfValues('', values)).join(' ')

const areSame = (a: Float64Array, b: Float64Array): boolean => a.every((value, i) => Object.is(value, b[i]))

/** An interruption with the values that the caller has now; where these are others, a divergence keeps them. */
export function withCurrent(at: Interruption, parameters: Float64Array, state: Float64Array): Interruption {
  const isUnchanged = areSame(parameters, at.parameters) && areSame(state, at.state)
  const now = { parameters: parameters.slice(), state: state.slice() }
  return isUnchanged ? at : { ...at, ...now, lastParameters: now.parameters, lastState: now.state }
}

export const isSameCourse = (a: Course, b: Course): boolean =>
  (Object.keys(a) as (keyof Course)[]).every((name) => a[name] === b[name])
