/** Reads records of JSON: one object in each line, or an array of objects. */
import { messageOf, wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { optionsObject } from '../../checks/validate.js'
import { quoted } from '../records/checks.js'
import { type BatchOptions, rowCount } from './csv-options.js'
import { ObjectSplitter, type TextAt } from './split-objects.js'
import { type TableSource, textSource } from './text-source.js'

/** The value of a cell. */
export type JsonValue = string | number | boolean | null

export type JsonRecord = Record<string, JsonValue>

/** Some records of a file. */
export interface JsonLinesBatch {
  /** The names of the columns, in the order in which they were found so far. */
  readonly header: readonly string[]
  readonly records: JsonRecord[]
  /** The line of the source in which each record begins. */
  readonly lines: number[]
  /** The line in which the first record begins. */
  readonly line: number
}

/**
 * Reads JSON lines, or one JSON array, of objects with a value for each column: a number, text, true or false, or null.
 * Empty lines are skipped. No turn of the event loop is long.
 * @param source as of `readCsv`
 * @throws TypeError or RangeError for what is no JSON of this form in UTF-8, with its line (as a rejection)
 * @throws Error where the file cannot be read; the source's own error where it fails
 */
export async function readJsonLines(source: TableSource): Promise<JsonRecord[]> {
  const records: JsonRecord[] = []
  for await (const found of jsonRecords(source, 'readJsonLines')) for (const { record } of found) records.push(record)
  return records
}

/**
 * Reads JSON lines, or one JSON array, in batches of records; memory does not grow with the file. Where the caller
 * leaves the loop, the source is closed.
 * @param source as of `readCsv`
 * @throws as `readJsonLines`
 */
export async function* jsonLinesBatches(
  source: TableSource,
  options: BatchOptions = {},
): AsyncGenerator<JsonLinesBatch> {
  const given = optionsObject(options, 'the options of jsonLinesBatches', ['batchRows'])
  const batchRows = rowCount(given.batchRows, 'batchRows')
  const header = new Set<string>()
  let waiting: Found[] = []
  const batch = (): JsonLinesBatch => {
    const records = waiting.map(({ record }) => record)
    const lines = waiting.map(({ line }) => line)
    waiting = []
    for (const record of records) for (const name of Object.keys(record)) header.add(name)
    return { header: [...header], records, lines, line: lines[0] }
  }
  for await (const found of jsonRecords(source, 'jsonLinesBatches')) {
    for (const one of found) {
      waiting.push(one)
      if (waiting.length === batchRows) yield batch()
    }
  }
  if (waiting.length > 0) yield batch()
}

interface Found {
  readonly record: JsonRecord
  readonly line: number
}

/** The records that each piece of the source completes. */
async function* jsonRecords(source: TableSource, call: string): AsyncGenerator<Found[]> {
  const { name, pieces } = textSource(source, 'JSON', call)
  const splitter = new ObjectSplitter(name)
  let count = 0
  const read = (texts: readonly TextAt[]): Found[] => {
    count += texts.length
    return texts.map(({ text, line }) => ({ record: recordOf(text, `line ${line} of ${name}`), line }))
  }
  for await (const piece of pieces) yield read(splitter.split(piece))
  yield read(splitter.end())
  if (count === 0) throw wrongSize('JSON lines, or an array of objects,', name, 'no record')
}

/** @param where the place of the record in errors */
function recordOf(text: string, where: string): JsonRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw wrongSize('a JSON object', where, `other text: ${messageOf(error)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongType('a JSON object', where, value)
  for (const [name, cell] of Object.entries(value)) {
    const column = () => `column ${quoted(name)} in ${where}`
    if (typeof cell === 'object' && cell !== null) {
      throw wrongType('a number, text, true, false or null', column(), cell, 'Give each value a column of its own.')
    }
    // JSON.parse reads 1e999 so.
    if (cell === Infinity || cell === -Infinity) throw wrongValue('a finite number', column(), cell)
  }
  return value as JsonRecord
}
