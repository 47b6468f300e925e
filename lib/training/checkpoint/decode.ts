/** Reads the bytes of a checkpoint, and verifies all of them. */
import { newSha256, type Sha256 } from '#platform'
import { isLittleEndian, swapBytes } from '../../checks/bytes.js'
import type { OpenFile } from '../../files/file-system.js'
import { type Steps, wait } from '../../files/steps.js'
import type { CheckpointContent } from './content.js'
import { Damage, OtherVersion } from './damage.js'
import {
  DIGEST,
  FILE_LENGTH_AT,
  HEADER_LENGTH_AT,
  MAGIC,
  MAX_HEADER,
  PIECE,
  PREAMBLE,
  VERSION,
  VERSION_AT,
} from './format.js'
import { decodeHeader, type Header } from './header.js'

/** An open file, read from its beginning; all bytes before the digest are hashed. */
class Source {
  private readonly hash: Sha256 = newSha256()
  private position = 0

  constructor(
    private readonly file: OpenFile,
    readonly size: number,
  ) {}

  /** The bytes between the position and the digest. */
  get left(): number {
    return this.size - DIGEST - this.position
  }

  /** Fills `bytes`. */
  *read(bytes: Uint8Array): Steps<void> {
    for (let done = 0; done < bytes.length; ) {
      const piece = bytes.subarray(done, done + PIECE)
      const count = yield* wait(this.file.read(piece, this.position))
      if (count === 0) throw new Damage('ended while it was read')
      this.hash.update(piece.subarray(0, count))
      this.position += count
      done += count
    }
  }

  /** Reads and forgets all bytes up to the digest. */
  *skip(): Steps<void> {
    const piece = new Uint8Array(Math.min(PIECE, this.left))
    while (this.left > 0) yield* this.read(piece.subarray(0, Math.min(piece.length, this.left)))
  }

  /** @throws Damage where the digest at the end is not that of the bytes before it */
  *verify(): Steps<void> {
    const computed = this.hash.digest()
    const stored = new Uint8Array(DIGEST)
    for (let done = 0; done < DIGEST; ) {
      const count = yield* wait(this.file.read(stored.subarray(done), this.position + done))
      if (count === 0) throw new Damage('ended while it was read')
      done += count
    }
    if (computed.some((byte, i) => byte !== stored[i])) throw new Damage('has other bytes than its digest says')
  }
}

/** The checked preamble. */
interface Preamble {
  readonly version: number
  readonly fileLength: bigint
  readonly headerLength: bigint
}

function* preambleOf(source: Source): Steps<Preamble> {
  const { size } = source
  if (size < PREAMBLE + DIGEST) throw new Damage(`has ${size} bytes, fewer than any checkpoint`)
  const bytes = new Uint8Array(PREAMBLE)
  yield* source.read(bytes)
  if (MAGIC.some((byte, i) => byte !== bytes[i])) throw new Damage('is not a checkpoint of lockstep-nn')
  const view = new DataView(bytes.buffer)
  return {
    version: view.getUint32(VERSION_AT, true),
    fileLength: view.getBigUint64(FILE_LENGTH_AT, true),
    headerLength: view.getBigUint64(HEADER_LENGTH_AT, true),
  }
}

/**
 * Lengths are compared with the size of the file before memory is allocated, so that a damaged file never needs more
 * memory than its size.
 */
function* headerOf(source: Source, { fileLength, headerLength }: Preamble): Steps<Header> {
  const { size } = source
  if (fileLength !== BigInt(size)) throw new Damage(`has ${size} bytes in place of ${fileLength}`)
  if (headerLength > BigInt(Math.min(source.left, MAX_HEADER))) throw new Damage('has a header of a wrong length')
  const bytes = new Uint8Array(Number(headerLength))
  yield* source.read(bytes)
  const header = decodeHeader(new TextDecoder().decode(bytes))
  const values = header.lengths.reduce((sum, [, length]) => sum + length, 0)
  if (8 * values !== source.left) throw new Damage(`has ${source.left} bytes of values in place of ${8 * values}`)
  return header
}

/**
 * The content of an open file of this size.
 * @throws Damage for anything but a whole checkpoint; OtherVersion for a whole one of another version
 */
export function* decode(file: OpenFile, size: number): Steps<CheckpointContent> {
  const source = new Source(file, size)
  const preamble = yield* preambleOf(source)
  if (preamble.version !== VERSION) {
    yield* source.skip()
    yield* source.verify()
    throw new OtherVersion(`is of version ${preamble.version} of the format. This lockstep-nn has version ${VERSION}`)
  }
  const { identity, values, lengths } = yield* headerOf(source, preamble)
  const arrays: [string, Float64Array][] = []
  for (const [name, length] of lengths) {
    const array = new Float64Array(length)
    const bytes = new Uint8Array(array.buffer)
    yield* source.read(bytes)
    if (!isLittleEndian) swapBytes(bytes)
    arrays.push([name, array])
  }
  yield* source.verify()
  return { identity, values, arrays: Object.fromEntries(arrays) }
}

/**
 * Whether an open file of this size is a whole checkpoint, of any version. It needs no memory for the content.
 */
export function* isWhole(file: OpenFile, size: number): Steps<boolean> {
  try {
    const source = new Source(file, size)
    yield* preambleOf(source)
    yield* source.skip()
    yield* source.verify()
    return true
  } catch (error) {
    if (error instanceof Damage) return false
    throw error
  }
}
