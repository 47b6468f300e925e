/** Early stopping: the series that it monitors, its options, and when it stops a training. */
import { wrongValue } from '../checks/errors.js'
import type { Values } from '../checks/registry.js'
import { optionsObject, optionValues } from '../checks/validate.js'
import { type Configurable, choice, flag, integer, nonNegative } from '../kernels/option-table.js'
import { type ChosenScalarMetric, validationName } from '../metrics/choose.js'
import { metricTable, type ScalarMetricName } from '../metrics/table.js'

type SeriesName = 'loss' | ScalarMetricName
export type MonitorName = 'auto' | SeriesName | `validation${Capitalize<SeriesName>}`

const SERIES = [
  'loss',
  ...Object.entries(metricTable).flatMap(([name, { better }]) => (better === null ? [] : [name])),
] as SeriesName[]

/** All series that can be monitored; `auto`: the validation loss where there is validation, otherwise the loss. */
export const MONITORS: readonly MonitorName[] = ['auto', ...SERIES, ...(SERIES.map(validationName) as MonitorName[])]

export const earlyStoppingTable = {
  options: {
    /**
     * The monitored series: `loss`, `validationLoss`, or one of the trainer's metrics; over the validation data with
     * `validation` before its name. Default `auto`: `validationLoss` where there is validation, otherwise `loss`.
     */
    monitor: choice('auto', MONITORS),
    /**
     * The number of consecutive epochs without an improvement after which the training stops. 0 means 1. A NaN is no
     * improvement. Default 0.
     */
    patience: integer(0, 0),
    /** An improvement is a value that is better than the best by more than this. Default 0. */
    minDelta: nonNegative(0),
    /**
     * Whether the network gets the parameters after the best epoch, however the training ends. For a series of `loss`,
     * the loss is then computed again after each epoch, which takes about a third of the epoch's time: the loss of an
     * epoch belongs to the parameters before its steps. Default false.
     */
    restoreBest: flag(false),
  },
} as const satisfies Configurable

export type EarlyStoppingOptions = Values<(typeof earlyStoppingTable)['options']>

/** A monitored series, and its better direction. */
export interface Monitor {
  readonly series: string
  readonly higher: boolean
}

/** The series of a `monitor` option, which must exist in this fit. */
export function monitorFor(
  word: MonitorName,
  argument: string,
  metrics: readonly ChosenScalarMetric[],
  validated: boolean,
): Monitor {
  const own = ['loss', ...metrics.map(({ name }) => name)]
  const known = validated ? [...own, ...own.map(validationName)] : own
  const series = word === 'auto' ? (validated ? 'validationLoss' : 'loss') : word
  if (!known.includes(series)) {
    const remedy = 'Add the metric to the trainer’s metrics; for a validation series, give validation data.'
    throw wrongValue(`a series of this fit (${known.join(', ')})`, `${argument}.monitor`, word, remedy)
  }
  const higher = metrics.some(
    ({ name, entry }) => entry.better === 'higher' && (series === name || series === validationName(name)),
  )
  return { series, higher }
}

/** The checked options of early stopping. */
export interface Stopping {
  readonly monitor: Monitor
  readonly patience: number
  readonly minDelta: number
  readonly restoreBest: boolean
  /**
   * Whether the series is the loss over the training samples after each epoch. The loss of the epoch itself is from
   * before its steps, so that it does not belong to the parameters that would be restored.
   */
  readonly evaluates: boolean
}

export function checkEarlyStopping(
  given: unknown,
  metrics: readonly ChosenScalarMetric[],
  validated: boolean,
): Stopping {
  const { options } = earlyStoppingTable
  const values = optionValues(optionsObject(given, 'earlyStopping', Object.keys(options)), options, 'earlyStopping')
  const [word, patience, minDelta, restoreBest] = values
  const monitor = monitorFor(MONITORS[word], 'earlyStopping', metrics, validated)
  const restores = restoreBest === 1
  return { monitor, patience, minDelta, restoreBest: restores, evaluates: restores && monitor.series === 'loss' }
}

/** Why early stopping ended a training. */
export function stoppingReason(
  { monitor, minDelta, evaluates }: Stopping,
  waited: number,
  bestEpoch: number | null,
): string {
  const series = evaluates ? 'the loss after each epoch' : monitor.series
  const by = minDelta === 0 ? '' : ` by more than ${minDelta}`
  const since = bestEpoch === null ? '' : ` since epoch ${bestEpoch}`
  return `${series} has not improved${by} in ${waited} epochs${since}`
}
