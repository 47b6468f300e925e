/** The losses of a run at a bounded number of epochs, for the charts. */

/** The values of one epoch: over the members the mean, the smallest and the largest. */
export interface Spread {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Series of one length. Validation series are empty where there is no validation data. */
export interface Losses {
  readonly epochs: Float64Array
  readonly training: SpreadSeries
  readonly validation: SpreadSeries
}

export interface SpreadSeries {
  readonly mean: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
}

export interface EpochLosses {
  /** The number of epochs that are done. */
  readonly epoch: number
  readonly training: Spread
  readonly validation: Spread | null
}

/** The most epochs that are kept. */
const MAX_POINTS = 1024

export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return { mean, low: Math.min(...values), high: Math.max(...values) }
}

export class LossSeries {
  private kept: EpochLosses[] = []
  private last: EpochLosses | null = null
  private stride = 1

  /** Whether the losses of an epoch would be kept. The last epoch of a slice is shown in any case. */
  isKept(epoch: number): boolean {
    return epoch % this.stride === 0
  }

  /** Adds the losses of a later epoch. When it is full, every second epoch is dropped. */
  add(losses: EpochLosses): void {
    this.last = losses
    if (!this.isKept(losses.epoch)) return
    this.kept.push(losses)
    if (this.kept.length <= MAX_POINTS) return
    this.stride *= 2
    this.kept = this.kept.filter(({ epoch }) => this.isKept(epoch))
  }

  all(): Losses {
    const { kept, last } = this
    const shown = last === null || kept.at(-1) === last ? kept : [...kept, last]
    const validation = shown.flatMap((one) => (one.validation === null ? [] : [one.validation]))
    return {
      epochs: Float64Array.from(shown, ({ epoch }) => epoch),
      training: seriesOf(shown.map((one) => one.training)),
      validation: seriesOf(validation),
    }
  }
}

const seriesOf = (spreads: readonly Spread[]): SpreadSeries => ({
  mean: Float64Array.from(spreads, ({ mean }) => mean),
  low: Float64Array.from(spreads, ({ low }) => low),
  high: Float64Array.from(spreads, ({ high }) => high),
})
