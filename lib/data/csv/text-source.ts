/** The sources of tables, CSV or JSON: files, text, bytes and streams, all read as pieces of text. */
import { filePieces } from '#files'
import { nextTurn } from '#platform'
import { typedArrayKind } from '../../checks/arrays.js'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { optionsObject } from '../../checks/validate.js'
import type { Path } from '../../files/path-types.js'
import { quoted } from '../records/checks.js'

/** A stream of the web, in the types of any platform. */
export interface WebStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>
    cancel(): Promise<unknown>
  }
}

/** Pieces of text, or of its UTF-8 bytes: a stream of Node.js, or any other asynchronous iterable. */
export type TextStream = AsyncIterable<string | Uint8Array> | WebStream

/**
 * The path or the URL of a file; or text, if it contains a line break; or an object with either of them; or UTF-8
 * bytes; or a stream of text or bytes.
 */
export type TableSource = Path | { readonly text: string } | { readonly path: Path } | Uint8Array | TextStream

/** What a source contains, for errors. */
export type SourceKind = 'CSV' | 'JSON'

/** Text without a byte order mark, in pieces of at most PIECE characters, and its name in errors. */
export interface TextSource {
  readonly name: string
  readonly pieces: AsyncIterable<string>
}

/** The most characters, and the most bytes, between two turns of the event loop. */
const PIECE = 2 ** 15

/**
 * Opens nothing: a file is opened with the first piece.
 * @param call the function's name in errors
 * @throws TypeError or RangeError for a wrong source
 */
export function textSource(source: unknown, kind: SourceKind, call: string): TextSource {
  const expected = `the name of a file, its URL, ${kind} text, { path }, { text }, bytes or a stream of them`
  const ofText = (text: string) => decoded(once(text), `the ${kind} text`)
  const ofFile = (path: string | URL) => {
    const use = { what: `${call} of a path`, instead: 'Pass the text: { text }.' }
    const { name, pieces } = filePieces(path, use)
    return decoded(pieces, name)
  }
  if (typeof source === 'string') return /[\r\n]/.test(source) ? ofText(source) : named(ofFile(source), source, kind)
  if (isUrl(source)) return ofFile(source)
  if (isBytes(source)) return decoded(once(source), `the ${kind} bytes`)
  if (isIterable(source)) return decoded(source, `the ${kind} stream`)
  if (isWebStream(source)) return decoded(webPieces(source), `the ${kind} stream`)
  if (typeof source !== 'object' || source === null || Array.isArray(source) || ArrayBuffer.isView(source)) {
    throw wrongType(expected, 'source', source)
  }
  const { text, path } = optionsObject(source, 'source', ['text', 'path'])
  if ((text === undefined) === (path === undefined)) {
    throw wrongSize(expected, 'source', text === undefined ? 'neither of them' : 'both { text, path }')
  }
  if (path === undefined) {
    if (typeof text !== 'string') throw wrongType('text', 'source.text', text)
    return ofText(text)
  }
  if (typeof path !== 'string' && !isUrl(path)) throw wrongType('the name of a file, or its URL,', 'source.path', path)
  return ofFile(path)
}

/** Whether a value is a URL, of any realm. */
const isUrl = (value: unknown): value is URL =>
  typeof value === 'object' && value !== null && 'href' in value && 'protocol' in value

const isBytes = (value: unknown): value is Uint8Array => typedArrayKind(value) === 'Uint8Array'

const isIterable = (value: unknown): value is AsyncIterable<unknown> =>
  typeof (value as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] === 'function'

const isWebStream = (value: unknown): value is WebStream =>
  typeof (value as Partial<WebStream> | null | undefined)?.getReader === 'function'

async function* once<Value>(value: Value): AsyncGenerator<Value> {
  yield value
}

/** Not every browser iterates streams. */
async function* webPieces(stream: WebStream): AsyncGenerator<unknown> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    // A stream that has ended or failed has nothing to cancel.
    await reader.cancel().catch(() => {})
  }
}

/** Resolves in a new turn of the event loop. */
export const newTurn = (): Promise<void> => new Promise((resolve) => nextTurn(resolve))

