/** The checked options of a search. */
import { abortSignal, type Signal } from '../checks/abort.js'
import { wrongType, wrongValue } from '../checks/errors.js'
import { callback, seed as checkSeed, elements, integer, optionsObject, threadCount } from '../checks/validate.js'
import { progressEvery } from '../training/fit-options.js'
import type { TrialSettings } from './batches/trial-settings.js'
import { canonicalText } from './engine/canonical-text.js'
import { USUAL_SHARE } from './engine/folds.js'
import { chooseMetric } from './engine/metric.js'
import { arraysObjective } from './objectives/arrays.js'
import type { Objective } from './objectives/objective.js'
import { recordsObjective } from './objectives/records.js'
import { choosePruner } from './pruners/pruners.js'
import { checkQueue, type SearchQueue } from './queue/queue.js'
import { type StudyTexts, textsOf } from './queue/study-text.js'
import { type ChosenSampler, chooseSampler } from './samplers/samplers.js'
import { SEARCH_OPTIONS, type SearchProgress } from './search-options.js'
import { canonicalSpace, readSpace } from './space/read-space.js'
import type { Space } from './space/trial.js'

export interface SearchSettings extends TrialSettings {
  readonly name: string
  readonly trials: number
  readonly sampler: ChosenSampler
  readonly seed: number
  /** All that decides the trials, as text, besides the samples. */
  readonly plan: string
  readonly journals: readonly unknown[]
  /** index: from 0. Null: all. */
  readonly shard: { readonly index: number; readonly count: number } | null
  readonly signal: Signal | null
  /** Where other processes train, and the study as texts for them; null: this process trains. */
  readonly on: { readonly queue: SearchQueue; readonly texts: StudyTexts } | null
  readonly onProgress: ((progress: SearchProgress) => unknown) | null
  /** In milliseconds. */
  readonly progressEvery: number
}

const MAX_TRIALS = 10_000_000

export function searchSettings(options: unknown): SearchSettings {
  const given = optionsObject(options, 'the options of search', SEARCH_OPTIONS)
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
  const validation = isUsual ? { split: USUAL_SHARE } : (given.validation ?? null)
  const metric = chooseMetric(name, validation !== null)
  if (metric.ofValidation && validation === null) {
    throw wrongType('validation samples', 'validation', validation, `The metric ${metric.series} needs them.`)
  }
  const objective = objectiveOf(given.data, validation, seed, () => inputsOf(space, sampler, seed, trials))
  const threads = given.threads === undefined ? 'auto' : threadCount(given.threads)
  const onQueue = given.on === undefined ? null : checkQueue(given.on, 'on')
  return {
    on: onQueue === null ? null : { queue: onQueue, texts: textsOf(given, { trials, batch, seed }, space.given) },
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
    onProgress: callback(given.onProgress, 'onProgress') as SearchSettings['onProgress'],
    progressEvery: progressEvery(given),
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

function objectiveOf(data: unknown, validation: unknown, seed: number, inputs: () => number | undefined): Objective {
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
