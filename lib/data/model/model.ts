/** Model: a network with the meaning of its inputs and outputs, for predictions by column names. */
import { loadText, saveText } from '#files'
import { brand, versionRemedy } from '../../checks/brand.js'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { INSPECT, summary } from '../../checks/inspect.js'
import { closeTo, fixProperties, remedyFor } from '../../checks/read-only.js'
import { optionsObject } from '../../checks/validate.js'
import { listed, shortened } from '../../checks/words.js'
import type { Path } from '../../files/path-types.js'
import { Network } from '../../network/network.js'
import type { History } from '../../training/history.js'
import { type Column, checkColumns, encodeInputs, inputsOf, wrongInputs } from '../columns/columns.js'
import type { Category } from '../encoding/categories.js'
import { quoted } from '../records/checks.js'
import { checkRecord, checkRecords, onlyKnown, type RecordObject } from '../records/records.js'
import { checkTarget, encodeTargets, labelRows, type Target, type TargetType } from '../targets/targets.js'
import { fitModel, type KindOf, type ModelFitOptions } from './fit-model.js'
import { type Prediction, predictionsOf, requireFinite } from './predictions.js'
import {
  checkSummary,
  digestOf,
  type Parts,
  partsOf,
  type SavedModel,
  savedForm,
  type TrainingSummary,
} from './saved.js'
import { evaluateLabels, evaluateNumbers, type LabelEvaluation, type NumberEvaluation } from './scores.js'

export interface ModelOptions {
  network: Network
  /** The inputs in order. Their number is that of the network's inputs; a category has one input per category. */
  columns: readonly Column[]
  target: Target
  /** A summary of the training to save. */
  training?: TrainingSummary | null
}

/** The result of `evaluate`. */
export type ModelEvaluation<Kind extends TargetType> = Kind extends 'label' ? LabelEvaluation : NumberEvaluation

export interface ModelPredictOptions {
  /** As in `TrainerOptions`. Default `auto`. */
  backend?: string
}

const FIXED = remedyFor(['network', 'columns', 'target', 'training', 'history'], 'Make a new Model.')

/** A network with named columns. `Kind` is what it predicts: `label` or `number`. */
export class Model<Kind extends TargetType = TargetType> {
  readonly network: Network
  readonly columns: readonly Column[]
  readonly target: Target
  /** The summary of the training; saved with the model. */
  readonly training: TrainingSummary | null
  /** The history of the training of `Model.fit`; not saved. */
  readonly history: History | null
  /** For the types only. @internal */
  declare readonly kind: Kind
  private readonly names: readonly string[]
  private readonly known: ReadonlySet<string>

  /**
   * @throws TypeError for an argument of a wrong type or an unknown option
   * @throws RangeError for columns or a target that the network does not have
   */
  constructor(options: ModelOptions)
  /** @internal */
  constructor(options: ModelOptions, history: History)
  constructor(options: ModelOptions, history: History | null = null) {
    const given = optionsObject(options, 'the model options', ['network', 'columns', 'target', 'training'])
    if (!(given.network instanceof Network)) {
      throw wrongType('a Network', 'network', given.network, versionRemedy(given.network, 'Network'))
    }
    this.network = given.network
    this.columns = Object.freeze(checkColumns(given.columns))
    this.target = checkTarget(given.target, this.columns)
    this.training = checkSummary(given.training, 'training')
    this.history = history
    checkFit(this)
    this.names = this.columns.map(({ name }) => name)
    this.known = new Set([...this.names, this.target.name])
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
  ): Promise<Model<KindOf<Item, Name, Type>>> {
    const { history, ...parts } = await fitModel(records, options as ModelFitOptions)
    return new Model(parts, history)
  }

  /** The labels in the order of `confusionMatrix`; none where the model predicts a number. */
  get labels(): readonly Category[] {
    return this.target.type === 'label' ? this.target.encoder.labels : []
  }

  /**
   * The prediction for one record, or for each of an array of records.
   * @param records objects with a value for each column and no unknown column; the target column is allowed
   * @throws TypeError or RangeError for a column that is missing, unknown, or of a wrong type
   * @throws RangeError for a prediction that is not finite; it names the record, or the parameters that are not
   */
  predict(record: RecordObject, options?: ModelPredictOptions): Prediction<Kind>
  predict(records: readonly object[], options?: ModelPredictOptions): Prediction<Kind>[]
  predict(given: object, options: ModelPredictOptions = {}): Prediction<Kind> | Prediction<Kind>[] {
    const chosen = optionsObject(options, 'the options of predict', ['backend']) as ModelPredictOptions
    const many = Array.isArray(given)
    const records = many ? checkRecords(given) : [checkRecord(given, 'the record')]
    const nameOf = (i: number) => (many ? `records[${i}]` : 'the record')
    for (const [i, record] of records.entries()) onlyKnown(record, nameOf(i), this.known, this.names)
    const outputs = this.outputsFor(encodeInputs(records, this.columns, nameOf), chosen, nameOf)
    const predictions = predictionsOf(outputs, this.target, this.network.outputs)
    return (many ? predictions : predictions[0]) as Prediction<Kind> | Prediction<Kind>[]
  }

