/**
 * Files of the safetensors format, whatever they hold: eight bytes with the length of the header, the header in JSON, and
 * the tensors' bytes without gaps. Everything in a file is checked before anything is taken from it.
 * https://huggingface.co/docs/safetensors
 */
import { plainBytes, typedArrayKind } from '../arrays.js'
import { wrongSize, wrongType, wrongValue } from '../errors.js'

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
/** The most that other readers take. */
const MOST_HEADER_BYTES = 100_000_000
/** The header, a tensor, and its shape. */
const DEEPEST = 3
const METADATA = '__metadata__'
const DAMAGED = 'The file is damaged.'
const TRUNCATED = 'The file is truncated or damaged.'

/** The bytes of one value. */
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

/** A name out of a file, for an error message. */
export const quoted = (name: string): string => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** The tensors in the order of their bytes; `data` must have as many as they need. */
export function writeSafetensors({ metadata, tensors, data }: SafetensorsFile): Uint8Array {
  const entries = [...tensors].map(([name, { dtype, shape, begin, end }]) => [
    name,
    { dtype, shape, data_offsets: [begin, end] },
  ])
  const header = JSON.stringify({ [METADATA]: Object.fromEntries(metadata), ...Object.fromEntries(entries) })
  const text = new TextEncoder().encode(header)
  // Spaces, so that the data begins at a multiple of 8 and can be mapped as it is.
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(LENGTH_BYTES + length + data.length).fill(0x20, 0, LENGTH_BYTES + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, LENGTH_BYTES)
  bytes.set(data, LENGTH_BYTES + length)
  return bytes
}

/**
 * @throws TypeError for what are no bytes, or where the header holds values of a wrong kind
 * @throws RangeError where the file is damaged, truncated, or contradicts itself
 */
export function readSafetensors(bytes: unknown, name: string): SafetensorsFile {
  if (!isBytes(bytes)) {
    const remedy = bytes instanceof ArrayBuffer ? 'Wrap it: new Uint8Array(buffer).' : undefined
    throw wrongType('a Uint8Array', name, bytes, remedy)
  }
  // As an ordinary array over the same memory: that of a Buffer, or of another realm.
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
  if (length > MOST_HEADER_BYTES) throw wrongValue(`at most ${MOST_HEADER_BYTES} bytes`, where, length, DAMAGED)
  if (length > rest) throw wrongValue(`at most the ${rest} bytes that follow`, where, length, TRUNCATED)
  const end = LENGTH_BYTES + Number(length)
  const text = decoded(bytes.subarray(LENGTH_BYTES, end), name)
  if (!text.startsWith('{'))
    throw wrongValue('text that begins with {', `the header of ${name}`, text.slice(0, 20), DAMAGED)
  const value = parsed(text, name)
  checkKeys(text, name)
  return { value, end }
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

/**
 * Refuses an object with two equal keys, of which JSON.parse keeps the last and other readers may keep the first, and what is
 * nested deeper than any header. Any other error in the text is left to JSON.parse.
 */
function checkKeys(text: string, name: string): void {
  const open: (Set<string> | null)[] = []
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]
    if (letter === '{' || letter === '[') {
      open.push(letter === '{' ? new Set() : null)
      if (open.length > DEEPEST) {
        throw wrongSize(`at most ${DEEPEST} levels`, `the header of ${name}`, `more at ${place(text, i)}`, DAMAGED)
      }
    } else if (letter === '}' || letter === ']') {
      open.pop()
    } else if (letter === '"') {
      const start = i
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++
      let next = i + 1
      while (next < text.length && text[next].trim() === '') next++
      const keys = open[open.length - 1]
      if (text[next] !== ':' || !keys) continue
      const key = JSON.parse(text.slice(start, i + 1)) as string
      if (keys.has(key))
        throw wrongValue('each key once', `the header of ${name}, ${place(text, start)},`, key, DAMAGED)
      keys.add(key)
    }
  }
}

const place = (text: string, index: number): string => `byte ${LENGTH_BYTES + Buffer.byteLength(text.slice(0, index))}`

function tensorOf(value: unknown, name: string): FileTensor {
  if (!isObject(value)) throw wrongType('an object', name, value, DAMAGED)
  const { dtype, shape, data_offsets: offsets } = value
  if (typeof dtype !== 'string') throw wrongType('the name of a type', `dtype of ${name}`, dtype, DAMAGED)
  if (!Array.isArray(shape)) throw wrongType('an array of sizes', `shape of ${name}`, shape, DAMAGED)
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
