/** When `onProgress` is called, and with what. */
import { ROW } from '../kernels/plan.js'
import type { Job } from './fit-job.js'
import type { FitSession } from './fit-session.js'
import type { Series, TrainingProgress } from './history.js'

/** Measures the time of the runs, and reports at most every `progressEvery` milliseconds. */
export class ProgressClock {
  private readonly every: number
  private readonly perEpoch: number
  // The milliseconds of all runs, and the samples that they trained.
  private spent = 0
  private samples = 0
  private begun = 0
  private reported: number
  private epochReported = 0

  constructor(
    private readonly job: Job,
    private readonly session: FitSession,
  ) {
    this.every = job.settings.onProgress === null ? Infinity : job.settings.progressEvery
    this.perEpoch = session.plan.epochRows
    this.reported = this.every === Infinity ? 0 : performance.now()
    this.samples = -this.trained()
  }

  /** Before a run. Returns for how many milliseconds it may go on. */
  begin(): number {
    if (this.every === Infinity) return Infinity
    this.begun = performance.now()
    return Math.max(this.reported + this.every - this.begun, 0)
  }

  end(): void {
    if (this.every !== Infinity) this.spent += performance.now() - this.begun
  }

  isDue(): boolean {
    return performance.now() - this.reported >= this.every
  }

  /** Whether an epoch has ended since the last report. */
  hasNews(): boolean {
    return this.session.lastEpoch > this.epochReported
  }

  /** from: the epoch of the first entry of the session's series */
  report(from: number, members: readonly { readonly series: Series }[]): TrainingProgress {
    const { settings, data } = this.job
    const epoch = this.session.lastEpoch
    // A member that stopped before has no value of this epoch.
    const trained = members
      .map(({ series }, i) => ({ series, i }))
      .filter(({ i }) => this.session.outcome(i).epochs === epoch)
    this.reported = performance.now()
    this.epochReported = epoch
    const mean = (series: number, name: string): number => {
      if (epoch === 0) return NaN
      const values = trained.map((one) =>
        epoch > from ? this.session.value(one.i, series, epoch - from - 1) : one.series.last(name),
      )
      return values.reduce((sum, value) => sum + value, 0) / values.length
    }
    const rate = this.spent > 0 ? (this.samples + this.trained()) / (this.spent / 1000) : 0
    const left = (settings.end - settings.firstEpoch) * this.perEpoch - this.trained()
    const validation = this.session.names.indexOf('validationLoss')
    return {
      epoch: settings.firstEpoch + epoch,
      epochs: settings.end,
      loss: mean(0, 'loss'),
      ...(data.validation === null ? {} : { validationLoss: mean(validation, 'validationLoss') }),
      samplesPerSecond: rate,
      secondsLeft: left === 0 ? 0 : rate > 0 ? left / rate : Infinity,
    }
  }

  /** The samples of the session that are trained. */
  private trained(): number {
    return this.session.lastEpoch * this.perEpoch + this.session.arrays.position[ROW]
  }
}
