/** Trains a batch of trials: groups of one architecture side by side, rung after rung. */
import { type GroupMember, makeGroupJob } from '../../training/group-job.js'
import { sampleOptions } from '../../training/weighted-samples.js'
import type { TrialState } from '../space/trial.js'
import { type Ending, Group, type MemberParameters } from './group.js'
import type { Metric } from './metric.js'
import type { ProgressTimer } from './progress-timer.js'
import type { TrialSetup } from './trial-setup.js'

/** What all trials of a study have in common. */
export interface Task {
  readonly metric: Metric
  /** As of Trainer. */
  readonly threads: number | 'auto'
  readonly backend: string | undefined
}

/** The rungs of a batch, and which trials go on after each. */
export interface PruningPlan {
  /** Epochs, ascending. */
  readonly rungs: readonly number[]
  /** @param scores [trials], lower is better; NaN: of no active trial */
  survivors(rung: number, scores: Float64Array, active: readonly number[]): readonly number[]
}

/** How a trial ended. */
export interface TrialOutcome {
  readonly state: TrialState
  /** The metric, of folds their mean; NaN where the trial failed. */
  readonly value: number
  readonly epochs: number
  readonly rungs: readonly { readonly epoch: number; readonly value: number }[]
  readonly reason: string
}

export interface TrialResult extends TrialOutcome {
  /** Of each fold. */
  readonly parameters: readonly MemberParameters[]
}

/** The groups of the folds of some trials, and where in them a trial is. */
interface Place {
  readonly groups: readonly Group[]
  readonly member: number
  readonly epochs: number
}

export class Batch {
  private readonly places: Place[]
  private readonly groups: Group[] = []
  /** Of the trials that have reached one. */
  private readonly rungsOf: ({ epoch: number; value: number }[] | undefined)[] = []
  private cancelled = false

