/** Study: the trials of a search, and what they found. */
import { brand } from '../checks/brand.js'
import { INSPECT, summary } from '../checks/inspect.js'
import { plainObject, withJSON } from '../checks/json.js'
import type { Model } from '../data/model/model.js'
import type { WeightedEnsemble } from '../network/weighted-ensemble.js'
import { studyDigest } from './batches/digest.js'
import type { ChosenEnsemble, StudyEnsembleOptions } from './ensemble/chosen-ensemble.js'
import type { FoundModel } from './objectives/objective.js'
import { studyPage } from './page/study-page.js'
import type { Trial } from './space/trial.js'
import { type Importance, importanceOf } from './study/importance.js'
import type { StudyData } from './study/study-data.js'
import { studyTable, type TableRow } from './study/table.js'

/** The best trial. */
export interface BestTrial {
  readonly number: number
  readonly value: number
  /** The options of its network, trainer and fit, with all seeds. */
  readonly options: unknown
  /** That of `study.model`. */
  readonly digest: string
}

/** Why a search ended. */
export type Stopped = 'trials' | 'shard' | 'aborted'

/** What a study is made of. */
export interface StudyParts extends Omit<StudyData, 'digest'> {
  readonly stopped: Stopped
  /** The digest of the plan, and those of all batches. */
  readonly digests: readonly string[]
  /** That of the best trial; null where there is none. */
  readonly model: FoundModel | null
  /** See Study. */
  readonly verified: readonly number[]
  readonly unverified: readonly number[]
  ensemble(options: StudyEnsembleOptions): Promise<ChosenEnsemble<WeightedEnsemble | Model>>
}

/** The ensemble of the trials of a study: of records a Model. */
export type EnsembleOf<Found> = Found extends Model ? Found : WeightedEnsemble

/** The result of `search`. */
export class Study<Found extends FoundModel = FoundModel> {
  /** @internal */
  constructor(private readonly parts: StudyParts) {}

  get name(): string {
    return this.parts.name
  }

  /** The name of the metric, such as `validationLoss`. */
  get metric(): string {
    return this.parts.metric
  }

  /** All trials, in the order of their numbers. */
  get trials(): readonly Trial[] {
    return this.parts.trials
  }

  /** `trials`: all were trained; `shard`: all of this shard; `aborted`: the signal ended the search. */
  get stopped(): Stopped {
    return this.parts.stopped
  }

  /** The numbers of the batches that two workers of a queue have trained to the same bits, ascending: see `verify` of `queue`. */
  get verified(): readonly number[] {
    return [...this.parts.verified].sort((a, b) => a - b)
  }

  /** The numbers of the batches that should have been verified, but the queue had no second worker. Ascending. */
  get unverified(): readonly number[] {
    return [...this.parts.unverified].sort((a, b) => a - b)
  }

  /**
   * The complete trial with the best value; of equal ones the first.
   * @throws Error where no trial is complete
   */
  get best(): BestTrial {
    const { number, value, options } = this.bestTrial()
    return withJSON({ number, value: value as number, options, digest: this.model.digest() })
  }

  /**
   * The network of the best trial; with folds the ensemble of its networks, one for each fold. Of records the `Model` of its
   * options, with folds trained again.
   * @throws Error where no trial is complete
   */
  get model(): Found {
    this.bestTrial()
    return this.parts.model as Found
  }

  /**
   * The trials that are best together, by greedy selection: each step adds the trial, perhaps again, with which the mean of
   * all predictions for the validation samples has the best metric. It begins with the best trial, and ends with the step
   * after which the metric is best. With folds, each trial predicts the rows of a fold with the network that was not
   * trained on them. Candidates are complete trials with the preparation, the last layer and the loss of the best one; they
   * are trained again, to the same bits.
   * @throws (the promise is rejected) TypeError or RangeError for wrong options, and where the study has no validation
   *   samples; Error where no trial is complete
   */
  async ensemble(options: StudyEnsembleOptions = {}): Promise<ChosenEnsemble<EnsembleOf<Found>>> {
    return withJSON((await this.parts.ensemble(options)) as ChosenEnsemble<EnsembleOf<Found>>)
  }

  /** How much each parameter of the space decides whether a trial is among the best, the most important first. */
  importance(): Importance[] {
    return importanceOf(this.parts)
  }

  /** A row for each trial, for `console.table`. All rows have the same columns. */
  table(): TableRow[] {
    return studyTable(this.parts)
  }

  /** SHA-256, in hex, of the options, the samples and all trials with their parameters. */
  digest(): string {
    return studyDigest(this.parts.digests)
  }

  /**
   * The study as one HTML page that needs no other file and no network: its best trial, the history of values, the
   * importance of the parameters, charts of these, and a table of trials.
   */
  toHTML(): string {
    const { parts } = this
    const bestDigest = parts.model === null ? {} : { bestDigest: parts.model.digest() }
    return studyPage({ ...parts, ...bestDigest, digest: this.digest() })
  }

  /** The study for `JSON.stringify`: typed arrays are arrays, and a value that is not finite is null. */
  toJSON(): object {
    const { name, metric, stopped, trials, verified, unverified, parts } = this
    return {
      name,
      metric,
      sampler: parts.sampler,
      pruner: parts.pruner,
      seed: parts.seed,
      stopped,
      best: parts.best === null ? null : this.best,
      trials: trials.map(plainObject),
      // Of a search without verification there is nothing to say.
      ...(verified.length + unverified.length === 0 ? {} : { verified, unverified }),
      digest: this.digest(),
    }
  }

  /** What `console.log` shows. @internal */
  [INSPECT](): string {
    const { name, metric, trials, parts } = this
    const count = (state: Trial['state']) => trials.filter((trial) => trial.state === state).length
    const states = `${count('complete')} complete, ${count('pruned')} pruned, ${count('failed')} failed`
    const best = parts.best === null ? 'none is complete' : `best ${metric} ${this.best.value} of trial ${parts.best}`
    return summary(`Study ${name}: ${trials.length} trials (${states})`, [best])
  }

  private bestTrial(): Trial {
    const { best, trials } = this.parts
    const trial = trials.find(({ number }) => number === best)
    if (trial !== undefined) return trial
    const why = trials.length === 0 ? 'it has no trials' : `trial ${trials[0].number}: ${trials[0].reason}`
    throw new Error(`No trial of this study is complete (${why}), so that there is no best one.`)
  }
}

brand(Study, 'Study')
