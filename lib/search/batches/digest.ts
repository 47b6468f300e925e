/** Digests of a study: of its plan, of a batch, and of all trials. */
import { newSha256 } from '#platform'
import { digestOfValues } from '../../network/saved.js'
import type { TrialResult } from '../engine/batch.js'
import type { MemberParameters } from '../engine/group.js'
import type { Objective } from '../objectives/objective.js'
import type { Trial } from '../space/trial.js'

const STATES = ['complete', 'pruned', 'failed']

/** SHA-256, in hex, of what decides the trials: a text with all options, and the data. */
export function planDigest(text: string, objective: Objective): string {
  const hash = newSha256().update(`lockstep-nn study 1\n${text}\n`)
  objective.addTo(hash)
  return hash.hex()
}

/** SHA-256 of the trials of a batch, with all their parameters, so that these need not be in memory together. */
export class BatchDigest {
  private readonly values: number[] = []
  private folds: ParameterDigest[] | null = null

  constructor(private readonly first: number) {}

  /** Adds the next trials. */
  add(results: readonly TrialResult[]): void {
    for (const { state, value, epochs, rungs, parameters } of results) {
      this.values.push(STATES.indexOf(state), value, epochs, rungs.length)
      for (const rung of rungs) this.values.push(rung.epoch, rung.value)
      this.folds ??= parameters.map(() => new ParameterDigest())
      for (const [fold, digest] of this.folds.entries()) digest.add(parameters[fold])
    }
  }

  hex(): string {
    const hash = newSha256().update(digestOfValues(`batch from ${this.first}`, Float64Array.from(this.values)))
    for (const fold of this.folds ?? []) hash.update(fold.hex())
    return hash.hex()
  }
}

/** The numbers of some arrays that are hashed at once, because a hash of few numbers costs microseconds. */
const PIECE = 2 ** 16
const FIRST_PIECE = 2 ** 10

/** SHA-256 of parameters, one after the other. */
class ParameterDigest {
  private readonly hash = newSha256()
  private piece = new Float64Array(FIRST_PIECE)
  private used = 0

  add({ values, from, length }: MemberParameters): void {
    // Number by number: a network of few has no array made for it.
    for (let i = from; i < from + length; i++) {
      if (this.used === this.piece.length) this.makeRoom()
      this.piece[this.used++] = values[i]
    }
  }

  hex(): string {
    this.flush()
    return this.hash.hex()
  }

  private makeRoom(): void {
    if (this.used === PIECE) {
      this.flush()
      return
    }
    const larger = new Float64Array(this.used * 2)
    larger.set(this.piece)
    this.piece = larger
  }

  private flush(): void {
    this.hash.update(digestOfValues('', this.piece.subarray(0, this.used)))
    this.used = 0
  }
}

/** SHA-256, in hex, of the digests of the plan and of all batches. */
export const studyDigest = (digests: readonly string[]): string => newSha256().update(digests.join('\n')).hex()

/** What the best of trials is found by. */
interface Compared {
  readonly state: Trial['state']
  /** Null and NaN: it has none. */
  readonly value: number | null
}

/** The index of the complete trial with the best value; of equal ones the first. Null: there is none. */
export function bestIndex(trials: readonly Compared[], better: 'lower' | 'higher'): number | null {
  let best: number | null = null
  let bestValue = NaN
  for (const [i, { state, value }] of trials.entries()) {
    if (state !== 'complete' || value === null) continue
    if (best !== null && !(better === 'lower' ? value < bestValue : value > bestValue)) continue
    best = i
    bestValue = value
  }
  return best
}

/** The complete trial with the best value; of equal ones the first. Null: there is none. */
export function bestOf(trials: readonly Trial[], better: 'lower' | 'higher'): Trial | null {
  const index = bestIndex(trials, better)
  return index === null ? null : trials[index]
}
