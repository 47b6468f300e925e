/** `trainer.step`: one step of the optimizer, in a session that goes on from call to call. */
import type { Session } from '../backend/backend.js'
import { wrongValue } from '../checks/errors.js'
import { declareOptions } from '../checks/places.js'
import { flatIndexed } from '../checks/rows.js'
import { checkedOptions } from '../checks/validate.js'
import { learningRateOf } from '../kernels/optimizers.js'
import {
  DONE,
  EPOCH,
  LOSS_SUM,
  OUTCOME_LENGTH,
  PENALTIES,
  ROW,
  type SessionArrays,
  type TrainingPlan,
} from '../kernels/plan.js'
import { checkBatches, checkTrainable } from './compiled-model.js'
import { MONITORS } from './early-stopping.js'
import { type GivenSamples, inPlace, NONE, readSamples, type Samples } from './fit-data.js'
import { MAX_ROWS } from './fit-options.js'
import { type DivergenceError, divergence, Series } from './history.js'
import { lockNetworks, requireNoTraining, unlockNetworks } from './lock.js'
import type { TrainerSetup } from './make-job.js'
import { isPlateau, plateauOf, RateSchedule, stepFactors } from './rate-schedule.js'
import { ownLengths, sessionArrays, sessionShape } from './session-arrays.js'
import { watchPlanOf } from './watch-plan.js'

export interface StepOptions {
  /** [rows]: the factor of each sample's loss and gradient, finite numbers of at least 0. Default: 1 for each. */
  sampleWeight?: Float64Array | readonly number[]
}

/** The names of all options. */
const STEP_OPTIONS: readonly (keyof StepOptions)[] = ['sampleWeight']

declareOptions('step', STEP_OPTIONS)

// A program alternates between few numbers of rows.
const MAX_SESSIONS = 4

// Sessions that are open in the whole program. What JavaScript has forgotten is freed by the event loop only, which a
// program of synchronous calls never enters; so the oldest is closed for a new one, and opened again when it is used.
const MAX_OPEN = 64
const opened: StepSession[] = []

/** The session for batches of one number of rows. */
class StepSession {
  readonly arrays: SessionArrays
  readonly plan: TrainingPlan
  private readonly open: () => Session
  private session: Session | null = null

  constructor(
    { compiled, backend, schedule, state, model }: TrainerSetup,
    readonly rows: number,
    readonly weighted: boolean,
  ) {
    checkTrainable(compiled.plan)
    checkBatches(compiled.plan, { batchSize: rows, epochRows: rows })
    const monitor = isPlateau(schedule) ? MONITORS[schedule.options[0]] : 'loss'
    if (monitor !== 'loss' && monitor !== 'auto') {
      throw wrongValue("'loss', the only series of a step,", 'schedule.monitor', monitor, 'Use partialFitSync for it.')
    }
    const rateSchedule = new RateSchedule(schedule, 1, 1)
    const watch = watchPlanOf({
      compiled,
      metrics: [],
      signs: false,
      rateSchedule,
      plateau: plateauOf(schedule, [], false),
      stopping: null,
      rows,
      validationRows: 0,
    })
    const range = { rows, batchSize: rows, firstEpoch: 0, epochs: MAX_ROWS, shuffle: false }
    const seeds = new Array<number>(compiled.members.length).fill(0)
    const shape = sessionShape({ compiled, backend, rateSchedule }, range, seeds, watch)
    const { inputs, outputs } = shape.plan
    // All in one buffer: the addon checks each buffer in every run.
    const lengths = ownLengths(shape, state.optimizer.length / shape.members.count, rateSchedule.hasFactors, 1)
    const sampleLength = rows * (inputs + outputs + Number(weighted))
    const own = new Float64Array(Object.values(lengths).reduce((sum, length) => sum + length, sampleLength))
    let used = 0
    const make = (length: number): Float64Array => {
      used += length
      return own.subarray(used - length, used)
    }
    const samples = make(sampleLength)
    const x = samples.subarray(0, rows * inputs)
    const y = samples.subarray(rows * inputs, rows * (inputs + outputs))
    const sampleWeight = weighted ? samples.subarray(rows * (inputs + outputs)) : NONE
    this.plan = shape.plan
    this.arrays = sessionArrays(shape, {
      parameters: model.attachedParameters(),
      state: state.optimizer,
      plateaus: state.plateaus,
      training: { rows, x, y, labels: y, sampleWeight },
      validation: null,
      hasFactors: rateSchedule.hasFactors,
      chunk: 1,
      make,
    })
    this.open = () => backend.openSession({ ...shape, arrays: this.arrays })
  }

