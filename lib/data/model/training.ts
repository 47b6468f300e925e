/** The summary of a training, which is saved with the model. */
import { type LossOption, lossRegistry, type OptimizerOption, optimizerRegistry } from '../../checks/registry.js'
import { nonNegative } from '../../checks/rows.js'
import { integer, optionsObject, seed } from '../../checks/validate.js'
import { optionBack } from '../diagnose/trial.js'
import { finite, list, text } from '../records/checks.js'
import { checkRecipe, type Recipe } from './recipe.js'

/** How the networks were trained, as far as `Model.diagnose` needs it. */
export interface TrainingSettings {
  /** The loss of each network, with its options. */
  readonly losses: readonly LossOption[]
  /** The optimizer with its options, such as the rate that a schedule starts from. */
  readonly optimizer: OptimizerOption
  readonly batchSize?: number
  /** The weight of each label, in the order of the labels. */
  readonly classWeight?: readonly number[]
}

/** A summary of a training. */
export interface TrainingSummary {
  /** The number of records, those of a share for validation included. */
  readonly rows?: number
  /** The number of records for `validation`. */
  readonly validationRows?: number
  /** The number of epochs; of several networks the most. */
  readonly epochs?: number
  /** The loss of the last epoch; of several networks the mean. */
  readonly finalLoss?: number
  /** With `validation`: the loss over its records of the parameters that were kept; of several networks the mean. */
  readonly validationLoss?: number
  /** The name of the loss; of several losses their names. */
  readonly loss?: string
  /** The name of the optimizer. */
  readonly optimizer?: string
  /** The name of the backend. */
  readonly backend?: string
  /** The seed of the initial parameters and of the orders. */
  readonly seed?: number
  /** The caller's date, as text. */
  readonly date?: string
  /** The number of members of an ensemble. */
  readonly members?: number
  /** The caller's data about the training, as plain JSON: `lockstep-nn train` saves what `verify` needs. */
  readonly recipe?: Recipe
  readonly settings?: TrainingSettings
}

/** In the order in which they are saved. */
export const SUMMARY_KEYS: readonly (keyof TrainingSummary)[] = [
  'rows',
  'validationRows',
  'epochs',
  'finalLoss',
  'validationLoss',
  'loss',
  'optimizer',
  'backend',
  'seed',
  'date',
  'members',
  'recipe',
  'settings',
]

const TEXTS: readonly string[] = ['loss', 'optimizer', 'backend', 'date']
const NUMBERS: readonly string[] = ['finalLoss', 'validationLoss']
const MAX_INTEGER = Number.MAX_SAFE_INTEGER

/** A training summary; its keys have one order, so that equal summaries are saved as equal bytes. */
export function checkSummary(given: unknown, name: string): TrainingSummary | null {
  if (given === undefined || given === null) return null
  const fields = optionsObject(given, name, SUMMARY_KEYS)
  const entries = SUMMARY_KEYS.filter((key) => fields[key] !== undefined).map((key) => {
    const where = `${name}.${key}`
    if (TEXTS.includes(key)) return [key, text(fields[key], where)]
    if (key === 'settings') return [key, checkSettings(fields[key], where)]
    if (key === 'recipe') return [key, checkRecipe(fields[key], where)]
    if (NUMBERS.includes(key)) return [key, finite(fields[key], where)]
    return [key, key === 'seed' ? seed(fields[key], where) : integer(fields[key], where, 1, MAX_INTEGER)]
  })
  return Object.freeze(Object.fromEntries(entries)) as TrainingSummary
}

const SETTINGS: readonly (keyof TrainingSettings)[] = ['losses', 'optimizer', 'batchSize', 'classWeight']

/** Losses and optimizers with all their options, so that equal settings are saved as equal bytes. */
export function checkSettings(given: unknown, name: string): TrainingSettings {
  const { losses, optimizer, batchSize, classWeight } = optionsObject(given, name, SETTINGS)
  const lossOf = (loss: unknown, i: number) =>
    optionBack(lossRegistry.choose(loss as LossOption, `${name}.losses[${i}]`)) as unknown as LossOption
  const weightOf = (weight: unknown, i: number) => nonNegative(weight, `${name}.classWeight[${i}]`)
  return Object.freeze({
    losses: Object.freeze(list(losses, `${name}.losses`, 'losses').map(lossOf)),
    optimizer: optionBack(
      optimizerRegistry.choose(optimizer as OptimizerOption, `${name}.optimizer`),
    ) as unknown as OptimizerOption,
    ...(batchSize === undefined ? {} : { batchSize: integer(batchSize, `${name}.batchSize`, 1, MAX_INTEGER) }),
    ...(classWeight === undefined
      ? {}
      : { classWeight: Object.freeze(list(classWeight, `${name}.classWeight`, 'weights').map(weightOf)) }),
  })
}
