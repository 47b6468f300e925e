/** One run in the Worker: it trains in slices of about 10 ms, and takes a snapshot only when the page has asked for one. */
import type { DataSet } from '../data/data-set.js'
import type { Settings } from '../state/settings.js'
import { prepare } from './prepare.js'
import { Run } from './run.js'
import { Photographer } from './snapshot/snapshot.js'
import type { Picture, Snapshot } from './snapshot/snapshot-types.js'

const SLICE_MS = 10
/** The rate is measured over at least this time. */
const RATE_MS = 500
/** An upper bound for the epochs of a slice. */
const MAX_EPOCHS = 10_000

export class Course {
  readonly run: Run
  private readonly photographer: Photographer
  private picture: Picture | null = null
  private last: { picture: string; at: number; cost: number } | null = null
  private hasNews = true
  private playing = false
  /** The epoch at which it pauses. */
  private limit = Infinity
  private perSlice = 1
  private rate = 0
  private measured = { since: 0, epochs: 0 }

  /** @throws as `prepare` */
  constructor(
    settings: Settings,
    backend: string,
    private readonly now: () => number,
    data?: DataSet,
  ) {
    this.run = new Run(prepare(settings, backend, data))
    this.photographer = new Photographer(this.run)
  }

  get isPlaying(): boolean {
    return this.playing
  }

  /** @param limit the epoch at which it pauses; without one it goes on */
  play(limit = Infinity): void {
    if (this.run.ended !== null || limit <= this.run.epoch) return
    this.limit = limit
    this.playing = true
    this.hasNews = true
    this.measured = { since: this.now(), epochs: this.run.epoch }
  }

  pause(): void {
    this.playing = false
    this.hasNews = true
  }

  step(): void {
    this.pause()
    this.run.trainStep()
  }

  epoch(): void {
    this.pause()
    this.run.trainEpochs(1)
  }

  /** The page has shown the last snapshot and wants another one. */
  ask(picture: Picture): void {
    const last = this.run.prepared.data.inputs.length - 1
    const [across, up] = picture.axes
    this.picture = { ...picture, axes: [Math.min(across, last), Math.min(up, last)] }
  }

  /** Trains for a slice, if it plays. Another slice should follow while it does. */
  slice(): void {
    if (!this.playing) return
    const begun = this.now()
    const epochs = Math.min(this.perSlice, this.limit - this.run.epoch)
    this.run.trainEpochs(epochs)
    this.hasNews = true
    const ended = this.now()
    const ideal = Math.round((epochs * SLICE_MS) / Math.max(ended - begun, 0.1))
    this.perSlice = Math.max(1, Math.min(ideal, 2 * this.perSlice, MAX_EPOCHS))
    const { since, epochs: from } = this.measured
    if (this.rate === 0 || ended - since >= RATE_MS) {
      this.rate = ((this.run.epoch - from) * 1000) / Math.max(ended - since, 0.1)
      this.measured = { since: ended, epochs: this.run.epoch }
    }
    if (this.run.ended !== null || this.run.epoch >= this.limit) this.pause()
  }

  /**
   * A snapshot, if the page has asked for one and there is something new. While it plays, snapshots take at most half of
   * the time.
   */
  snapshot(): Snapshot | null {
    const { picture, last, playing } = this
    if (picture === null) return null
    const wanted = JSON.stringify(picture)
    if (!this.hasNews && last?.picture === wanted) return null
    const begun = this.now()
    if (playing && last !== null && begun - last.at < last.cost) return null
    const pace = { isRunning: playing, epochsPerSecond: this.rate }
    const snapshot = this.photographer.take(picture, pace)
    const at = this.now()
    this.last = { picture: wanted, at, cost: at - begun }
    this.hasNews = false
    this.picture = null
    return snapshot
  }
}
