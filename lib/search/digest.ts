/** Digests of a study: of its plan, of a batch, and of all trials. */
import { newSha256 } from '#platform'
import { digestOfValues } from '../network/saved.js'
import type { TrialResult } from './engine/batch.js'
import type { MemberParameters } from './engine/group.js'
import type { Objective } from './objectives/objective.js'
import type { Trial } from './space/trial.js'

const STATES = ['complete', 'pruned', 'failed']

/** SHA-256, in hex, of what decides the trials: a text with all options, and the data. */
export function planDigest(text: string, objective: Objective): string {
  const hash = newSha256().update(`lockstep-nn study 1\n${text}\n`)
  objective.addTo(hash)
  return hash.hex()
}

/** SHA-256, in hex, of the trials of a batch, with all their parameters. */
export function batchDigest(first: number, results: readonly TrialResult[]): string {
  const values: number[] = []
  for (const { state, value, epochs, rungs } of results) {
    values.push(STATES.indexOf(state), value, epochs, rungs.length)
    for (const rung of rungs) values.push(rung.epoch, rung.value)
  }
  const hash = newSha256().update(digestOfValues(`batch from ${first}`, Float64Array.from(values)))
  const { length } = results[0].parameters
  for (let fold = 0; fold < length; fold++) hash.update(digestOfMany(results.map(({ parameters }) => parameters[fold])))
  return hash.hex()
}

/** The numbers of some arrays that are hashed at once, because a hash of few numbers costs microseconds. */
const PIECE = 2 ** 16

/** SHA-256, in hex, of parameters, one after the other. */
function digestOfMany(all: readonly MemberParameters[]): string {
  const hash = newSha256()
  const total = all.reduce((sum, { length }) => sum + length, 0)
  const piece = new Float64Array(Math.min(total, PIECE))
  let used = 0
  for (const { values, from, length } of all) {
    for (let i = from; i < from + length; i++) {
      piece[used++] = values[i]
      if (used < piece.length) continue
      hash.update(digestOfValues('', piece))
      used = 0
    }
  }
  return hash.update(digestOfValues('', piece.subarray(0, used))).hex()
}

/** SHA-256, in hex, of the digests of the plan and of all batches. */
export const studyDigest = (digests: readonly string[]): string => newSha256().update(digests.join('\n')).hex()

/** The trial with the lowest score among those that are complete; of equal ones the first. Null: there is none. */
export function bestOf(trials: readonly Trial[], better: 'lower' | 'higher'): Trial | null {
  let best: Trial | null = null
  for (const trial of trials) {
    if (trial.state !== 'complete' || trial.value === null) continue
    const isBetter =
      best === null ||
      (better === 'lower' ? trial.value < (best.value as number) : trial.value > (best.value as number))
    if (isBetter) best = trial
  }
  return best
}
