/** The options of search, and their checks. */
import { abortSignal, type Signal } from '../checks/abort.js'
import { wrongType, wrongValue } from '../checks/errors.js'
import type { Rows } from '../checks/rows.js'
import { seed as checkSeed, integer, optionsObject, threadCount } from '../checks/validate.js'
import type { NetworkOptions } from '../network/shape.js'
import type { MonitorName } from '../training/early-stopping.js'
import type { FitOptions } from '../training/fit-options.js'
import type { TrainerOptions } from '../training/trainer-options.js'
import type { Task } from './engine/batch.js'
import { canonicalText } from './engine/canonical-text.js'
import { foldsOf } from './engine/folds.js'
import { chooseMetric } from './engine/metric.js'
import { type ChosenPruner, choosePruner, type PrunerOption } from './pruners/pruners.js'
import { type ChosenSampler, chooseSampler, type SamplerOption } from './samplers/samplers.js'
import { readSpace } from './space/read-space.js'
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

/** The samples that trials are compared on. */
export type SearchValidation =
  /** The share `split` of the rows: the last ones; with `shuffle` or `stratify` they are drawn in a seeded order. */
  | { split: number; shuffle?: boolean; seed?: number; stratify?: boolean }
  /** `folds` trainings of each trial, each of which is compared on another part; the value is their mean. */
  | { folds: number; shuffle?: boolean; seed?: number; stratify?: boolean }
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

export interface SearchOptions {
  data: SearchData
  space: SearchSpace
  /** The number of trials, at most 10,000,000. Default with the sampler `grid`: all of them; otherwise it is required. */
  trials?: number
  /** How trials are drawn. Default `random`. */
  sampler?: SamplerOption
  /** Which trials end early. Default `none`. */
  pruner?: PrunerOption
  /** Default `{ split: 0.2 }`; none with a metric of the training samples. */
  validation?: SearchValidation
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
  readonly task: Task
  /** All that decides the trials, as text, besides the samples. */
  readonly plan: string
  readonly signal: Signal | null
  readonly onProgress: ((progress: SearchProgress) => unknown) | null
}

const OPTIONS: readonly (keyof SearchOptions)[] = [
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
  'signal',
  'onProgress',
]

const MAX_TRIALS = 10_000_000

export function searchSettings(options: unknown): SearchSettings {
  const given = optionsObject(options, 'the options of search', OPTIONS)
  const seed = given.seed === undefined ? 0 : checkSeed(given.seed, 'seed')
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
  const validation =
    given.validation ?? (name === undefined || String(name).startsWith('validation') ? { split: 0.2 } : null)
  const metric = chooseMetric(name, validation !== null)
  if (metric.ofValidation && validation === null) {
    throw wrongType('validation samples', 'validation', validation, `The metric ${metric.series} needs them.`)
  }
  const folds = foldsOf(given.data, validation, inputsOf(space, sampler, seed, trials))
  const threads = given.threads === undefined ? 'auto' : threadCount(given.threads)
  return {
    name: given.name === undefined ? 'study' : checkName(given.name),
    space,
    trials,
    sampler,
    pruner,
    seed,
    batch,
    task: { folds, metric, threads, backend: given.backend as string | undefined },
    plan: canonicalText(
      {
        space: space.tree,
        trials,
        sampler: [sampler.name, sampler.options],
        pruner: [pruner.name, pruner.options],
        metric: metric.series,
        seed,
        batch,
      },
      'the plan',
    ),
    signal: abortSignal(given.signal),
    onProgress: callback(given.onProgress),
  }
}

function trialCount(given: unknown, sampler: ChosenSampler, space: Space): number {
  const all = sampler.size(space)
  if (given !== undefined) return integer(given, 'trials', 1, Math.min(MAX_TRIALS, all))
  if (all === Infinity)
    throw wrongType('the number of trials', 'trials', given, `The sampler ${sampler.name} has no end.`)
  if (all > MAX_TRIALS)
    throw wrongValue(`at most ${MAX_TRIALS} trials`, 'space', all, 'Give trials, or a smaller grid.')
  return all
}

/** The inputs that the options of the first trial name; undefined: none. */
function inputsOf(space: Space, sampler: ChosenSampler, seed: number, trials: number): number | undefined {
  const [draw] = sampler.draws({ space, seed, first: 0, count: 1, trials, earlier: [] })
  const { network } = (space.resolve(draw) ?? {}) as { network?: { inputs?: unknown } }
  return network?.inputs === undefined ? undefined : integer(network.inputs, 'space.network.inputs', 1, 2 ** 31 - 1)
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
