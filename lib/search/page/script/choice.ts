/** Which trials the reader chose: one that is marked in all charts, and a range that the others are dimmed for. */
import type { PageData } from '../parts/page-data.js'

export class Choice {
  /** The trial that is marked; -1: none. */
  trial: number
  /** Whether each trial is in the ranges; null: there are no ranges. */
  inRanges: readonly boolean[] | null = null
  private readonly listeners: (() => void)[] = []

  constructor(readonly data: PageData) {
    this.trial = -1
  }

  choose(trial: number): void {
    this.trial = trial
    this.tell()
  }

  setRanges(inRanges: readonly boolean[] | null): void {
    this.inRanges = inRanges
    this.tell()
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}
