/**
 * The bytes of a checkpoint, little-endian on every machine:
 *
 * | position | bytes | |
 * |---|---|---|
 * | 0 | 16 | `lockstep-nn.ckpt` |
 * | 16 | 4 | the version of the format |
 * | 20 | 4 | 0 |
 * | 24 | 8 | the number of bytes of the file |
 * | 32 | 8 | H, the number of bytes of the header: a multiple of 8 |
 * | 40 | H | the header: JSON in UTF-8, with spaces at the end |
 * | 40 + H | 8 for each value | the arrays as binary64, in the order of the header |
 * | the last 32 | 32 | SHA-256 of all bytes before |
 *
 * Every version has the first 20 bytes and the digest at the end, so that a damaged file differs from a newer one.
 */
import { newSha256 } from '#platform'
import { isLittleEndian, swapBytes } from '../../checks/bytes.js'
import { wrongSize } from '../../checks/errors.js'
import type { CheckpointContent } from './content.js'
import { encodeHeader } from './header.js'

// ASCII. Jest's imitation of a browser has no TextEncoder, which only a checkpoint needs.
export const MAGIC = Uint8Array.from('lockstep-nn.ckpt', (letter) => letter.charCodeAt(0))
export const VERSION = 1
export const PREAMBLE = 40
export const DIGEST = 32
/** In bytes. A longer text may not fit in a string. */
export const MAX_HEADER = 2 ** 28
/** The bytes that are read, hashed or written at a time: between two pieces the event loop runs. */
export const PIECE = 2 ** 20

export const VERSION_AT = MAGIC.length
export const FILE_LENGTH_AT = 24
export const HEADER_LENGTH_AT = 32

const SPACE = 0x20

/** The preamble and the header. */
function beginning(content: CheckpointContent): Uint8Array {
  const text = new TextEncoder().encode(encodeHeader(content))
  if (text.length > MAX_HEADER) {
    throw wrongSize(`at most ${MAX_HEADER} bytes of names and values`, 'a checkpoint', String(text.length))
  }
  const headerLength = 8 * Math.ceil(text.length / 8)
  const values = Object.values(content.arrays).reduce((sum, { length }) => sum + length, 0)
  const bytes = new Uint8Array(PREAMBLE + headerLength).fill(SPACE, PREAMBLE)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint32(VERSION_AT, VERSION, true)
  view.setBigUint64(FILE_LENGTH_AT, BigInt(bytes.length + 8 * values + DIGEST), true)
  view.setBigUint64(HEADER_LENGTH_AT, BigInt(headerLength), true)
  bytes.set(text, PREAMBLE)
  return bytes
}

/**
 * The bytes of a checkpoint in pieces. A piece is overwritten by the next one. The content must not change before the
 * last piece.
 */
export function* encode(content: CheckpointContent, pieceLength = PIECE): Generator<Uint8Array, void> {
  const hash = newSha256()
  const first = beginning(content)
  hash.update(first)
  yield first
  // A copy: arrays may be in shared memory, and have the byte order of the machine.
  const piece = new Uint8Array(pieceLength)
  let filled = 0
  for (const array of Object.values(content.arrays)) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    for (let done = 0; done < bytes.length; ) {
      const count = Math.min(piece.length - filled, bytes.length - done)
      piece.set(bytes.subarray(done, done + count), filled)
      done += count
      filled += count
      if (filled < piece.length) continue
      yield ended(piece)
      filled = 0
    }
  }
  if (filled > 0) yield ended(piece.subarray(0, filled))
  yield hash.digest()

  function ended(bytes: Uint8Array): Uint8Array {
    if (!isLittleEndian) swapBytes(bytes)
    hash.update(bytes)
    return bytes
  }
}
