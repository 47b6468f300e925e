/** Trains batches in this process, one after the other. */
import { memberError } from '../../checks/errors.js'
import { Batch, type PruningPlan, type TrialOutcome, type TrialResult } from '../engine/batch.js'
import { copyOfParameters } from '../engine/group.js'
import { portionsOf } from '../engine/portions.js'
import { ProgressTimer } from '../engine/progress-timer.js'
import type { TrialSetup } from '../engine/trial-setup.js'
import type { Trial } from '../space/trial.js'
import type { BatchProgress, BatchRunner, BatchWork, TrainedBatch } from './batch-runner.js'
import { BatchDigest, bestIndex } from './digest.js'
import type { TrialSettings } from './trial-settings.js'

/** A trial with its parameters of each fold. */
export interface TrainedTrial {
  readonly outcome: TrialOutcome
  readonly parameters: readonly Float64Array[]
}

/** How the progress of a batch is reported. */
interface BatchProgressOptions {
  /** The milliseconds between two reports, at least. */
  readonly every: number
  readonly report: (progress: BatchProgress) => unknown
}

export class LocalRunner implements BatchRunner {
  readonly ahead = 1
  private batch: Batch | null = null
  private isCancelled = false

  /** @param progress called during a batch; null: never */
  constructor(
    private readonly settings: Pick<TrialSettings, 'objective' | 'task' | 'pruner'>,
    private readonly progress: BatchProgressOptions | null = null,
  ) {}

  async run({ first, options }: BatchWork): Promise<TrainedBatch | null> {
    const { better } = this.settings.task.metric
    const setups = options.map((one, i) => this.read(one, first + i))
    const digest = new BatchDigest(first)
    const outcomes: TrialOutcome[] = []
    let best: TrialOutcome | null = null
    let parameters: readonly Float64Array[] | null = null
    for await (const results of this.train(setups)) {
      if (results === null) return null
      digest.add(results)
      const own = results.map(outcomeOf)
      outcomes.push(...own)
      const found = bestIndex(own, better)
      if (found === null || (best !== null && bestIndex([best, own[found]], better) === 0)) continue
      best = own[found]
      // The arrays of the results have the parameters of many trials.
      parameters = results[found].parameters.map(copyOfParameters)
    }
    return { outcomes, trained: digest.hex(), parameters }
  }

  /**
   * The parameters of trials that were trained before, of each fold: they are trained again, to the same bits.
   * @throws Error where a value differs
   */
  async again(trials: readonly Trial[]): Promise<readonly (readonly Float64Array[])[]> {
    const all = await this.trainAll(trials)
    for (const [i, { outcome }] of all.entries()) requireSame(trials[i], outcome.value)
    return all.map(({ parameters }) => parameters)
  }

  /** Trains the options of trials to their ends, without a pruner. */
  async trainAll(trials: readonly Pick<Trial, 'number' | 'options'>[]): Promise<TrainedTrial[]> {
    const setups = trials.map(({ options, number }) => this.read(options, number))
    const all: TrainedTrial[] = []
    for (const portion of portionsOf(setups)) {
      const results = (await new Batch(this.settings.task, portion).train(NO_PRUNING)) as TrialResult[]
      for (const one of results) all.push({ outcome: outcomeOf(one), parameters: one.parameters.map(copyOfParameters) })
    }
    return all
  }

  cancel(): void {
    this.isCancelled = true
    this.batch?.cancel()
  }

  async close(): Promise<void> {}

  private read(options: unknown, number: number): TrialSetup {
    try {
      return this.settings.objective.read(options, number)
    } catch (error) {
      throw memberError(error, `trial ${number}`)
    }
  }

  /** All trials together, or in portions where a pruner need not compare them. Null: cancelled. */
  private async *train(setups: readonly TrialSetup[]): AsyncGenerator<readonly TrialResult[] | null> {
    const { task, pruner } = this.settings
    const portions = pruner.name === 'none' ? portionsOf(setups) : [setups]
    // The options of all trials are checked before any is trained.
    if (portions.length > 1) for (const portion of portions) new Batch(task, portion).close()
    const { length } = setups
    let before = 0
    let size = 0
    const timer =
      this.progress &&
      new ProgressTimer(this.progress.every, (share) =>
        this.progress?.report({ trials: length, share: (before + share * size) / length }),
      )
    for (const portion of portions) {
      size = portion.length
      const batch = new Batch(task, portion)
      this.batch = batch
      if (this.isCancelled) batch.cancel()
      const results = await batch.train(pruner.plan(batch.epochs, length), timer)
      this.batch = null
      before += size
      yield results
    }
  }
}

const NO_PRUNING: PruningPlan = { rungs: [], survivors: (_rung, _scores, active) => active }

const outcomeOf = ({ state, value, epochs, rungs, reason }: TrialResult): TrialOutcome => ({
  state,
  value,
  epochs,
  rungs,
  reason,
})

function requireSame({ number, value: expected }: Trial, value: number): void {
  if (value === expected) return
  throw new Error(
    `Trial ${number} has the value ${expected}, and ${value} where it is trained again. Compare the versions of ` +
      'lockstep-nn on the machines and in the journal, and use a new journal.',
  )
}
