/** Trains a model on records, with defaults for what the caller does not choose. */
import { wrongType } from '../../checks/errors.js'
import { type LayerOption, lossRegistry, optimizerRegistry } from '../../checks/registry.js'
import { seed as checkSeed, elements, entriesOf, integer, optionsObject } from '../../checks/validate.js'
import { Network } from '../../network/network.js'
import { trainedRows } from '../../training/fit-data.js'
import { fitOptions as checkFitOptions, checkSplit, type FitOptions } from '../../training/fit-options.js'
import type { History } from '../../training/history.js'
import { Trainer } from '../../training/trainer.js'
import type { TrainerOptions } from '../../training/trainer-options.js'
import { encodeInputs, inputsOf } from '../columns/columns.js'
import { type ColumnOption, type FittedRecords, specifyColumns } from '../columns/specify.js'
import { text } from '../records/checks.js'
import { checkRecord, checkRecords, type RecordObject, type Records } from '../records/records.js'
import { specifyTarget, type TargetOption } from '../targets/specify-target.js'
import type { TargetType } from '../targets/targets.js'
import { weightsOfLabels } from './class-weight.js'
import { lastLayer, lossTargets } from './objective.js'
import { checkRecipe, type Parts } from './saved.js'

/** The options of `Trainer.fit`; two of them are in terms of records and labels. */
export interface ModelTrainingOptions extends Omit<FitOptions, 'classWeight' | 'validationData'> {
  /**
   * The factor of the records of each label: `{ rain: 2 }`, where a label that is not named has weight 1, or an array
   * in the order of the labels. Finite numbers of at least 0. It does not apply to validation data.
   */
  classWeight?: Readonly<Record<string, number>> | readonly number[]
  /** Records for validation, with the target. Excludes `validationSplit`. */
  validationData?: readonly RecordObject[]
}

