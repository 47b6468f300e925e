/** What the checks of a diagnosis examine: each part is computed when the first check needs it, and kept. */
import { areFinite } from '../../checks/rows.js'
import { inputCategories, needsWholeBatch } from '../../kernels/layers/table.js'
import { learningRateOf } from '../../kernels/optimizers.js'
import type { NetworkPlan } from '../../kernels/plan.js'
import type { CompiledModel } from '../../training/compiled-model.js'
import { rowsAt } from '../splits/items.js'
import { constantLoss, leastLoss } from './constant-loss.js'
import type { Draft, FindingName } from './finding.js'
import { type Classes, classesOf, type LabelProblem, labelProblem } from './labels.js'
import type { Given } from './options.js'
import { type NetworkPass, passOf } from './pass.js'
import {
  type ColumnStatistics,
  columnsAt,
  drawRows,
  finiteRows,
  randomOf,
  SAMPLE_STREAM,
  statisticsOf,
} from './sample.js'
import { type Probe, trainingLoss } from './trial.js'

/** A check: one entry of the table. */
export interface Check {
  readonly name: FindingName
  /** The findings that explain this one: where one of them is an error or a warning, this one is a note. */
  readonly causes: readonly FindingName[]
  /** The same where the network has been trained; without it, `causes`. */
  readonly causesWhenTrained?: readonly FindingName[]
  /** A finding, null, or why it could not run. */
  examine(examined: Examined): Draft | null | string
}

/** The most values of the sample, so that wide tables have fewer rows in it. */
const MAX_SAMPLED = 4_000_000
/** The fewest rows of it. */
const MIN_SAMPLED = 256
/** The most rows of the trial steps and of the losses, and about how many multiplications a forward pass may have. */
const MAX_PROBE = 1000
const PROBE_WORK = 60_000_000
const MIN_PROBE = 64

/** The share of the loss of constant predictions below which a network has learned. */
const LEARNED = 0.5

export class Examined {
  readonly compiled: CompiledModel
  readonly plan: NetworkPlan
  /** The rows of x and y that the checks examine, in a random order; only finite ones. */
  readonly sample: Int32Array
  /** Whether a row has a value that is not finite. */
  readonly allFinite: boolean
  /** By column of x: the number of categories where an embedding reads it, otherwise 0. */
  readonly categories: Int32Array
  private readonly kept = new Map<string, unknown>()

  constructor(readonly given: Given) {
    const { trainer, x, y, seed, maxRows } = given
    this.compiled = trainer.parts.compiled
    this.plan = this.compiled.plan
    const rows = finiteRows(x, y)
    this.allFinite = rows.length === x.rows
    const most = Math.min(maxRows, Math.max(MIN_SAMPLED, Math.floor(MAX_SAMPLED / (x.columns + y.columns))))
    this.sample = drawRows(rows, most, randomOf(seed, SAMPLE_STREAM))
    this.categories = new Int32Array(x.columns)
    for (const { column, categories } of inputCategories(this.plan)) this.categories[column] = categories
  }

  /** `column "age"`, `column 3` */
  readonly nameOf = (column: number): string => this.given.names.column(column)

  /** The sampled values of each column of x. */
  get columns(): readonly Float64Array[] {
    return this.once('columns', () => columnsAt(this.given.x, this.sample))
  }

  /** The sampled values of each column of y. */
  get targets(): readonly Float64Array[] {
    return this.once('targets', () => columnsAt(this.given.y, this.sample))
  }

  get columnStatistics(): readonly ColumnStatistics[] {
    return this.once('columnStatistics', () => this.columns.map(statisticsOf))
  }

  get targetStatistics(): readonly ColumnStatistics[] {
    return this.once('targetStatistics', () => this.targets.map(statisticsOf))
  }

  /** Why the loss does not accept the targets; null: it does. */
  get labelProblem(): LabelProblem | null {
    return this.once('labelProblem', () => labelProblem(this.given.y, this.plan, this.compiled.loss))
  }

