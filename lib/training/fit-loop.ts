/**
 * The loop of a fit: how far the session trains in each run, and what happens between the runs. It is a generator that
 * yields requests, so that the same statements run synchronously and asynchronously.
 */
import { onAbort } from '../checks/abort.js'
import { learningRateOf } from '../kernels/optimizers.js'
import { DONE, NOT_IMPROVING } from '../kernels/plan.js'
import { stoppingReason } from './early-stopping.js'
import type { Job, Result } from './fit-job.js'
import { FitSession } from './fit-session.js'
import { divergence, type EnsembleProgress, type EpochReport, type Progress, Series, type Stopped } from './history.js'
import { ProgressClock } from './progress.js'
import type { Rates } from './rate-schedule.js'

/** A request to train up to an epoch of the session, for about this many milliseconds. */
export interface RunRequest {
  readonly kind: 'run'
  readonly session: FitSession
  readonly from: number
  readonly until: number
  readonly milliseconds: number
}

/** A request of the loop: a run, or a value that a callback of this name returned, which `fit` awaits. */
export type Request = RunRequest | { readonly kind: 'wait'; readonly callback: string; readonly value: unknown }

/** One network of a fit. */
interface Member {
  readonly series: Series
  /** The learning rate of the last epoch's first step. */
  rate: number
  result: Result | null
}

export function* fitLoop(job: Job): Generator<Request, Result[], unknown> {
  const { settings, rateSchedule, compiled } = job
  const { firstEpoch, end, signal, onEpoch, onProgress } = settings
  const session = new FitSession(job)
  const members = compiled.members.map(
    (): Member => ({
      series: new Series(firstEpoch, end - firstEpoch, session.names, job.metrics),
      rate: 0,
      result: null,
    }),
  )
  const clock = new ProgressClock(job, session)
  const forget = signal === null ? null : onAbort(signal, () => session.cancel())
  // The epochs of the session that are done.
  let epoch = 0
  let ended = false
  const going = () => members.flatMap(({ series, result }, i) => (result === null ? [{ i, series }] : []))
  const isRunning = (): boolean => members.some(({ result }) => result === null)
  const isAborted = (): boolean => signal?.aborted === true
  try {
    while (firstEpoch + epoch < end && isRunning() && !isAborted()) {
      const from = epoch
      const rates = rateSchedule.rates(firstEpoch + from, Math.min(session.chunk, end - firstEpoch - from))
      if (rates.epochs === 0 && rates.failure !== null) throw rates.failure.error
      session.arrays.rateFactors.set(rates.factors)
      const until = from + rates.epochs
      let more = true
      while (more && !isAborted()) {
        const milliseconds = clock.begin()
        more = (yield { kind: 'run', session, from, until, milliseconds }) as boolean
        clock.end()
        if (onProgress !== null && more && clock.isDue()) {
          const value = onProgress(clock.report(from, going()))
          yield { kind: 'wait', callback: 'onProgress', value }
        }
      }
      const finite = takeOutcomes(job, session, members, from, rates)
      epoch = members.reduce((last, { series }) => Math.max(last, series.done), epoch)
      let answer: unknown
      if (onEpoch !== null && finite.length > 0) {
        job.publish(firstEpoch + epoch, null)
        const reports = new Array<EpochReport | null>(members.length).fill(null)
        for (const i of finite) reports[i] = members[i].series.report(members[i].rate)
        const value = onEpoch(progressOf(job, firstEpoch + epoch - 1, reports))
        answer = yield { kind: 'wait', callback: 'onEpoch', value }
      }
      for (const i of finite) {
        if (session.outcome(i).status === NOT_IMPROVING) {
          finish(job, session, members[i], i, 'earlyStopping', reasonOf(job, session, i))
        } else if (answer === false && firstEpoch + epoch < end) {
          finish(job, session, members[i], i, 'onEpoch', 'onEpoch returned false')
        }
      }
      if (rates.failure !== null && isRunning()) throw rates.failure.error
    }
    if (onProgress !== null && clock.hasNews()) {
      const value = onProgress(clock.report(epoch, going()))
      yield { kind: 'wait', callback: 'onProgress', value }
    }
    const [stopped, reason]: [Stopped, string] =
      firstEpoch + epoch < end
        ? ['aborted', 'the signal was aborted']
        : ['epochs', `all epochs up to ${end} were trained`]
    members.forEach((member, i) => {
      if (member.result === null) finish(job, session, member, i, stopped, reason)
    })
    ended = true
  } finally {
    forget?.()
    // An exception of a callback or of a schedule ends all members as they are.
    const interruption = session.interruption()
    if (ended || epoch > 0 || interruption !== null) {
      const restored = members.map((_, i) => session.restoreBest(i))
      job.publish(firstEpoch + epoch, restored.some(Boolean) ? null : interruption)
    }
    session.close()
  }
  return members.map(({ result }) => result as Result)
}

function progressOf(
  { compiled, settings }: Job,
  epoch: number,
  reports: readonly (EpochReport | null)[],
): Progress | EnsembleProgress {
  const epochs = settings.end
  if (compiled.name === 'ensemble') return { epoch, epochs, members: reports }
  return { epoch, epochs, ...(reports[0] as EpochReport) }
}

/**
 * Appends the epochs of a chunk to the series, and ends members that diverged.
 * @returns the members whose last epoch is finite
 */
function takeOutcomes(
  { compiled, backend, rateSchedule }: Job,
  session: FitSession,
  members: readonly Member[],
  from: number,
  rates: Rates,
): number[] {
  const finite: number[] = []
  members.forEach((member, i) => {
    const { series } = member
    if (member.result !== null) return
    const { epochs, status, parameter } = session.outcome(i)
    const count = epochs - series.done
    series.append(count, (k) => session.values(i, k, count))
    const options = rateSchedule.optionsFor(compiled.optimizers[i])
    if (count > 0) member.rate = session.rateOf(i, count - 1, options)
    if (status === DONE || status === NOT_IMPROVING) {
      if (count > 0) finite.push(i)
      return
    }
    const at = epochs - from
    const loss = session.values(i, 0, at + 1)[at]
    const rate = rateSchedule.isAbsolute
      ? Math.max(learningRateOf(options) * rates.factors[at * session.plan.stepsPerEpoch], series.highestRate)
      : learningRateOf(compiled.optimizers[i].options)
    const { epoch } = session.best(i)
    const restored = session.restoreBest(i)
    member.result = divergence(session.plan, status, parameter, loss, series, rate, epoch, restored, backend)
  })
  return finite
}

function reasonOf({ settings }: Job, session: FitSession, i: number): string {
  const { epoch, waited } = session.best(i)
  return settings.stopping === null ? '' : stoppingReason(settings.stopping, waited, epoch)
}

/** Ends the training of a member. */
function finish(
  { backend }: Job,
  session: FitSession,
  member: Member,
  i: number,
  stopped: Stopped,
  reason: string,
): void {
  session.restoreBest(i)
  member.result = member.series.history(stopped, reason, session.best(i).epoch, backend)
}
