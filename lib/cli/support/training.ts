/** Trains a model on a table as `train` and `verify` do: the same recipe and table give the same model. */

import { rowsOfShare } from '../../checks/rows.js'
import {
  Model,
  type ModelDiagnosis,
  type ModelFitOptions,
  type SplitOptions,
  type TargetType,
  trainTestSplit,
} from '../../data/index.js'
import { PLAIN_DEFAULTS } from '../../data/model/defaults.js'
import { allOf, withTargets } from '../../data/model/known.js'
import { rowsOfValidation } from '../../data/model/rows.js'
import { columnNames } from '../../data/records/records.js'
import type { CheckpointOptions, TrainingProgress } from '../../index.js'
import { ensembleAgain } from '../../search/ensemble/trained-ensemble.js'
import { spaceFromJson } from '../../search/space/json.js'
import { noColumn, UsageError } from './errors.js'
import { plural } from './progress.js'
import type { Table, TableRecord } from './table.js'

/** Everything that determines the model, besides the table; saved in the model file. */
export interface Recipe {
  /** The version of the library. */
  readonly version: string
  /** SHA-256 of the file, in hex. */
  readonly data: string
  /** The columns to predict. */
  readonly targets: readonly string[]
  /** Absent: all but the targets. */
  readonly columns?: readonly string[]
  readonly drop?: readonly string[]
  /** Absent: the default of the library. */
  readonly epochs?: number
  readonly test?: number
  /** Absent: by the number of rows, as in Model.fit. */
  readonly members?: number
  readonly seed: number
  /** Of a model of `search`: all options of Model.fit, in the JSON form of spaces. They take the place of those above. */
  readonly options?: object
  /** Of an ensemble of `search`: its trials with such options. They take the place of those above. */
  readonly trials?: readonly RecipeTrial[]
}

/** A member of an ensemble of `search`. */
export interface RecipeTrial {
  readonly number: number
  readonly weight: number
  readonly options: object
}

/** What does not change the model. */
export interface TrainingHooks {
  readonly threads: number | undefined
  readonly checkpoint: CheckpointOptions | undefined
  readonly signal: AbortSignal
  readonly onProgress: (progress: TrainingProgress) => void
  /** The number of epochs after which the training ends, if it has not ended before. Default: `epochs` of the recipe. */
  readonly endAfter?: number
}

/** The rows of a table, for training and for the score. */
export interface Rows {
  readonly train: readonly TableRecord[]
  readonly test: readonly TableRecord[]
  /** The rows without a target, which Model.fit leaves out. */
  readonly withoutTarget: readonly TableRecord[]
}

/** The share of the rows trained on that choose the best epoch. */
const VALIDATION = 0.2
/** Fewer rows are not divided. */
const MIN_DIVIDED = 20
/** Of rows that are not divided, by the loss over them. */
const EARLY_STOPPING = PLAIN_DEFAULTS.earlyStopping

/** @throws UsageError for a column that the table does not have; Error for no input column */
export function checkColumns({ header }: Table, name: string, recipe: Recipe): void {
  const { targets, columns = [], drop = [] } = recipe
  for (const [option, names] of [
    ['--target', targets],
    ['--columns', recipe.columns],
    ['--drop', recipe.drop],
  ] as const) {
    if (names?.length === 0) throw new UsageError(`Expected the name of a column for ${option}.`)
    const twice = names?.find((column, i) => names.indexOf(column) < i)
    if (twice !== undefined) throw new UsageError(`${option} names ${JSON.stringify(twice)} twice.`)
  }
  for (const column of [...targets, ...columns, ...drop]) {
    if (!header.includes(column)) throw noColumn(column, name, header)
  }
  const both = columns.find((column) => drop.includes(column))
  if (both !== undefined) throw new UsageError(`--columns and --drop both name ${JSON.stringify(both)}.`)
  for (const [option, names] of Object.entries({ '--columns': columns, '--drop': drop })) {
    const target = names.find((column) => targets.includes(column))
    if (target !== undefined) throw new UsageError(`${option} names the target, ${JSON.stringify(target)}.`)
  }
  if (header.every((column) => targets.includes(column) || drop.includes(column))) {
    const remedy = header.length === 1 ? ' Does the file use another delimiter?' : ''
    throw new Error(`${name} has no column besides the target to learn from.${remedy}`)
  }
}

/** A table without the columns to drop. */
export function keptColumns(table: Table, { drop = [] }: Recipe): Table {
  if (drop.length === 0) return table
  const header = table.header.filter((name) => !drop.includes(name))
  const kept = (record: TableRecord) =>
    header.filter((name) => Object.hasOwn(record, name)).map((name) => [name, record[name]])
  return { header, records: table.records.map((record) => Object.fromEntries(kept(record))) }
}

/** The number of each row of a table, from 1. */
export function rowNumbers({ records }: Table): (record: TableRecord) => number {
  const numbers = new Map(records.map((record, i) => [record, i + 1]))
  return (record) => numbers.get(record) as number
}

/** @throws Error where no row has a value of each target */
export function requireTargets(records: readonly TableRecord[], name: string, targets: readonly string[]): void {
  if (withTargets(records, targets).records.length > 0) return
  throw new Error(
    `${name} has no row with a value of ${targets.map((target) => JSON.stringify(target)).join(' and ')}.`,
  )
}

