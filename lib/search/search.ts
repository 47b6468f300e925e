/** search: trains networks with drawn options, and finds the best. */

import { turn } from '../backend/slices.js'
import { onAbort } from '../checks/abort.js'
import { memberError } from '../checks/errors.js'
import type { Model } from '../data/model/model.js'
import type { Ensemble } from '../network/ensemble.js'
import type { Network } from '../network/network.js'
import { batchDigest, bestOf, planDigest } from './digest.js'
import { Batch, type PruningPlan, type TrialResult } from './engine/batch.js'
import { ValueNames } from './engine/canonical-text.js'
import type { TrialSetup } from './engine/trial-setup.js'
import { type Journal, openJournal } from './journal/index.js'
import type { FoundModel } from './objectives/objective.js'
import {
  type ArraySearchOptions,
  type RecordSearchOptions,
  type SearchOptions,
  type SearchSettings,
  searchSettings,
} from './search-options.js'
import type { Draw, Trial } from './space/trial.js'
import { Study } from './study.js'

/**
 * Trains `trials` networks with options drawn from a space, and compares them by a metric. The same options give the same
 * trials, values and digest on every backend and with any number of threads. Networks of one architecture train together.
 * @throws (the promise is rejected) TypeError or RangeError for wrong options, those of the trials of the first batch
 *   included; of a later trial with its number
 */
export function search(options: ArraySearchOptions): Promise<Study<Network | Ensemble>>
export function search(options: RecordSearchOptions): Promise<Study<Model>>
export async function search(options: SearchOptions): Promise<Study> {
  const settings = searchSettings(options)
  const run = new SearchRun(settings)
  const { signal } = settings
  const forget = signal === null ? null : onAbort(signal, () => run.cancel())
  try {
    await run.open()
    while (signal?.aborted !== true && (await run.next())) await turn()
    return await run.study()
  } finally {
    forget?.()
  }
}

/** A search that is under way. */
class SearchRun {
  private readonly trials: Trial[] = []
  private readonly digests: string[]
  private readonly names = new ValueNames()
  private batch: Batch | null = null
  private best: { readonly trial: Trial; readonly parameters: readonly Float64Array[] | null } | null = null
  private journal: Journal | null = null

  constructor(private readonly settings: SearchSettings) {
    this.digests = [planDigest(settings.plan, settings.objective)]
  }

  cancel(): void {
    this.batch?.cancel()
  }

  /** Reads the batches that the journal has. */
  async open(): Promise<void> {
    const { settings, digests } = this
    const { name, space, task, seed, trials, batch, sampler, pruner } = settings
    if (settings.journal === null) return
    const plan = {
      digest: digests[0],
      trials,
      batch,
      seed,
      sampler: sampler.name,
      pruner: pruner.name,
      metric: task.metric.series,
    }
    const study = { name, better: task.metric.better, plan, parameters: space.parameters }
    this.journal = await openJournal(settings.journal, study)
    const { batches } = await this.journal.read()
    for (const [number, found] of batches.entries()) {
      // Batches after one that is missing are trained again.
      if (found.number !== number) break
      found.trials.forEach((trial) => {
        this.add({ ...trial, options: this.settings.objective.complete(space.resolve(trial.draw), trial.number) }, null)
      })
      digests.push(found.trained)
    }
  }

  /** Trains the next batch; returns whether there are more. */
  async next(): Promise<boolean> {
    const { settings, trials } = this
    const { space, sampler, seed, task, pruner, objective } = settings
    const first = trials.length
    const count = Math.min(settings.batch, settings.trials - first)
    if (count === 0) return false
    const earlier = trials.map(({ draw, value, state }) => ({
      draw,
      state,
      score: value === null ? NaN : task.metric.score(value),
    }))
    const draws = sampler.draws({ space, seed, first, count, trials: settings.trials, earlier })
    const resolved = draws.map((draw, i) => objective.complete(space.resolve(draw), first + i))
    const setups = resolved.map((options, i) => this.read(options, first + i))
    const batch = new Batch(task, setups)
    this.batch = batch
    const results = await batch.train(pruner.plan(batch.epochs, count))
    this.batch = null
    if (results === null) return false
    const found = results.map((result, i) => trialOf(first + i, draws[i], resolved[i], result))
    const trained = batchDigest(first, results)
    await this.journal?.append({ number: this.digests.length - 1, trials: found, trained })
    this.digests.push(trained)
    found.forEach((trial, i) => {
      this.add(trial, results[i].parameters)
    })
    await settings.onProgress?.({ trials: trials.length, of: settings.trials, best: this.best?.trial ?? null })
    return trials.length < settings.trials
  }

  /** parameters: of each fold; null: not known */
  private add(trial: Trial, parameters: readonly Float64Array[] | null): void {
    const { better } = this.settings.task.metric
    this.trials.push(trial)
    if (bestOf(this.best === null ? [trial] : [this.best.trial, trial], better) !== trial) return
    this.best = { trial, parameters: parameters?.map((one) => one.slice()) ?? null }
  }

  private read(options: unknown, number: number): TrialSetup {
    try {
      return this.settings.objective.read(options, number, this.names)
    } catch (error) {
      throw memberError(error, `trial ${number}`)
    }
  }

  async study(): Promise<Study> {
    const { settings, trials, best, digests } = this
    const { name, space, task, sampler, pruner, seed } = settings
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
      stopped: trials.length < settings.trials ? 'aborted' : 'trials',
      digests,
      model: best === null ? null : await this.modelOf(best.trial, best.parameters),
    })
  }

  /** The model of a trial. One from a journal is trained again, to the same bits. */
  private async modelOf(trial: Trial, parameters: readonly Float64Array[] | null): Promise<FoundModel> {
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
    return objective.model(trial.options, result.parameters)
  }
}

const NO_PRUNING: PruningPlan = { rungs: [], survivors: (_rung, _scores, active) => active }

const trialOf = (number: number, draw: Draw, options: unknown, result: TrialResult): Trial => {
  const { state, value, epochs, rungs, reason } = result
  return { number, state, value: state === 'failed' ? null : value, draw, options, epochs, rungs, reason }
}
