/** The options of a search, from the flags of the command and the rows of a table. */
import { VERSION } from '../../checks/version.js'
import { chooseMetric } from '../../search/engine/metric.js'
import { type RecordSearchOptions, type RecordSearchSpace, tableSpace } from '../../search/index.js'
import { choosePruner } from '../../search/pruners/pruners.js'
import { chooseSampler } from '../../search/samplers/samplers.js'
import { readSpace } from '../../search/space/read-space.js'
import type { Space } from '../../search/space/trial.js'
import { UsageError } from './errors.js'
import { namesOf } from './names.js'
import { queueOf } from './queue.js'
import type { Source } from './source.js'
import { type SpaceOptions, spaceWords } from './space-file.js'
import type { Recipe, Rows } from './training.js'

export interface SearchFlags {
  readonly target: string
  readonly columns?: string
  readonly drop?: string
  readonly space?: string
  readonly trials?: number
  readonly sampler?: string
  readonly pruner?: string
  readonly validation?: number
  readonly folds?: number
  readonly metric?: string
  readonly members?: number
  readonly candidates?: number
  readonly test?: number
  readonly batch?: number
  readonly seed?: number
  readonly threads?: number
  readonly name?: string
  readonly journal?: string
  readonly shard?: string
  readonly on?: string
  readonly queue?: string
  readonly verify?: number
  readonly out?: string
  readonly page?: string
  readonly table?: boolean
  readonly json?: boolean
  readonly quiet?: boolean
}

/** A search that is ready to run, and what its result is shown with. */
export interface SearchPlan {
  readonly options: RecordSearchOptions
  readonly space: Space
  readonly metric: string
  readonly better: 'lower' | 'higher'
  readonly trials: number
  readonly batch: number
  readonly sampler: string
  readonly pruner: string
  readonly seed: number
}

const DEFAULT_TRIALS = 100
const DEFAULT_VALIDATION = 0.2

/** @throws UsageError for flags that exclude each other, and what no search has */
export function checkFlags(flags: SearchFlags): void {
  const { table, json, validation, folds, shard, journal, name, members, candidates, out } = flags
  if (table === true && json === true) throw new UsageError('Expected one of --table and --json.')
  if (validation !== undefined && folds !== undefined) throw new UsageError('Expected one of --validation and --folds.')
  if (name === '') throw new UsageError('Expected a name for --name, not an empty one.')
  if (shard !== undefined && journal === undefined) {
    throw new UsageError('Expected --journal together with --shard: it keeps the trials of the shard.')
  }
  if (candidates !== undefined && members === undefined) {
    throw new UsageError('Expected --members together with --candidates: these are what members are chosen from.')
  }
  if (shard !== undefined && members !== undefined && out === undefined) {
    throw new UsageError('Expected --out together with --members and --shard: a shard alone writes no model.')
  }
  const { isValidated, metric } = metricOf(flags)
  if (members !== undefined && !isValidated) {
    throw new UsageError(
      `--members needs rows for validation, and --metric ${metric.series} is of the rows trained on. ` +
        'Choose a metric such as validationLoss, or give --validation.',
    )
  }
  searchQueue(flags)
}

/** What `train` has for the same columns and rows. */
export function searchRecipe(flags: SearchFlags, source: Source, header: readonly string[]): Recipe {
  const { target, columns, drop, test, seed = 0 } = flags
  const optional = { columns: namesOf(columns, header), drop: namesOf(drop, header), test }
  const known = Object.entries(optional).filter(([, value]) => value !== undefined)
  return {
    version: VERSION,
    data: source.digest(),
    targets: namesOf(target, header) ?? [],
    ...Object.fromEntries(known),
    seed,
  }
}

/**
 * @param file the content of the file of the space; null: the space of the number of rows
 * @throws UsageError for a shard without trials; Error for a space that is none
 */
