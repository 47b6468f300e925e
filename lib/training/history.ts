/** The reports of a training: after each epoch, at its end, and where it diverged. */

import type { Backend } from '../backend/backend.js'
import { brand } from '../checks/brand.js'
import { plainObject, withJSON } from '../checks/json.js'
import { LOSS_NOT_FINITE, type NetworkPlan, STATE_NOT_FINITE } from '../kernels/plan.js'
import { type ChosenScalarMetric, validationName } from '../metrics/choose.js'
import type { ScalarMetricName } from '../metrics/table.js'
import { parameterName } from '../network/layers.js'
import { GrowingArray } from './growing-array.js'

/** By the name of each of the trainer's metrics. */
export type ByMetric<Value> = { readonly [Name in ScalarMetricName]?: Value }

/**
 * Why a training ended: all epochs were done, the monitored series did not improve, `onEpoch` returned false, or the
 * `signal` was aborted. Only the history of a `DivergenceError` has `divergence`.
 */
export type Stopped = 'epochs' | 'earlyStopping' | 'onEpoch' | 'aborted' | 'divergence'

/**
 * The report of a training. `JSON.stringify` writes its series as arrays, with null for a NaN. Entry i of a series
 * belongs to epoch `initialEpoch` + i.
 */
export interface History {
  /** The loss of each epoch: the mean over its samples, each before the step of its batch. */
  readonly loss: Float64Array
  /** The loss over the validation data after each epoch; only with validation data. */
  readonly validationLoss?: Float64Array
  /** The trainer's metrics over the training samples after each epoch. */
  readonly metrics: ByMetric<Float64Array>
  /** The same over the validation data. */
  readonly validationMetrics: ByMetric<Float64Array>
  /** The learning rate of each epoch's first step; only with a schedule. */
  readonly learningRate?: Float64Array
  /** The number of the first epoch. */
  readonly initialEpoch: number
  /** The number of epochs that were trained. */
  readonly epochs: number
  readonly stopped: Stopped
  /** The reason as a sentence. */
  readonly reason: string
  /**
   * The series that early stopping monitored; only with `earlyStopping`. With `restoreBest` and a `monitor` of `loss`,
   * it is the loss over the training samples after each epoch.
   */
  readonly monitored?: Float64Array
  /** The epoch with the best value of that series; only with `earlyStopping`, and where a value was not NaN. */
  readonly bestEpoch?: number
  /** The name of the backend. */
  readonly backend: string
}

/** The report of an ensemble's training: for each member its history, or the error with which it stopped alone. */
export interface EnsembleHistory {
  readonly members: readonly (History | DivergenceError)[]
  /** The name of the backend. */
  readonly backend: string
}

/**
 * A training with a loss, a parameter or an optimizer's state that is not finite. The network has the parameters from
 * before the epoch that failed; with early stopping and `restoreBest`, those after the best epoch. The trainer has the
 * states from before the epoch that failed.
 */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError'
  /** The loss of each epoch before it. */
  readonly loss: Float64Array
  /** The history of the epochs before it. Not shown where the error is printed. */
  declare readonly history: History

  /**
   * @param epoch the number of the first epoch whose loss, or a parameter or state after it, is not finite
   * @param history that of the epochs before it
   */
  constructor(
    message: string,
    readonly epoch: number,
    history: History,
  ) {
    super(message)
    this.loss = history.loss
    Object.defineProperty(this, 'history', { value: history, enumerable: false })
  }

  /** What `JSON.stringify` writes: arrays of numbers instead of typed arrays, and null for a NaN. */
  toJSON(): Record<string, unknown> {
    const { name, message, epoch, loss, history } = this
    return plainObject({ name, message, epoch, loss, history })
  }
}

brand(DivergenceError, 'DivergenceError')

/** The report on one network after an epoch. */
export interface EpochReport {
  readonly loss: number
  readonly validationLoss?: number
  readonly metrics: ByMetric<number>
  readonly validationMetrics: ByMetric<number>
  /** The learning rate of the epoch's first step. */
  readonly learningRate: number
}

/** The argument of `onEpoch`. */
export interface Progress extends EpochReport {
  /** The number of the epoch that has ended, from 0. */
  readonly epoch: number
  /** The number of the epoch before which the fit ends. */
  readonly epochs: number
}

/** The argument of `onProgress`. */
export interface TrainingProgress {
  /** The number of epochs that are done, counted from epoch 0: the number of the epoch that is trained. */
  readonly epoch: number
  /** The number of the epoch before which the fit ends. */
  readonly epochs: number
  /** The loss of the last epoch; NaN before the first. Of an ensemble: the mean over the members that it trained. */
  readonly loss: number
  /** The same over the validation data, if there is any. */
  readonly validationLoss?: number
  /** Samples trained in a second of this fit, without the time of callbacks. A sample of an ensemble counts once. */
  readonly samplesPerSecond: number
  /** The expected seconds up to the end of the last epoch. */
  readonly secondsLeft: number
}

/** The same as `Progress` for an ensemble; null for a member that has stopped. */
export interface EnsembleProgress {
  readonly epoch: number
  readonly epochs: number
  readonly members: readonly (EpochReport | null)[]
}