/** Divides the rows whose targets are known, by the seed. The parts have the records of the table themselves. */
export function divideRows({ records }: Table, name: string, { targets, test, seed }: Recipe): Rows {
  requireTargets(records, name, targets)
  const { records: known, places } = withTargets(records, targets)
  const isKnown = new Set(places)
  const rows = { withoutTarget: records.filter((_, i) => !isKnown.has(i)) }
  return test === undefined ? { ...rows, train: known, test: [] } : { ...rows, ...split(known, targets, test, seed) }
}

/** The best model of a search, again. */
async function trainFound(train: Rows['train'], recipe: Recipe, hooks: TrainingHooks): Promise<Model> {
  const { trainer = {}, fit = {}, ...options } = spaceFromJson(recipe.options, 'the recipe') as FoundOptions
  const { threads, signal, onProgress } = hooks
  const own = threads === undefined ? {} : { threads }
  return await Model.fit(train, {
    ...options,
    recipe,
    trainer: { ...trainer, ...own },
    fit: { ...fit, signal, onProgress },
  })
}

/** The ensemble of a search, again. */
function trainMembers(train: Rows['train'], trials: readonly RecipeTrial[], { threads }: TrainingHooks) {
  const chosen = trials.map(({ number, weight, options }) => ({
    ...{ number, weight },
    options: { model: spaceFromJson(options, 'the recipe') },
  }))
  return ensembleAgain(train, chosen, threads ?? 'auto')
}

type FoundOptions = ModelFitOptions<string, TargetType>

export async function trainOn({ train, withoutTarget }: Rows, recipe: Recipe, hooks: TrainingHooks): Promise<Model> {
  const { targets, columns, epochs, members, seed } = recipe
  const { threads, signal, onProgress, checkpoint, endAfter } = hooks
  if (recipe.options !== undefined) return await trainFound(train, recipe, hooks)
  if (recipe.trials !== undefined) return await trainMembers(train, recipe.trials, hooks)
  const options = {
    columns,
    members,
    seed,
    recipe,
    trainer: threads === undefined ? {} : { threads },
    fit: {
      epochs,
      signal,
      onProgress,
      checkpoint,
      onEpoch: endAfter === undefined ? undefined : ({ epoch }: { epoch: number }) => epoch + 1 < endAfter,
      // With it, an interrupted training ends with the parameters of a whole epoch.
      ...(train.length < MIN_DIVIDED ? { earlyStopping: EARLY_STOPPING } : {}),
    },
    ...(train.length < MIN_DIVIDED ? {} : { validation: VALIDATION }),
  }
  // Its report says how many rows have no target.
  const records = [...train, ...withoutTarget]
  if (targets.length === 1) return await Model.fit(records, { ...options, target: targets[0] })
  return (await Model.fit(records, { ...options, target: targets })) as unknown as Model
}

/** The places of the rows that chose the best epoch, among those that the model was trained with: as Model.fit draws them. */
export function validationPlaces(model: Model, train: readonly TableRecord[], { targets, seed }: Recipe): Int32Array {
  if (train.length < MIN_DIVIDED) return new Int32Array()
  const [target] = model.targets
  const stratify = targets.length === 1 && 'encoder' in target ? { stratify: target.name } : {}
  const { validation } = rowsOfValidation(allOf(train), columnNames(train), VALIDATION, { seed, ...stratify }, [])
  return validation?.places ?? new Int32Array()
}

/**
 * What the doctor finds: in the rows that chose the parameters, with those for validation or the test, which should not be
 * among them.
 */
export function diagnosisOf(model: Model, { train, test }: Rows, recipe: Recipe): ModelDiagnosis {
  const validation = new Set(validationPlaces(model, train, recipe))
  const trained = train.filter((_, i) => !validation.has(i))
  const others = test.length > 0 ? test : train.filter((_, i) => validation.has(i))
  return model.diagnose(trained, { seed: recipe.seed, ...(others.length === 0 ? {} : { validation: others }) })
}

/** A seeded split in which both parts have each label in the same proportion. A label of one row is trained on. */
function split(records: readonly TableRecord[], targets: readonly string[], share: number, seed: number) {
  if (targets.length > 1) return partsOf(records, share, { seed })
  const [target] = targets
  const labels = records.map((record) => record[target])
  if (labels.some((label) => typeof label === 'number')) return partsOf(records, share, { seed })
  const counts = new Map<unknown, number>()
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1)
  const isSingle = (record: TableRecord): boolean => counts.get(record[target]) === 1
  const several = records.filter((record) => !isSingle(record))
  if (several.length < 2) return partsOf(records, share, { seed })
  const stratify = (record: TableRecord) => String(record[target])
  const parts = partsOf(several, share, { seed, stratify })
  return { train: [...parts.train, ...records.filter(isSingle)], test: parts.test }
}

/** @throws UsageError where one part would have no row */
function partsOf(records: readonly TableRecord[], share: number, options: SplitOptions<TableRecord>) {
  const { length } = records
  const count = rowsOfShare(share, length)
  if (count > 0 && count < length) return trainTestSplit(records, { testSize: share, ...options })
  const what = count === 0 ? 'no row to test' : 'no row to train on'
  throw new UsageError(`--test ${share} of ${plural(length, 'row')} leaves ${what}. Choose another share.`)
}
