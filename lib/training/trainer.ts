/** Trainer: fits a network or an ensemble to samples and targets, and evaluates it. */

import { type ChosenBackend, chooseBackend } from '../backend/choose.js'
import { batchesOf } from '../backend/plan.js'
import { copyOf } from '../checks/arrays.js'
import { wrongValue } from '../checks/errors.js'
import { INSPECT } from '../checks/inspect.js'
import { declareOptions } from '../checks/places.js'
import { closeTo, refuseAssignments, remedyFor } from '../checks/read-only.js'
import {
  type EnsembleOptimizerOption,
  type LossOption,
  type OptimizerOption,
  optimizerRegistry,
} from '../checks/registry.js'
import type { Rows } from '../checks/rows.js'
import { float64ArrayOf, optionsObject } from '../checks/validate.js'
import { type ChosenMetric, chooseMetrics, type MetricOption, scalarMetrics } from '../metrics/choose.js'
import type { Ensemble } from '../network/ensemble.js'
import type { Network } from '../network/network.js'
import { GradientSteps, stepRates } from './apply-gradients.js'
import { type CompiledModel, checkBatches, checkTrainable, compileModel, statesOf } from './compiled-model.js'
import { checkMetricTargets, EVALUATE_OPTIONS, type Evaluated, type EvaluateOptions, evaluated } from './evaluate.js'
import { runAsync, runSync } from './event-loop.js'
import { inPlace, readSamples, type TrainingData, trainingData } from './fit-data.js'
import type { Job, Result } from './fit-job.js'
import { type FitOptions, fitOptions, fitSettings } from './fit-options.js'
import type { EnsembleHistory, EnsembleProgress, History, Progress } from './history.js'
import { DivergenceError } from './history.js'
import { checkPlateaus } from './plateau.js'
import { checkRates, freshScheduleState, plateauOf, RateSchedule } from './rate-schedule.js'
import { type ChosenSchedule, chooseSchedule, type ScheduleOption } from './schedules.js'

export interface TrainerOptions<Model extends Network | Ensemble = Network> {
  /**
   * A name, or a name with options: `{ name: 'huber', delta: 2 }`. `binaryCrossentropy` requires a last layer of
   * `sigmoid`; `categoricalCrossentropy`, `sparseCategoricalCrossentropy` and `kullbackLeiblerDivergence` require
   * `softmax`.
   */
  loss: LossOption
  /**
   * A name, or a name with options: `{ name: 'sgd', learningRate: 0.1, momentum: 0.9 }`. For an ensemble a number may
   * be an array with one value per member.
   */
  optimizer: Model extends Ensemble ? EnsembleOptimizerOption : OptimizerOption
  /**
   * The schedule of the learning rate: a name, a name with options, or a function that returns the rate of each epoch.
   * Default: the optimizer's constant rate.
   */
  schedule?: ScheduleOption
  /**
   * What `fit` and `evaluate` report besides the loss: names, or names with options. `fit` predicts all training
   * samples after each epoch to compute them, which takes about a third of the epoch's time. Default: none.
   */
  metrics?: readonly MetricOption[]
  /**
   * `auto`, `native`, `native/avx512`, …, or `typescript`. All compute the same bits. `auto` is the best backend that
   * can run, or the one in LOCKSTEP_BACKEND; any other value throws where that backend cannot run. Default `auto`.
   */
  backend?: string
  /**
   * The most threads of a training, from 1 to 1024; they do not change the bits. `auto`: one per processor; a network
   * too small to gain from more uses one. Default 1.
   */
  threads?: number | 'auto'
}

/** The result of `fit`: a network's history, or those of an ensemble's members. */
export type Fitted<Model> = Model extends Ensemble ? EnsembleHistory : History

/** The argument of `onEpoch`; for an ensemble with a report on each member. */
export type ProgressOf<Model> = Model extends Ensemble ? EnsembleProgress : Progress

/** The names of all options. @internal */
export const TRAINER_OPTIONS: readonly (keyof TrainerOptions)[] = [
  'loss',
  'optimizer',
  'schedule',
  'metrics',
  'backend',
  'threads',
]

declareOptions('trainer', TRAINER_OPTIONS)
declareOptions('evaluate', EVALUATE_OPTIONS)

