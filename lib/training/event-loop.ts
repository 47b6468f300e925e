/** What carries out what a fit asks for: at once, or beside the event loop. */
import { wrongType } from '../checks/errors.js'
import type { Job, Request, Result } from './fit-job.js'
import { fitLoop } from './fit-loop.js'
import { lockNetworks, unlockNetworks } from './lock.js'

type Step = IteratorResult<Request, Result[]>

export function runSync(job: Job): Result[] {
  const { backend, compiled } = job
  const answerTo = (request: Request): unknown => {
    if (request.kind === 'wait') return notAPromise(request.value)
    const { plan, threads, members, arrays } = request
    return compiled.name === 'network'
      ? [backend.train(plan, threads, arrays)]
      : backend.trainEnsemble(plan, members, threads, arrays)
  }
  const locked = lockNetworks(compiled.members)
  try {
    const course = fitLoop(job)
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
    unlockNetworks(locked)
  }
}

export async function runAsync(job: Job): Promise<Result[]> {
  const { backend, compiled } = job
  const answerTo = async (request: Request): Promise<unknown> => {
    if (request.kind === 'wait') return request.value
    const { plan, threads, members, arrays } = request
    return compiled.name === 'network'
      ? [await backend.trainAsync(plan, threads, arrays)]
      : backend.trainEnsembleAsync(plan, members, threads, arrays)
  }
  const locked = lockNetworks(compiled.members)
  try {
    const course = fitLoop(job)
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
    unlockNetworks(locked)
  }
}

function notAPromise(value: unknown): unknown {
  if (typeof (value as { then?: unknown } | null | undefined)?.then !== 'function') return value
  throw wrongType('a value, not a promise,', 'onEpoch', value, 'Only fit awaits a promise: use fit, or return a value.')
}