  /** Trains epoch `epoch`, which is one step on these samples. */
  run(epoch: number, { x, y, sampleWeight }: Samples): void {
    const { arrays } = this
    arrays.x.set(x)
    arrays.y.set(y)
    if (this.weighted) arrays.sampleWeight.set(sampleWeight)
    arrays.position[EPOCH] = epoch
    arrays.position[ROW] = 0
    arrays.position[LOSS_SUM] = arrays.position[PENALTIES] = -0
    for (let i = 0; i < arrays.outcomes.length; i += OUTCOME_LENGTH) {
      arrays.outcomes[i] = epoch
      arrays.outcomes[i + 1] = DONE
      arrays.outcomes[i + 2] = -1
    }
    if (this.session === null) {
      if (opened.length === MAX_OPEN) opened[0].close()
      this.session = this.open()
      opened.push(this)
    }
    try {
      this.session.run(epoch, epoch + 1, Infinity)
    } catch (error) {
      // A session of a WebAssembly instance that has failed never works again: the next step opens another one.
      this.close()
      throw error
    }
  }

  close(): void {
    if (this.session === null) return
    opened.splice(opened.indexOf(this), 1)
    this.session.close()
    this.session = null
  }
}

/** The steps of a trainer. */
export class Stepper {
  // The last used one last.
  private readonly sessions: StepSession[] = []
  // The optimizer that the sessions are for.
  private optimizer: unknown = null

  constructor(private readonly setup: TrainerSetup) {}

  step(x: unknown, y: unknown, options: unknown): number | Float64Array {
    const { compiled, model, schedule, state } = this.setup
    const { sampleWeight } = checkedOptions(options, 'the options of step', STEP_OPTIONS)
    const given: GivenSamples = readSamples(compiled, x, y, sampleWeight, '', flatIndexed)
    // The session gets copies, so that samples may overlap the parameters.
    const samples = inPlace(given)
    model.attachedParameters()
    requireNoTraining(compiled.members)
    // No other code runs during a step, except a schedule of the caller's.
    if (typeof schedule !== 'function') return this.trained(samples, state.epoch)
    const locked = lockNetworks(compiled.members)
    try {
      return this.trained(samples, state.epoch)
    } finally {
      unlockNetworks(locked)
    }
  }

  private trained(samples: Samples, epoch: number): number | Float64Array {
    const session = this.sessionFor(samples)
    const factors = stepFactors(this.setup.schedule, epoch)
    if (factors.length > 0) session.arrays.rateFactors.set(factors)
    session.run(epoch, samples)
    return this.losses(session, epoch, factors)
  }

  private sessionFor({ rows, sampleWeight }: Samples): StepSession {
    const { sessions } = this
    const [optimizer] = this.setup.compiled.optimizers
    if (optimizer !== this.optimizer) {
      for (const session of sessions.splice(0)) session.close()
      this.optimizer = optimizer
    }
    const weighted = sampleWeight.length > 0
    const last = sessions.at(-1)
    if (last !== undefined && last.rows === rows && last.weighted === weighted) return last
    const at = sessions.findIndex((one) => one.rows === rows && one.weighted === weighted)
    const session = at < 0 ? new StepSession(this.setup, rows, weighted) : sessions[at]
    if (at < 0 && sessions.length === MAX_SESSIONS) sessions.shift()?.close()
    else if (at >= 0) sessions.splice(at, 1)
    sessions.push(session)
    return session
  }

  /** The losses of a step, after which the epoch is counted unless all members have diverged. */
  private losses({ plan, arrays }: StepSession, epoch: number, factors: Float64Array): number | Float64Array {
    const { compiled, backend, schedule } = this.setup
    const { outcomes, series } = arrays
    const count = compiled.members.length
    const perMember = series.length / count
    const errors: DivergenceError[] = []
    if (count === 1 && outcomes[1] === DONE) return this.counted(epoch, series[0])
    const losses = new Float64Array(count)
    for (let i = 0; i < count; i++) {
      const [, status, parameter] = outcomes.subarray(i * OUTCOME_LENGTH)
      losses[i] = series[i * perMember]
      if (status === DONE) continue
      const option = learningRateOf(compiled.optimizers[i].options)
      const rate = typeof schedule === 'function' ? factors[0] : option
      const none = new Series(epoch, 1, ['loss'], [])
      errors.push(divergence(plan, { status, parameter, loss: losses[i] }, none, rate, null, false, backend))
      losses[i] = NaN
    }
    if (errors.length === count) throw errors[0]
    return this.counted(epoch, losses)
  }

  private counted(epoch: number, losses: number | Float64Array): number | Float64Array {
    const { compiled, state } = this.setup
    state.epoch = epoch + 1
    state.forgetInterruption()
    return compiled.name === 'ensemble' && typeof losses === 'number' ? Float64Array.of(losses) : losses
  }
}
