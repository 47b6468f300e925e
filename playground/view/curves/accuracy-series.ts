/** The accuracies of a run at the epochs whose snapshots the page has got, at a bounded number of them. */
import type { Snapshot } from '../../training/snapshot/snapshot-types.js'

const MAX_POINTS = 512

export class AccuracySeries {
  private epochs: number[] = []
  private training: number[] = []
  private validation: number[] = []

  /** Adds a later epoch; one that is not later begins another run. */
  add({ epoch, accuracy }: Pick<Snapshot, 'epoch' | 'accuracy'>): void {
    const last = this.epochs.at(-1)
    if (last !== undefined && epoch < last) this.clear()
    if (epoch === last) this.drop(this.epochs.length - 1)
    if (accuracy.training === null) return
    this.epochs.push(epoch)
    this.training.push(accuracy.training)
    this.validation.push(accuracy.validation ?? NaN)
    if (this.epochs.length > MAX_POINTS) this.thin()
  }

  clear(): void {
    this.drop(0)
  }

  /** The epochs, and the accuracies of training and validation, in percent; NaN without validation rows. */
  all(): [Float64Array, Float64Array, Float64Array] {
    const percent = (shares: readonly number[]) => Float64Array.from(shares, (share) => 100 * share)
    return [Float64Array.from(this.epochs), percent(this.training), percent(this.validation)]
  }

  private drop(from: number): void {
    for (const one of [this.epochs, this.training, this.validation]) one.length = from
  }

  /** Keeps every second one, and the last one. */
  private thin(): void {
    const last = this.epochs.length - 1
    const kept = (_: number, i: number): boolean => i % 2 === 0 || i === last
    this.epochs = this.epochs.filter(kept)
    this.training = this.training.filter(kept)
    this.validation = this.validation.filter(kept)
  }
}
