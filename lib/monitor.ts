/** What watches a series over the epochs: early stopping, and the schedule that waits for a plateau. */
import { wrongValue } from './errors.js'
import { type Configurable, choice, flag, integer, nonNegative } from './kernels/options.js'
import { type ChosenScalarMetric, validationName } from './metrics/choose.js'
import { metricTable, type ScalarMetricName } from './metrics/table.js'
import type { Values } from './registry.js'
import { optionsObject, optionValues } from './validate.js'

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
    /** Whether the network gets the parameters after the best epoch in the end. Default false. */
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
  return { monitor, patience, minDelta, restoreBest: restoreBest === 1 }
}

/** What early stopping remembers of one network. */
export class Patience {
  bestEpoch = -1
  private best = 0
  private waited = 0

  constructor(private readonly stopping: Stopping) {}

  /** Takes the value of an epoch; whether it is an improvement. */
  improves(value: number, epoch: number): boolean {
    const { monitor, minDelta } = this.stopping
    const better = monitor.higher ? value > this.best + minDelta : value < this.best - minDelta
    if (better || (this.bestEpoch < 0 && !Number.isNaN(value))) {
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
    const { monitor, minDelta } = this.stopping
    const by = minDelta === 0 ? '' : ` by more than ${minDelta}`
    const since = this.bestEpoch < 0 ? '' : ` since epoch ${this.bestEpoch}`
    return `${monitor.series} has not become better${by} in ${this.waited} epochs${since}`
  }
}

/** What `reduceOnPlateau` does when, as PyTorch's ReduceLROnPlateau. */
export interface Plateau {
  readonly monitor: Monitor
  readonly factor: number
  readonly patience: number
  readonly threshold: number
  readonly relative: boolean
  readonly cooldown: number
  readonly minimum: number
}

/** The state of a plateau: the factor of the learning rate, the best value, epochs without a better one, epochs to rest. */
export const PLATEAU_STATE = 4

export const freshPlateau = (higher: boolean): readonly number[] => [1, higher ? -Infinity : Infinity, 0, 0]

/** Takes the value of an epoch; state: [PLATEAU_STATE], changed in place. */
export function plateauStep(state: Float64Array, value: number, plateau: Plateau): void {
  const { monitor, factor, patience, threshold, relative, cooldown, minimum } = plateau
  const [, best] = state
  // An infinite best is no number to take a share of: times 0 it would be NaN.
  const margin = relative && Number.isFinite(best) ? Math.abs(best) * threshold : relative ? 0 : threshold
  const better = monitor.higher ? value > best + margin : value < best - margin
  if (better) state[1] = value
  state[2] = better ? 0 : state[2] + 1
  if (state[3] > 0) {
    state[3]--
    state[2] = 0
  }
  if (state[2] > patience) {
    state[0] = Math.max(state[0] * factor, minimum)
    state[3] = cooldown
    state[2] = 0
  }
}
