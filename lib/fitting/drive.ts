/** What carries out what a fit asks for: at once, or beside the event loop. */
import { wrongType } from '../errors.js'
import { claim, release } from './claims.js'
import { type Job, type Request, type Result, run } from './run.js'

type Step = IteratorResult<Request, Result[]>

export function driveSync(job: Job): Result[] {
  const { backend, subject } = job
  const answerTo = (request: Request): unknown => {
    if (request.kind === 'wait') return notAPromise(request.value)
    const { plan, threads, members, arrays } = request
    return subject.name === 'network'
      ? [backend.train(plan, threads, arrays)]
      : backend.trainEnsemble(plan, members, threads, arrays)
  }
  const claimed = claim(subject.members)
  try {
    const course = run(job)
    let step: Step = course.next()
    while (!step.done) {
      let proceed: () => Step
      try {
        const answer = answerTo(step.value)
        proceed = () => course.next(answer)
      } catch (error) {
        proceed = () => course.throw(error)
      }
      step = proceed()
    }
    return step.value
  } finally {
    release(claimed)
  }
}

export async function drive(job: Job): Promise<Result[]> {
  const { backend, subject } = job
  const answerTo = async (request: Request): Promise<unknown> => {
    if (request.kind === 'wait') return request.value
    const { plan, threads, members, arrays } = request
    return subject.name === 'network'
      ? [await backend.trainAsync(plan, threads, arrays)]
      : backend.trainEnsembleAsync(plan, members, threads, arrays)
  }
  const claimed = claim(subject.members)
  try {
    const course = run(job)
    let step: Step = course.next()
    while (!step.done) {
      let proceed: () => Step
      try {
        const answer = await answerTo(step.value)
        proceed = () => course.next(answer)
      } catch (error) {
        proceed = () => course.throw(error)
      }
      step = proceed()
    }
    return step.value
  } finally {
    release(claimed)
  }
}

function notAPromise(value: unknown): unknown {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== 'function') return value
  throw wrongType('an answer at once', 'onEpoch', value, 'Only fit awaits what it returns: use fit, or answer at once.')
}
