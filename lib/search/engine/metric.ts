/** The metric of a study: the series of a fit that trials are compared by. */

import { wrongType } from '../../checks/errors.js'
import { elements, oneOf } from '../../checks/validate.js'
import { validationName } from '../../metrics/choose.js'
import { metricTable } from '../../metrics/table.js'
import { MONITORS } from '../../training/early-stopping.js'

export interface Metric {
  /** The name of the series. */
  readonly series: string
  /** The same without `validation`, as `evaluate` names it. */
  readonly plain: string
  readonly better: 'lower' | 'higher'
  /** Whether it is over the validation samples. */
  readonly ofValidation: boolean
  /** The metrics of a trainer, with that of the series. */
  added(metrics: unknown): unknown
  /** As samplers and pruners see a value: lower is better. */
  score(value: number): number
}

const SERIES = MONITORS.filter((name) => name !== 'auto')

/** @param given undefined: the loss */
export function chooseMetric(given: unknown, validated: boolean): Metric {
  const series =
    given === undefined
      ? validated
        ? 'validationLoss'
        : 'loss'
      : oneOf(given, 'metric', 'the name of a series', SERIES)
  const plain = ['loss', ...Object.keys(metricTable)].find((name) => name === series || validationName(name) === series)
  const better =
    plain === 'loss' ? 'lower' : (metricTable[plain as keyof typeof metricTable].better as 'lower' | 'higher')
  return {
    series,
    plain: plain as string,
    better,
    ofValidation: plain !== series,
    added: (metrics) => (plain === 'loss' ? metrics : withMetric(metrics, plain as string)),
    score: (value) => (better === 'higher' ? -value : value),
  }
}

/** The trainer checks what is no array. */
function withMetric(metrics: unknown, name: string): unknown {
  if (metrics === undefined) return [name]
  if (!Array.isArray(metrics)) throw wrongType('an array of metrics', 'trainer.metrics', metrics)
  const all = elements(metrics)
  const isNamed = all.some((one) => one === name || (one as { name?: unknown } | null)?.name === name)
  return isNamed ? all : [...all, name]
}
