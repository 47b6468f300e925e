/** The options of Model.fit as the caller gave them, read once, and the records with their targets. */

import { wrongType } from '../../checks/errors.js'
import { type LayerOption, lossRegistry, optimizerRegistry } from '../../checks/registry.js'
import { boolean, seed as checkSeed, elements, entriesOf, integer, optionsObject } from '../../checks/validate.js'
import { text } from '../records/checks.js'
import { checkRecords, columnNames, type Records } from '../records/records.js'
import { readTargets, type TargetChoice } from '../targets/specify-target.js'
import { MODEL_FIT_OPTIONS } from './fit-settings.js'
import { type KnownRecords, someWithTargets } from './known.js'
import { checkRecipe, type Recipe } from './recipe.js'

const MAX_UNITS = 2 ** 24

/** Options of Model.fit. */
export interface GivenFit {
  /** All of them; those that follow are checked, the others are not yet. */
  readonly given: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly date: string | undefined
  readonly recipe: Recipe | undefined
  readonly temperature: boolean
  readonly trainer: Readonly<Record<string, unknown>>
  /** The options of `fit`. */
  readonly fit: Record<string, unknown>
  /** Null: the default. */
  readonly hidden: readonly LayerOption[] | null
}

export function readFitOptions(options: unknown): GivenFit {
  const given = optionsObject(options, 'the options of Model.fit', MODEL_FIT_OPTIONS)
  const trainer = plain(given.trainer, 'trainer')
  // Read once, because the model stores their names.
  if (trainer.loss !== undefined) trainer.loss = lossRegistry.read(trainer.loss, 'loss')
  if (trainer.optimizer !== undefined) trainer.optimizer = optimizerRegistry.read(trainer.optimizer, 'optimizer')
  return {
    given,
    seed: given.seed === undefined ? 0 : checkSeed(given.seed, 'seed'),
    date: given.date === undefined ? undefined : text(given.date, 'date'),
    recipe: given.recipe === undefined ? undefined : checkRecipe(given.recipe, 'recipe'),
    temperature: given.temperature === undefined ? true : boolean(given.temperature, 'temperature'),
    trainer,
    fit: plain(given.fit, 'fit'),
    hidden: given.hidden === undefined ? null : hiddenLayers(given.hidden),
  }
}

/** The records of a fit and the targets that they have. */
export interface TargetedRecords {
  readonly all: Records
  /** The columns of the records. */
  readonly names: readonly string[]
  readonly choices: readonly TargetChoice[]
  /** The targets without which records are skipped. */
  readonly skipping: readonly string[]
  /** The records that are not skipped. */
  readonly known: KnownRecords
}

export function readTargetedRecords(records: unknown, target: unknown): TargetedRecords {
  const all = checkRecords(records)
  const names = columnNames(all)
  const choices = readTargets(all, names, target)
  const skipping = choices.filter(({ skips }) => skips).map(({ name }) => name)
  return { all, names, choices, skipping, known: someWithTargets(all, skipping, 'records') }
}

function plain(given: unknown, name: string): Record<string, unknown> {
  if (given === undefined) return {}
  // An undefined option means its default.
  return Object.fromEntries(entriesOf(given, name).filter(([, value]) => value !== undefined))
}

function hiddenLayers(given: unknown): LayerOption[] {
  if (!Array.isArray(given)) throw wrongType('an array of numbers of units, or of layers,', 'hidden', given)
  return elements(given).map((layer, i): LayerOption => {
    if (typeof layer === 'object' && layer !== null) return layer as LayerOption
    return { units: integer(layer, `hidden[${i}]`, 1, MAX_UNITS), activation: 'relu' }
  })
}
