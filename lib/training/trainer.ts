/** Trainer: fits a network or an ensemble to samples and targets, and evaluates it. */

import { type ChosenBackend, chooseBackend } from '../backend/choose.js'
import { copyOf } from '../checks/arrays.js'
import { brand } from '../checks/brand.js'
import { INSPECT } from '../checks/inspect.js'
import { closeTo, refuseAssignments, remedyFor } from '../checks/read-only.js'
import { optimizerRegistry } from '../checks/registry.js'
import type { Rows } from '../checks/rows.js'
import { optionsObject } from '../checks/validate.js'
import { learningRateOf } from '../kernels/optimizers.js'
import { chooseMetrics } from '../metrics/choose.js'
import type { Ensemble } from '../network/ensemble.js'
import type { Network } from '../network/network.js'
import { GradientSteps } from './apply-gradients.js'
import { compileModel } from './compiled-model.js'
import { EVALUATE_OPTIONS, type Evaluated, type EvaluateOptions, evaluated } from './evaluate.js'
import { runAsync, runSync } from './event-loop.js'
import { inPlace, readSamples } from './fit-data.js'
import type { Job, Result } from './fit-job.js'
import type { FitOptions } from './fit-options.js'
import type { TrainingProgress } from './history.js'
import { DivergenceError } from './history.js'
import { setLearningRates } from './learning-rate.js'
import { makeJob, type TrainerSetup } from './make-job.js'
import { type MemoryOptions, memoryOf } from './memory.js'
import { checkRates } from './rate-schedule.js'
import { chooseSchedule } from './schedules.js'
import { type StepOptions, Stepper } from './step.js'
import { streamOf } from './stream.js'
import { type Fitted, type ProgressOf, TRAINER_OPTIONS, type TrainerOptions } from './trainer-options.js'
import { TrainerState } from './trainer-state.js'

/** Fits one network, or an ensemble. `fit` works asynchronously, `fitSync` blocks; both compute the same bits. */
export class Trainer<Model extends Network | Ensemble = Network> {
  private readonly model: Model
  private readonly chosen: ChosenBackend
  private readonly setup: TrainerSetup
  private readonly stepper: Stepper
  // As it was given, without the learning rate that was set since then.
  private readonly givenOptimizer: unknown
  private gradientSteps: GradientSteps | null = null

  /**
   * @throws TypeError for an argument of a wrong type or an unknown option
   * @throws RangeError for a wrong value, or a loss that the last activation excludes
   * @throws Error where a required backend cannot run
   */
  constructor(network: Model, options: TrainerOptions<Model>) {
    const given = optionsObject(options, 'the trainer options', TRAINER_OPTIONS)
    if (given.optimizer !== undefined) given.optimizer = optimizerRegistry.read(given.optimizer, 'optimizer')
    this.model = network
    this.givenOptimizer = given.optimizer
    this.chosen = chooseBackend(given.backend)
    const compiled = compileModel(network, given)
    const schedule = given.schedule === undefined ? null : chooseSchedule(given.schedule)
    checkRates(given.optimizer, schedule)
    this.setup = {
      model: network,
      compiled,
      schedule,
      backend: this.chosen.backend,
      metrics: given.metrics === undefined ? [] : chooseMetrics(given.metrics, network.outputs),
      state: new TrainerState(compiled, schedule),
    }
    this.stepper = new Stepper(this.setup)
    closeTo(this, new.target, Trainer)
  }

  get network(): Model {
    return this.model
  }

  /** What it trains with, to read only. @internal */
  get parts(): TrainerSetup {
    return this.setup
  }

  /** The chosen backend, and why it was chosen. */
  get backend(): { readonly name: string; readonly reason: string } {
    return { name: this.chosen.backend.name, reason: this.chosen.reason }
  }

  /** The number of the next epoch: how many epochs this trainer has trained, if it began with epoch 0. */
  get epoch(): number {
    return this.setup.state.epoch
  }

  /**
   * The optimizer's vectors and scalars after the last epoch, or before the first: [slots × parameters, scalars], for
   * an ensemble member after member. A copy; it may be set, so that `partialFit` continues from it.
   * @throws TypeError or RangeError for another length, or a value that is not finite
   */
  get optimizerState(): Float64Array {
    return copyOf(this.setup.state.optimizer)
  }