/** Strings and bytes as text, in turns of the event loop. */
const decoded = (pieces: AsyncIterable<unknown>, name: string): TextSource => ({
  name,
  pieces: textPieces(pieces, name),
})

async function* textPieces(pieces: AsyncIterable<unknown>, name: string): AsyncGenerator<string> {
  const decode = decoderOf(name)
  for await (const piece of pieces) {
    if (typeof piece !== 'string' && !isBytes(piece)) {
      throw wrongType('a piece of text or a Uint8Array', `a piece of ${name}`, piece)
    }
    for (let at = 0; at < piece.length; at += PIECE) {
      const text = decode(typeof piece === 'string' ? piece.slice(at, at + PIECE) : piece.subarray(at, at + PIECE))
      if (text !== '') yield text
      await newTurn()
    }
  }
  const text = decode(null)
  if (text !== '') yield text
}

/**
 * Decodes pieces, the last of which is null; a sequence of bytes may be divided between pieces.
 * @throws RangeError for what is no text in UTF-8, with its line
 */
function decoderOf(name: string): (piece: string | Uint8Array | null) => string {
  // Whole sequences only: as a stream, Node.js decodes at half the speed.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest = new Uint8Array(0)
  let line = 1
  let isFirst = true
  const refused = (before: string, received: string) =>
    wrongSize(
      'text in UTF-8',
      `line ${line + breaksIn(before)} of ${name}`,
      received,
      'Save the table as text in UTF-8.',
    )
  const decodedBytes = (piece: Uint8Array | null): string => {
    const bytes = rest.length === 0 ? (piece ?? rest) : joined(rest, piece)
    const end = piece === null ? bytes.length : bytes.length - unfinishedBytes(bytes)
    rest = bytes.slice(end)
    try {
      return decoder.decode(bytes.subarray(0, end))
    } catch {
      if (isFirst && isUtf16(bytes)) throw refused('', 'UTF-16')
      const [before] = new TextDecoder().decode(bytes).split('\ufffd')
      throw refused(before, 'other bytes')
    }
  }
  return (piece) => {
    const read = typeof piece === 'string' ? piece : decodedBytes(piece)
    const text = isFirst && read.startsWith('\ufeff') ? read.slice(1) : read
    const nul = text.indexOf('\0')
    if (nul >= 0) throw refused(text.slice(0, nul), 'binary data (a NUL character)')
    if (text !== '') isFirst = false
    line += breaksIn(text)
    return text
  }
}

function joined(first: Uint8Array, second: Uint8Array | null): Uint8Array {
  const all = new Uint8Array(first.length + (second?.length ?? 0))
  all.set(first)
  if (second !== null) all.set(second, first.length)
  return all
}

/** The number of bytes at the end that are the beginning of a sequence of UTF-8: at most 3. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let count = 1; count <= Math.min(3, bytes.length); count++) {
    const byte = bytes[bytes.length - count]
    // 10xxxxxx continues a sequence; one of 2, 3 or 4 bytes begins with 110, 1110 or 11110.
    if (byte >= 0x80 && byte < 0xc0) continue
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    return length > count ? count : 0
  }
  return 0
}

const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)

/** The line breaks \n of a text. */
function breaksIn(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

// The error codes of a path that may be one line of text instead.
const NO_NAME = ['ENOENT', 'ENAMETOOLONG', 'ENOTDIR', 'ERR_INVALID_ARG_VALUE']

/** The content of a file. Where there is none, the error mentions that the path may be text. */
const named = ({ name, pieces }: TextSource, path: string, kind: SourceKind): TextSource => ({
  name,
  pieces: namedPieces(pieces, path, kind),
})

async function* namedPieces(pieces: AsyncIterable<string>, path: string, kind: SourceKind): AsyncGenerator<string> {
  try {
    yield* pieces
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === undefined || !NO_NAME.includes(code)) throw error
    const remedy = `If it is one line of ${kind}, not a path, pass { text: … }.`
    throw Object.assign(wrongSize('the name of a file that exists', 'source', shownPath(path), remedy), {
      code,
      cause: error,
    })
  }
}

/** A path, shortened only where it is too long for a path. */
const shownPath = (path: string): string => (path.length > 260 ? quoted(path) : JSON.stringify(path))
