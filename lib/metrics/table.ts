/**
 * The table of metrics, besides the loss, with scikit-learn's definitions. `targets` and `predictions` are [rows ×
 * outputs]. Names, types and checks are derived from the entries.
 */
import { automatic, type Configurable, choice, integer } from '../kernels/option-table.js'
import {
  AVERAGES,
  accuracyOf,
  amongLargest,
  averaged,
  binaryAccuracyOf,
  confusion,
  f1Of,
  hasNaN,
  precisionOf,
  type Rate,
  recallOf,
  rocAucOf,
  type Scored,
  thresholdFor,
} from './classes.js'
import { meanAbsoluteErrorOf, r2Of, rootMeanSquaredErrorOf } from './regression.js'

/** Why a metric cannot be computed: what was expected, for which of its options or, without one, for the outputs. */
export interface Unsuited {
  readonly option?: string
  readonly expected: string
  readonly remedy: string
}

interface MetricEntry extends Configurable {
  /**
   * The targets of a metric: any numbers (`numbers`); one class per row (`class`: with several outputs the index of the
   * largest value); or one class per output (`classes`).
   */
  readonly targets: 'numbers' | 'class' | 'classes'
  /** Whether it ranks predictions, so that they cannot be class numbers. */
  readonly ranks?: boolean
  /** Why it does not exist for this number of outputs, or of classes where the targets are class numbers. */
  unsuited?(outputs: number, options: Float64Array): Unsuited | null
}

/** A metric that is one number; `better` is its better direction. */
export interface ScalarMetric extends MetricEntry {
  readonly better: 'higher' | 'lower'
  value(scored: Scored, options: Float64Array): number
}

/** A metric of several numbers, which is not reported for each epoch. */
export interface TableMetric extends MetricEntry {
  readonly better: null
  value(scored: Scored, options: Float64Array): Float64Array
}

export type Metric = ScalarMetric | TableMetric

/** A confusion matrix of more classes does not fit in memory. */
const MAX_MATRIX_CLASSES = 10_000

/**
 * Where each output has two classes, a prediction above it is of class 1. Default: halfway between the two targets,
 * which is 0.5 for targets of 0 and 1, and 0 for targets of -1 and 1.
 */
const threshold = automatic

/** NaN where a prediction is NaN, because no class is predicted then. */
const unlessNaN =
  (value: (scored: Scored, options: Float64Array) => number) =>
  (scored: Scored, options: Float64Array): number =>
    hasNaN(scored.predictions) ? NaN : value(scored, options)

const accuracy = {
  options: { threshold },
  better: 'higher',
  targets: 'class',
  value: unlessNaN((scored, options) => accuracyOf(scored, thresholdFor(scored, options[0]))),
} as const

const binaryAccuracy = {
  options: { threshold },
  better: 'higher',
  targets: 'classes',
  value: unlessNaN((scored, options) => binaryAccuracyOf(scored, thresholdFor(scored, options[0]))),
} as const

const topK = {
  options: {
    /** The number of largest predictions that count. Default 5. */
    k: integer(1, 5),
  },
  unsuited(outputs: number, options: Float64Array): Unsuited | null {
    if (outputs === 1) {
      const remedy = 'topK needs a prediction for each class. For one output, use accuracy.'
      return { expected: 'at least 2 outputs', remedy }
    }
    if (options[0] <= outputs) return null
    return { option: 'k', expected: `an integer from 1 to the ${outputs} outputs`, remedy: 'Give a smaller k.' }
  },
  better: 'higher',
  targets: 'class',
  ranks: true,
  value: unlessNaN((scored, options) => amongLargest(scored, options[0])),
} as const

const rateMetric = (rate: Rate) =>
  ({
    options: {
      threshold,
      /**
       * The mean over classes. `binary`: class 1 alone, for a single output. `macro`: the mean over classes. `micro`:
       * all classes counted together. `weighted`: the mean weighted by the number of rows of each class. Default
       * `auto`: `binary` for a single output, otherwise `macro`.
       */
      average: choice('auto', AVERAGES),
    },
    unsuited: (outputs: number, options: Float64Array): Unsuited | null =>
      AVERAGES[options[1]] === 'binary' && outputs > 1
        ? {
            option: 'average',
            expected: `an average over the ${outputs} classes`,
            remedy: "Give 'macro', 'micro' or 'weighted'.",
          }
        : null,
    better: 'higher',
    targets: 'class',
    value: unlessNaN((scored, options) =>
      averaged(scored, thresholdFor(scored, options[0]), AVERAGES[options[1]], rate),
    ),
  }) as const

const rocAuc = { options: {}, better: 'higher', targets: 'class', ranks: true, value: unlessNaN(rocAucOf) } as const

const meanAbsoluteError = { options: {}, better: 'lower', targets: 'numbers', value: meanAbsoluteErrorOf } as const

const rootMeanSquaredError = {
  options: {},
  better: 'lower',
  targets: 'numbers',
  value: rootMeanSquaredErrorOf,
} as const

const r2 = { options: {}, better: 'higher', targets: 'numbers', value: r2Of } as const

const confusionMatrix = {
  options: { threshold },
  unsuited: (outputs: number): Unsuited | null =>
    outputs > MAX_MATRIX_CLASSES
      ? {
          expected: `at most ${MAX_MATRIX_CLASSES} classes`,
          remedy:
            'A larger matrix does not fit in memory: number the classes from 0 without gaps, or use another metric.',
        }
      : null,
  better: null,
  targets: 'class',
  value: (scored: Scored, options: Float64Array) => confusion(scored, thresholdFor(scored, options[0])),
} as const

/** By name. */
export const metricTable = {
  accuracy,
  binaryAccuracy,
  topK,
  precision: rateMetric(precisionOf),
  recall: rateMetric(recallOf),
  f1: rateMetric(f1Of),
  rocAuc,
  meanAbsoluteError,
  rootMeanSquaredError,
  r2,
  confusionMatrix,
} satisfies Record<string, Metric>

export type MetricName = keyof typeof metricTable
/** The metrics that are one number. */
export type ScalarMetricName = Exclude<MetricName, 'confusionMatrix'>
