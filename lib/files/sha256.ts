/** SHA-256 of bytes, and random names. */
import { createHash, randomBytes } from 'node:crypto'

export interface Sha256 {
  update(bytes: Uint8Array): void
  /** 32 bytes. Nothing can be added after it. */
  digest(): Uint8Array
}

export function newSha256(): Sha256 {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() }
}

/** The first digits, in hex, of the SHA-256 of a text. */
export const shortDigest = (text: string, digits: number): string =>
  createHash('sha256').update(text).digest('hex').slice(0, digits)

/** Random digits in hex, two for each byte. */
export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')
