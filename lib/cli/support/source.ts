/** A table to read: a file or stdin, in CSV or JSON, which its first bytes decide. */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream, fstatSync, readdirSync, type Stats, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import process from 'node:process'
import type { Readable } from 'node:stream'
import { suggestion } from '../../checks/words.js'
import { delimiterOf } from '../../data/csv/delimiter.js'
import { RecordSplitter } from '../../data/csv/split-records.js'
import { firstRow } from '../../data/csv/table-rows.js'
import { UsageError } from './errors.js'

export type Format = 'csv' | 'jsonl'

export interface Source {
  /** The file's name in messages. */
  readonly name: string
  readonly format: Format
  /** What separates the cells of CSV; a comma for JSON. */
  readonly delimiter: string
  /** The names of the columns of CSV; of JSON they are known only at its end. */
  readonly header: readonly string[]
  /** Of the file, also one that stdin is redirected from. */
  readonly stats: Stats | null
  /** The content; it can be read once. */
  readonly chunks: AsyncIterable<Uint8Array>
  /** Ends the reading, with an error where it goes on. */
  readonly close: () => void
  /** SHA-256 of the content, in hex, once it was read. */
  readonly digest: () => string
}

/** Enough for the first lines of most tables. Longer headers are read in further pieces. */
const HEAD = 65_536

/**
 * Opens the file at a path, or stdin for `-`.
 * @throws Error for a missing or empty file, and for anything but text in UTF-8
 */
export async function openSource(path: string): Promise<Source> {
  const isStdin = path === '-'
  const name = isStdin ? 'stdin' : path
  const stats = isStdin ? stdinStats() : fileStats(path)
  const stream: Readable = isStdin ? process.stdin : createReadStream(path)
  const iterator = stream[Symbol.asyncIterator]()
  const { head, ...form } = await beginning(iterator, name)
  const hash = createHash('sha256')
  return {
    name,
    ...form,
    stats,
    chunks: hashed(head, iterator, hash),
    close: () => void stream.destroy(),
    digest: () => hash.copy().digest('hex'),
  }
}

/** What the system says of a file. @throws Error for a missing one, with the nearest name, and for a folder */
export function fileStats(path: string): Stats {
  if (path === '') throw new UsageError('Expected the name of a file, not an empty one.')
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw new Error(`There is no file ${path}. ${neighbours(path)}`.trim())
  if (found.isDirectory()) throw new Error(`${path} is a folder, not a file.`)
  return found
}

function stdinStats(): Stats | null {
  try {
    return fstatSync(0)
  } catch {
    // It is closed.
    return null
  }
}

/** The file of the same folder that may be meant. */
function neighbours(path: string): string {
  try {
    const names = readdirSync(dirname(path))
    return /^Did you mean [^?]*\?/.exec(suggestion(basename(path), names))?.[0] ?? ''
  } catch {
    return 'There is no such folder.'
  }
}

type Form = Pick<Source, 'format' | 'delimiter' | 'header'>

/** The first bytes, with the whole header of CSV, and the form that they show. */
async function beginning(chunks: AsyncIterator<Uint8Array>, name: string): Promise<Form & { head: Uint8Array }> {
  let head: Uint8Array = new Uint8Array()
  for (let least = HEAD; ; least *= 2) {
    head = await firstBytes(chunks, head, least)
    const isWhole = head.length < least
    const text = headText(head, name)
    if (/^[[{]/.test(text.trimStart())) return { head, format: 'jsonl', delimiter: ',', header: [] }
    const form = await csvForm(text, isWhole, name)
    if (isWhole || form.header.length > 0) return { head, format: 'csv', ...form }
  }
}

/** The bytes read so far, and more until there are `least`, or no more. */
async function firstBytes(chunks: AsyncIterator<Uint8Array>, before: Uint8Array, least: number): Promise<Uint8Array> {
  const parts = [before]
  let { length } = before
  while (length < least) {
    const { value, done } = await chunks.next()
    if (done === true) break
    parts.push(value)
    length += value.length
  }
  const head = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    head.set(part, at)
    at += part.length
  }
  return head
}

async function* hashed(head: Uint8Array, rest: AsyncIterator<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  try {
    hash.update(head)
    yield head
    for (;;) {
      const { value, done } = await rest.next()
      if (done === true) return
      hash.update(value)
      yield value
    }
  } finally {
    await rest.return?.()
  }
}

/** Files that are often given in place of a table, by their first bytes. */
const KINDS: readonly (readonly [start: readonly number[], what: string])[] = [
  [[0xff, 0xfe, 0, 0], 'text in UTF-32. Save it as UTF-8'],
  [[0xff, 0xfe], 'text in UTF-16. Save it as UTF-8'],
  [[0xfe, 0xff], 'text in UTF-16. Save it as UTF-8'],
  [[0x50, 0x4b, 0x03, 0x04], 'a workbook or a zip archive. Save the table as CSV'],
  [[0x1f, 0x8b], 'compressed by gzip. Unpack it first: gunzip'],
  [[0x50, 0x41, 0x52, 0x31], 'a Parquet file. Convert it to CSV'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'an Arrow file. Convert it to CSV'],
]

/** The first bytes as text. */
function headText(head: Uint8Array, name: string): string {
  if (head.length === 0) throw new Error(`${name} is empty.`)
  const kind = KINDS.find(([start]) => start.every((byte, i) => head[i] === byte))
  if (kind !== undefined) throw new Error(`${name} is ${kind[1]}.`)
  const zero = head.indexOf(0)
  if (zero >= 0) {
    // Half of the bytes of Latin letters in UTF-16 are 0.
    const zeros = head.reduce((sum, byte) => sum + (byte === 0 ? 1 : 0), 0)
    const utf16 = Math.abs(2 * zeros - head.length) <= 0.1 * head.length
    throw new Error(`${name} is ${utf16 ? 'text in UTF-16. Save it as UTF-8.' : 'binary data, not a table.'}`)
  }
  const text = new TextDecoder().decode(head)
  if (text.trim() === '') throw new Error(`${name} is empty.`)
  return text
}

/** What the first lines of CSV say, as `readCsv` understands them. */
async function csvForm(text: string, isWhole: boolean, name: string): Promise<Pick<Source, 'delimiter' | 'header'>> {
  const grammar = { quote: '"', comment: undefined }
  const beginning = text.replace(/^\ufeff/, '')
  const delimiter = await delimiterOf(beginning, isWhole, grammar, undefined)
  const rows = await new RecordSplitter({ ...grammar, delimiter }, name).split(beginning, isWhole)
  const first = firstRow(rows)
  const names = first < rows.count ? rows.cells(first) : []
  return { delimiter, header: names.map((column, i) => (column === '' ? `column_${i + 1}` : column)) }
}