  /**
   * The quality of predictions for records with known targets: for labels `accuracy` and `confusionMatrix`, for a
   * number `r2`, `meanAbsoluteError` and `rootMeanSquaredError`.
   * @param records as for `predict`, with the target; other columns are ignored
   * @throws as `predict`
   */
  evaluate(records: readonly object[], options: ModelPredictOptions = {}): ModelEvaluation<Kind> {
    const given = optionsObject(options, 'the options of evaluate', ['backend'])
    const checked = checkRecords(records)
    const { target, network } = this
    // Numbers are compared unscaled, as in the records.
    const unscaled: Target = target.type === 'number' ? { ...target, scaler: null } : target
    const nameOf = (i: number) => `records[${i}]`
    const expected = encodeTargets(checked, unscaled, nameOf)
    const predictions = this.outputsFor(this.transform(checked), given as ModelPredictOptions, nameOf)
    const { outputs } = network
    const scored = { rows: records.length, outputs, signs: false }
    const result =
      target.type === 'number'
        ? evaluateNumbers({ ...scored, targets: expected, predictions })
        : evaluateLabels({
            ...scored,
            targets: outputs > 1 ? labelRows(expected, outputs) : expected,
            predictions,
          })
    return result as ModelEvaluation<Kind>
  }

  /**
   * The network's inputs for records: [records × inputs], row-major.
   * @throws as `predict`, but ignores other columns
   */
  transform(records: readonly object[]): Float64Array {
    return encodeInputs(checkRecords(records), this.columns, (i) => `records[${i}]`)
  }

  /**
   * SHA-256, in hex, of everything that predictions depend on: equal digests mean equal predictions, on any machine.
   */
  digest(): string {
    return digestOf(this.parts())
  }

  /** What `JSON.stringify` saves: everything, exactly. */
  toJSON(): SavedModel {
    return savedForm(this.parts())
  }

  /**
   * A model from the result of `toJSON`, or from its JSON text.
   * @throws TypeError or RangeError for anything but a saved model, or a damaged one
   */
  static fromJSON<Kind extends TargetType = TargetType>(saved: SavedModel | string): Model<Kind> {
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
  static async load<Kind extends TargetType = TargetType>(path: Path): Promise<Model<Kind>> {
    const { file, text } = await loadText(path, { what: 'Model.load', instead: 'Use Model.fromJSON(text).' })
    return new Model<Kind>(partsOf(text, `the model file ${file}`))
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { network, columns, target, training } = this
    const { type, name } = target
    const first = `Model: ${type} ${quoted(name)} of ${columns.length} columns, a network ${network.inputs} → ${network.outputs}`
    const inputs = listed(
      columns.map((column) => column.name),
      quoted,
    )
    const known = Object.entries(training ?? {})
      .filter(([, value]) => typeof value !== 'object')
      .map(([key, value]) => `${key} ${shortened(String(value))}`)
    return summary(first, [`columns: ${inputs}`, ...(known.length === 0 ? [] : [`training: ${known.join(', ')}`])])
  }

  private parts(): Parts {
    const { network, columns, target, training } = this
    return { network, columns, target, training }
  }

  /** The network's outputs, numbers unscaled; all of them finite. */
  private outputsFor(x: Float64Array, options: ModelPredictOptions, nameOf: (i: number) => string): Float64Array {
    const { target, network } = this
    const output = network.predict(x, options)
    requireFinite(output, network.outputs, nameOf)
    if (target.type !== 'number' || target.scaler === null) return output
    const numbers = target.scaler.inverse(output)
    requireFinite(numbers, 1, nameOf)
    return numbers
  }
}

brand(Model, 'Model')

/** Checks that the network has these columns and this target. */
function checkFit({ network, columns, target }: Parts): void {
  const { inputs, outputs, layers } = network
  if (inputsOf(columns) !== inputs) throw wrongInputs(inputsOf(columns), inputs)
  if (target.type === 'number') {
    if (outputs !== 1) throw wrongSize('a network with one output, for a number,', 'network', `one with ${outputs}`)
    return
  }
  const { activation } = layers[layers.length - 1]
  const { length } = target.encoder.labels
  const fits = outputs === 1 ? length === 2 && activation === 'sigmoid' : length === outputs && activation === 'softmax'
  if (!fits) {
    const sigmoid = length === 2 ? ', or with one sigmoid,' : ','
    const received = `one of ${outputs} with ${activation}`
    throw wrongSize(`a last layer of ${length} units with softmax${sigmoid} for ${length} labels`, 'network', received)
  }
}
