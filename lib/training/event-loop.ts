/** Runs the loop of a fit: synchronously, or asynchronously beside other work of the event loop. */
import { turn } from '../backend/slices.js'
import { wrongType } from '../checks/errors.js'
import type { Job, Result } from './fit-job.js'
import { fitLoop, type Request, type RunRequest } from './fit-loop.js'
import { lockNetworks, unlockNetworks } from './lock.js'

// A run of at most this many multiplications, some 50 microseconds, takes no longer than handing it to another thread.
const SHORT_WORK = 100_000
// The milliseconds of short runs after which the event loop gets its turn.
const TURN_MS = 5

export function runSync(job: Job): Result[] {
  const locked = lockNetworks(job.compiled.members)
  try {
    const loop = fitLoop(job)
    let step = loop.next()
    while (!step.done) step = resumed(loop, () => answered(step.value as Request))
    return step.value
  } finally {
    unlockNetworks(locked)
  }
}

export async function runAsync(job: Job): Promise<Result[]> {
  const locked = lockNetworks(job.compiled.members)
  try {
    // The session is opened in a turn of its own, so that a thousand calls hold up the event loop for a short time only.
    await turn()
    const loop = fitLoop(job)
    let step = loop.next()
    // The end of the time for short runs. The first one always has time, so that fits begin in the order of their calls.
    let turnEnd = Infinity
    while (!step.done) {
      const request = step.value
      if (request.kind === 'run' && isShort(request)) {
        if (performance.now() > turnEnd) {
          await turn()
          turnEnd = Infinity
        }
        if (turnEnd === Infinity) turnEnd = performance.now() + TURN_MS
        step = resumed(loop, () => answered(request))
        continue
      }
      let answer: unknown
      try {
        answer = await answerLater(request)
      } catch (error) {
        step = loop.throw(error)
        continue
      }
      step = loop.next(answer)
    }
    return step.value
  } finally {
    unlockNetworks(locked)
  }
}

/** Resumes the loop with an answer, or with the error of getting it. */
function resumed(loop: ReturnType<typeof fitLoop>, answer: () => unknown): IteratorResult<Request, Result[]> {
  let value: unknown
  try {
    value = answer()
  } catch (error) {
    return loop.throw(error)
  }
  return loop.next(value)
}

/** The answer of an asynchronous fit to a request, or a promise of it. */
function answerLater(request: Request): unknown {
  if (request.kind === 'wait') return request.value
  if (request.kind === 'either') return request.async()
  const { session, from, until, milliseconds } = request
  return session.runAsync(from, until, milliseconds)
}

/** Whether a run takes no longer than handing it to another thread. */
const isShort = ({ session, from, until }: RunRequest): boolean => session.epochWork * (until - from) <= SHORT_WORK

/** The answer of a synchronous fit to a request. */
function answered(request: Request): unknown {
  if (request.kind === 'wait') return notAPromise(request.value, request.callback)
  if (request.kind === 'either') return request.sync()
  const { session, from, until, milliseconds } = request
  return session.run(from, until, milliseconds)
}

function notAPromise(value: unknown, callback: string): unknown {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== 'function') return value
  // A rejection that nobody handles would end the process.
  Promise.resolve(value).catch(() => {})
  throw wrongType('a value, not a promise,', callback, value, 'Only fit awaits a promise: use fit, or return a value.')
}
