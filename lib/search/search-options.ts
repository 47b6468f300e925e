/** The options of search, and their checks. */
import { abortSignal, type Signal } from '../checks/abort.js'
import { wrongType, wrongValue } from '../checks/errors.js'
import type { Rows } from '../checks/rows.js'
import { seed as checkSeed, elements, integer, optionsObject, threadCount } from '../checks/validate.js'
import type { ModelFitOptions, ModelTrainingOptions } from '../data/model/fit-settings.js'
import type { ValidationOptions } from '../data/splits/validation.js'
import type { Path } from '../files/path-types.js'
import type { NetworkOptions } from '../network/shape.js'
import type { MonitorName } from '../training/early-stopping.js'
import type { FitOptions } from '../training/fit-options.js'
import type { TrainerOptions } from '../training/trainer-options.js'
import type { Task } from './engine/batch.js'
import { canonicalText } from './engine/canonical-text.js'
import { chooseMetric } from './engine/metric.js'
import { arraysObjective } from './objectives/arrays.js'
import type { Objective } from './objectives/objective.js'
import { recordsObjective } from './objectives/records.js'
import { type ChosenPruner, choosePruner, type PrunerOption } from './pruners/pruners.js'
import { type ChosenSampler, chooseSampler, type SamplerOption } from './samplers/samplers.js'
import { canonicalSpace, readSpace } from './space/read-space.js'
import type { Searchable } from './space/searchable.js'
import type { Space, Trial } from './space/trial.js'

/** Samples and targets, as for `fit`. They are copied. */
export interface SearchData {
  x: Rows
  y: Rows
  sampleWeight?: Float64Array | readonly number[]
}

/** Options with parameters in place of some values. */
export interface SearchSpace {
  /** As for `Network`, without `parameters`. `seed`: by default the study's seed plus the number of the trial. */
  network: Searchable<Omit<NetworkOptions, 'parameters'>>
  /** As for `Trainer`, without `threads` and `backend`. */
  trainer: Searchable<Omit<TrainerOptions, 'threads' | 'backend'>>
  /** As for `fit`: epochs, batchSize, lastBatch, shuffle, seed, classWeight, earlyStopping. */
  fit?: Searchable<
    Pick<FitOptions, 'epochs' | 'batchSize' | 'lastBatch' | 'shuffle' | 'classWeight' | 'earlyStopping'> & {
      seed?: number
    }
  >
}

/** Options of `Model.fit` with parameters in place of some values. */
export interface RecordSearchSpace {
  /** As for `Model.fit`, without members and validation. A trial trains one network. */
  model: Searchable<Omit<ModelFitOptions, 'validation' | 'members' | 'date' | 'recipe' | 'fit'>> & {
    readonly fit?: Searchable<
      Pick<ModelTrainingOptions, 'epochs' | 'batchSize' | 'lastBatch' | 'shuffle' | 'classWeight' | 'earlyStopping'> & {
        seed?: number
      }
    >
  }
}

/** Folds of the rows. */
export interface FoldValidation {
  /** The number of trainings of each trial, each compared on another part of the rows; the value is their mean. */
  folds: number
  /** Default true. */
  shuffle?: boolean
  /** Default: for arrays 0, for records that of the study. */
  seed?: number
  /** Whether all parts have about the same share of each label. Default: false for arrays, true for records with a label. */
  stratify?: boolean
}

/** The samples that trials are compared on. */
export type SearchValidation =
  /** The share `split` of the rows: the last ones; with `shuffle` or `stratify` they are drawn in a seeded order. */
  | { split: number; shuffle?: boolean; seed?: number; stratify?: boolean }
  | FoldValidation
  /** Other samples. */
  | SearchData

export interface SearchProgress {
  /** The number of trials that have ended. */
  readonly trials: number
  /** The number of all trials. */
  readonly of: number
  /** The best complete trial; null: there is none. */
  readonly best: Trial | null
}

/** The options of a search over samples and targets in arrays. */
export interface ArraySearchOptions extends CommonOptions {
  data: SearchData
  space: SearchSpace
  /** Default `{ split: 0.2 }`; none with a metric of the training samples. */
  validation?: SearchValidation
}