  set optimizerState(values: Float64Array) {
    this.setup.state.setOptimizer(values)
  }

  /**
   * The state of `reduceOnPlateau` for each network, 5 finite numbers: the factor of its learning rate, the best value,
   * the epochs since then, the remaining cooldown, and the number of improvements. Of length 0 for any other schedule.
   * A copy; it may be set, as `optimizerState`.
   * @throws TypeError or RangeError for another length, or values that no training produces
   */
  get scheduleState(): Float64Array {
    return copyOf(this.setup.state.plateaus)
  }

  set scheduleState(values: Float64Array) {
    this.setup.state.setPlateaus(values)
  }

  /**
   * The learning rate of the optimizer, before a schedule; for an ensemble one per member. It may be set between calls,
   * for an ensemble also to one number for all.
   * @throws TypeError or RangeError as the option of the optimizer; TypeError where `schedule` is a function; Error
   *   during a training
   */
  get learningRate(): Model extends Ensemble ? Float64Array : number {
    const rates = this.setup.compiled.optimizers.map(({ options }) => learningRateOf(options))
    return (this.setup.compiled.name === 'ensemble' ? Float64Array.from(rates) : rates[0]) as never
  }

  set learningRate(rate: Model extends Ensemble ? Float64Array | readonly number[] | number : number) {
    setLearningRates(this.setup, this.givenOptimizer, rate)
  }

  /**
   * Trains off the main thread (without the addon: in slices of about 10 ms), then writes to the network.
   * Samples and targets in shared memory are used in place, otherwise copied: their buffers could be transferred during
   * training. Trainings take turns on the processors but one; an epoch that takes less time than its way to another
   * thread is computed on this one where `onEpoch` follows it. The optimizer starts with a new state; the parameters
   * continue from their current values.
   * @param x samples: row-major [rows × inputs], or an array of rows
   * @param y targets: row-major [rows × outputs], or an array of rows
   * @throws as `fitSync`, as a rejection
   */
  async fit(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): Promise<Fitted<Model>> {
    const job = this.job(x, y, options, true, false)
    return this.fitted(job, await runAsync(job))
  }

  /**
   * Trains synchronously and in place, as the `Sync` functions of node:fs.
   * @throws TypeError or RangeError for wrong arguments, before any work
   * @throws DivergenceError where a loss, a parameter or the optimizer's state is not finite; parameters and state are
   *   then those from before that epoch. A member of an ensemble stops alone: its error replaces its history
   * @throws what a callback or a schedule function throws; the network has the parameters after the last step. In all
   *   cases `restoreBest` of `earlyStopping` restores the best parameters
   */
  fitSync(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): Fitted<Model> {
    const job = this.job(x, y, options, false, false)
    return this.fitted(job, runSync(job))
  }

  /**
   * As `fit`, but continues: with the current states of optimizer and schedule, for `epochs` more epochs. The first of
   * them has the number `initialEpoch`, by default this trainer's `epoch`.
   * @throws as `fit`
   */
  async partialFit(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): Promise<Fitted<Model>> {
    const job = this.job(x, y, options, true, true)
    return this.fitted(job, await runAsync(job))
  }

  /** As `partialFit`, synchronously and in place. */
  partialFitSync(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): Fitted<Model> {
    const job = this.job(x, y, options, false, true)
    return this.fitted(job, runSync(job))
  }

  /**
   * `fit` as an asynchronous iterator over its progress, which begins with the first step of the iteration. Where the
   * consumer is slow, it gets the latest progress only. Leaving the loop aborts the training. The generator returns the
   * history.
   * @param options as for `fit`, without `onProgress`; `progressEvery` is the time between two steps of the iteration
   */
  stream(
    x: Rows,
    y: Rows,
    options: Omit<FitOptions<ProgressOf<Model>>, 'onProgress'> = {},
  ): AsyncGenerator<TrainingProgress, Fitted<Model>, void> {
    return streamOf((given) => this.fit(x, y, given), options)
  }