export interface ModelFitOptions<Name extends string = string, Type extends TargetType = TargetType> {
  /**
   * The column to predict. Numbers are predicted as a number, anything else as a label, unless `type` says otherwise.
   */
  target: Name | (TargetOption<Name> & { type: Type })
  /** The names of the input columns, in order. Default: all columns of the first record except the target. */
  columns?: readonly string[]
  /**
   * The types, scalers and encoders of single input columns. Default: a column whose first value is a number is a
   * number, any other a category.
   */
  options?: Readonly<Record<string, ColumnOption>>
  /** The hidden layers: numbers of units with relu, or layers as for `Network`. Default [16]. */
  hidden?: readonly (number | LayerOption)[]
  /**
   * As for `Trainer`; default loss `categoricalCrossentropy` or `meanSquaredError`, default optimizer `adam`. The last
   * layer is the one that the loss requires.
   */
  trainer?: Partial<TrainerOptions>
  /**
   * As for `Trainer.fit`; default 100 epochs. With `validationSplit`, scalers, categories and labels are fitted to the
   * training records only.
   */
  fit?: ModelTrainingOptions
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

/** The kind of prediction of a model of these records, as far as types determine it. */
export type KindOf<Item, Name extends keyof Item, Type extends TargetType> = [Type] extends [never]
  ? Item[Name] extends number
    ? 'number'
    : Item[Name] extends string | boolean
      ? 'label'
      : TargetType
  : Type

const OPTIONS = ['target', 'columns', 'options', 'hidden', 'trainer', 'fit', 'seed', 'date', 'recipe']
const EPOCHS = 100
const MAX_UNITS = 2 ** 24

/** The parts of a trained model, and the history of its training. */
export async function fitModel(givenRecords: unknown, options: ModelFitOptions): Promise<Parts & { history: History }> {
  const { target: targetOption, ...rest } = optionsObject(options, 'the options of Model.fit', OPTIONS)
  const seed = rest.seed === undefined ? 0 : checkSeed(rest.seed, 'seed')
  const date = rest.date === undefined ? undefined : text(rest.date, 'date')
  const recipe = rest.recipe === undefined ? undefined : checkRecipe(rest.recipe, 'recipe')
  const hidden = hiddenLayers(rest.hidden)
  const given = plain(rest.fit, 'fit')
  const trainerOptions = plain(rest.trainer, 'trainer')
  // Read once, because the model stores their names.
  if (trainerOptions.loss !== undefined) trainerOptions.loss = lossRegistry.read(trainerOptions.loss, 'loss')
  if (trainerOptions.optimizer !== undefined) {
    trainerOptions.optimizer = optimizerRegistry.read(trainerOptions.optimizer, 'optimizer')
  }
  const records = checkRecords(givenRecords)
  const { validationData, classWeight, ...fitOptions } = checkFitOptions(given)
  const validation = validationData === undefined ? null : validationRecords(validationData)
  const fitted = recordsTrainedOn(records, fitOptions.validationSplit)

  const lossGiven = trainerOptions.loss === undefined ? null : lossRegistry.choose(trainerOptions.loss, 'loss')
  const target = specifyTarget(fitted, targetOption, lossGiven?.entry.targets === 'nonNegative')
  const standard = target.type === 'number' ? 'meanSquaredError' : 'categoricalCrossentropy'
  const loss = lossGiven ?? lossRegistry.choose(standard, 'loss')
  const columns = specifyColumns(fitted, rest.columns, rest.options, target.name)
  const weights = weightsOfLabels(classWeight, target)

  const network = new Network({ inputs: inputsOf(columns), layers: [...hidden, lastLayer(target, loss)], seed })
  const chosen = { loss: standard, optimizer: 'adam', ...trainerOptions } as TrainerOptions
  const trainer = new Trainer(network, chosen)
  const encode = (some: Records, nameOf: (i: number) => string): [x: Float64Array, y: Float64Array] => [
    encodeInputs(some, columns, nameOf),
    lossTargets(some, target, loss, nameOf),
  ]
  const trained = fitted.records.length
  const [x, y] = encode(records, (i) => (i < trained ? `records[${i}]` : `records[${i}], kept for validation,`))
  const history = await trainer.fit(x, y, {
    epochs: EPOCHS,
    seed,
    ...fitOptions,
    ...(weights === undefined ? {} : { classWeight: weights as number[] }),
    ...(validation === null ? {} : { validationData: encode(validation, (i) => `validationData[${i}]`) }),
  })
  const training = {
    rows: records.length,
    epochs: history.epochs,
    finalLoss: history.loss.at(-1) as number,
    loss: loss.name,
    optimizer: nameOfChoice(chosen.optimizer),
    backend: history.backend,
    seed,
    date,
    recipe,
  }
  return { network, columns, target, training, history }
}

/** The records that are not for validation. */
function recordsTrainedOn(records: Records, split: unknown): FittedRecords {
  if (split === undefined) return { records, which: '' }
  return { records: records.slice(0, trainedRows(checkSplit(split), records.length)), which: ' trained on' }
}

/** `validationData`: records, which the model encodes like the training records. */
function validationRecords(given: unknown): Records {
  if (Array.isArray(given) && given.length > 0) {
    return Array.from(given, (record: unknown, i) => checkRecord(record, `validationData[${i}]`, RAW))
  }
  if (!Array.isArray(given)) throw wrongType('an array of records', 'validationData', given, RAW)
  return checkRecords(given, 'validationData')
}

const RAW = 'Model.fit encodes them itself: pass records like those it is trained on.'

function plain(given: unknown, name: string): Record<string, unknown> {
  if (given === undefined) return {}
  // An undefined option means its default.
  return Object.fromEntries(entriesOf(given, name).filter(([, value]) => value !== undefined))
}

function hiddenLayers(given: unknown): LayerOption[] {
  if (given === undefined) return [{ units: 16, activation: 'relu' }]
  if (!Array.isArray(given)) throw wrongType('an array of numbers of units, or of layers,', 'hidden', given)
  return elements(given).map((layer, i): LayerOption => {
    if (typeof layer === 'object' && layer !== null) return layer as LayerOption
    return { units: integer(layer, `hidden[${i}]`, 1, MAX_UNITS), activation: 'relu' }
  })
}

const nameOfChoice = (choice: unknown): string =>
  typeof choice === 'string' ? choice : (choice as { name: string }).name
