/**
 * The table of metrics that are one number, besides the loss, with scikit-learn's definitions. What a user's metric must
 * fulfil, and its better direction, is in lib/metrics/table.ts.
 */
import { automatic, type Configurable, choice, integer } from '../option-table.js'
import {
  AVERAGES,
  accuracyOf,
  amongLargest,
  averaged,
  binaryAccuracyOf,
  classCount,
  f1Of,
  precisionOf,
  type Rate,
  recallOf,
  rocAucOf,
  type Scored,
  thresholdFor,
  unlessNaN,
} from './classes.js'
import { meanAbsoluteErrorOf, r2Of, rootMeanSquaredErrorOf } from './regression.js'

/** A metric. `value` may use the workspace for anything; `workspace` is its length. */
export interface MetricKernel extends Configurable {
  workspace(rows: number, outputs: number): number
  value(scored: Scored, options: Float64Array, workspace: Float64Array): number
}

const none = (): number => 0

/**
 * Where each output has two classes, a prediction above it is of class 1. Default: halfway between the two targets,
 * which is 0.5 for targets of 0 and 1, and 0 for targets of -1 and 1.
 */
export const threshold = automatic

const accuracy = {
  options: { threshold },
  workspace: none,
  value: (scored: Scored, options: Float64Array) =>
    unlessNaN(scored, () => accuracyOf(scored, thresholdFor(scored, options[0]))),
} as const

const binaryAccuracy = {
  options: { threshold },
  workspace: none,
  value: (scored: Scored, options: Float64Array) =>
    unlessNaN(scored, () => binaryAccuracyOf(scored, thresholdFor(scored, options[0]))),
} as const

const topK = {
  options: {
    /** The number of largest predictions that count. Default 5. */
    k: integer(1, 5),
  },
  workspace: none,
  value: (scored: Scored, options: Float64Array) => unlessNaN(scored, () => amongLargest(scored, options[0])),
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
    workspace: (_rows: number, outputs: number) => 3 * classCount(outputs),
    value: (scored: Scored, options: Float64Array, workspace: Float64Array) =>
      unlessNaN(scored, () => averaged(scored, thresholdFor(scored, options[0]), options[1], rate, workspace)),
  }) as const

const rocAuc = {
  options: {},
  // Two arrays of rows; in C++ a third one, for its sort.
  workspace: (rows: number) => 2 * rows,
  value: (scored: Scored, _options: Float64Array, workspace: Float64Array) =>
    unlessNaN(scored, () => rocAucOf(scored, workspace)),
} as const

const meanAbsoluteError = { options: {}, workspace: none, value: meanAbsoluteErrorOf } as const

const rootMeanSquaredError = { options: {}, workspace: none, value: rootMeanSquaredErrorOf } as const

const r2 = { options: {}, workspace: none, value: r2Of } as const

/** By name. The order defines the codes; native/kernels/metrics/metrics.inl has the same order. */
export const metrics = {
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
} as const satisfies Record<string, MetricKernel>

const METRICS: readonly MetricKernel[] = Object.values(metrics)

/** The length of the workspace of a metric. */
export const metricWorkspace = (code: number, rows: number, outputs: number): number =>
  METRICS[code].workspace(rows, outputs)

/** A metric of targets and predictions. The contents of the workspace do not matter. */
export const metricOf = (code: number, options: Float64Array, scored: Scored, workspace: Float64Array): number =>
  METRICS[code].value(scored, options, workspace)