/** The name of the series that early stopping monitors. */
export const MONITORED = 'monitored'

const NO_METRICS = Object.freeze({})

/** The series of one network, which grow during a fit. */
export class Series {
  private readonly byName: ReadonlyMap<string, GrowingArray>
  /** The number of finite epochs. */
  done = 0

  /** names: those of the session's series */
  constructor(
    readonly initialEpoch: number,
    epochs: number,
    private readonly names: readonly string[],
    private readonly metrics: readonly ChosenScalarMetric[],
  ) {
    this.byName = new Map(names.map((name) => [name, new GrowingArray(epochs)]))
  }

  /** Appends the values of later epochs; values(i) are those of series i. */
  append(epochs: number, values: (i: number) => Float64Array): void {
    if (epochs === 0) return
    this.names.forEach((name, i) => {
      this.named(name).put(this.done, values(i))
    })
    this.done += epochs
  }

  /** The same for one epoch; value(i) is that of series i. */
  appendOne(value: (i: number) => number): void {
    for (let i = 0; i < this.names.length; i++) this.named(this.names[i]).set(this.done, value(i))
    this.done++
  }

  /** All values of a series. */
  all(name: string): Float64Array {
    return this.named(name).first(this.done)
  }

  /** The value of a series in the last epoch. */
  last(name: string): number {
    return this.named(name).at(this.done - 1)
  }

  /** The highest learning rate of the finite epochs; 0 where none is stored. */
  get highestRate(): number {
    return (
      this.byName
        .get('learningRate')
        ?.first(this.done)
        .reduce((highest, rate) => Math.max(highest, rate), 0) ?? 0
    )
  }

  private named(name: string): GrowingArray {
    return this.byName.get(name) as GrowingArray
  }

  private each<Value>(take: (values: GrowingArray) => Value) {
    const pick = (ofValidation: boolean) =>
      this.metrics.length === 0
        ? (NO_METRICS as ByMetric<Value>)
        : (withJSON(
            Object.fromEntries(
              this.metrics.map(({ name }) => [name, take(this.named(ofValidation ? validationName(name) : name))]),
            ),
          ) as ByMetric<Value>)
    const validation = this.byName.get('validationLoss')
    const loss = take(this.named('loss'))
    const metrics = pick(false)
    if (validation === undefined) return { loss, metrics, validationMetrics: NO_METRICS as ByMetric<Value> }
    return { loss, validationLoss: take(validation), metrics, validationMetrics: pick(true) }
  }

  /** rate: the learning rate of the last epoch's first step. */
  report(rate: number): EpochReport {
    const last = (values: GrowingArray) => values.at(this.done - 1)
    if (this.names.length === 1) {
      const loss = last(this.named('loss'))
      return { loss, metrics: NO_METRICS, validationMetrics: NO_METRICS, learningRate: rate }
    }
    return { ...this.each(last), learningRate: rate }
  }

  history(stopped: Stopped, reason: string, bestEpoch: number | null, backend: Backend): History {
    const counted = (values: GrowingArray) => values.first(this.done)
    const [rates, monitored] = [this.byName.get('learningRate'), this.byName.get(MONITORED)]
    return withJSON({
      ...this.each(counted),
      ...(rates === undefined ? {} : { learningRate: counted(rates) }),
      initialEpoch: this.initialEpoch,
      epochs: this.done,
      stopped,
      reason,
      ...(monitored === undefined ? {} : { monitored: counted(monitored) }),
      ...(bestEpoch === null ? {} : { bestEpoch }),
      backend: backend.name,
    })
  }
}

/**
 * The error of a network whose epoch after the last of `series` is not finite.
 * @param status why, as in `outcomes` of a session; parameter: the first one that is not finite, or -1; loss: the epoch's
 * @param bestEpoch the best epoch of early stopping
 * @param restored whether the network gets the parameters after that epoch
 */
export function divergence(
  plan: NetworkPlan,
  { status, parameter, loss }: { readonly status: number; readonly parameter: number; readonly loss: number },
  series: Series,
  rate: number,
  bestEpoch: number | null,
  restored: boolean,
  backend: Backend,
): DivergenceError {
  const epoch = series.initialEpoch + series.done
  const left =
    parameter >= 0 ? parameterName(plan, parameter) : status === STATE_NOT_FINITE ? "the optimizer's state" : null
  const where = left === null ? '' : `a value of ${left} is not finite`
  const what = status === LOSS_NOT_FINITE ? `the loss was ${loss}${where === '' ? '' : ` and ${where}`}` : where
  const kept = restored
    ? `The parameters after epoch ${bestEpoch}, the best ones, are kept. `
    : "The parameters and the optimizer's state from before that epoch are kept. "
  const history = series.history('divergence', `it diverged in epoch ${epoch}`, bestEpoch, backend)
  return new DivergenceError(
    `Training diverged in epoch ${epoch}: ${what}. ${kept}` +
      `Try a learningRate below ${rate}, or samples and targets scaled to about 1.`,
    epoch,
    history,
  )
}