  /**
   * Checks the options of all trials.
   * @throws TypeError or RangeError for options that Network, Trainer or fit refuse, with the number of the trial
   */
  constructor(
    private readonly task: Task,
    setups: readonly TrialSetup[],
  ) {
    this.places = new Array<Place>(setups.length)
    try {
      for (const trials of groupsOf(setups)) this.open(trials, setups)
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** The most epochs of a trial. */
  get epochs(): number {
    return this.places.reduce((most, { epochs }) => Math.max(most, epochs), 0)
  }

  /** Ends the training early; the result is then null. */
  cancel(): void {
    this.cancelled = true
    for (const group of this.groups) group.cancel()
  }

  /**
   * Trains all trials, in the order of `setups`. Null: it was cancelled.
   * @param timer reports the share of all epochs that are done; null: nothing is reported
   */
  async train({ rungs, survivors }: PruningPlan, timer: ProgressTimer | null = null): Promise<TrialResult[] | null> {
    const pauses = timer === null ? null : { left: () => timer.left(), take: () => timer.tick(() => this.share) }
    try {
      for (const [rung, epoch] of [...rungs, this.epochs].entries()) {
        for (const group of this.groups) {
          await group.runTo(epoch, pauses)
          if (this.cancelled) return null
        }
        this.endFailed()
        if (rung < rungs.length) this.prune(rung, epoch, survivors)
      }
    } finally {
      this.close()
    }
    return this.places.map((_, trial) => this.result(trial))
  }

  /** The share of the epochs of all trials that are done. */
  private get share(): number {
    let [all, done] = [0, 0]
    for (const { work } of this.groups) {
      all += work.all
      done += work.done
    }
    return done / all
  }

  private open(trials: readonly number[], setups: readonly TrialSetup[]): void {
    const { metric, threads, backend } = this.task
    const { shared, folds } = setups[trials[0]]
    const trainer = { ...shared.trainer, metrics: metric.added(shared.trainer.metrics), threads, backend }
    const groups = folds.map(({ training, validation }, fold) => {
      const fit = { ...shared.fit, ...sampleOptions(training, validation) }
      const members = trials.map((trial): GroupMember => {
        const { number, networks, own } = setups[trial]
        const { networkSeed, fitSeed, optimizer } = own
        // Written out: an object that is spread takes a microsecond.
        return { network: networks[fold] ?? networks[0], networkSeed, fitSeed, optimizer, name: `trial ${number}` }
      })
      const group = new Group(makeGroupJob({ trainer, fit }, members, training.x, training.y), metric.series)
      this.groups.push(group)
      return group
    })
    trials.forEach((trial, member) => {
      this.places[trial] = { groups, member, epochs: groups[0].epochs }
    })
  }

  /** A trial that has diverged in one fold is not trained in the others. */
  private endFailed(): void {
    for (const { groups, member } of this.places) {
      if (groups.length === 1) continue
      if (groups.some((group) => group.ending(member) === 'diverged')) for (const group of groups) group.prune(member)
    }
  }

  private prune(rung: number, epoch: number, survivors: PruningPlan['survivors']): void {
    const { task, places } = this
    const active: number[] = []
    const scores = new Float64Array(places.length).fill(NaN)
    places.forEach(({ groups, member }, trial) => {
      if (!groups.some((group) => group.ending(member) === null)) return
      const value = this.valueOf(trial)
      active.push(trial)
      scores[trial] = task.metric.score(value)
      this.rungsOf[trial] ??= []
      this.rungsOf[trial]?.push({ epoch, value })
    })
    if (active.length === 0) return
    const kept = new Set(survivors(rung, scores, active))
    for (const trial of active) {
      const { groups, member } = places[trial]
      if (!kept.has(trial)) for (const group of groups) group.prune(member)
    }
  }

  /** The mean over the folds. */
  private valueOf(trial: number): number {
    const { groups, member } = this.places[trial]
    let sum = groups[0].value(member)
    for (let i = 1; i < groups.length; i++) sum += groups[i].value(member)
    return groups.length === 1 ? sum : sum / groups.length
  }

  private result(trial: number): TrialResult {
    const { groups, member } = this.places[trial]
    const ending = worstEnding(groups, member)
    let epochs = 0
    for (const group of groups) epochs = Math.max(epochs, group.epochsOf(member))
    const value = this.valueOf(trial)
    const parameters = groups.map((group) => group.parametersOf(member))
    const isFailed = ending === 'diverged' || !Number.isFinite(value)
    return {
      state: isFailed ? 'failed' : ending === 'pruned' ? 'pruned' : 'complete',
      value: isFailed ? NaN : value,
      epochs,
      rungs: this.rungsOf[trial] ?? NO_RUNGS,
      reason: isFailed && ending !== 'diverged' ? `${this.task.metric.series} is ${value}` : REASONS[ending],
      parameters,
    }
  }

  /** Frees what training needs; the results remain. */
  close(): void {
    for (const group of this.groups) group.close()
  }
}

/** The trials that can train together, as indices. */
function groupsOf(setups: readonly TrialSetup[]): number[][] {
  const groups: number[][] = []
  const byFolds = new Map<unknown, Map<string, number[]>>()
  setups.forEach(({ key, folds }, i) => {
    const byKey = byFolds.get(folds) ?? new Map<string, number[]>()
    byFolds.set(folds, byKey)
    const trials = byKey.get(key)
    if (trials !== undefined) {
      trials.push(i)
      return
    }
    const group = [i]
    groups.push(group)
    byKey.set(key, group)
  })
  return groups
}

const NO_RUNGS: readonly { readonly epoch: number; readonly value: number }[] = []

/** From the best to the worst. */
const ENDINGS: readonly Ending[] = ['epochs', 'earlyStopping', 'pruned', 'diverged']

const REASONS: Readonly<Record<Ending, string>> = {
  epochs: 'all epochs were trained',
  earlyStopping: 'early stopping ended it',
  pruned: 'the pruner ended it',
  diverged: 'it diverged',
}

/** The worst ending of a trial in any fold. */
function worstEnding(groups: readonly Group[], member: number): Ending {
  let worst = 0
  for (const group of groups) worst = Math.max(worst, ENDINGS.indexOf(group.ending(member) as Ending))
  return ENDINGS[worst]
}
