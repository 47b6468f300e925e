/** From records to a trained model, with sensible choices for what the caller leaves open. */
import { wrongSize, wrongType } from '../errors.js'
import type { FitOptions, History } from '../index.js'
import { Network } from '../network.js'
import { type LayerOption, lossRegistry, optimizerRegistry } from '../registry.js'
import { Trainer, type TrainerOptions } from '../trainer.js'
import { seed as checkSeed, elements, entriesOf, integer, optionsObject } from '../validate.js'
import { text } from './checks.js'
import { encodeInputs, encodeTargets, inputsOf, labelRows, type Target, type TargetType } from './columns.js'
import { checkRecords } from './records.js'
import type { Parts } from './saved.js'
import { type ColumnOption, specifyColumns, specifyTarget, type TargetOption } from './specify.js'

export interface ModelFitOptions<Name extends string = string, Type extends TargetType = TargetType> {
  /** The column to predict: numbers as a number, anything else as a label, unless `type` says otherwise. */
  target: Name | (TargetOption<Name> & { type: Type })
  /**
   * The input columns in order: names, whose first value tells whether it is a number or a category; or an object that says
   * it. Default: all columns of the first record but the target.
   */
  columns?: readonly string[] | Readonly<Record<string, ColumnOption>>
  /** The hidden layers: units with relu, or layers as for `Network`. Default [16]. */
  hidden?: readonly (number | LayerOption)[]
  /** As for `Trainer`; default loss `categoricalCrossentropy` or `meanSquaredError`, default optimizer `adam`. */
  trainer?: Partial<TrainerOptions>
  /** As for `Trainer.fit`; default 100 epochs. */
  fit?: FitOptions
  /** For the first parameters, and for the orders unless `fit` has its own: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /** To be saved with the model. Default: none, so that the same call gives the same file. */
  date?: string
}

/** What a model of these records predicts, as far as types tell. */
export type KindOf<Item, Name extends keyof Item, Type extends TargetType> = [Type] extends [never]
  ? Item[Name] extends number
    ? 'number'
    : Item[Name] extends string | boolean
      ? 'label'
      : TargetType
  : Type

const OPTIONS = ['target', 'columns', 'hidden', 'trainer', 'fit', 'seed', 'date']
const EPOCHS = 100
const MOST_UNITS = 2 ** 24

/** The parts of a trained model, and what its training reported. */
export async function fitModel(given: unknown, options: ModelFitOptions): Promise<Parts & { history: History }> {
  const { target: targetOption, ...rest } = optionsObject(options, 'the options of Model.fit', OPTIONS)
  const seed = rest.seed === undefined ? 0 : checkSeed(rest.seed, 'seed')
  const date = rest.date === undefined ? undefined : text(rest.date, 'date')
  const hidden = hiddenLayers(rest.hidden)
  const fitOptions = { epochs: EPOCHS, seed, ...plain(rest.fit, 'fit') }
  const trainerOptions = plain(rest.trainer, 'trainer')
  // Read once: the model keeps their names.
  if (trainerOptions.loss !== undefined) trainerOptions.loss = lossRegistry.read(trainerOptions.loss, 'loss')
  if (trainerOptions.optimizer !== undefined) {
    trainerOptions.optimizer = optimizerRegistry.read(trainerOptions.optimizer, 'optimizer')
  }
  const records = checkRecords(given)
  const target = specifyTarget(records, targetOption)
  const columns = specifyColumns(records, rest.columns, target.name)

  const network = new Network({ inputs: inputsOf(columns), layers: [...hidden, lastLayer(target)], seed })
  const standard = target.type === 'number' ? 'meanSquaredError' : 'categoricalCrossentropy'
  const chosen = { loss: standard, optimizer: 'adam', ...trainerOptions } as TrainerOptions
  const trainer = new Trainer(network, chosen)
  const nameOf = (i: number) => `records[${i}]`
  const x = encodeInputs(records, columns, nameOf)
  const encoded = encodeTargets(records, target, nameOf)
  const asIndices = lossRegistry.find(nameOfChoice(chosen.loss), 'loss').entry.targets === 'index'
  const y = target.type === 'number' || asIndices ? encoded : labelRows(encoded, target.encoder.labels.length)
  const history = await trainer.fit(x, y, fitOptions)
  const training = {
    rows: records.length,
    epochs: history.epochs,
    finalLoss: history.loss.at(-1) as number,
    loss: nameOfChoice(chosen.loss),
    optimizer: nameOfChoice(chosen.optimizer),
    backend: history.backend,
    seed,
    date,
  }
  return { network, columns, target, training, history }
}

function plain(given: unknown, name: string): Record<string, unknown> {
  if (given === undefined) return {}
  // An option that is undefined stands for its default.
  return Object.fromEntries(entriesOf(given, name).filter(([, value]) => value !== undefined))
}

function hiddenLayers(given: unknown): LayerOption[] {
  if (given === undefined) return [{ units: 16, activation: 'relu' }]
  if (!Array.isArray(given)) throw wrongType('an array of numbers of units, or of layers,', 'hidden', given)
  return elements(given).map((layer, i): LayerOption => {
    if (typeof layer === 'object' && layer !== null) return layer as LayerOption
    return { units: integer(layer, `hidden[${i}]`, 1, MOST_UNITS), activation: 'relu' }
  })
}

function lastLayer(target: Target): LayerOption {
  if (target.type === 'number') return { units: 1 }
  const { labels } = target.encoder
  if (labels.length < 2) throw wrongSize('at least two labels', 'target.labels', 'one')
  return { units: labels.length, activation: 'softmax' }
}

const nameOfChoice = (choice: unknown): string =>
  typeof choice === 'string' ? choice : (choice as { name: string }).name
