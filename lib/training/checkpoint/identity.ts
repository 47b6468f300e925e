/** Compares the identity of a checkpoint with that of a fit. */
import { shortened } from '../../checks/words.js'
import { digestOfValues } from '../../network/saved.js'
import type { DigestPart, Identity, PlainValue } from './content.js'
import { listFiles } from './names.js'

type Part = PlainValue | DigestPart

/** The part of long values. All NaN are one value. */
export const digestPart = (values: Float64Array): DigestPart => ({ sha256: digestOfValues('', values) })

const isDigest = (part: Part | undefined): part is DigestPart => typeof part === 'object' && part !== null

function equal(a: Part | undefined, b: Part | undefined): boolean {
  return isDigest(a) && isDigest(b) ? a.sha256 === b.sha256 : Object.is(a, b)
}

/** The letters of a text value in a message. */
const MAX_TEXT = 200

function shown(part: Part | undefined): string {
  if (part === undefined) return 'nothing'
  if (isDigest(part)) return `SHA-256 ${part.sha256.slice(0, 12)}…`
  if (typeof part === 'string') return JSON.stringify(shortened(part, MAX_TEXT))
  return Object.is(part, -0) ? '-0' : String(part)
}

/** What differs, as `batchSize: the checkpoint has 32, this fit has 64`; null where nothing does. */
function firstDifference(found: Identity, expected: Identity): string | null {
  // Names that only the checkpoint has are last.
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  for (const name of names) {
    const [a, b] = [found, expected].map((one) => (Object.hasOwn(one, name) ? one[name] : undefined))
    if (equal(a, b)) continue
    if (isDigest(a) && isDigest(b)) {
      return `${name}: the checkpoint is of other values (${shown(a)}) than this fit (${shown(b)})`
    }
    return `${name}: the checkpoint has ${shown(a)}, this fit has ${shown(b)}`
  }
  return null
}

/**
 * Requires that a checkpoint is of this fit.
 * @param found the identity in the checkpoint
 * @param expected that of this fit; its order is that of the comparison
 * @param path the path of the option, for the message
 * @throws Error that names the first part that differs
 */
export function compareIdentity(found: Identity, expected: Identity, path: string, keep: number): void {
  const difference = firstDifference(found, expected)
  if (difference === null) return
  throw new Error(
    `The checkpoint ${path} is of another training. ${difference}. ` +
      `Give checkpoint.path another name, or delete ${listFiles(path, keep)} to train from the beginning. ` +
      'Nothing was changed.',
  )
}
