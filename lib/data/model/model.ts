/** Model: a network with the meaning of its inputs and outputs, for predictions by column names. */
import { loadText, saveText } from '#files'
import { brand } from '../../checks/brand.js'
import { INSPECT } from '../../checks/inspect.js'
import { closeTo, fixProperties, remedyFor } from '../../checks/read-only.js'
import { optionsObject } from '../../checks/validate.js'
import type { Path } from '../../files/path-types.js'
import type { Network } from '../../network/network.js'
import type { History } from '../../training/history.js'
import { type Column, placedColumns } from '../columns/columns.js'
import { encodePlaced, encodeRows, type PlacedColumn, requireColumns } from '../columns/encode-inputs.js'
import type { Report } from '../columns/report.js'
import type { Category } from '../encoding/categories.js'
import { checkRecords, type RecordObject, type Records } from '../records/records.js'
import type { Decoded } from '../targets/decoders.js'
import type { NameOf } from '../targets/entry.js'
import type { Target, TargetType } from '../targets/targets.js'
import type { ColumnImportance } from '../understanding/importance.js'
import type { PartialDependence } from '../understanding/partial-dependence.js'
import { diagnoseModel, type ModelDiagnoseOptions, type ModelDiagnosis } from './diagnose-model.js'
import {
  type Explained,
  importanceOf,
  type ModelImportanceOptions,
  type ModelPartialDependenceOptions,
  partialDependenceOf,
} from './explain.js'
import { type ExportedModel, exportedModel } from './exported.js'
import { fitModel } from './fit-model.js'
import type { KindOf, KindsOf, ModelFitOptions, SeveralFitOptions, TargetList } from './fit-settings.js'
import { type BackendOption, decodedAsyncBy, decodedBy, type HeadNetwork, membersOf } from './heads.js'
import { checkInterval, marginsOf } from './intervals.js'
import { checkParts, type ModelOptions } from './parts.js'
import { predictRecords } from './predict-records.js'
import type { ModelKind, ModelPredictOptions, Prediction, WithIntervals } from './predictions.js'
import { digestOf, type Parts, partsOf, type SavedModel, savedForm } from './saved.js'
import { evaluationOf, type IntervalEvaluation, type ModelEvaluation, type SetEvaluation } from './scores.js'
import { shownModel } from './shown.js'
import type { TrainingSummary } from './training.js'

const nameOfRecord = (i: number): string => `records[${i}]`

const FIXED = remedyFor(
  ['network', 'networks', 'columns', 'target', 'targets', 'training', 'report', 'history', 'histories'],
  'Make a new Model.',
)

/** A network with named columns. `Kind` is what it predicts: `label`, `number`, …, or for several targets these by name. */
export class Model<Kind extends ModelKind = TargetType> {
  /** The network; of several, the first. */
  readonly network: Network
  /** All networks: one for each kind of targets that need one of their own, an ensemble where it has members. */
  readonly networks: readonly HeadNetwork[]
  readonly columns: readonly Column[]
  /** The target; of several, the first. */
  readonly target: Target
  /** All targets, in the order of the networks that predict them. */
  readonly targets: readonly Target[]
  /** The summary of the training; saved with the model. */
  readonly training: TrainingSummary | null
  /** What each column became in `Model.fit`, and which were left out and why; saved with the model. */
  readonly report: Report | null
  /** The history of the training of `Model.fit`, of several networks that of the first; not saved. */
  readonly history: History | null
  /** The histories of all networks, member after member. */
  readonly histories: readonly History[]
  /** For the types only. @internal */
  declare readonly kind: Kind
  private readonly parts: Parts
  private readonly placed: readonly PlacedColumn[]
  private readonly names: readonly string[]
  private readonly known: ReadonlySet<string>

  /**
   * @throws TypeError for an argument of a wrong type or an unknown option
   * @throws RangeError for columns or a target that the network does not have
   */
  constructor(options: ModelOptions)
  /** @internal */
  constructor(options: ModelOptions, histories: readonly History[])
  constructor(options: ModelOptions, histories: readonly History[] = []) {
    this.parts = checkParts(options)
    const { heads, columns, training, report, ignored } = this.parts
    this.networks = Object.freeze(heads.map(({ network }) => network))
    this.network = membersOf(heads[0])[0]
    this.columns = columns
    this.targets = Object.freeze(heads.flatMap(({ targets }) => targets))
    this.target = this.targets[0]
    this.training = training
    this.report = report
    this.histories = Object.freeze([...histories])
    this.history = histories.length === 0 ? null : histories[0]
    this.placed = placedColumns(columns)
    this.names = this.columns.map(({ name }) => name)
    this.known = new Set([...this.names, ...this.targets.map(({ name }) => name), ...ignored])
    fixProperties(this, 'a Model', FIXED)
    closeTo(this, new.target, Model)
  }

