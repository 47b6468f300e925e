/**
 * The table of metrics: how good predictions are, besides the loss. The definitions are those of scikit-learn. `targets` and
 * `predictions` are [rows × outputs]; everything else (names, types, checks) is derived from the entries.
 */
import { type Configurable, type Conflict, choice, finite, integer } from '../kernels/options.js'
import {
  AVERAGES,
  amongLargest,
  averaged,
  confusion,
  f1Of,
  precisionOf,
  type Rate,
  recallOf,
  rocAuc,
  type Scored,
} from './classes.js'

interface MetricEntry extends Configurable {
  /** Why it cannot be told for so many outputs. */
  unsuited?(outputs: number, options: Float64Array): Conflict | null
}

/** One number; `better` says which way. */
export interface ScalarMetric extends MetricEntry {
  readonly better: 'higher' | 'lower'
  value(scored: Scored, options: Float64Array): number
}

/** Several numbers, which cannot be followed over the epochs. */
export interface TableMetric extends MetricEntry {
  readonly better: null
  value(scored: Scored, options: Float64Array): Float64Array
}

export type Metric = ScalarMetric | TableMetric

/** Above it a prediction of a single output is of class 1. Default 0.5. */
const threshold = finite(0.5)

const accuracy = {
  options: { threshold },
  better: 'higher',
  value(scored: Scored, options: Float64Array) {
    const counts = confusion(scored, options[0])
    const classes = Math.sqrt(counts.length)
    let hits = 0
    for (let i = 0; i < classes; i++) hits += counts[i * classes + i]
    return hits / scored.rows
  },
} as const

const binaryAccuracy = {
  options: { threshold },
  better: 'higher',
  value({ targets, predictions }: Scored, options: Float64Array) {
    let hits = 0
    for (let i = 0; i < targets.length; i++) if (predictions[i] > options[0] === targets[i] > 0.5) hits++
    return hits / targets.length
  },
} as const

const topK = {
  options: {
    /** How many of the largest predictions count. Default 5. */
    k: integer(1, 5),
  },
  unsuited: (outputs: number, options: Float64Array) =>
    options[0] > outputs
      ? { option: 'k', expected: `an integer from 1 to the ${outputs} outputs`, remedy: 'Give a smaller k.' }
      : null,
  better: 'higher',
  value: (scored: Scored, options: Float64Array) => amongLargest(scored, options[0]),
} as const

const rateMetric = (rate: Rate) =>
  ({
    options: {
      threshold,
      /**
       * Of the classes: `binary`, class 1 alone, needs a single output; `macro`, the mean over classes; `micro`, all counted
       * together; `weighted`, the mean with the number of rows of each class as weight. Default `auto`: `binary` for a single
       * output, else `macro`.
       */
      average: choice('auto', AVERAGES),
    },
    unsuited: (outputs: number, options: Float64Array) =>
      AVERAGES[options[1]] === 'binary' && outputs > 1
        ? {
            option: 'average',
            expected: `an average over the ${outputs} classes`,
            remedy: "Give 'macro', 'micro' or 'weighted'.",
          }
        : null,
    better: 'higher',
    value: (scored: Scored, options: Float64Array) => averaged(scored, options[0], AVERAGES[options[1]], rate),
  }) as const

const rocAucMetric = { options: {}, better: 'higher', value: rocAuc } as const

const meanAbsoluteError = {
  options: {},
  better: 'lower',
  value({ targets, predictions }: Scored) {
    let sum = 0
    for (let i = 0; i < targets.length; i++) sum += Math.abs(predictions[i] - targets[i])
    return sum / targets.length
  },
} as const

/** The mean over the outputs of what is told of each. */
function overOutputs({ outputs }: Scored, one: (output: number) => number): number {
  let sum = 0
  for (let j = 0; j < outputs; j++) sum += one(j)
  return sum / outputs
}

function squaredErrors({ rows, outputs, targets, predictions }: Scored, output: number): number {
  let sum = 0
  for (let row = 0, i = output; row < rows; row++, i += outputs) {
    sum += (predictions[i] - targets[i]) * (predictions[i] - targets[i])
  }
  return sum
}

const rootMeanSquaredError = {
  options: {},
  better: 'lower',
  value: (scored: Scored) => overOutputs(scored, (j) => Math.sqrt(squaredErrors(scored, j) / scored.rows)),
} as const

const r2 = {
  options: {},
  better: 'higher',
  value(scored: Scored) {
    const { rows, outputs, targets } = scored
    if (rows < 2) return NaN
    return overOutputs(scored, (j) => {
      let mean = 0
      for (let row = 0; row < rows; row++) mean += targets[row * outputs + j]
      mean /= rows
      let spread = 0
      for (let row = 0; row < rows; row++) {
        const far = targets[row * outputs + j] - mean
        spread += far * far
      }
      const errors = squaredErrors(scored, j)
      return spread === 0 ? Number(errors === 0) : 1 - errors / spread
    })
  },
} as const

const confusionMatrix = {
  options: { threshold },
  better: null,
  value: (scored: Scored, options: Float64Array) => confusion(scored, options[0]),
} as const

/** By name. */
export const metricTable = {
  accuracy,
  binaryAccuracy,
  topK,
  precision: rateMetric(precisionOf),
  recall: rateMetric(recallOf),
  f1: rateMetric(f1Of),
  rocAuc: rocAucMetric,
  meanAbsoluteError,
  rootMeanSquaredError,
  r2,
  confusionMatrix,
} satisfies Record<string, Metric>

export type MetricName = keyof typeof metricTable
/** The metrics that are one number. */
export type ScalarMetricName = Exclude<MetricName, 'confusionMatrix'>
