/** The session of a fit: its plan, its arrays, and what is read from them after a run. */
import type { Session, SessionShape } from '../backend/backend.js'
import { learningRateOf } from '../kernels/optimizers.js'
import {
  LOSS_SUM,
  OUTCOME_LENGTH,
  PENALTIES,
  ROW,
  type SessionArrays,
  STOPPING_LENGTH,
  seriesCount,
  type TrainingPlan,
  type WatchPlan,
} from '../kernels/plan.js'
import { validationName } from '../metrics/choose.js'
import type { Job } from './fit-job.js'
import { MONITORED } from './history.js'
import type { Interruption } from './interruption.js'
import { sessionArrays, sessionShape } from './session-arrays.js'
import { type WatchedFit, watchedBy, watchPlanOf } from './watch-plan.js'

/**
 * The most losses that one run of a session computes, so that a fit of many epochs allocates little, and the fewest
 * epochs, so that the cost of a run is negligible. A fit that may stop early has the smaller limit.
 */
export const MAX_LOSSES = 2 ** 22
const MAX_WATCHED = 2 ** 16
const MIN_EPOCHS = 64

/** What a run of the session has computed for one member. */
export interface MemberOutcome {
  /** The finite epochs of the fit. */
  readonly epochs: number
  readonly status: number
  /** The first parameter that is not finite, or -1. */
  readonly parameter: number
}

/** The session of a fit as numbers, and the most epochs of a run. */
export function fitShape(fit: WatchedFit): { readonly shape: SessionShape; readonly chunk: number } {
  const { settings, rateSchedule, rows } = fit
  const { firstEpoch, end, batchSize, lastBatch, shuffle, seeds, onEpoch, stopping } = settings
  const epochs = end - firstEpoch
  const watch = watchPlanOf(fit)
  const shape = sessionShape(fit, { firstEpoch, epochs, batchSize, lastBatch, shuffle, rows }, seeds, watch)
  const limit = stopping === null ? MAX_LOSSES : MAX_WATCHED
  const most = Math.max(MIN_EPOCHS, Math.floor(limit / (seeds.length * seriesCount(watch))))
  return { shape, chunk: onEpoch === null ? Math.min(rateSchedule.longest, most, epochs) : 1 }
}

export class FitSession {
  readonly plan: TrainingPlan
  readonly arrays: SessionArrays
  /** The names of the series, in their order. */
  readonly names: readonly string[]
  /** The most epochs of a run. */
  readonly chunk: number
  private readonly session: Session
  private readonly members: number
  private readonly watch: WatchPlan | null

  constructor(job: Job) {
    const { backend, data, rateSchedule, values } = job
    const { shape, chunk } = fitShape(watchedBy(job))
    this.chunk = chunk
    this.arrays = sessionArrays(shape, {
      ...values,
      plateaus: job.scheduleState,
      training: data.training,
      validation: data.validation,
      hasFactors: rateSchedule.hasFactors,
      chunk,
    })
    this.plan = shape.plan
    this.members = shape.members.count
    this.watch = shape.watch
    this.names = seriesNames(job)
    // Samples that a caller's function could change were copied.
    this.session = backend.openSession({ ...shape, arrays: this.arrays, fixedSamples: true })
    if (job.interruption !== null) this.resume(job.interruption)
  }

  run(from: number, until: number, milliseconds: number): boolean {
    return this.session.run(from, until, milliseconds)
  }

  runAsync(from: number, until: number, milliseconds: number): Promise<boolean> {
    return this.session.runAsync(from, until, milliseconds)
  }

  cancel(): void {
    this.session.cancel()
  }

  close(): void {
    this.session.close()
  }

  /** About how many multiplications an epoch takes: three for each parameter and sample, one in the validation. */
  get epochWork(): number {
    const { parameterCount, epochRows } = this.plan
    return this.members * parameterCount * (3 * epochRows + (this.watch?.validationRows ?? 0))
  }

  /** The finite epochs of the member that has the most of them. */
  get lastEpoch(): number {
    let last = 0
    for (let i = 0; i < this.members; i++) last = Math.max(last, this.outcome(i).epochs)
    return last
  }

  outcome(member: number): MemberOutcome {
    const { outcomes } = this.arrays
    const at = member * OUTCOME_LENGTH
    return { epochs: outcomes[at], status: outcomes[at + 1], parameter: outcomes[at + 2] }
  }

  /** The value of a member's series in epoch `at` of the chunk. */
  value(member: number, series: number, at: number): number {
    return this.arrays.series[(member * this.names.length + series) * this.chunk + at]
  }

  /** The values of a member's series in the first `epochs` epochs of the chunk. */
  values(member: number, series: number, epochs: number): Float64Array {
    const at = (member * this.names.length + series) * this.chunk
    return this.arrays.series.subarray(at, at + epochs)
  }

  /** The best epoch of early stopping, or null; and the epochs since then. */
  best(member: number): { readonly epoch: number | null; readonly waited: number } {
    const [, epoch, waited] = this.arrays.stopping.subarray(member * STOPPING_LENGTH)
    return { epoch: epoch >= 0 ? epoch : null, waited }
  }

  /** Whether early stopping keeps the best parameters. */
  get restoresBest(): boolean {
    return this.arrays.best.length > 0
  }

  /** Sets a member's parameters to those after its best epoch, where it has one and early stopping restores it. */
  restoreBest(member: number): boolean {
    const { best, parameters } = this.arrays
    const { parameterCount } = this.plan
    if (!this.restoresBest || this.best(member).epoch === null) return false
    const [from, to] = [member * parameterCount, (member + 1) * parameterCount]
    parameters.set(best.subarray(from, to), from)
    return true
  }

  /** The learning rate of an epoch's first step; `at` is its place in the chunk. */
  rateOf(member: number, at: number, options: Float64Array): number {
    if (this.watch?.scheduled === 1) return this.value(member, this.names.length - 1, at)
    return learningRateOf(options)
  }

  /** Where the session stopped within an epoch, with copies of the values there; null: between two epochs. */
  interruption(): Interruption | null {
    const { position, currentParameters, currentState, parameters, state } = this.arrays
    const [, row, lossSum, penalties] = position
    if (row === 0) return null
    // Values that are not finite would end the training at the end of the epoch: its beginning is kept instead.
    if (!currentParameters.every(Number.isFinite) || !currentState.every(Number.isFinite)) return null
    return {
      row,
      lossSum,
      penalties,
      parameters: currentParameters.slice(),
      state: currentState.slice(),
      lastParameters: parameters.slice(),
      lastState: state.slice(),
    }
  }

  private resume({ row, lossSum, penalties, parameters, state, lastParameters, lastState }: Interruption): void {
    const { position, currentParameters, currentState } = this.arrays
    // A divergence keeps the values of the last finite epoch.
    this.arrays.parameters.set(lastParameters)
    this.arrays.state.set(lastState)
    position[ROW] = row
    position[LOSS_SUM] = lossSum
    position[PENALTIES] = penalties
    currentParameters.set(parameters)
    currentState.set(state)
  }
}

/** The names of a session's series, in the order that `seriesCount` states. */
function seriesNames({ metrics, data, settings, rateSchedule }: Job): string[] {
  const own = metrics.map(({ name }) => name)
  return [
    'loss',
    ...own,
    ...(data.validation === null ? [] : ['loss', ...own].map(validationName)),
    ...(settings.stopping === null ? [] : [MONITORED]),
    ...(rateSchedule.isScheduled ? ['learningRate'] : []),
  ]
}
