/**
 * The table of metrics: what each needs of the outputs and targets, and its better direction. Names, types and checks are
 * derived from the entries. The values are those of lib/kernels/metrics, except for the confusion matrix.
 */

import { AVERAGES, type Scored, thresholdFor } from '../kernels/metrics/classes.js'
import { type MetricKernel, metrics, threshold } from '../kernels/metrics/metrics.js'
import type { Configurable } from '../kernels/option-table.js'
import { confusion } from './confusion.js'

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

/** The options and the value of a kernel, with a workspace of its own. */
const computed = <Kernel extends MetricKernel>({ options, workspace, value }: Kernel) => ({
  options: options as Kernel['options'],
  value(scored: Scored, own: Float64Array): number {
    return value(scored, own, new Float64Array(workspace(scored.rows, scored.numbered ?? scored.outputs)))
  },
})

const accuracy = { ...computed(metrics.accuracy), better: 'higher', targets: 'class' } as const

const binaryAccuracy = { ...computed(metrics.binaryAccuracy), better: 'higher', targets: 'classes' } as const

const topK = {
  ...computed(metrics.topK),
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
} as const

const rateMetric = <Kernel extends MetricKernel>(kernel: Kernel) =>
  ({
    ...computed(kernel),
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
  }) as const

const rocAuc = { ...computed(metrics.rocAuc), better: 'higher', targets: 'class', ranks: true } as const

const meanAbsoluteError = { ...computed(metrics.meanAbsoluteError), better: 'lower', targets: 'numbers' } as const

const rootMeanSquaredError = { ...computed(metrics.rootMeanSquaredError), better: 'lower', targets: 'numbers' } as const

const r2 = { ...computed(metrics.r2), better: 'higher', targets: 'numbers' } as const

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

/** By name, in the order of the kernels, so that their codes are the same. */
export const metricTable = {
  accuracy,
  binaryAccuracy,
  topK,
  precision: rateMetric(metrics.precision),
  recall: rateMetric(metrics.recall),
  f1: rateMetric(metrics.f1),
  rocAuc,
  meanAbsoluteError,
  rootMeanSquaredError,
  r2,
  confusionMatrix,
} satisfies Record<string, Metric>

export type MetricName = keyof typeof metricTable
/** The metrics that are one number. */
export type ScalarMetricName = Exclude<MetricName, 'confusionMatrix'>
