/** A search that is under way: whole batches of trials, from the journal or trained. */
import {
  type BatchProgress,
  type BatchRunner,
  type BatchWork,
  batchWork,
  type TrainedBatch,
} from './batches/batch-runner.js'
import { bestOf, planDigest } from './batches/digest.js'
import { LocalRunner } from './batches/local-runner.js'
import { QueueRunner } from './batches/queue-runner.js'
import type { TrialOutcome } from './engine/batch.js'
import { chooseEnsemble } from './ensemble/chosen-ensemble.js'
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

/** A batch that has ended. */
interface Ended {
  readonly work: BatchWork
  /** Null: it was cancelled. */
  readonly result: TrainedBatch | null
}

export class SearchRun {
  /** By number. */
  private readonly done = new Map<number, DoneBatch>()
  /** The numbers of the batches of this shard, in order. */
  private readonly own: readonly number[]
  /** The number of the trials of this shard. */
  private readonly size: number
  private readonly plan: string
  private readonly runner: BatchRunner
  /** The batches that are being trained, by number. */
  private readonly running = new Map<number, Promise<Ended>>()
  private ended = 0
  /** The place in `own` before which all batches are done or being trained. */
  private cursor = 0
  private best: Found | null = null
  private journal: Journal | null = null
  /** Those of the queue; null: not known. */
  private workers: number | null = null
  /** The calls of onProgress about workers, one after the other. */
  private reporting: Promise<void> = Promise.resolve()

  constructor(private readonly settings: SearchSettings) {
    const { trials, batch, shard } = settings
    this.plan = planDigest(settings.plan, settings.objective)
    const all = Array.from({ length: Math.ceil(trials / batch) }, (_, number) => number)
    this.own = shard === null ? all : all.filter((number) => number % shard.count === shard.index)
    this.size = this.own.reduce((sum, number) => sum + Math.min(batch, trials - number * batch), 0)
    this.runner = this.queueRunner() ?? this.localRunner()
  }

  private localRunner(): LocalRunner {
    const { onProgress, progressEvery: every } = this.settings
    const report = (batch: BatchProgress): unknown => this.report(batch)
    return new LocalRunner(this.settings, onProgress === null ? null : { every, report })
  }

  /** Null: this process trains. */
  private queueRunner(): QueueRunner | null {
    const { on, space, shard } = this.settings
    if (on === null) return null
    return new QueueRunner({
      ...on,
      plan: this.plan,
      parameters: space.parameters,
      numbers: { first: shard?.index ?? 0, step: shard?.count ?? 1, count: this.own.length },
      onWorkers: (workers) => {
        this.workers = workers
        this.reporting = this.reporting.then(() => this.report(null))
        // `next` rejects with the caller's error.
        this.reporting.catch(() => this.runner.cancel())
      },
    })
  }

  /** batch: that which this process is training */
  private async report(batch: BatchProgress | null): Promise<void> {
    const { ended, size, best, workers } = this
    await this.settings.onProgress?.({
      trials: ended,
      of: size,
      best: best?.trial ?? null,
      batch,
      ...(workers === null ? {} : { workers }),
    })
  }

  cancel(): void {
    this.runner.cancel()
  }

  close(): Promise<void> {
    return this.runner.close()
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

  /** Waits for the end of a batch, and keeps its trials; returns whether there may be more. */
  async next(): Promise<boolean> {
    const { settings, running } = this
    this.start()
    if (running.size === 0) return false
    const { work, result } = await Promise.race(running.values())
    const { number, draws, options, first } = work
    running.delete(number)
    if (result === null) {
      await this.reporting
      return false
    }
    const { outcomes, trained, parameters } = result
    const trials = outcomes.map((outcome, i) => trialOf(first + i, draws[i], options[i], outcome))
    await this.journal?.append({ number, trials, trained })
    this.add(number, { trials, trained }, foundIn(trials, parameters, settings.task.metric.better))
    await this.reporting
    await this.report(null)
    return true
  }

  /** Starts as many batches as the runner can have. */
  private start(): void {
    const { settings, running, runner, own, done } = this
    // Draws that depend on earlier trials need the batches of these.
    const ahead = settings.sampler.learns ? 1 : runner.ahead
    for (; running.size < ahead && this.cursor < own.length; this.cursor++) {
      const number = own[this.cursor]
      if (done.has(number)) continue
      const work = batchWork(settings, number, this.draws(number))
      const ended = runner.run(work).then((result) => ({ work, result }))
      // Of several that fail, the first one ends the search.
      ended.catch(() => {})
      running.set(number, ended)
    }
  }

  async study(): Promise<Study> {
    const { settings, own, done, best, runner } = this
    const { name, space, task, sampler, pruner, seed, shard } = settings
    const numbers = [...done.keys()].sort((a, b) => a - b)
    const batches = numbers.map((number) => done.get(number) as DoneBatch)
    const trials = batches.flatMap((done) => done.trials)
    const isWhole = own.every((number) => done.has(number))
    return new Study({
      name,
      space,
      metric: task.metric.series,
      better: task.metric.better,
      trials,
      best: best?.trial.number ?? null,
      sampler: sampler.name,
      pruner: pruner.name,
      seed,
      stopped: isWhole ? (shard === null || this.ended === settings.trials ? 'trials' : 'shard') : 'aborted',
      digests: [this.plan, ...batches.map(({ trained }) => trained)],
      model: best === null ? null : await this.modelOf(best),
      verified: runner.verified ?? [],
      unverified: runner.unverified ?? [],
      ensemble: (options) => chooseEnsemble(settings, trials, options),
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

  /** The model of a trial. One from a journal is trained again, to the same bits. */
  private async modelOf({ trial, parameters }: Found): Promise<FoundModel> {
    const { settings } = this
    const known = parameters ?? (await new LocalRunner(settings).again([trial]))[0]
    return settings.objective.model(trial.options, known)
  }
}

/**
 * The best of some trials; null: none is complete.
 * @param parameters those of the best; null: they are not known
 */
function foundIn(
  trials: readonly Trial[],
  parameters: readonly Float64Array[] | null,
  better: 'lower' | 'higher',
): Found | null {
  const trial = bestOf(trials, better)
  return trial === null ? null : { trial, parameters }
}

const trialOf = (number: number, draw: Draw, options: unknown, outcome: TrialOutcome): Trial => {
  const { state, value, epochs, rungs, reason } = outcome
  return { number, state, value: state === 'failed' ? null : value, draw, options, epochs, rungs, reason }
}
