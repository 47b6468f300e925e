/** The options of Model.fit. */
import type { LayerOption } from '../../checks/registry.js'
import type { EarlyStoppingOptions } from '../../training/early-stopping.js'
import type { FitOptions } from '../../training/fit-options.js'
import type { EnsembleProgress, Progress } from '../../training/history.js'
import type { TrainerOptions } from '../../training/trainer-options.js'
import type { ColumnOption } from '../columns/specify.js'
import type { RecordObject } from '../records/records.js'
import type { ValidationOptions } from '../splits/validation.js'
import type { TargetOption } from '../targets/specify-target.js'
import type { TargetType } from '../targets/targets.js'

/** The options of `Trainer.fit`; some of them are in terms of records and labels. */
export interface ModelTrainingOptions
  extends Omit<FitOptions, 'classWeight' | 'validationData' | 'earlyStopping' | 'onEpoch'> {
  /** As `classWeight` of `Model.fit`. */
  classWeight?: ClassWeight
  /** Records for validation, with the target. Excludes `validationSplit`. */
  validationData?: readonly RecordObject[]
  /**
   * Default: false, none; with `validation` of `Model.fit` `restoreBest: true` and a patience of a quarter of the epochs (of 30
   * with `hidden`, or an optimizer or a schedule in `trainer`), where each option may be given alone.
   */
  earlyStopping?: EarlyStoppingOptions | false
  /** As for `Trainer.fit`; with `members` as for an ensemble. */
  onEpoch?: (progress: Progress & EnsembleProgress) => unknown
}

/**
 * The factor of the records of each label: `balanced`, by label, as in `{ rain: 2 }`, where a label that is not named
 * has 1, or in the order of the labels. Finite numbers of at least 0.
 */
export type ClassWeight = 'balanced' | Readonly<Record<string, number>> | readonly number[]

export interface ModelFitOptions<Name extends string = string, Type extends TargetType = TargetType> {
  /**
   * The column to predict. Numbers are predicted as a number, anything else as a label, unless `type` says otherwise.
   */
  target: Name | (TargetOption<Name> & { type: Type })
  /**
   * The names of the input columns, in order. Default: all columns of the records except the targets, `sampleWeight`,
   * the groups of `validation`, and those that cannot be used (constant, without values, ids, row numbers and free
   * text), which `model.report` names.
   */
  columns?: readonly string[]
  /**
   * The types, scalers and encoders of single input columns. Default: numbers are a number, true and false and words for
   * both a boolean, dates and texts with dates of one format a date, anything else and ids that repeat a category.
   */
  options?: Readonly<Record<string, ColumnOption>>
  /**
   * The hidden layers: numbers of units with relu, or layers as for `Network`. Default: by the number of records; [16] with an
   * optimizer or a schedule in `trainer`.
   */
  hidden?: readonly (number | LayerOption)[]
  /**
   * As for `Trainer`; default loss `categoricalCrossentropy` for a label, `meanSquaredError` for a number, `poisson` for
   * a count, `binaryCrossentropy` for an ordered label; default optimizer and schedule: by the number of
   * records; `adam` with `hidden`. The last layer is the one that the loss requires.
   */
  trainer?: Partial<TrainerOptions>
  /**
   * As for `Trainer.fit`; default epochs and batch size: by the number of records. With `hidden`, or an optimizer or a schedule
   * in `trainer`, 100 epochs; with `validation` at most 1,000.
   */
  fit?: ModelTrainingOptions
  /**
   * The records for validation: a share of the records, options, or other records. Nothing is fitted to them. They end
   * the training once it does not improve, and make intervals and the temperature of probabilities. A share is drawn in
   * an order seeded by `seed`, for one target that is a label in the proportions of its labels. Default: 0.1 of 1,000 records and more for one target, where the
   * network and its optimizer are chosen by the number of records; otherwise none.
   */
  validation?: number | ValidationOptions | readonly RecordObject[]
  /**
   * Whether probabilities of labels are calibrated by a temperature, which is fitted to the validation records. Default
   * true with `validation`.
   */
  temperature?: boolean
  /** The factor of the records of each label. It does not apply to validation. Default: 1 for each. */
  classWeight?: ClassWeight
  /**
   * The column with the factor of each record's loss, finite numbers of at least 0; it is no input. It applies to
   * validation records as well. Default: 1 for each.
   */
  sampleWeight?: string
  /**
   * The number of networks, from 1 to 1,000. From 2 on they are an ensemble with the seeds `seed`, `seed` + 1, …, and
   * the model predicts the mean of their outputs. Default: 8, of 1,000 records and more 4; 1 with `hidden`, or an optimizer or
   * a schedule in `trainer`.
   */
  members?: number
  /**
   * The seed of the initial parameters, and of the orders unless `fit` has its own: an integer from 0 to 2^53 - 1.
   * Default 0.
   */
  seed?: number
  /** A date to save with the model. Default: none, so that the same call makes the same file. */
  date?: string
  /** Plain JSON data to save with the model, such as what it was trained from. Default: none. */
  recipe?: object
}

/** Several columns to predict. */
export type TargetList<Name extends string = string> = readonly (Name | TargetOption<Name>)[]

/** The options for several targets. */
export type SeveralFitOptions<Targets extends TargetList> = Omit<ModelFitOptions, 'target'> & { target: Targets }

/**
 * The kind of prediction of a model of these records, as far as types determine it. A target that may be missing has the
 * kind of its values: records without it are refused.
 */
export type KindOf<Item, Name extends keyof Item, Type extends TargetType> = [Type] extends [never]
  ? KindOfValues<NonNullable<Item[Name]>>
  : Type

/** Of no value, such as null alone, and of any value every kind is possible. */
type KindOfValues<Value> = [Value] extends [never]
  ? TargetType
  : 0 extends 1 & Value
    ? TargetType
    : [Value] extends [number]
      ? 'number'
      : [Value] extends [string | boolean]
        ? 'label'
        : TargetType

/** The column of a target. */
type ColumnIn<One> = One extends string
  ? One
  : One extends { readonly column: infer Name extends string }
    ? Name
    : never

/** The kinds of prediction of several targets, by their names. */
export type KindsOf<Item, Targets extends TargetList> = {
  readonly [One in Targets[number] as ColumnIn<One>]: One extends { readonly type: infer Type extends TargetType }
    ? Type
    : ColumnIn<One> extends keyof Item
      ? KindOf<Item, ColumnIn<One>, never>
      : TargetType
}

/** The names of all options. */
export const MODEL_FIT_OPTIONS: readonly (keyof ModelFitOptions)[] = [
  'target',
  'columns',
  'options',
  'hidden',
  'trainer',
  'fit',
  'validation',
  'temperature',
  'classWeight',
  'sampleWeight',
  'members',
  'seed',
  'date',
  'recipe',
]

export const MAX_MEMBERS = 1000
