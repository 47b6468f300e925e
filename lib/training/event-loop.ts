/** Runs the loop of a fit: synchronously, or asynchronously beside other work of the event loop. */
import { wrongType } from '../checks/errors.js'
import type { Job, Request, Result } from './fit-job.js'
import { fitLoop } from './fit-loop.js'
import { lockNetworks, unlockNetworks } from './lock.js'

type Step = IteratorResult<Request, Result[]>
/** Resumes the loop of a fit with an answer or an error, up to its next request. */
type Resume = () => Step
/** Returns the results of a fit, or throws its error. */
type End = () => Result[]

export function runSync(job: Job): Result[] {
  const ends: End[] = []
  run(job, false, (end) => ends.push(end))
  return ends[0]()
}

export async function runAsync(job: Job): Promise<Result[]> {
  const end = await new Promise<End>((resolve) => run(job, true, resolve))
  return end()
}

/**
 * Answers the requests of the loop until it ends, then calls `ended`. A synchronous fit gets each answer in this loop. In
 * an asynchronous fit an answer is a promise: `proceed` returns, and the promise calls it again.
 */
function run(job: Job, isAsync: boolean, ended: (end: End) => void): void {
  const locked = lockNetworks(job.compiled.members)
  const loop = fitLoop(job)
  const end = (result: End): void => {
    unlockNetworks(locked)
    ended(result)
  }
  const proceed = (resume: Resume): void => {
    let next: Resume | null = resume
    while (next !== null) {
      let step: Step
      try {
        step = next()
      } catch (error) {
        end(() => {
          throw error
        })
        return
      }
      if (step.done) {
        const results = step.value
        end(() => results)
        return
      }
      const request: Request = step.value
      next = isAsync ? null : answered(job, request, loop)
      if (isAsync) {
        answerLater(job, request).then(
          (answer) => proceed(() => loop.next(answer)),
          (error) => proceed(() => loop.throw(error)),
        )
      }
    }
  }
  proceed(() => loop.next())
}

/** How a synchronous fit continues after a request. */
function answered(job: Job, request: Request, loop: ReturnType<typeof fitLoop>): Resume {
  try {
    const answer = request.kind === 'wait' ? notAPromise(request.value) : job.backend.train(request)
    return () => loop.next(answer)
  } catch (error) {
    return () => loop.throw(error)
  }
}

const answerLater = async ({ backend }: Job, request: Request): Promise<unknown> =>
  request.kind === 'wait' ? request.value : backend.trainAsync(request)

function notAPromise(value: unknown): unknown {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== 'function') return value
  throw wrongType('a value, not a promise,', 'onEpoch', value, 'Only fit awaits a promise: use fit, or return a value.')
}