/** The options of a search over records. */
export interface RecordSearchOptions extends CommonOptions {
  data: { records: readonly object[] }
  space: RecordSearchSpace
  /**
   * As of `Model.fit`, or folds. A share is drawn in an order seeded by the study's seed. Default `{ share: 0.2 }`; none with
   * a metric of the training samples.
   */
  validation?: number | ValidationOptions | readonly object[] | FoldValidation
}

export type SearchOptions = ArraySearchOptions | RecordSearchOptions

interface CommonOptions {
  /** The number of trials, at most 10,000,000. Default with the sampler `grid`: all of them; otherwise it is required. */
  trials?: number
  /** How trials are drawn. Default `random`. */
  sampler?: SamplerOption
  /** Which trials end early. Default `none`. */
  pruner?: PrunerOption
  /**
   * The series that trials are compared by: `loss`, or the name of a metric, with `validation` before it for the
   * validation samples. It counts after the last epoch; where early stopping has `restoreBest`, after its best epoch.
   * Default `validationLoss`.
   */
  metric?: Exclude<MonitorName, 'auto'>
  /** The seed of the draws, and of the trials' own seeds: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
  /**
   * The number of trials that are drawn, trained and compared together. It is part of what decides the trials. Default:
   * by sampler and pruner.
   */
  batch?: number
  /** As for Trainer; neither changes a bit. Default `auto`. */
  threads?: number | 'auto'
  /** As for Trainer. Default `auto`. */
  backend?: string
  /** The name of the study. Default `study`. */
  name?: string
  /**
   * The file that each batch is appended to, in the format of Optuna's JournalStorage. A search whose study is in it goes on
   * where that ended. Of several files, the first gets the trials of the others too. Default: none.
   */
  journal?: Path | readonly Path[]
  /**
   * Trains a part of the batches only: `2/8` is the second of eight parts. The journals of all parts make the whole study. Not
   * with a sampler that learns from earlier trials. Default: all.
   */
  shard?: string
  /** Ends the search; the study has the trials of the batches that were done. */
  signal?: Signal
  /** Called after each batch. `search` awaits the result, which has no effect. An exception ends the search. */
  onProgress?: (progress: SearchProgress) => unknown
}

/** The checked options of a search. */
export interface SearchSettings {
  readonly name: string
  readonly space: Space
  readonly trials: number
  readonly sampler: ChosenSampler
  readonly pruner: ChosenPruner
  readonly seed: number
  readonly batch: number
  readonly objective: Objective
  readonly task: Task
  /** All that decides the trials, as text, besides the samples. */
  readonly plan: string
  readonly journals: readonly unknown[]
  /** index: from 0. Null: all. */
  readonly shard: { readonly index: number; readonly count: number } | null
  readonly signal: Signal | null
  readonly onProgress: ((progress: SearchProgress) => unknown) | null
}

const OPTIONS: readonly (keyof ArraySearchOptions)[] = [
  'data',
  'space',
  'trials',
  'sampler',
  'pruner',
  'validation',
  'metric',
  'seed',
  'batch',
  'threads',
  'backend',
  'name',
  'journal',
  'shard',
  'signal',
  'onProgress',
]

const MAX_TRIALS = 10_000_000

