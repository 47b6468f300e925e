/** The trials of a study by number, from one journal or several: each once, with one result. */
import { turn } from '../../backend/slices.js'
import { type BatchPart, outcomeOf, type TrialEncoder } from './encode.js'
import type { JournalBatch, JournalTrial } from './types.js'

/** Where a trial is from: a place in a file, or this process. */
export type Origin = { readonly path: string; readonly line: number } | null

interface Stored {
  readonly trial: JournalTrial
  readonly origin: Origin
}

interface StoredBatch extends BatchPart {
  readonly origin: Origin
  /** How many of its trials are there. */
  count: number
  isVerified: boolean
}

export const placeOf = (origin: Origin): string =>
  origin === null ? 'this process' : `line ${origin.line} of ${origin.path}`

/** Between two turns of the event loop, this many trials are hashed. */
const TRIALS_A_TURN = 1000

export class TrialStore {
  private readonly stored = new Map<number, Stored>()
  private readonly batches = new Map<number, StoredBatch>()

  get size(): number {
    return this.stored.size
  }

  has(number: number): boolean {
    return this.stored.has(number)
  }

  /**
   * Adds a trial that is new; one that is equal is dropped.
   * @throws Error where the trial is there with another result, or its batch with other values
   */
  add(trial: JournalTrial, batch: BatchPart, origin: Origin, encoder: TrialEncoder): void {
    this.check(trial, origin, encoder)
    this.checkBatch(batch, origin)
    if (this.stored.has(trial.number)) return
    this.stored.set(trial.number, { trial, origin })
    const known = this.batches.get(batch.number)
    if (known === undefined) this.batches.set(batch.number, { ...batch, origin, count: 1, isVerified: origin === null })
    else known.count++
  }

  /** Adds the trials of another journal. */
  addAll(other: TrialStore, encoder: TrialEncoder): void {
    for (const batch of other.batches.values()) {
      this.checkBatch(batch, batch.origin)
      for (let number = batch.first; number < batch.first + batch.trials; number++) {
        const found = other.stored.get(number)
        if (found !== undefined) this.add(found.trial, batch, found.origin, encoder)
      }
    }
  }

  /** Requires that a trial is new or equal. */
  check(trial: JournalTrial, origin: Origin, encoder: TrialEncoder): void {
    const known = this.stored.get(trial.number)
    if (known === undefined || encoder.text(known.trial) === encoder.text(trial)) return
    const drawn = encoder.draw(known.trial) === encoder.draw(trial) ? '' : ' Their parameters differ too.'
    throw new Error(
      `Trial ${trial.number} has two results: ${outcomeOf(known.trial)} in ${placeOf(known.origin)}, and ` +
        `${outcomeOf(trial)} in ${placeOf(origin)}.${drawn} One study gives equal results on every machine: compare ` +
        'the data, the options and the versions of lockstep-nn, and use a new journal.',
    )
  }

  /** Requires that a batch is new or has the same trials with the same values. */
  checkBatch(batch: BatchPart, origin: Origin): void {
    const known = this.batches.get(batch.number)
    if (known === undefined) return
    const same = known.first === batch.first && known.trials === batch.trials && known.digest === batch.digest
    if (same) return
    const shown = ({ first, trials, digest }: BatchPart) =>
      `trials ${first} to ${first + trials - 1} with digest ${digest.slice(0, 12)}…`
    throw new Error(
      `Batch ${batch.number} has two results: ${shown(known)} in ${placeOf(known.origin)}, and ${shown(batch)} in ` +
        `${placeOf(origin)}. One study gives equal results on every machine: compare the data, the options and the ` +
        'versions of lockstep-nn, and use a new journal.',
    )
  }

  /** All trials, in order of number. */
  all(): JournalTrial[] {
    return [...this.stored.keys()].sort((a, b) => a - b).map((number) => this.trial(number))
  }

  private trial(number: number): JournalTrial {
    return (this.stored.get(number) as Stored).trial
  }

  /**
   * The whole batches, in order of number.
   * @throws Error for a batch whose values are not those of its digest
   */
  async whole(encoder: TrialEncoder): Promise<JournalBatch[]> {
    const found: JournalBatch[] = []
    let hashed = 0
    for (const number of [...this.batches.keys()].sort((a, b) => a - b)) {
      const isVerified = this.batches.get(number)?.isVerified
      const batch = this.batch(number, encoder)
      if (batch === null) continue
      found.push(batch)
      if (isVerified) continue
      hashed += batch.trials.length
      if (hashed < TRIALS_A_TURN) continue
      hashed = 0
      await turn()
    }
    return found
  }

  /**
   * A batch, if all of its trials are there; null otherwise.
   * @throws Error where its values are not those of its digest
   */
  batch(number: number, encoder: TrialEncoder): JournalBatch | null {
    const batch = this.batches.get(number)
    if (batch === undefined || batch.count < batch.trials) return null
    const { first, digest, trained } = batch
    const trials = Array.from({ length: batch.trials }, (_, i) => this.trial(first + i))
    if (!batch.isVerified) this.verify(batch, trials, encoder)
    return { number, first, trials, digest, trained }
  }

  private verify(batch: StoredBatch, trials: readonly JournalTrial[], encoder: TrialEncoder): void {
    const { number, first, digest, trained, origin } = batch
    const texts = trials.map((trial) => encoder.text(trial))
    if (encoder.digest(number, first, trained, texts) !== digest) {
      throw new Error(
        `The trials ${first} to ${first + trials.length - 1}, which begin in ${placeOf(origin)}, are not those that were ` +
          'written: their values differ from the digest of their batch. Remove their lines to train them again.',
      )
    }
    batch.isVerified = true
  }
}
