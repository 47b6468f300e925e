/** When the progress of a batch is reported while it is trained. */

/** Pauses of a training for other work. */
export interface Pauses {
  /** The milliseconds until the next one. */
  left(): number
  /** Does the work, if it is time. */
  take(): Promise<void>
}

export class ProgressTimer {
  private reported = performance.now()

  /**
   * @param every the milliseconds between two reports, at least
   * @param report gets the share of the training that is done, from 0 to 1; the training waits for its result
   */
  constructor(
    private readonly every: number,
    private readonly report: (share: number) => unknown,
  ) {}

  /** The milliseconds until the next report. */
  left(): number {
    return Math.max(this.reported + this.every - performance.now(), 0)
  }

  /** Reports, if it is time. */
  async tick(share: () => number): Promise<void> {
    if (this.left() > 0) return
    await this.report(share())
    this.reported = performance.now()
  }
}
