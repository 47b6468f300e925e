/**
 * Files in the safetensors format with any contents: eight bytes with the length of the header, the header in JSON, and
 * the tensors' bytes without gaps. Everything in a file is checked before any of it is used.
 * https://huggingface.co/docs/safetensors
 */
import { plainBytes, typedArrayKind } from '../checks/arrays.js'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'

export interface FileTensor {
  readonly dtype: string
  readonly shape: readonly number[]
  /** From the beginning of the data. */
  readonly begin: number
  readonly end: number
}

export interface SafetensorsFile {
  readonly metadata: ReadonlyMap<string, string>
  readonly tensors: ReadonlyMap<string, FileTensor>
  readonly data: Uint8Array
}

const LENGTH_BYTES = 8
/** The limit of other readers. */
const MAX_HEADER_BYTES = 100_000_000
/** The levels of nesting: the header, a tensor, and its shape. */
const DEEPEST = 3
/**
 * The most keys of one object: the tensors of a file, or the entries of its metadata. The largest models in use have
 * some thousands.
 */
const MAX_KEYS = 100_000
/** The limit of NumPy and PyTorch. */
const MAX_DIMENSIONS = 64
const METADATA = '__metadata__'
const DAMAGED = 'The file is damaged.'
const TRUNCATED = 'The file is truncated or damaged.'

/** The number of bytes of one value. */
const DTYPE_BYTES = new Map(
  Object.entries({
    F64: 8,
    I64: 8,
    U64: 8,
    F32: 4,
    I32: 4,
    U32: 4,
    F16: 2,
    BF16: 2,
    I16: 2,
    U16: 2,
    I8: 1,
    U8: 1,
    BOOL: 1,
  }),
)

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A name in a file, for an error message. */
export const quoted = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** The beginning of a file, before its data: the length of the header, and the header. */
export function writeHeader(
  metadata: ReadonlyMap<string, string>,
  tensors: ReadonlyMap<string, FileTensor>,
): Uint8Array {
  const entries = [...tensors].map(([name, { dtype, shape, begin, end }]) => [
    name,
    { dtype, shape, data_offsets: [begin, end] },
  ])
  const header = JSON.stringify({ [METADATA]: Object.fromEntries(metadata), ...Object.fromEntries(entries) })
  const text = new TextEncoder().encode(header)
  // Padded with spaces, so that the data begins at a multiple of 8 and can be mapped.
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(0x20)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, LENGTH_BYTES)
  return bytes
}

/**
 * @throws TypeError for anything but bytes, or where the header has values of a wrong type
 * @throws RangeError where the file is damaged, truncated, or contradicts itself
 */
export function readSafetensors(bytes: unknown, name: string): SafetensorsFile {
  if (!isBytes(bytes)) {
    const remedy = bytes instanceof ArrayBuffer ? 'Wrap it: new Uint8Array(buffer).' : undefined
    throw wrongType('a Uint8Array', name, bytes, remedy)
  }
  // As an ordinary array over the same memory: the bytes may be those of a Buffer, or of another realm.
  const plain = plainBytes(bytes)
  const header = headerOf(plain, name)
  const data = plain.subarray(header.end)
  const metadata = new Map<string, string>()
  const tensors = new Map<string, FileTensor>()
  for (const [key, value] of Object.entries(header.value)) {
    if (key === METADATA) {
      if (!isObject(value)) throw wrongType('an object', `${METADATA} of ${name}`, value, DAMAGED)
      for (const [entry, text] of Object.entries(value)) {
        if (typeof text !== 'string')
          throw wrongType('text', `${quoted(entry)} in ${METADATA} of ${name}`, text, DAMAGED)
        metadata.set(entry, text)
      }
    } else tensors.set(key, tensorOf(value, `tensor ${quoted(key)} of ${name}`))
  }
  checkOffsets(tensors, data.length, name)
  return { metadata, tensors, data }
}

const isBytes = (value: unknown): value is Uint8Array => typedArrayKind(value) === 'Uint8Array'

function headerOf(bytes: Uint8Array, name: string): { value: Record<string, unknown>; end: number } {
  if (bytes.length < LENGTH_BYTES) throw wrongSize('at least 8 bytes', name, `${bytes.length} bytes`, TRUNCATED)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  const rest = bytes.length - LENGTH_BYTES
  const where = `the length of the header of ${name}`
  if (length > MAX_HEADER_BYTES) throw wrongValue(`at most ${MAX_HEADER_BYTES} bytes`, where, length, DAMAGED)
  if (length > rest) throw wrongValue(`at most the ${rest} bytes that follow`, where, length, TRUNCATED)
  const end = LENGTH_BYTES + Number(length)
  const text = decoded(bytes.subarray(LENGTH_BYTES, end), name)
  if (!text.startsWith('{'))
    throw wrongValue('text that begins with {', `the header of ${name}`, text.slice(0, 20), DAMAGED)
  return { value: parsed(text, name), end }
}

function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw wrongSize('UTF-8', `the header of ${name}`, 'other bytes', DAMAGED)
  }
}

