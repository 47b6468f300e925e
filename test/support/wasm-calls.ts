/** Calls that open the same session on several backends, for the tests of sessions in WebAssembly. */
import type { Backend, Session, SessionCall, SessionShape } from '#lib/backend/backend.js'
import type { SessionArrays } from '#lib/kernels/plan.js'
import { sameBits } from './bits.js'
import type { Case } from './case.js'
import { ensembleJobOf, memberPlansOf } from './ensemble-job.js'
import { type Job, jobOf } from './job.js'
import { oneMember } from './one-member.js'
import { plainArrays } from './train-with.js'

export const NONE = new Float64Array(0)

/** The arrays that a training writes. */
const WRITTEN = ['parameters', 'state', 'position', 'outcomes', 'series'] as const

export function callOf(job: Job, members: SessionShape['members'], fixedSamples?: boolean): SessionCall {
  const shape = { plan: job.plan, members, threads: 1, watch: null }
  const given = { ...job, parameters: job.parameters.slice(), state: job.state.slice(), x: job.x.slice() }
  const arrays = { ...plainArrays(shape, given), workspace: NONE } as SessionArrays
  return { ...shape, arrays, fixedSamples }
}

export const networkCall = (drawn: Case, fixedSamples?: boolean): SessionCall => {
  const job = jobOf(drawn)
  return callOf(job, oneMember(job.plan), fixedSamples)
}

export function ensembleCall(count: number, drawn: Case): SessionCall {
  const job = ensembleJobOf(count, drawn)
  return callOf(job, memberPlansOf(job))
}

export function sameArrays({ arrays: a }: SessionCall, { arrays: b }: SessionCall): void {
  for (const name of WRITTEN) sameBits(a[name], b[name], name)
}

export async function withSession(
  backend: Backend,
  call: SessionCall,
  use: (session: Session) => unknown,
): Promise<void> {
  const session = backend.openSession(call)
  try {
    await use(session)
  } finally {
    session.close()
  }
}
