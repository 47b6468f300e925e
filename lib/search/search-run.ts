/** A search that is under way: whole batches of trials, from the journal or trained. */
import { memberError } from '../checks/errors.js'
import { BatchDigest, bestOf, planDigest } from './digest.js'
import { Batch, type PruningPlan, type TrialResult } from './engine/batch.js'
import { ValueNames } from './engine/canonical-text.js'
import { copyOfParameters } from './engine/group.js'
import { portionsOf } from './engine/portions.js'
import type { TrialSetup } from './engine/trial-setup.js'
import { type Journal, type JournalBatch, mergeJournals, openJournal } from './journal/index.js'
import type { FoundModel } from './objectives/objective.js'
import type { SearchSettings } from './search-settings.js'
import type { Draw, Scored, Trial } from './space/trial.js'
import { Study } from './study.js'

interface DoneBatch {
  readonly trials: readonly Trial[]
  /** The digest of its trials and their parameters. */
  readonly trained: string
}

/** The best trial so far, with its parameters of each fold; null: they are not known. */
interface Found {
  readonly trial: Trial
  readonly parameters: readonly Float64Array[] | null
}

export class SearchRun {
  /** By number. */
  private readonly done = new Map<number, DoneBatch>()
  /** The numbers of the batches of this shard, in order. */
  private readonly own: readonly number[]
  /** The number of the trials of this shard. */
  private readonly size: number
  private readonly plan: string
  private readonly names = new ValueNames()
  private ended = 0
  /** The place in `own` before which all batches are done. */
  private cursor = 0
  private batch: Batch | null = null
  private isCancelled = false
  private best: Found | null = null
  private journal: Journal | null = null

  constructor(private readonly settings: SearchSettings) {
    const { trials, batch, shard } = settings
    this.plan = planDigest(settings.plan, settings.objective)
    const all = Array.from({ length: Math.ceil(trials / batch) }, (_, number) => number)
    this.own = shard === null ? all : all.filter((number) => number % shard.count === shard.index)
    this.size = this.own.reduce((sum, number) => sum + Math.min(batch, trials - number * batch), 0)
  }

  cancel(): void {
    this.isCancelled = true
    this.batch?.cancel()
  }

  /** Reads the batches that the journals have; the first journal gets those of the others. */
  async open(): Promise<void> {
    const { name, space, task, seed, trials, batch, sampler, pruner, journals } = this.settings
    if (journals.length === 0) return
    const plan = {
      digest: this.plan,
      trials,
      batch,
      seed,
      sampler: sampler.name,
      pruner: pruner.name,
      metric: task.metric.series,
    }
    const journal = await openJournal(journals[0], {
      name,
      better: task.metric.better,
      plan,
      parameters: space.parameters,
    })
    this.journal = journal
    const content = journals.length === 1 ? await journal.read() : await mergeJournals(journals, { study: name })
    for (const found of content.batches) {
      if (journals.length > 1) await journal.append(found)
      this.restore(found)
    }
  }

  /** Trains the next batch; returns whether there may be more. */
  async next(): Promise<boolean> {
    const { settings } = this
    const { onProgress } = settings
    while (this.done.has(this.own[this.cursor])) this.cursor++
    const number: number | undefined = this.own[this.cursor]
    if (number === undefined) return false
    const first = number * settings.batch
    const draws = this.draws(number)
    const options = draws.map((draw, i) => settings.objective.complete(settings.space.resolve(draw), first + i))
    const setups = options.map((one, i) => this.read(one, first + i))
    const digest = new BatchDigest(first)
    const trials: Trial[] = []
    let best: Found | null = null
    for await (const results of this.train(setups)) {
      if (results === null) return false
      digest.add(results)
      const trained = results.map((result, i) => {
        const at = trials.length + i
        return trialOf(first + at, draws[at], options[at], result)
      })
      trials.push(...trained)
      best = this.better(best, foundIn(trained, results, this.settings.task.metric.better))
    }
    const trained = digest.hex()
    await this.journal?.append({ number, trials, trained })
    this.add(number, { trials, trained }, best)
    await onProgress?.({ trials: this.ended, of: this.size, best: this.best?.trial ?? null })
    return true
  }

  /** Trains the trials of a batch: all together, or in portions where a pruner need not compare them. Null: cancelled. */
  private async *train(setups: readonly TrialSetup[]): AsyncGenerator<readonly TrialResult[] | null> {
    const { task, pruner } = this.settings
    const portions = pruner.name === 'none' ? portionsOf(setups) : [setups]
    // The options of all trials are checked before any is trained.
    if (portions.length > 1) for (const portion of portions) new Batch(task, portion).close()
    for (const portion of portions) {
      const batch = new Batch(task, portion)
      this.batch = batch
      if (this.isCancelled) batch.cancel()
      const results = await batch.train(pruner.plan(batch.epochs, setups.length))
      this.batch = null
      yield results
    }
  }