function parsed(text: string, name: string): Record<string, unknown> {
  try {
    checkKeys(text, name)
    return JSON.parse(text) as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw wrongSize('JSON', `the header of ${name}`, 'other text', `${DAMAGED} ${error.message}`)
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPENING: readonly number[] = [0x7b, 0x5b]
const CLOSING: readonly number[] = [0x7d, 0x5d]
const SPACES: readonly number[] = [0x20, 0x0a, 0x0d, 0x09]

/**
 * Refuses an object with two equal keys, of which JSON.parse keeps the last and other readers may keep the first; an
 * object with more keys than any file has; and deeper nesting than any header has. Its time is proportional to the
 * length of the text. JSON.parse finds any other error.
 */
function checkKeys(text: string, name: string): void {
  // The keys of the object that is open at each level; those of an array stay empty.
  const levels = Array.from({ length: DEEPEST + 1 }, () => new Set<string>())
  let level = 0
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i)
    if (OPENING.includes(letter)) {
      if (++level > DEEPEST) {
        throw wrongSize(`at most ${DEEPEST} levels`, `the header of ${name}`, `more at ${place(text, i)}`, DAMAGED)
      }
      levels[level].clear()
    } else if (CLOSING.includes(letter)) {
      level = Math.max(0, level - 1)
    } else if (letter === QUOTE) {
      const start = i
      let escaped = false
      for (i++; i < text.length && text.charCodeAt(i) !== QUOTE; i++) {
        if (text.charCodeAt(i) !== BACKSLASH) continue
        escaped = true
        i++
      }
      let next = i + 1
      while (SPACES.includes(text.charCodeAt(next))) next++
      if (text.charCodeAt(next) !== COLON) continue
      const keys = levels[level]
      const key = escaped ? (JSON.parse(text.slice(start, i + 1)) as string) : text.slice(start + 1, i)
      if (keys.has(key)) {
        throw wrongValue('each key once', `the header of ${name}, ${place(text, start)},`, key, DAMAGED)
      }
      if (keys.size === MAX_KEYS) {
        const received = `more at ${place(text, start)}`
        throw wrongSize(`at most ${MAX_KEYS} keys in one object`, `the header of ${name}`, received, DAMAGED)
      }
      keys.add(key)
    }
  }
}

const place = (text: string, index: number): string =>
  `byte ${LENGTH_BYTES + new TextEncoder().encode(text.slice(0, index)).length}`

function tensorOf(value: unknown, name: string): FileTensor {
  if (!isObject(value)) throw wrongType('an object', name, value, DAMAGED)
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string') throw wrongType('the name of a type', `dtype of ${name}`, dtype, DAMAGED)
  if (!Array.isArray(shape)) throw wrongType('an array of sizes', `shape of ${name}`, shape, DAMAGED)
  if (shape.length > MAX_DIMENSIONS) {
    throw wrongSize(`at most ${MAX_DIMENSIONS} sizes`, `shape of ${name}`, `${shape.length}`, DAMAGED)
  }
  shape.forEach((size: unknown, i) => {
    if (!isSize(size)) throw wrongValue('a size', `shape[${i}] of ${name}`, size, DAMAGED)
  })
  if (!Array.isArray(offsets) || offsets.length !== 2) {
    throw wrongType('[begin, end]', `data_offsets of ${name}`, offsets, DAMAGED)
  }
  const [begin, end] = offsets as unknown[]
  if (!isSize(begin)) throw wrongValue('an offset', `data_offsets[0] of ${name}`, begin, DAMAGED)
  if (!isSize(end) || end < begin) {
    throw wrongValue(`an offset of at least ${begin}`, `data_offsets[1] of ${name}`, end, DAMAGED)
  }
  const width = DTYPE_BYTES.get(dtype)
  // Sizes beyond 2^53 are rounded here, but stay above any length that a file can have.
  const bytes = (shape as number[]).reduce((product, size) => product * size, width ?? 0)
  if (width !== undefined && bytes !== end - begin) {
    const expected = `${bytes} bytes (${dtype}, shape [${shape.join(', ')}])`
    throw wrongSize(expected, `data_offsets of ${name}`, `${end - begin} bytes`, DAMAGED)
  }
  return { dtype, shape: shape as number[], begin, end }
}

/** The tensors' bytes follow one another and fill the data. */
function checkOffsets(tensors: ReadonlyMap<string, FileTensor>, length: number, name: string): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)
  let expected = 0
  for (const [key, { begin, end }] of inOrder) {
    const where = `tensor ${quoted(key)} of ${name}`
    if (begin !== expected) {
      const remedy = begin < expected ? 'It overlaps another tensor.' : 'There is a gap before it.'
      throw wrongValue(`an offset of ${expected}`, `data_offsets[0] of ${where}`, begin, remedy)
    }
    if (end > length) {
      throw wrongValue(`an offset of at most ${length}`, `data_offsets[1] of ${where}`, end, TRUNCATED)
    }
    expected = end
  }
  if (expected !== length) throw wrongSize(`${expected} bytes of data`, name, `${length} bytes`, DAMAGED)
}
