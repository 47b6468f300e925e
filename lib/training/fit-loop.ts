/**
 * The loop of a fit: how far the session trains in each run, and what happens between the runs. It is a generator that
 * yields requests, so that the same statements run synchronously and asynchronously.
 */
import { onAbort } from '../checks/abort.js'
import { EPOCH, NOT_IMPROVING, ROW } from '../kernels/plan.js'
import type { CheckpointContent } from './checkpoint/content.js'
import { type EitherRequest, FitCheckpoints } from './fit-checkpoints.js'
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
  const saver = settings.checkpoint === null ? null : new FitCheckpoints(job, settings.checkpoint)
  const found = saver === null ? null : ((yield saver.load()) as CheckpointContent | null)
  const session = new FitSession(job)
  const members = membersOf(job, session)
  const forget = signal === null ? null : onAbort(signal, () => session.cancel())
  // The epochs of the session that are done.
  let epoch = saver === null || found === null ? 0 : saver.restore(found, session, members)
  const [firstEpochOfRun, firstRow] = session.arrays.position
  const trained = (): boolean =>
    session.arrays.position[EPOCH] !== firstEpochOfRun || session.arrays.position[ROW] !== firstRow
  const clock = new ProgressClock(job, session)
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
      const until = Math.min(from + rates.epochs, saver?.nextEpoch(from) ?? end)
      let more = true
      while (more && !isAborted() && saver?.isDue(session) !== true) {
        const milliseconds = Math.min(clock.begin(), saver?.milliseconds() ?? Infinity)
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
          stopEarly(job, session, members[i], i)
        } else if (answer === false && firstEpoch + epoch < end) {
          finish(job, session, members[i], i, 'onEpoch', 'onEpoch returned false')
        }
      }
      if (rates.failure !== null && isRunning() && until === from + rates.epochs) throw rates.failure.error
      if (saver?.isDue(session)) yield saver.save(saver.content(session, members))
    }
    if (onProgress !== null && clock.hasNews()) {
      const value = onProgress(clock.report(epoch, going()))
      yield { kind: 'wait', callback: 'onProgress', value }
    }
    // Before the best parameters replace those of the last epoch.
    const last = trained() ? (saver?.content(session, members) ?? null) : null
    const [stopped, reason]: [Stopped, string] =
      firstEpoch + epoch < end
        ? ['aborted', 'the signal was aborted']
        : ['epochs', `all epochs up to ${end} were trained`]
    members.forEach((member, i) => {
      if (member.result === null) finish(job, session, member, i, stopped, reason)
    })
    if (saver !== null && last !== null) yield saver.save(saver.published(last, session))
    if (saver !== null) yield saver.flush()
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
  return { epoch, epochs, ...(reports[0] as EpochReport) }
}
