/** One optimizer step with a caller's gradients. */
import { trainingPlan, unpenalizedPlan } from '../backend/plan.js'
import { areFinite, requireFinite } from '../checks/rows.js'
import { float64ArrayOf } from '../checks/validate.js'
import { learningRateOf, setLearningRate } from '../kernels/optimizers.js'
import { PLATEAU_LENGTH, type TrainingPlan } from '../kernels/plan.js'
import { parameterName } from '../network/layers.js'
import { checkTrainable } from './compiled-model.js'
import { DivergenceError, Series } from './history.js'
import { lockNetworks, unlockNetworks } from './lock.js'
import type { TrainerSetup } from './make-job.js'
import { isPlateau, RateSchedule, stepFactors } from './rate-schedule.js'

/**
 * The steps of a trainer. They keep their memory. A step works on copies, so that a member whose step is not finite leaves
 * all values as they are.
 */
export class GradientSteps {
  private readonly plans: readonly TrainingPlan[]
  private readonly parameters: Float64Array
  private readonly gradients: Float64Array
  private readonly state: Float64Array
  private readonly workspace: Float64Array

  constructor(private readonly setup: TrainerSetup) {
    const { compiled, backend, state } = setup
    const { plan, loss, optimizers } = compiled
    checkTrainable(plan)
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
    this.state = new Float64Array(state.optimizer.length)
    this.workspace = new Float64Array(backend.stepEndWorkspace(this.plans[0]))
  }

  /**
   * One step, which counts as an epoch.
   * @param given [members × parameterCount], finite
   * @throws TypeError or RangeError for wrong gradients; what a schedule function throws
   * @throws DivergenceError where a parameter or a number of the state would not be finite; nothing has changed
   */
  apply(given: unknown): void {
    const { compiled, model, state } = this.setup
    const gradients = float64ArrayOf(given, 'gradients', this.gradients.length)
    requireFinite(gradients, 'gradients', 'The step was not made.')
    const locked = lockNetworks(compiled.members)
    try {
      // Copied before a schedule function runs, which could transfer their buffer.
      this.gradients.set(gradients)
      this.setOptions()
      const parameters = model.attachedParameters()
      this.parameters.set(parameters)
      this.state.set(state.optimizer)
      for (let i = 0; i < this.plans.length; i++) this.applyTo(i)
      parameters.set(this.parameters)
      state.optimizer.set(this.state)
      state.epoch += 1
      state.forgetInterruption()
    } finally {
      unlockNetworks(locked)
    }
  }

  /** Sets each member's options, with the rate of an epoch of one step. `reduceOnPlateau` keeps its state. */
  private setOptions(): void {
    const { compiled, schedule, state } = this.setup
    const factors = stepFactors(schedule, state.epoch)
    const rateSchedule = new RateSchedule(schedule, 1, state.epoch + 1)
    compiled.optimizers.forEach((optimizer, i) => {
      const options = this.plans[i].optimizerOptions
      options.set(rateSchedule.optionsFor(optimizer))
      if (isPlateau(schedule)) setLearningRate(options, learningRateOf(options) * state.plateaus[i * PLATEAU_LENGTH])
      if (factors.length > 0) setLearningRate(options, learningRateOf(options) * factors[0])
    })
  }

  private applyTo(member: number): void {
    const part = (all: Float64Array): Float64Array => {
      const length = all.length / this.plans.length
      return all.subarray(member * length, (member + 1) * length)
    }
    const plan = this.plans[member]
    const [parameters, gradients, state] = [this.parameters, this.gradients, this.state].map(part)
    this.setup.backend.applyGradients(plan, parameters, gradients, state, this.workspace)
    if (areFinite(parameters) && areFinite(state)) return
    throw this.divergence(member, parameters)
  }

  private divergence(member: number, parameters: Float64Array): DivergenceError {
    const { compiled, backend, state } = this.setup
    const { epoch } = state
    const rate = learningRateOf(this.plans[member].optimizerOptions)
    const at = parameters.findIndex((value) => !Number.isFinite(value))
    const where = at < 0 ? "the optimizer's state" : parameterName(compiled.plan, at)
    const whose = compiled.name === 'ensemble' ? ` This is members[${member}].` : ''
    const none = new Series(epoch, 1, ['loss'], [])
    return new DivergenceError(
      `Training diverged in epoch ${epoch}: a value of ${where} is not finite. The parameters and the optimizer's state from ` +
        `before the step are kept. Try a learningRate below ${rate}, or smaller gradients.${whose}`,
      epoch,
      none.history('divergence', `it diverged in epoch ${epoch}`, null, backend),
    )
  }
}
