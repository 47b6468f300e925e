/** The arrays of a session, for a job. */
import {
  OUTCOME_LENGTH,
  PLATEAU_LENGTH,
  POSITION_LENGTH,
  type SessionArrays,
  STOPPING_LENGTH,
  seriesCount,
  type WatchPlan,
} from '#lib/kernels/plan.js'
import type { EnsembleJob } from './ensemble-job.js'
import type { Job } from './job.js'

const NONE = new Float64Array(0)

/** Everything that a session can compute after an epoch, with early stopping that never stops. */
export const EVERYTHING: WatchPlan = {
  metrics: [
    { code: 0, options: Float64Array.of(Number.NaN) },
    { code: 3, options: Float64Array.of(Number.NaN, 0) },
  ],
  signs: 0,
  trainingLossScale: 0.25,
  validationRows: 4,
  validationLossScale: 0.5,
  scheduled: 1,
  stopping: { series: 3, higher: 0, patience: 2 ** 40, minDelta: 0.5, restoreBest: 1 },
  plateau: {
    series: 0,
    higher: 0,
    factor: 0.5,
    patience: 1,
    threshold: 0.25,
    relative: 1,
    cooldown: 1,
    minimum: 0.125,
  },
}

/** How many numbers each array has. */
export type Lengths = { readonly [Name in keyof SessionArrays]: number }

/** The lengths for series of `chunk` epochs. */
export function sessionLengths(
  { plan, state }: Job,
  members: number,
  watch: WatchPlan | null,
  workspace: number,
  chunk: number,
): Lengths {
  const { parameterCount, rows, inputs, outputs, stepsPerEpoch } = plan
  const { metrics = [], validationRows = 0, stopping = null, plateau = null } = watch ?? {}
  const labels = metrics.length > 0 ? outputs : 0
  return {
    parameters: members * parameterCount,
    state: state.length,
    currentParameters: members === 1 ? parameterCount : 0,
    currentState: members === 1 ? state.length : 0,
    workspace,
    x: rows * inputs,
    y: rows * outputs,
    sampleWeight: rows,
    labels: rows * labels,
    validationX: validationRows * inputs,
    validationY: validationRows * outputs,
    validationWeight: validationRows,
    validationLabels: validationRows * labels,
    rateFactors: chunk * stepsPerEpoch,
    best: stopping?.restoreBest === 1 ? members * parameterCount : 0,
    stopping: stopping === null ? 0 : members * STOPPING_LENGTH,
    plateaus: plateau === null ? 0 : members * PLATEAU_LENGTH,
    position: POSITION_LENGTH,
    outcomes: members * OUTCOME_LENGTH,
    series: members * seriesCount(watch) * chunk,
  }
}

/** The values of a session's arrays before its first run: validation samples are the first ones of the training. */
export function startValues(lengths: Lengths, { x, y, sampleWeight, rateFactors, ...job }: Job | EnsembleJob) {
  const first = (values: Float64Array, length: number) => values.slice(0, length)
  const repeated = (values: readonly number[], length: number) =>
    Float64Array.from({ length }, (_, i) => values[i % values.length])
  return {
    parameters: job.parameters,
    state: job.state,
    x,
    y,
    sampleWeight,
    labels: first(y, lengths.labels),
    validationX: first(x, lengths.validationX),
    validationY: first(y, lengths.validationY),
    validationWeight: NONE,
    validationLabels: first(y, lengths.validationLabels),
    rateFactors,
    stopping: repeated([0, -1, 0], lengths.stopping),
    plateaus: repeated([1, 0, 0, 0, 0], lengths.plateaus),
    outcomes: repeated([0, 0, -1], lengths.outcomes),
  } satisfies Partial<SessionArrays>
}