/** Fits one network, or an ensemble. `fit` works asynchronously, `fitSync` blocks; both compute the same bits. */
export class Trainer<Model extends Network | Ensemble = Network> {
  private readonly model: Model
  private readonly compiled: CompiledModel
  private readonly chosen: ChosenBackend
  private readonly chosenMetrics: readonly ChosenMetric[]
  private readonly chosenSchedule: ChosenSchedule | null
  private state: Float64Array
  private plateaus: Float64Array
  private epochsDone = 0
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
    this.compiled = compileModel(network, given)
    this.chosenSchedule = given.schedule === undefined ? null : chooseSchedule(given.schedule)
    checkRates(given.optimizer, this.chosenSchedule)
    this.chosenMetrics = given.metrics === undefined ? [] : chooseMetrics(given.metrics, network.outputs)
    this.chosen = chooseBackend(given.backend)
    this.state = statesOf(this.compiled)
    this.plateaus = freshScheduleState(this.chosenSchedule, this.compiled.members.length)
    closeTo(this, new.target, Trainer)
  }

  get network(): Model {
    return this.model
  }

  /** The chosen backend, and why it was chosen. */
  get backend(): { readonly name: string; readonly reason: string } {
    return { name: this.chosen.backend.name, reason: this.chosen.reason }
  }

  /** The number of the next epoch: how many epochs this trainer has trained, if it began with epoch 0. */
  get epoch(): number {
    return this.epochsDone
  }

  /**
   * The optimizer's vectors and scalars after the last epoch, or before the first: [slots × parameters, scalars], for
   * an ensemble member after member. It may be set, so that `partialFit` continues from it; the trainer stores a copy.
   * @throws TypeError or RangeError for another length, or a value that is not finite
   */
  get optimizerState(): Float64Array {
    return this.state
  }

  set optimizerState(values: Float64Array) {
    const given = float64ArrayOf(values, 'optimizerState', this.state.length)
    const broken = given.findIndex((value) => !Number.isFinite(value))
    if (broken >= 0) throw wrongValue('a finite number', `optimizerState[${broken}]`, given[broken])
    this.state = copyOf(given)
  }

  /**
   * The state of `reduceOnPlateau` for each network, 5 finite numbers: the factor of its learning rate, the best value,
   * the epochs since then, the remaining cooldown, and the number of improvements. Of length 0 for any other schedule.
   * It may be set, as `optimizerState`.
   * @throws TypeError or RangeError for another length, or values that no training produces
   */
  get scheduleState(): Float64Array {
    return this.plateaus
  }

  set scheduleState(values: Float64Array) {
    const given = float64ArrayOf(values, 'scheduleState', this.plateaus.length)
    checkPlateaus(given, 'scheduleState')
    this.plateaus = copyOf(given)
  }

  /**
   * Trains off the main thread (with the TypeScript backend: in slices of about 10 ms), then writes to the network.
   * Samples and targets in shared memory are used in place, otherwise copied: their buffers could be transferred during
   * training. The optimizer starts with a new state; the parameters continue from their current values. Validation and
   * metrics are computed on this thread between epochs.
   * @param x samples: row-major [rows × inputs], or an array of rows
   * @param y targets: row-major [rows × outputs], or an array of rows
   * @throws as `fitSync`, as a rejection
   */
  async fit(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): Promise<Fitted<Model>> {
    return this.fitted(await runAsync(this.job(x, y, options, true, false)))
  }

  /**
   * Trains synchronously and in place, as the `Sync` functions of node:fs.
   * @throws TypeError or RangeError for wrong arguments, before any work
   * @throws DivergenceError where a loss, a parameter or the optimizer's state is not finite; parameters and state are
   *   then those from before that epoch. A member of an ensemble stops alone: its error replaces its history
   * @throws what `onEpoch` or a schedule function throws; the network has the parameters after the last epoch. In all
   *   cases `restoreBest` of `earlyStopping` restores the best parameters
   */
  fitSync(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): Fitted<Model> {
    return this.fitted(runSync(this.job(x, y, options, false, false)))
  }

  /**
   * As `fit`, but continues: with the current states of optimizer and schedule, for `epochs` more epochs. The first of
   * them has the number `initialEpoch`, by default this trainer's `epoch`.
   * @throws as `fit`
   */
  async partialFit(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): Promise<Fitted<Model>> {
    return this.fitted(await runAsync(this.job(x, y, options, true, true)))
  }

  /** As `partialFit`, synchronously and in place. */
  partialFitSync(x: Rows, y: Rows, options: FitOptions<ProgressOf<Model>> = {}): Fitted<Model> {
    return this.fitted(runSync(this.job(x, y, options, false, true)))
  }

  /**
   * The loss over samples and targets, without training: the mean over samples (and outputs, as the loss defines it),
   * plus the penalties of the weights; and the metrics, by name.
   * @throws TypeError or RangeError for wrong arguments
   */
  evaluate(x: Rows, y: Rows, options: EvaluateOptions = {}): Evaluated<Model> {
    const given = optionsObject(options, 'the options of evaluate', EVALUATE_OPTIONS)
    const metrics =
      given.metrics === undefined ? this.chosenMetrics : chooseMetrics(given.metrics, this.network.outputs)
    const data = inPlace(readSamples(this.compiled, x, y, given.sampleWeight))
    return evaluated(this.compiled, this.chosen.backend, data, metrics) as Evaluated<Model>
  }

  /**
   * One step of the optimizer with the caller's gradients: its clips, its weight decay and its update, with the current
   * state. A schedule counts it as an epoch of one step, with the number `epoch`, which grows by one. The gradients are
   * those of the whole loss: the penalties `l1` and `l2` are not added. Layers with `trainable: false` and moving
   * statistics do not change.
   * @param gradients [parameterCount], for an ensemble [members × parameterCount]; it does not change
   * @throws TypeError or RangeError for gradients of a wrong length, or that are not finite
   * @throws DivergenceError where a parameter or the state would not be finite; parameters and state, of an ensemble those
   *   of all members, stay as they were
   */
  applyGradients(gradients: Float64Array): void {
    const { compiled, network } = this
    checkTrainable(compiled.plan)
    const rates = stepRates(compiled, this.chosenSchedule, this.plateaus, this.epochsDone)
    this.gradientSteps ??= new GradientSteps(compiled, this.chosen.backend, this.state)
    this.gradientSteps.apply(gradients, { parameters: network.attachedParameters(), state: this.state }, rates)
    this.epochsDone++
  }

  private job(x: Rows, y: Rows, options: unknown, isAsync: boolean, continues: boolean): Job {
    const { compiled, chosenSchedule: schedule, network } = this
    const { backend } = this.chosen
    const given = fitOptions(options)
    const metrics = scalarMetrics(this.chosenMetrics)
    const settings = fitSettings(given, compiled, metrics, continues ? this.epochsDone : null)
    const current = () => network.attachedParameters()
    // The caller's functions run between epochs, so that arrays which they could change or transfer are copied.
    const copied = isAsync || settings.onEpoch !== null || typeof schedule === 'function'
    const data = trainingData(compiled, x, y, given, copied, current)
    const signs = checkMetricTargets(compiled, metrics, namedTargets(data, given.validationData !== undefined))
    checkTrainable(compiled.plan)
    const plateau = plateauOf(schedule, metrics, data.validation !== null)
    const values = {
      parameters: isAsync ? copyOf(current()) : current(),
      state: continues ? copyOf(this.state) : statesOf(compiled),
    }
    const scheduleState = continues ? copyOf(this.plateaus) : freshScheduleState(schedule, compiled.members.length)
    const batches = batchesOf(compiled.plan, data.training.rows, settings.batchSize, settings.lastBatch)
    checkBatches(compiled.plan, batches)
    const rateSchedule = new RateSchedule(schedule, batches.stepsPerEpoch, settings.end)
    const publish = (epoch: number): void => {
      if (isAsync) current().set(values.parameters)
      this.epochsDone = epoch
      // Copies, because the training may continue.
      this.state = copyOf(values.state)
      this.plateaus = copyOf(scheduleState)
    }
    const training = { compiled, backend, settings, data, metrics, signs, rateSchedule, plateau }
    return { ...training, values, inPlace: !isAsync, scheduleState, publish }
  }

  private fitted(results: readonly Result[]): Fitted<Model> {
    const { backend } = this.chosen
    if (this.compiled.name === 'ensemble')
      return { members: results, backend: backend.name } as unknown as Fitted<Model>
    const [result] = results
    if (result instanceof DivergenceError) throw result
    return result as Fitted<Model>
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { name, plan, members, loss, optimizers } = this.compiled
    const shape = `${plan.inputs} → ${plan.outputs}`
    const of = name === 'network' ? `a network ${shape}` : `an ensemble of ${members.length} members ${shape}`
    const parts = [`loss ${loss.name}`, `optimizer ${optimizers[0].name}`, this.backend.name, `epoch ${this.epoch}`]
    return `Trainer: ${of}, ${parts.join(', ')}`
  }
}

/** Training and validation samples with the caller's names of their targets. */
const namedTargets = ({ training, validation }: TrainingData, given: boolean) => [
  [training, 'y', 0] as const,
  ...(validation === null
    ? []
    : given
      ? [[validation, 'validationData.y', 0] as const]
      : [[validation, 'y', training.rows] as const]),
]

refuseAssignments(Trainer.prototype, 'a Trainer', {
  ...remedyFor([...TRAINER_OPTIONS, 'network'], 'Make a new Trainer with it.'),
  learningRate: "Make a new Trainer with it: optimizer: { name: 'sgd', learningRate: 0.1 }.",
  epoch: 'Give initialEpoch to partialFit.',
})
