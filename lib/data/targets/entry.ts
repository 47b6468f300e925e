/** What the model needs of a kind of target. The kinds are entries of the table in targets.ts. */
import type { Chosen, LossName } from '../../checks/registry.js'
import type { Loss } from '../../kernels/losses.js'
import type { FittedRecords } from '../columns/specify.js'
import type { Records } from '../records/records.js'

export type ChosenLoss = Chosen<Loss>

/** The name of record i in errors. */
export type NameOf = (i: number) => string

/** A last layer: its units, and their activation where it is not `linear`. */
export interface LastLayer {
  readonly units: number
  readonly activation?: 'softmax' | 'sigmoid' | 'exponential'
}

/** The ends of an interval. */
export type Ends = readonly [low: number, high: number]

/** One kind of target. `units` is its number of outputs of the network. */
export interface TargetEntry<T> {
  /** What a prediction is: a number, or a label with probabilities. */
  readonly predicts: 'number' | 'label'
  /** The options of `Model.fit` for it, besides `column` and `type`. */
  readonly options: readonly string[]
  /** The keys of a target, besides `name` and `type`. */
  readonly keys: readonly string[]
  /**
   * Fits the target to the records that are trained on.
   * @param given its options
   * @param where its name in errors
   * @param loss the loss that the caller chose; null: the default
   */
  fit(fitted: FittedRecords, name: string, given: Given, where: string, loss: ChosenLoss | null): T
  /** Checks the keys of a target that was made by hand, or restored. */
  check(name: string, given: Given, where: string): T
  /** The keys with scalers and encoders made from their saved form, before `check`. */
  restore(given: Given, where: string): Given
  /** The default loss. `shared`: the model has other targets, with which it may share a network. */
  loss(target: T, shared: boolean): LossName
  /** The last layer for a loss. */
  lastLayer(target: T, loss: ChosenLoss): LastLayer
  /** The number of outputs of a network whose last layer has this activation; null where it cannot predict this. */
  units(target: T, activation: string): number | null
  /** The network that can predict the target, in errors. */
  needs(target: T): string
  /** The network's targets [rows × units], in the form of the loss. */
  encode(records: Records, target: T, loss: ChosenLoss, nameOf: NameOf): Float64Array
  /**
   * How far the prediction of a row is from what it should be: of a number their distance, of a label 1 less its
   * probability.
   * @param actual as of `values`
   * @param predicted the predictions of all rows, as of the decoder
   */
  residual(actual: number, predicted: Float64Array, row: number, target: T): number
  /** What should be predicted: the numbers of records, or the indices of their labels. */
  values(records: Records, target: T, nameOf: NameOf): Float64Array
}

export type Given = Readonly<Record<string, unknown>>
