/** A group: networks of one architecture that train together on the same samples, up to one rung after the other. */

import { DONE, NOT_IMPROVING, OUTCOME_LENGTH } from '../../kernels/plan.js'
import type { Job } from '../../training/fit-job.js'
import { FitSession } from '../../training/fit-session.js'
import type { Pauses } from './progress-timer.js'

/** How the training of a member ended. */
export type Ending = 'epochs' | 'earlyStopping' | 'pruned' | 'diverged'

/** A part of the parameters of a group. A view of it would cost microseconds a member. */
export interface MemberParameters {
  readonly values: Float64Array
  readonly from: number
  readonly length: number
}

export const copyOfParameters = ({ values, from, length }: MemberParameters): Float64Array =>
  values.slice(from, from + length)

export class Group {
  private readonly session: FitSession
  /** The index of the metric among the session's series. */
  private readonly series: number
  private readonly endings: (Ending | null)[]
  private readonly values: Float64Array
  private active: number
  private cancelled = false
  // The epochs of the session that are done.
  private epoch = 0

  /** metric: the name of the series that is the members' value */
  constructor(
    private readonly job: Job,
    metric: string,
  ) {
    const { length } = job.compiled.optimizers
    this.session = new FitSession(job)
    this.series = this.session.names.indexOf(metric)
    this.endings = new Array<Ending | null>(length).fill(null)
    this.values = new Float64Array(length).fill(NaN)
    this.active = length
  }

  /**
   * Trains the members that have not ended up to this epoch, or to their last one. After `cancel` it returns early.
   * @param pauses of the training; null: it has none
   */
  async runTo(epoch: number, pauses: Pauses | null = null): Promise<void> {
    const { session } = this
    const end = Math.min(epoch, this.epochs)
    while (this.epoch < end && this.active > 0) {
      const from = this.epoch
      const { epochs, factors } = this.job.rateSchedule.rates(from, Math.min(session.chunk, end - from))
      if (factors.length > 0) session.arrays.rateFactors.set(factors)
      while (await session.runAsync(from, from + epochs, pauses?.left() ?? Infinity)) {
        if (!this.cancelled) await pauses?.take()
        if (this.cancelled) return
      }
      this.epoch = from + epochs
      this.readOutcomes(from)
      if (pauses !== null) await pauses.take()
      if (this.cancelled) return
    }
    if (this.epoch === this.epochs) this.endAll()
  }

  cancel(): void {
    this.cancelled = true
    this.session.cancel()
  }

  /** Ends the training of a member. */
  prune(member: number): void {
    if (this.endings[member] === null) this.end(member, 'pruned')
  }

  /** Frees what training needs; the results remain. */
  close(): void {
    this.endAll()
    this.session.close()
  }

  /** The epochs that its members train. */
  get epochs(): number {
    return this.job.settings.end
  }

  /** The epochs that all members would train together, and how many of them are done. A member that has ended has all. */
  get work(): { readonly all: number; readonly done: number } {
    const { endings, epochs, session } = this
    let done = 0
    for (let i = 0; i < endings.length; i++) done += endings[i] === null ? session.outcome(i).epochs : epochs
    return { all: endings.length * epochs, done }
  }

  /** How a member ended; null: it has not. */
  ending(member: number): Ending | null {
    return this.endings[member]
  }

  /**
   * The metric of the parameters that a member has, or that early stopping with `restoreBest` has kept so far; NaN where it
   * has diverged.
   */
  value(member: number): number {
    return this.values[member]
  }

  /** The epochs that a member has trained. */
  epochsOf(member: number): number {
    return this.session.outcome(member).epochs
  }

  parametersOf(member: number): MemberParameters {
    const { parameterCount } = this.session.plan
    return { values: this.job.values.parameters, from: member * parameterCount, length: parameterCount }
  }

  /** from: the epoch of the first entry of the session's series */
  private readOutcomes(from: number): void {
    const { session, series } = this
    for (let i = 0; i < this.endings.length; i++) {
      if (this.endings[i] !== null) continue
      const { epochs, status } = session.outcome(i)
      const last = session.restoresBest ? (session.best(i).epoch ?? -1) : epochs - 1
      if (last >= from) this.values[i] = session.value(i, series, last - from)
      if (status === NOT_IMPROVING) this.end(i, 'earlyStopping')
      else if (status !== DONE) this.end(i, 'diverged')
    }
  }

  private endAll(): void {
    this.endings.forEach((ending, i) => {
      if (ending === null) this.end(i, 'epochs')
    })
  }

  private end(member: number, ending: Ending): void {
    const { session } = this
    this.endings[member] = ending
    this.active--
    if (ending === 'diverged') this.values[member] = NaN
    // The session trains only members whose status is DONE.
    else session.arrays.outcomes[member * OUTCOME_LENGTH + 1] = NOT_IMPROVING
    session.restoreBest(member)
  }
}
