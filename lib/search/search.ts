/** search: trains networks with drawn options, and finds the best. */

import { turn } from '../backend/slices.js'
import { onAbort } from '../checks/abort.js'
import { batchDigest, bestOf, planDigest } from './digest.js'
import { Batch, type TrialResult } from './engine/batch.js'
import { ValueNames } from './engine/canonical-text.js'
import { readTrial, withSeeds } from './engine/trial-options.js'
import { type SearchOptions, type SearchSettings, searchSettings } from './search-options.js'
import type { Draw, Trial } from './space/trial.js'
import { Study } from './study.js'

/**
 * Trains `trials` networks with options drawn from a space, and compares them by a metric. The same options give the same
 * trials, values and digest on every backend and with any number of threads. Networks of one architecture train together.
 * @throws (the promise is rejected) TypeError or RangeError for wrong options, those of the trials of the first batch
 *   included; of a later trial with its number
 */
export async function search(options: SearchOptions): Promise<Study> {
  const settings = searchSettings(options)
  const run = new SearchRun(settings)
  const { signal } = settings
  const forget = signal === null ? null : onAbort(signal, () => run.cancel())
  try {
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
  private best: { readonly trial: Trial; readonly parameters: readonly Float64Array[] } | null = null

  constructor(private readonly settings: SearchSettings) {
    this.digests = [planDigest(settings.plan, settings.task.folds)]
  }

  cancel(): void {
    this.batch?.cancel()
  }

  /** Trains the next batch; returns whether there are more. */
  async next(): Promise<boolean> {
    const { settings, trials } = this
    const { space, sampler, seed, task, pruner } = settings
    const first = trials.length
    const count = Math.min(settings.batch, settings.trials - first)
    const earlier = trials.map(({ draw, value, state }) => ({
      draw,
      state,
      score: value === null ? NaN : task.metric.score(value),
    }))
    const draws = sampler.draws({ space, seed, first, count, trials: settings.trials, earlier })
    const resolved = draws.map((draw, i) => withSeeds(space.resolve(draw), seed + first + i))
    const setups = resolved.map((options, i) => readTrial(options, first + i, this.names))
    const batch = new Batch(task, setups)
    this.batch = batch
    const results = await batch.train(pruner.plan(batch.epochs, count))
    this.batch = null
    if (results === null) return false
    this.digests.push(batchDigest(first, results))
    results.forEach((result, i) => {
      this.add(first + i, draws[i], resolved[i], result)
    })
    await settings.onProgress?.({ trials: trials.length, of: settings.trials, best: this.best?.trial ?? null })
    return trials.length < settings.trials
  }

  private add(number: number, draw: Draw, options: unknown, result: TrialResult): void {
    const { state, value, epochs, rungs, reason, parameters } = result
    const trial: Trial = {
      number,
      state,
      value: state === 'failed' ? null : value,
      draw,
      options,
      epochs,
      rungs,
      reason,
    }
    this.trials.push(trial)
    if (bestOf([...(this.best === null ? [] : [this.best.trial]), trial], this.settings.task.metric.better) === trial) {
      this.best = { trial, parameters: parameters.map((one) => one.slice()) }
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
      parameters: best?.parameters ?? [],
    })
  }
}