  /**
   * Checks the arguments of a fit, without training.
   * @throws TypeError or RangeError as `fitSync` before any work
   */
  check(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): void {
    this.job(x, y, options, false, false)
  }

  /**
   * The most bytes of arrays that a `fit` of this many rows has at a time, besides those that it is given: copies of
   * samples, targets and parameters, the optimizer's state, the workspace and the series of the history.
   * @param options those of `fit` that decide it; samples in `validationData` are not counted
   * @throws TypeError or RangeError for wrong arguments
   */
  memoryRequired(rows: number, options: MemoryOptions = {}): number {
    return memoryOf(this.setup, rows, options)
  }

  /**
   * One step of the optimizer on these rows, as a batch of their own, synchronously and in place: the bits of
   * `partialFitSync` for one epoch of one batch without a shuffle, at the cost of the step alone. It counts as an epoch.
   * @param x samples: row-major [rows × inputs], or an array of rows
   * @param y targets: row-major [rows × outputs], or an array of rows
   * @returns the loss of the rows before the step; for an ensemble one per member, NaN for one that has diverged
   * @throws TypeError or RangeError for wrong arguments, before any work
   * @throws DivergenceError as `fitSync`; of an ensemble where all members diverge
   */
  step(x: Rows, y: Rows, options: StepOptions = {}): Model extends Ensemble ? Float64Array : number {
    return this.stepper.step(x, y, options) as never
  }

  /**
   * The loss over samples and targets, without training: the mean over samples (and outputs, as the loss defines it),
   * plus the penalties of the weights; and the metrics, by name.
   * @throws TypeError or RangeError for wrong arguments
   */
  evaluate(x: Rows, y: Rows, options: EvaluateOptions = {}): Evaluated<Model> {
    const given = optionsObject(options, 'the options of evaluate', EVALUATE_OPTIONS)
    const { compiled, backend, metrics } = this.setup
    const chosen = given.metrics === undefined ? metrics : chooseMetrics(given.metrics, this.network.outputs)
    const data = inPlace(readSamples(compiled, x, y, given.sampleWeight))
    return evaluated(compiled, backend, data, chosen) as Evaluated<Model>
  }

  /**
   * One step of the optimizer with the caller's gradients: its clips, its weight decay and its update, with the current
   * state. It counts as an epoch, for a schedule as one of one step. The gradients are those of the whole loss: the
   * penalties `l1` and `l2` are not added. Layers with `trainable: false` and moving statistics do not change.
   * @param gradients [parameterCount], for an ensemble [members × parameterCount]; it does not change
   * @throws TypeError or RangeError for gradients of a wrong length, or that are not finite
   * @throws DivergenceError where a parameter or the state would not be finite; parameters and state, of an ensemble those
   *   of all members, stay as they were
   */
  applyGradients(gradients: Float64Array): void {
    this.gradientSteps ??= new GradientSteps(this.setup)
    this.gradientSteps.apply(gradients)
  }

  private job(x: Rows, y: Rows, options: unknown, isAsync: boolean, continues: boolean): Job {
    return makeJob(this.setup, x, y, options, { isAsync, continues })
  }

  private fitted({ compiled, backend }: Job, results: readonly Result[]): Fitted<Model> {
    if (compiled.name === 'ensemble') return { members: results, backend: backend.name } as unknown as Fitted<Model>
    const [result] = results
    if (result instanceof DivergenceError) throw result
    return result as Fitted<Model>
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { name, plan, members, loss, optimizers } = this.setup.compiled
    const shape = `${plan.inputs} → ${plan.outputs}`
    const of = name === 'network' ? `a network ${shape}` : `an ensemble of ${members.length} members ${shape}`
    const parts = [`loss ${loss.name}`, `optimizer ${optimizers[0].name}`, this.backend.name, `epoch ${this.epoch}`]
    return `Trainer: ${of}, ${parts.join(', ')}`
  }
}

brand(Trainer, 'Trainer')

refuseAssignments(Trainer.prototype, 'a Trainer', {
  ...remedyFor([...TRAINER_OPTIONS, 'network'], 'Make a new Trainer with it.'),
  epoch: 'Give initialEpoch to partialFit.',
})
