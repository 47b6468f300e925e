/** Whole trainings by a backend, in one run of a session. */
import type { Backend, SessionShape } from '#lib/backend/backend.js'
import { OUTCOME_LENGTH, type SessionArrays } from '#lib/kernels/plan.js'

/** How a member's training ended. */
export interface Outcome {
  readonly epochs: number
  readonly status: number
  readonly parameter: number
}

const NONE = new Float64Array(0)

/** Arrays of a session that is to compute nothing after its epochs, for all of them; those given replace others. */
export function plainArrays(
  { plan, members }: Pick<SessionShape, 'plan' | 'members'>,
  given: Pick<SessionArrays, 'parameters' | 'state' | 'x' | 'y'> & Partial<SessionArrays>,
): Omit<SessionArrays, 'workspace'> & Partial<SessionArrays> {
  const { count } = members
  const current = (values: Float64Array): Float64Array => (count === 1 ? new Float64Array(values.length) : NONE)
  const outcomes = Float64Array.from({ length: count * OUTCOME_LENGTH }, (_, i) => (i % OUTCOME_LENGTH === 2 ? -1 : 0))
  return {
    currentParameters: current(given.parameters),
    currentState: current(given.state),
    sampleWeight: NONE,
    labels: NONE,
    validationX: NONE,
    validationY: NONE,
    validationWeight: NONE,
    validationLabels: NONE,
    rateFactors: NONE,
    best: NONE,
    stopping: NONE,
    plateaus: NONE,
    position: Float64Array.of(0, 0, -0, -0),
    outcomes,
    series: new Float64Array(count * plan.epochs),
    ...given,
  }
}

export const outcomesIn = ({ outcomes }: Pick<SessionArrays, 'outcomes'>): Outcome[] =>
  Array.from({ length: outcomes.length / OUTCOME_LENGTH }, (_, i) => {
    const [epochs, status, parameter] = outcomes.subarray(i * OUTCOME_LENGTH)
    return { epochs, status, parameter }
  })

/**
 * Trains all epochs of a plan, in a workspace of its own unless the arrays have one. pieces: in runs that end after as few
 * steps as possible, each by a session of its own.
 */
export function trainWith(
  backend: Backend,
  shape: Omit<SessionShape, 'watch'>,
  given: Parameters<typeof plainArrays>[1],
  pieces = false,
): Outcome[] {
  const whole: SessionShape = { ...shape, watch: null }
  const workspace = given.workspace ?? new Float64Array(backend.sessionWorkspace(whole))
  const arrays = { ...plainArrays(shape, given), workspace }
  let more = true
  while (more) {
    const session = backend.openSession({ ...whole, arrays })
    try {
      more = session.run(0, shape.plan.epochs, pieces ? 0 : Infinity)
    } finally {
      session.close()
    }
  }
  return outcomesIn(arrays)
}