  /** The class of each row of y; null where the targets are numbers. */
  get classes(): Classes | null {
    return this.once('classes', () =>
      this.labelProblem === null ? classesOf(this.given.y, this.plan, this.compiled.loss) : null,
    )
  }

  /** A copy of the parameters. */
  get parameters(): Float64Array {
    return this.once('parameters', () =>
      Float64Array.from(this.given.trainer.parts.compiled.members[0].readableParameters()),
    )
  }

  /** Why the network cannot be computed with these samples; null: it can. */
  get unusable(): string | null {
    return this.once('unusable', () => {
      if (this.sample.length === 0) return 'every row has a value that is not finite'
      if (!areFinite(this.parameters)) return 'a parameter is not finite'
      if (this.unknownCategory !== null) return 'a column has values that are no categories of its embedding'
      if (this.sample.length < 2 && this.plan.layers.some(needsWholeBatch))
        return 'a batchNormalization needs 2 finite rows'
      return null
    })
  }

  /** The first value that is no category of an embedding's column: its row and its column. */
  get unknownCategory(): { readonly row: number; readonly column: number; readonly value: number } | null {
    return this.once('unknownCategory', () => {
      const { values, columns } = this.given.x
      for (const [column, categories] of this.categories.entries()) {
        if (categories === 0) continue
        for (let i = column; i < values.length; i += columns) {
          const value = values[i]
          if (Number.isInteger(value) && value >= 0 && value < categories) continue
          // Those that are not finite have a finding of their own.
          if (Number.isFinite(value)) return { row: Math.floor(i / columns), column, value }
        }
      }
      return null
    })
  }

  /** Why it cannot be trained for a trial. */
  get untrainable(): string | null {
    if (this.unusable !== null) return this.unusable
    if (this.sample.length < 2) return 'it needs 2 finite rows'
    if (this.labelProblem !== null) return 'the loss does not accept the targets'
    if (!this.plan.layers.some(({ trainable }) => trainable === 1)) return 'no layer is trainable'
    return null
  }

  /** Samples for trial steps and losses, in a random order. */
  get probe(): Probe {
    return this.once('probe', () => {
      const most = Math.max(MIN_PROBE, Math.min(MAX_PROBE, Math.floor(PROBE_WORK / this.plan.parameterCount)))
      const rows = this.sample.slice(0, most)
      const { trainer, x, y } = this.given
      return {
        trainer,
        rows: rows.length,
        x: rowsAt(x.values, x.columns, rows),
        y: rowsAt(y.values, y.columns, rows),
        yColumns: y.columns,
      }
    })
  }

  /** The loss of the probe before a step, as a training computes it; NaN where it cannot be computed. */
  get loss(): number {
    return this.once('loss', () => (this.untrainable === null ? trainingLoss(this.probe) : NaN))
  }

  /** The loss of the best constant predictions; NaN where it cannot be computed. */
  get constantLoss(): number {
    return this.once('constantLoss', () => (this.untrainable === null ? constantLoss(this.probe) : NaN))
  }

  /** The loss after trial steps at the trainer's own rate. */
  ownTrial(lossAt: (examined: Examined, rate: number) => number): number {
    return this.once('ownTrial', () => lossAt(this, learningRateOf(this.compiled.optimizers[0].options)))
  }

  /** Whether the network already does much better than constant predictions: its state is then no reason not to learn. */
  get hasLearned(): boolean {
    return this.excess(this.loss) < LEARNED * this.excess(this.constantLoss)
  }

  /** A loss over the least one that any predictions have, so that it is at least 0. */
  excess(loss: number): number {
    return loss - this.once('leastLoss', () => (this.untrainable === null ? leastLoss(this.probe) : 0))
  }

  /** Values and derivatives of the layers for some rows. Only where `unusable` is null. */
  get pass(): NetworkPass {
    return this.once('pass', () => passOf(this.plan, this.parameters, this.given.x, this.sample, this.given.seed))
  }

  /** A value that is computed when it is first needed, and kept. */
  once<Value>(name: string, compute: () => Value): Value {
    if (!this.kept.has(name)) this.kept.set(name, compute())
    return this.kept.get(name) as Value
  }
}