  /**
   * Fits scalers and encoders to records, makes a network, and trains it.
   * @param records objects with a value for each column; columns that the options do not name are ignored
   * @throws TypeError or RangeError for wrong options or records, before any work (as a rejection)
   * @throws DivergenceError as `Trainer.fit`
   */
  static async fit<Item extends object, Name extends keyof Item & string, Type extends TargetType = never>(
    records: readonly Item[],
    options: ModelFitOptions<Name, Type>,
  ): Promise<Model<KindOf<Item, Name, Type>>>
  /** The same for several targets. */
  static async fit<Item extends object, const Targets extends TargetList<keyof Item & string>>(
    records: readonly Item[],
    options: SeveralFitOptions<Targets>,
  ): Promise<Model<KindsOf<Item, Targets>>>
  static async fit(records: readonly object[], options: unknown): Promise<Model<ModelKind>> {
    const { histories, ...parts } = await fitModel(records, options as ModelFitOptions)
    return new Model(parts, histories)
  }

  /** The labels in the order of `confusionMatrix`; none where the model predicts a number. */
  get labels(): readonly Category[] {
    return 'encoder' in this.target ? this.target.encoder.labels : []
  }

  /**
   * The prediction for one record, or for each of an array of records. For several targets an object with a prediction
   * for each, by its name.
   * @param records objects with a value for each column and no unknown column; the target columns are allowed
   * With `interval`, numbers also have the ends of an interval, and labels a set of labels.
   * @throws TypeError or RangeError for a column that is missing, unknown, or of a wrong type; for an `interval` without
   *   validation records, or with too few of them
   * @throws RangeError for a prediction that is not finite; it names the record, or the parameters that are not
   */
  predict(record: RecordObject, options: ModelPredictOptions & { interval: number }): WithIntervals<Kind>
  predict(records: readonly object[], options: ModelPredictOptions & { interval: number }): WithIntervals<Kind>[]
  predict(record: RecordObject, options?: ModelPredictOptions): Prediction<Kind>
  predict(records: readonly object[], options?: ModelPredictOptions): Prediction<Kind>[]
  predict(given: object, options: ModelPredictOptions = {}): unknown {
    const { interval, ...chosen } = optionsObject(options, 'the options of predict', ['backend', 'interval'])
    const { names, known, targets, placed: columns } = this
    const decoded = (x: Float64Array, nameOf: NameOf) => this.decoded(x, chosen, nameOf)
    return predictRecords({ columns, names, known, targets, decoded }, given, interval)
  }

  /**
   * The predictions of rows as arrays, in the order of `targets`: numbers [rows], or probabilities [rows × labels].
   * Errors call a row `records[i]`.
   * @param values those of each input column, by its name
   * @internal
   */
  async predictColumns(rows: number, values: ReadonlyMap<string, readonly unknown[]>): Promise<Decoded[]> {
    const valuesOf = (name: string, from: number, to: number) => (values.get(name) as unknown[]).slice(from, to)
    const x = encodeRows(rows, valuesOf, this.placed, nameOfRecord)
    const decoded = await Promise.all(this.parts.heads.map((head) => decodedAsyncBy(head, x, nameOfRecord)))
    return decoded.flat()
  }

  /** The same for records. @internal */
  predictArrays(records: readonly object[]): Decoded[] {
    return this.decoded(encodePlaced(checkRecords(records), this.placed, nameOfRecord), {}, nameOfRecord)
  }

  /**
   * The quality of predictions for records with known targets: `LabelEvaluation` for labels, `NumberEvaluation` for
   * numbers, `CountEvaluation`, `OrderedEvaluation`; for several targets by their names. With `interval` also the coverage,
   * and the mean width of intervals or the mean size of sets of labels.
   * @param records as for `predict`, with the targets; other columns are ignored. Records without a target are left out
   *   of its evaluation, whose `withoutTarget` is their number
   * @throws as `predict`, and RangeError where no record has a target
   */
  evaluate(
    records: readonly object[],
    options: ModelPredictOptions & { interval: number },
  ): ModelEvaluation<Kind, IntervalEvaluation, SetEvaluation>
  evaluate(records: readonly object[], options?: ModelPredictOptions): ModelEvaluation<Kind>
  evaluate(records: readonly object[], options: ModelPredictOptions = {}): unknown {
    const { interval, ...given } = optionsObject(options, 'the options of evaluate', ['backend', 'interval'])
    const { targets } = this
    const margins = marginsOf(targets, checkInterval(interval))
    const checked = checkRecords(records)
    const decoded = (some: Records, nameOf: NameOf) => this.decoded(this.inputsOf(some, nameOf), given, nameOf)
    return evaluationOf({ targets, decoded }, checked, nameOfRecord, margins)
  }