export function searchPlan(flags: SearchFlags, { train }: Rows, recipe: Recipe, file: SpaceOptions | null): SearchPlan {
  const { targets, columns, seed } = recipe
  const { sampler: samplerName = 'random', pruner: prunerName = 'none', name, journal, shard, threads } = flags
  const target = (targets.length === 1 ? targets[0] : targets) as string
  const usual = file === null ? tableSpace({ target, records: train.length }).model : file.options
  const model = { ...usual, target, ...(columns === undefined ? {} : { columns }) }
  const space = inSpace(file, () => readSpace({ model }, 'space'))
  const [sampler, pruner] = [chooseSampler(samplerName), choosePruner(prunerName)]
  const all = sampler.size(space)
  const trials = flags.trials ?? (all === Infinity ? DEFAULT_TRIALS : all)
  if (trials > all) throw new UsageError(`--trials ${trials} is more than the ${all} of the ${sampler.name}.`)
  const batch = flags.batch ?? usualBatch(trials, sampler.learns ? sampler.usualBatch(trials) : 1, pruner.usualBatch)
  if (shard !== undefined) {
    if (sampler.learns) {
      throw new UsageError(
        `--shard needs a sampler whose trials do not depend on others, such as random, not ${sampler.name}.`,
      )
    }
    checkShard(shard, trials, batch)
  }
  const { metric, isValidated } = metricOf(flags)
  const { folds, validation = DEFAULT_VALIDATION } = flags
  const given = {
    data: { records: train },
    space: { model } as RecordSearchSpace,
    ...{ trials, batch, seed, metric: metric.series, sampler: sampler.name, pruner: pruner.name },
    validation: isValidated ? (folds === undefined ? validation : { folds }) : undefined,
    ...{ name, journal, shard, threads, on: searchQueue(flags) },
  }
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return {
    options: options as unknown as RecordSearchOptions,
    ...{ space, trials, batch, sampler: sampler.name, pruner: pruner.name, seed },
    metric: metric.series,
    better: metric.better,
  }
}

/** A name of a queue, or a share, alone needs the server of the environment. */
const searchQueue = ({ on, queue: name, verify }: SearchFlags) =>
  [on, name, verify].every((flag) => flag === undefined) ? undefined : queueOf({ url: on, name, verify }, '--on')

/** Enough for the lanes of a vector with a few architectures. */
const MIN_BATCH = 20
const MAX_BATCH = 1000
/** How often a long search shows its progress and writes to its journal, at least. */
const BATCHES = 50

/** As few trials as train fast together, so that little is lost where the search is interrupted. */
function usualBatch(trials: number, ofSampler: number, ofPruner: number | null): number {
  if (ofSampler > 1) return Math.max(ofSampler, ofPruner ?? 1)
  return Math.max(Math.min(MAX_BATCH, Math.ceil(trials / BATCHES)), MIN_BATCH, ofPruner ?? 1)
}

/** A metric of the training rows needs no others. */
function metricOf({ metric, validation, folds }: SearchFlags) {
  const isValidated =
    metric === undefined || metric.startsWith('validation') || validation !== undefined || folds !== undefined
  try {
    return { metric: chooseMetric(metric, isValidated), isValidated }
  } catch (error) {
    throw new UsageError((error as Error).message.replace('for metric', 'for --metric'), { cause: error })
  }
}

function checkShard(shard: string, trials: number, batch: number): void {
  const [index] = shard.split('/').map(Number)
  const batches = Math.ceil(trials / batch)
  if (index <= batches) return
  throw new UsageError(
    `--shard ${shard} has no trials: ${trials} trials in batches of ${batch} are ${batches === 1 ? 'one' : batches}. ` +
      'Choose fewer shards, or a smaller --batch.',
  )
}

/** An error of search, in the words of the command line. */
export function searchWords(error: unknown, { metric, target }: SearchFlags, file: SpaceOptions | null): unknown {
  if (!(error instanceof Error)) return error
  const { message } = error
  const about = /^Expected [^.]* for y\[\d+\]\[\d+\] .*? of type number\. (.*) This is trial \d+\.$/.exec(message)
  if (about !== null && metric !== undefined) {
    return new UsageError(`--metric ${metric} does not fit the target ${target}: ${about[1]}`, { cause: error })
  }
  // Of the rows, whatever the trial.
  if (/\bvalidation\.share\b|^Expected at least \d+ records for data\.records /.test(message)) {
    const words = message
      .replace('validation.share', '--validation')
      .replace('records for data.records', 'rows for --folds')
    return new Error(words.replace(/ This is trial \d+\.$/, ''), { cause: error })
  }
  if (file === null || !/ This is trial \d+\.$|\bfor model\./.test(message)) return error
  return new Error(`${file.path}: ${message.replaceAll(/\bmodel\.(?=\w)/g, '')}`, { cause: error })
}

function inSpace<Result>(file: SpaceOptions | null, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw spaceWords(error, file)
  }
}
