/**
 * The table of metrics: how good predictions are, besides the loss. The definitions are those of scikit-learn. `targets` and
 * `predictions` are [rows × outputs]; everything else (names, types, checks) is derived from the entries.
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

/** Why a metric cannot be computed: what was expected, for which of its options or, where there is none, for the outputs. */
export interface Unsuited {
  readonly option?: string
  readonly expected: string
  readonly remedy: string
}

interface MetricEntry extends Configurable {
  /**
   * What targets are: any numbers (`numbers`); a class for each row (`class`: for several outputs the place of the largest value);
   * or a class for each output (`classes`).
   */
  readonly targets: 'numbers' | 'class' | 'classes'
  /** Whether it ranks predictions, so that a class number is none. */
  readonly ranks?: boolean
  /** Why it cannot be computed for this number of outputs, or of classes where these are given as numbers. */
  unsuited?(outputs: number, options: Float64Array): Unsuited | null
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

/** A confusion matrix of more classes would not fit in memory. */
const MAX_MATRIX_CLASSES = 10_000

/**
 * A prediction above it is of class 1, where each output has two classes. Default: halfway between the two targets, which is 0.5 for
 * targets of 0 and 1, and 0 for targets of -1 and 1.
 */
const threshold = automatic

/** NaN where a prediction is, as no class is predicted then. */
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
    /** How many of the largest predictions count. Default 5. */
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
       * Of the classes: `binary`, class 1 alone, needs a single output; `macro`, the mean over classes; `micro`, all counted
       * together; `weighted`, the mean with the number of rows of each class as weight. Default `auto`: `binary` for a single
       * output, else `macro`.
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
