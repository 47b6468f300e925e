/** Which batches are verified. */
import { newSha256 } from '#platform'

/** The batches of a search: every `step`-th from `first`, `count` of them. */
export interface BatchNumbers {
  readonly first: number
  readonly step: number
  readonly count: number
}

/**
 * Whether a batch is one of the share that is verified. They are at equal distances, from a place that the plan decides; at
 * least one is.
 * @param plan its digest, in hex
 */
export function isVerified(number: number, share: number, plan: string, { first, step, count }: BatchNumbers): boolean {
  if (share === 0) return false
  const place = Number.parseInt(newSha256().update(`verify ${plan}`).hex().slice(0, 12), 16) / 2 ** 48
  const at = (number - first) / step
  // A share of less than one batch.
  if (Math.floor(count * share + place) === 0) return at === Math.floor(place * count)
  return Math.floor(at * share + place) !== Math.floor((at + 1) * share + place)
}