  /**
   * How much the predictions depend on each column: the mean decrease of a score where the values of the column are
   * permuted among the records; the most important column first.
   * @param records as for `evaluate`, at least 2; better not those trained on
   * @throws as `evaluate`, and RangeError for a score that does not exist for these records
   */
  importance(records: readonly object[], options: ModelImportanceOptions = {}): ColumnImportance[] {
    return importanceOf(this.explained(), records, options)
  }

  /**
   * The mean prediction for the records with one and the same value of a column, for each of some values.
   * @param records as for `predict`; other columns are ignored
   * @throws as `predict`, and TypeError for a column that is no input
   */
  partialDependence(
    records: readonly object[],
    column: string,
    options: ModelPartialDependenceOptions = {},
  ): PartialDependence {
    return partialDependenceOf(this.explained(), records, column, options)
  }

  /**
   * Finds why the model does not learn, or should not be trusted: the checks of `diagnose` on its own inputs and targets,
   * with the loss and the optimizer of its training. The findings name columns, targets and labels of the table. Of an
   * ensemble, the first member is examined.
   * @param records with the targets, better those that it was trained on; those without a target are left out
   * @throws as `evaluate`
   */
  diagnose(records: readonly object[], options: ModelDiagnoseOptions = {}): ModelDiagnosis {
    const inputs = (some: Records, nameOf: NameOf) => this.inputsOf(some, nameOf)
    return diagnoseModel({ ...this.parts, inputs }, records, options)
  }

  /**
   * The network's inputs for records: [records × inputs], row-major.
   * @throws as `predict`, but ignores other columns
   */
  transform(records: readonly object[]): Float64Array {
    return this.inputsOf(checkRecords(records), nameOfRecord)
  }

  /**
   * SHA-256, in hex, of everything that predictions depend on: equal digests mean equal predictions, on any machine.
   */
  digest(): string {
    return digestOf(this.parts)
  }

  /** What other forms of the model need, such as `toModule` of lockstep-nn/formats. @internal */
  forExport(): ExportedModel {
    return exportedModel(this.parts)
  }

  /** What `JSON.stringify` saves: everything, exactly. */
  toJSON(): SavedModel {
    return savedForm(this.parts)
  }

  /**
   * A model from the result of `toJSON`, or from its JSON text.
   * @throws TypeError or RangeError for anything but a saved model, or a damaged one
   */
  static fromJSON<Kind extends ModelKind = TargetType>(saved: SavedModel | string): Model<Kind> {
    return new Model<Kind>(partsOf(saved, 'the saved model'))
  }

  /**
   * Writes the model to a file, completely or not at all: if writing fails, the old file is unchanged. An existing file
   * keeps its mode and, where the system permits it, its owner. A symbolic link stays; its target is written.
   * @throws RangeError for the path of a folder, a device or a pipe, for parameters that are not finite, or for more of
   *   them than a string can hold (as a rejection)
   * @throws Error where the file cannot be written, and in browsers, which have no files (as a rejection)
   */
  async save(path: Path): Promise<void> {
    const use = { what: 'Model.save', instead: 'Use JSON.stringify(model).' }
    await saveText(path, () => `${JSON.stringify(this, null, 2)}\n`, use)
  }

  /**
   * A model from a file of `save`.
   * @throws TypeError or RangeError for any other file, a damaged or a newer one; Error where it cannot be read,
   *   and in browsers (as a rejection)
   */
  static async load<Kind extends ModelKind = TargetType>(path: Path): Promise<Model<Kind>> {
    const { file, text } = await loadText(path, { what: 'Model.load', instead: 'Use Model.fromJSON(text).' })
    return new Model<Kind>(partsOf(text, `the model file ${file}`))
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    return shownModel(this.parts)
  }

  private explained(): Explained {
    const { columns, targets } = this
    const decoded = (records: Records, options: BackendOption, nameOf: NameOf) =>
      this.decoded(this.inputsOf(records, nameOf), options, nameOf)
    return { columns, targets, decoded }
  }

  /** The network's inputs for the checked records of a whole call. */
  private inputsOf(records: Records, nameOf: NameOf): Float64Array {
    requireColumns(records, this.placed, nameOf)
    return encodePlaced(records, this.placed, nameOf)
  }

  /** The predictions of all targets. */
  private decoded(x: Float64Array, options: BackendOption, nameOf: NameOf): Decoded[] {
    return this.parts.heads.flatMap((head) => decodedBy(head, x, options, nameOf))
  }
}

brand(Model, 'Model')
