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

/** All that can be watched; `auto`: the validation loss where there is validation, else the loss. */
export const MONITORS: readonly MonitorName[] = ['auto', ...SERIES, ...(SERIES.map(validationName) as MonitorName[])]

export const earlyStoppingTable = {
  options: {
    /**
     * Which series is watched: `loss`, `validationLoss`, or one of the trainer's metrics, over the validation data with
     * `validation` before its name. Default `auto`: `validationLoss` where there is validation, else `loss`.
     */
    monitor: choice('auto', MONITORS),
    /**
     * How many epochs in a row may be without an improvement: with that many the training stops. 0 is as 1. A NaN is no
     * improvement. Default 0.
     */
    patience: integer(0, 0),
    /** By how much more than this a value must be better than the best to be an improvement. Default 0. */
    minDelta: nonNegative(0),
    /**
     * Whether the network gets the parameters after the best epoch in the end, in whichever way the training ends. A series of `loss` is
     * then computed after each epoch, with the parameters as they are then, which takes about a third of the epoch's time: an epoch's
     * own loss is of the parameters before its steps. Default false.
     */
    restoreBest: flag(false),
  },
} as const satisfies Configurable

export type EarlyStoppingOptions = Values<(typeof earlyStoppingTable)['options']>

/** A series that is watched, and which way is better. */
export interface Monitor {
  readonly series: string
  readonly higher: boolean
}

/** The series for a `monitor` option, which must be there. */
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
    const remedy = 'Name the metric in the trainer’s metrics, and give validation data for a series over these.'
    throw wrongValue(`a series of this fit (${known.join(', ')})`, `${argument}.monitor`, word, remedy)
  }
  const higher = metrics.some(
    ({ name, entry }) => entry.better === 'higher' && (series === name || series === validationName(name)),
  )
  return { series, higher }
}

/** Early stopping as it is asked for. */
export interface Stopping {
  readonly monitor: Monitor
  readonly patience: number
  readonly minDelta: number
  readonly restoreBest: boolean
  /**
   * Whether the series is the loss over the training samples after each epoch. The loss of the epoch itself has each sample's from
   * before its step, so that it does not belong to the parameters that would be restored.
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

/** What early stopping remembers of one network. */
export class Patience {
  /** Null before the first value that is a number. */
  bestEpoch: number | null = null
  private best = 0
  private waited = 0

  constructor(private readonly stopping: Stopping) {}

  /** Takes the value of an epoch; whether it is an improvement. */
  improves(value: number, epoch: number): boolean {
    const { monitor, minDelta } = this.stopping
    const better = monitor.higher ? value > this.best + minDelta : value < this.best - minDelta
    if (better || (this.bestEpoch === null && !Number.isNaN(value))) {
      this.best = value
      this.bestEpoch = epoch
      this.waited = 0
      return true
    }
    this.waited++
    return false
  }

  get exhausted(): boolean {
    return this.waited >= Math.max(this.stopping.patience, 1)
  }

  get reason(): string {
    const { monitor, minDelta, evaluates } = this.stopping
    const series = evaluates ? 'the loss after each epoch' : monitor.series
    const by = minDelta === 0 ? '' : ` by more than ${minDelta}`
    const since = this.bestEpoch === null ? '' : ` since epoch ${this.bestEpoch}`
    return `${series} has not become better${by} in ${this.waited} epochs${since}`
  }
}
