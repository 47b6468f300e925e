/** The options of a trainer. */
import { declareOptions } from '../checks/places.js'
import type { EnsembleOptimizerOption, LossOption, OptimizerOption } from '../checks/registry.js'
import type { MetricOption } from '../metrics/choose.js'
import type { Ensemble } from '../network/ensemble.js'
import type { Network } from '../network/network.js'
import { EVALUATE_OPTIONS } from './evaluate.js'
import type { EnsembleHistory, EnsembleProgress, History, Progress } from './history.js'
import type { ScheduleOption } from './schedules.js'

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
