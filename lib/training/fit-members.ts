/** The networks of a fit: their series, and how the training of each ends. */
import { learningRateOf } from '../kernels/optimizers.js'
import { DONE, NOT_IMPROVING } from '../kernels/plan.js'
import { stoppingReason } from './early-stopping.js'
import type { Job, Result } from './fit-job.js'
import type { FitSession } from './fit-session.js'
import { divergence, Series, type Stopped } from './history.js'
import type { Rates } from './rate-schedule.js'

/** One network of a fit. */
export interface Member {
  readonly series: Series
  /** The learning rate of the last epoch's first step. */
  rate: number
  /** The loss of an epoch that is not finite, and the highest rate up to it; null where there is none. */
  failure: { readonly loss: number; readonly rate: number } | null
  result: Result | null
}

export const membersOf = ({ compiled, settings, metrics }: Job, session: FitSession): Member[] =>
  compiled.members.map(() => ({
    series: new Series(settings.firstEpoch, settings.end - settings.firstEpoch, session.names, metrics),
    rate: 0,
    failure: null,
    result: null,
  }))

/**
 * Appends the epochs of a chunk to the series, and ends members that diverged.
 * @returns the members whose last epoch is finite
 */
export function takeOutcomes(
  job: Job,
  session: FitSession,
  members: readonly Member[],
  from: number,
  rates: Rates,
): number[] {
  const { compiled, rateSchedule } = job
  const finite: number[] = []
  members.forEach((member, i) => {
    const { series } = member
    if (member.result !== null) return
    const { epochs, status } = session.outcome(i)
    const count = epochs - series.done
    if (count === 1) series.appendOne((k) => session.value(i, k, epochs - 1 - from))
    else series.append(count, (k) => session.values(i, k, count))
    const { options } = compiled.optimizers[i]
    if (count > 0) member.rate = session.rateOf(i, count - 1, options)
    if (status === DONE || status === NOT_IMPROVING) {
      if (count > 0) finite.push(i)
      return
    }
    const at = epochs - from
    const rate = rateSchedule.isAbsolute
      ? Math.max(rates.factors[at * session.plan.stepsPerEpoch], series.highestRate)
      : learningRateOf(options)
    member.failure = { loss: session.value(i, 0, at), rate }
    diverge(job, session, member, i)
  })
  return finite
}

/** Ends the training of a member that has diverged. */
export function diverge({ backend }: Job, session: FitSession, member: Member, i: number): void {
  const { status, parameter } = session.outcome(i)
  const { loss, rate } = member.failure ?? { loss: NaN, rate: NaN }
  const { epoch } = session.best(i)
  const restored = session.restoreBest(i)
  member.result = divergence(session.plan, { status, parameter, loss }, member.series, rate, epoch, restored, backend)
}

/** Ends the training of a member. Its best parameters are restored at the end of the fit, after the last checkpoint. */
export function finish(
  { backend }: Job,
  session: FitSession,
  member: Member,
  i: number,
  stopped: Stopped,
  reason: string,
): void {
  member.result = member.series.history(stopped, reason, session.best(i).epoch, backend)
}

/** Ends the training of a member whose monitored series no longer improves. Later epochs of others see it at its best. */
export function stopEarly(job: Job, session: FitSession, member: Member, i: number): void {
  const { epoch, waited } = session.best(i)
  const { stopping } = job.settings
  session.restoreBest(i)
  if (stopping !== null) finish(job, session, member, i, 'earlyStopping', stoppingReason(stopping, waited, epoch))
}
