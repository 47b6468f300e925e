/**
 * The loop of a fit: how far the session trains in each run, and what happens between the runs. It is a generator that
 * yields requests, so that the same statements run synchronously and asynchronously.
 */
import { openCheckpoints } from '#checkpoints'
import { onAbort } from '../checks/abort.js'
import { NOT_IMPROVING } from '../kernels/plan.js'
import type { CheckpointContent } from './checkpoint/content.js'
import type { EitherRequest } from './fit-checkpoints.js'
import type { Job, Result } from './fit-job.js'
import { finish, membersOf, stopEarly, takeOutcomes } from './fit-members.js'
import { FitSession } from './fit-session.js'
import type { EnsembleProgress, EpochReport, Progress, Stopped } from './history.js'
import { ProgressClock } from './progress.js'

/** A request to train up to an epoch of the session, for about this many milliseconds. */
export interface RunRequest {
  readonly kind: 'run'
  readonly session: FitSession
  readonly from: number
  readonly until: number
  readonly milliseconds: number
}

/** A request of the loop: a run, work with files, or a value that a callback of this name returned, which `fit` awaits. */
export type Request =
  | RunRequest
  | EitherRequest
  | { readonly kind: 'wait'; readonly callback: string; readonly value: unknown }

export function* fitLoop(job: Job): Generator<Request, Result[], unknown> {
  const { settings, rateSchedule } = job
  const { firstEpoch, end, signal, onEpoch, onProgress } = settings
  const saver = settings.checkpoint === null ? null : openCheckpoints(job, settings.checkpoint)
  const found = saver === null ? null : ((yield saver.load()) as CheckpointContent | null)
  const session = new FitSession(job)
  const members = membersOf(job, session)
  // The epochs of the session that are done.
  let epoch = 0
  let ended = false
  const isRunning = (): boolean => members.some(({ result }) => result === null)
  const restoreBest = (): boolean => members.map((_, i) => session.restoreBest(i)).some(Boolean)
  const isAborted = (): boolean => signal?.aborted === true
  const forget = signal === null ? null : onAbort(signal, () => session.cancel())
  try {
    if (saver !== null && found !== null) epoch = saver.restore(found, session, members)
    const clock = new ProgressClock(job, session)
    while (firstEpoch + epoch < end && isRunning() && !isAborted()) {
      const from = epoch
      const limit = Math.min(from + session.chunk, end - firstEpoch, saver?.nextEpoch(from) ?? Infinity)
      const rates = rateSchedule.rates(firstEpoch + from, limit - from)
      const until = from + rates.epochs
      if (rates.epochs === 0 && rates.failure !== null) throw rates.failure.error
      if (rates.factors.length > 0) session.arrays.rateFactors.set(rates.factors)
      let more = true
      while (more && !isAborted() && saver?.isDue(session) !== true) {
        const milliseconds = Math.min(clock.begin(), saver?.milliseconds() ?? Infinity)
        more = (yield { kind: 'run', session, from, until, milliseconds }) as boolean
        clock.end()
        if (onProgress !== null && clock.isDue()) {
          const value = onProgress(clock.report(from, members))
          yield { kind: 'wait', callback: 'onProgress', value }
        }
      }
      const finite = takeOutcomes(job, session, members, from, rates)
      epoch = session.lastEpoch
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
          stopEarly(job, session, members[i], i)
        } else if (answer === false && firstEpoch + epoch < end) {
          finish(job, session, members[i], i, 'onEpoch', 'onEpoch returned false')
        }
      }
      if (rates.failure !== null && epoch === until && isRunning()) throw rates.failure.error
      if (saver?.isDue(session)) yield saver.save(saver.content(session, members))
    }
    if (onProgress !== null && clock.hasNews()) {
      const value = onProgress(clock.report(epoch, members))
      yield { kind: 'wait', callback: 'onProgress', value }
    }
    // Before the best parameters replace those of the last epoch.
    const content = saver?.content(session, members) ?? null
    const [stopped, reason]: [Stopped, string] =
      firstEpoch + epoch < end
        ? ['aborted', 'the signal was aborted']
        : ['epochs', `all epochs up to ${end} were trained`]
    members.forEach((member, i) => {
      if (member.result === null) finish(job, session, member, i, stopped, reason)
    })
    if (saver !== null && content !== null) {
      const last = saver.left(content, restoreBest() ? job.values : (session.interruption() ?? job.values))
      if (saver.isNews(last, found)) yield saver.save(last)
      yield saver.flush()
    }
    ended = true
  } finally {
    forget?.()
    // An exception of a callback or of a schedule ends all members as they are, also within a run of several epochs.
    epoch = session.lastEpoch
    const interruption = session.interruption()
    if (ended || epoch > 0 || interruption !== null) {
      job.publish(firstEpoch + epoch, restoreBest() ? null : interruption)
    }
    session.close()
    if (!ended && saver !== null) yield saver.settle()
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
  const [report] = reports as readonly EpochReport[]
  return Object.assign(report, { epoch, epochs })
}