export function searchSettings(options: unknown): SearchSettings {
  const given = optionsObject(options, 'the options of search', OPTIONS)
  const seed = given.seed === undefined ? 0 : checkSeed(given.seed, 'seed')
  if (typeof given.space !== 'object' || given.space === null || Array.isArray(given.space)) {
    throw wrongType('{ network, trainer, fit }, or for records { model },', 'space', given.space)
  }
  const space = readSpace(given.space, 'space')
  const sampler = chooseSampler(given.sampler ?? 'random')
  const pruner = choosePruner(given.pruner ?? 'none')
  const trials = trialCount(given.trials, sampler, space)
  if (seed > Number.MAX_SAFE_INTEGER - trials) {
    throw wrongValue(`a seed with ${trials} higher ones below 2^53`, 'seed', seed)
  }
  const usual = Math.max(sampler.usualBatch(trials), pruner.usualBatch ?? 1)
  const batch = given.batch === undefined ? usual : integer(given.batch, 'batch', 1, MAX_TRIALS)
  const { metric: name } = given
  const isOfValidation = name === undefined || (typeof name === 'string' && name.startsWith('validation'))
  const isUsual = given.validation === undefined && isOfValidation
  const validation = isUsual ? { split: 0.2 } : (given.validation ?? null)
  const metric = chooseMetric(name, validation !== null)
  if (metric.ofValidation && validation === null) {
    throw wrongType('validation samples', 'validation', validation, `The metric ${metric.series} needs them.`)
  }
  const objective = objectiveOf(given.data, validation, seed, () => inputsOf(space, sampler, seed, trials))
  const threads = given.threads === undefined ? 'auto' : threadCount(given.threads)
  return {
    name: given.name === undefined ? 'study' : checkName(given.name),
    space,
    trials,
    sampler,
    pruner,
    seed,
    batch,
    objective,
    task: { metric, threads, backend: given.backend as string | undefined },
    plan: canonicalText(
      {
        space: canonicalSpace(space),
        trials,
        sampler: [sampler.name, sampler.options],
        pruner: [pruner.name, pruner.options],
        metric: metric.series,
        seed,
        batch,
      },
      'the plan',
    ),
    journals:
      given.journal === undefined ? [] : Array.isArray(given.journal) ? elements(given.journal) : [given.journal],
    shard: given.shard === undefined ? null : checkShard(given.shard, sampler),
    signal: abortSignal(given.signal),
    onProgress: callback(given.onProgress),
  }
}

function trialCount(given: unknown, sampler: ChosenSampler, space: Space): number {
  const all = sampler.size(space)
  if (given !== undefined) {
    const trials = integer(given, 'trials', 1, MAX_TRIALS)
    if (trials > all) throw wrongValue(`at most the ${all} trials of the ${sampler.name}`, 'trials', trials)
    return trials
  }
  if (all === Infinity)
    throw wrongType('the number of trials', 'trials', given, `The sampler ${sampler.name} has no end.`)
  if (all > MAX_TRIALS)
    throw wrongValue(`at most ${MAX_TRIALS} trials`, 'space', all, 'Give trials, or a smaller grid.')
  return all
}

function objectiveOf(data: unknown, validation: unknown, seed: number, inputs: () => unknown): Objective {
  if (typeof data !== 'object' || data === null) throw wrongType('{ x, y } or { records }', 'data', data)
  if (!('records' in data)) return arraysObjective(data, validation, inputs(), seed)
  return recordsObjective(optionsObject(data, 'data', ['records']).records, validation, seed)
}

/** The inputs that the options of the first trial name; undefined: none. */
function inputsOf(space: Space, sampler: ChosenSampler, seed: number, trials: number): number | undefined {
  const [draw] = sampler.draws({ space, seed, first: 0, count: 1, trials, earlier: [] })
  const { network } = (space.resolve(draw) ?? {}) as { network?: { inputs?: unknown } }
  return network?.inputs === undefined ? undefined : integer(network.inputs, 'space.network.inputs', 1, 2 ** 31 - 1)
}

function checkShard(given: unknown, { name, learns }: ChosenSampler): SearchSettings['shard'] {
  const expected = "a text such as '2/8'"
  if (typeof given !== 'string') throw wrongType(expected, 'shard', given)
  const parts = /^([1-9][0-9]{0,6})\/([1-9][0-9]{0,6})$/.exec(given)
  const [index, count] = parts === null ? [0, 0] : [Number(parts[1]), Number(parts[2])]
  if (index > count || count === 0)
    throw wrongValue(expected, 'shard', given, 'The first number is from 1 to the second.')
  if (learns) {
    const remedy = 'Each of its batches depends on all before it: use random, sobol or grid.'
    throw wrongValue('a sampler whose trials do not depend on earlier ones, with shard,', 'sampler', name, remedy)
  }
  return { index: index - 1, count }
}

const MAX_NAME = 1000

function checkName(given: unknown): string {
  if (typeof given !== 'string') throw wrongType('a text', 'name', given)
  if (given === '' || given.length > MAX_NAME) throw wrongValue(`a text of 1 to ${MAX_NAME} characters`, 'name', given)
  return given
}

function callback(given: unknown): SearchSettings['onProgress'] {
  if (given === undefined) return null
  if (typeof given !== 'function') throw wrongType('a function', 'onProgress', given)
  return given as SearchSettings['onProgress']
}
