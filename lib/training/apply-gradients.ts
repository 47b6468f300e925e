/** One optimizer step with a caller's gradients. */
import type { Backend } from '../backend/backend.js'
import { trainingPlan, unpenalizedPlan } from '../backend/plan.js'
import { wrongValue } from '../checks/errors.js'
import { areFinite } from '../checks/rows.js'
import { float64ArrayOf } from '../checks/validate.js'
import { learningRateOf, setLearningRate } from '../kernels/optimizers.js'
import type { TrainingPlan } from '../kernels/plan.js'
import { parameterName } from '../network/layers.js'
import type { CompiledModel } from './compiled-model.js'
import { DivergenceError, Series } from './history.js'
import { lockNetworks, unlockNetworks } from './lock.js'
import { isPlateau, plateauPart, RateSchedule } from './rate-schedule.js'
import type { ChosenSchedule } from './schedules.js'

/** What a step changes: [members × parameterCount] and the members' states, in place. */
export interface StepValues {
  readonly parameters: Float64Array
  readonly state: Float64Array
}

/** The rates of the members' optimizers in the epoch of the step. */
interface StepRates {
  /** Of each member, its optimizer's options with the rate of this step. */
  readonly options: readonly Float64Array[]
  readonly epoch: number
}

/**
 * The rates of epoch `epoch` as an epoch of one step.
 * @param plateaus the states of `reduceOnPlateau`, which a step leaves as they are
 * @throws what a schedule function throws
 */
export function stepRates(
  { optimizers }: CompiledModel,
  schedule: ChosenSchedule | null,
  plateaus: Float64Array,
  epoch: number,
): StepRates {
  const rateSchedule = new RateSchedule(schedule, 1, epoch + 1)
  const rates = rateSchedule.rates(epoch, 1)
  if (rates.failure !== null) throw rates.failure.error
  const options = optimizers.map((optimizer, i) => {
    const own = rateSchedule.optionsFor(optimizer, rates, isPlateau(schedule) ? plateauPart(plateaus, i) : null).slice()
    if (rates.factors.length > 0) setLearningRate(own, learningRateOf(own) * rates.factors[0])
    return own
  })
  return { options, epoch }
}

/**
 * The steps of one model. They keep their memory. A step works on copies, so that a member whose step is not finite leaves
 * all values as they are.
 */
export class GradientSteps {
  private readonly plans: readonly TrainingPlan[]
  private readonly parameters: Float64Array
  private readonly gradients: Float64Array
  private readonly state: Float64Array
  private readonly workspace: Float64Array

  /** @param state its length is that of the members' states */
  constructor(
    private readonly compiled: CompiledModel,
    private readonly backend: Backend,
    state: Float64Array,
  ) {
    const { plan, loss, optimizers } = compiled
    // The caller's gradients are those of the whole loss.
    const network = unpenalizedPlan(plan)
    const once = { rows: 1, firstEpoch: 0, epochs: 1, batchSize: 1, shuffle: false, seed: 0 }
    // The learning rate of each step is written to the options.
    this.plans = optimizers.map((optimizer) =>
      trainingPlan(network, loss, { ...optimizer, options: optimizer.options.slice() }, once),
    )
    const length = optimizers.length * plan.parameterCount
    this.parameters = new Float64Array(length)
    this.gradients = new Float64Array(length)
    this.state = new Float64Array(state.length)
    this.workspace = new Float64Array(backend.stepEndWorkspace(this.plans[0]))
  }

  /**
   * One step.
   * @param given [members × parameterCount], finite
   * @throws TypeError or RangeError for wrong gradients
   * @throws DivergenceError where a parameter or a number of the state would not be finite; nothing has changed
   */
  apply(given: unknown, values: StepValues, rates: StepRates): void {
    const { members } = this.compiled
    const gradients = float64ArrayOf(given, 'gradients', this.gradients.length)
    const broken = areFinite(gradients) ? -1 : gradients.findIndex((value) => !Number.isFinite(value))
    if (broken >= 0) {
      throw wrongValue('a finite number', `gradients[${broken}]`, gradients[broken], 'The step was not made.')
    }
    const locked = lockNetworks(members)
    try {
      this.parameters.set(values.parameters)
      this.gradients.set(gradients)
      this.state.set(values.state)
      members.forEach((_, i) => {
        this.applyTo(i, rates)
      })
      values.parameters.set(this.parameters)
      values.state.set(this.state)
    } finally {
      unlockNetworks(locked)
    }
  }

  private applyTo(member: number, { options, epoch }: StepRates): void {
    const part = (all: Float64Array): Float64Array => {
      const length = all.length / this.plans.length
      return all.subarray(member * length, (member + 1) * length)
    }
    const plan = this.plans[member]
    plan.optimizerOptions.set(options[member])
    const [parameters, gradients, state] = [this.parameters, this.gradients, this.state].map(part)
    this.backend.applyGradients(plan, parameters, gradients, state, this.workspace)
    if (areFinite(parameters) && areFinite(state)) return
    throw this.divergence(member, parameters, learningRateOf(plan.optimizerOptions), epoch)
  }

  private divergence(member: number, parameters: Float64Array, rate: number, epoch: number): DivergenceError {
    const { plan, name } = this.compiled
    const at = parameters.findIndex((value) => !Number.isFinite(value))
    const where = at < 0 ? "the optimizer's state" : parameterName(plan, at)
    const whose = name === 'ensemble' ? ` This is members[${member}].` : ''
    const history = new Series(epoch, 0, [], false, false, false)
    return new DivergenceError(
      `Training diverged in epoch ${epoch}: a value of ${where} is not finite. The parameters and the optimizer's state from ` +
        `before the step are kept. Try a learningRate below ${rate}, or smaller gradients.${whose}`,
      epoch,
      history.history('divergence', `it diverged in epoch ${epoch}`, null, this.backend),
    )
  }
}