  async study(): Promise<Study> {
    const { settings, own, done, best } = this
    const { name, space, task, sampler, pruner, seed, shard } = settings
    const numbers = [...done.keys()].sort((a, b) => a - b)
    const batches = numbers.map((number) => done.get(number) as DoneBatch)
    const isWhole = own.every((number) => done.has(number))
    return new Study({
      name,
      space,
      metric: task.metric.series,
      better: task.metric.better,
      trials: batches.flatMap(({ trials }) => trials),
      best: best?.trial.number ?? null,
      sampler: sampler.name,
      pruner: pruner.name,
      seed,
      stopped: isWhole ? (shard === null || this.ended === settings.trials ? 'trials' : 'shard') : 'aborted',
      digests: [this.plan, ...batches.map(({ trained }) => trained)],
      model: best === null ? null : await this.modelOf(best),
    })
  }

  private draws(number: number): Draw[] {
    const { space, sampler, seed, batch, trials, task } = this.settings
    const first = number * batch
    const earlier: Scored[] = []
    for (let i = 0; i < number && sampler.learns; i++) {
      for (const { draw, value, state } of this.done.get(i)?.trials ?? []) {
        earlier.push({ draw, state, score: value === null ? NaN : task.metric.score(value) })
      }
    }
    return sampler.draws({ space, seed, first, count: Math.min(batch, trials - first), trials, earlier })
  }

  private restore({ number, trials, trained }: JournalBatch): void {
    const { objective, space } = this.settings
    const options = ({ draw, number: trial }: JournalBatch['trials'][number]) =>
      objective.complete(space.resolve(draw), trial)
    const all = trials.map((trial) => ({ ...trial, options: options(trial) }))
    this.add(number, { trials: all, trained }, foundIn(all, null, this.settings.task.metric.better))
  }

  /** found: the best of its trials; null: none is complete */
  private add(number: number, batch: DoneBatch, found: Found | null): void {
    this.done.set(number, batch)
    this.ended += batch.trials.length
    this.best = this.better(this.best, found)
  }

  /** Of equal ones that with the lower number. */
  private better(a: Found | null, b: Found | null): Found | null {
    if (a === null || b === null) return a ?? b
    const trials = [a.trial, b.trial].sort((one, other) => one.number - other.number)
    return bestOf(trials, this.settings.task.metric.better) === a.trial ? a : b
  }

  private read(options: unknown, number: number): TrialSetup {
    try {
      return this.settings.objective.read(options, number, this.names)
    } catch (error) {
      throw memberError(error, `trial ${number}`)
    }
  }

  /** The model of a trial. One from a journal is trained again, to the same bits. */
  private async modelOf({ trial, parameters }: Found): Promise<FoundModel> {
    const { objective, task } = this.settings
    if (parameters !== null) return objective.model(trial.options, parameters)
    const batch = new Batch(task, [this.read(trial.options, trial.number)])
    const [result] = (await batch.train(NO_PRUNING)) as TrialResult[]
    if (result.value !== trial.value) {
      throw new Error(
        `Trial ${trial.number} of the journal has the value ${trial.value}, and ${result.value} where it is trained again. ` +
          'Compare the versions of lockstep-nn, and use a new journal.',
      )
    }
    return objective.model(trial.options, result.parameters.map(copyOfParameters))
  }
}

/**
 * The best of some trials; null: none is complete.
 * @param results of these trials; null: their parameters are not known
 */
function foundIn(
  trials: readonly Trial[],
  results: readonly TrialResult[] | null,
  better: 'lower' | 'higher',
): Found | null {
  const trial = bestOf(trials, better)
  if (trial === null) return null
  const parameters = results?.[trial.number - trials[0].number].parameters ?? null
  // The arrays of the results have the parameters of many trials.
  return { trial, parameters: parameters?.map(copyOfParameters) ?? null }
}

const NO_PRUNING: PruningPlan = { rungs: [], survivors: (_rung, _scores, active) => active }

const trialOf = (number: number, draw: Draw, options: unknown, result: TrialResult): Trial => {
  const { state, value, epochs, rungs, reason } = result
  return { number, state, value: state === 'failed' ? null : value, draw, options, epochs, rungs, reason }
}
