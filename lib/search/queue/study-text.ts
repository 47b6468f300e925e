/** A study as texts: its data, and its options with the digest of the data. A worker makes the same study of them. */
import { newSha256 } from '#platform'
import { wrongSize } from '../../checks/errors.js'
import type { Records } from '../../data/records/records.js'
import { spaceFromJson } from '../space/json.js'
import { jsonForm } from '../space/parameter.js'
import { formOf, recordsForm, recordsOfForm, rowsForm, valueOfForm } from './forms.js'

/** A text and its digest. */
export interface StoredText {
  readonly text: string
  readonly digest: string
}

export interface StudyTexts {
  readonly data: StoredText
  /** The options that decide the trials, without the data. */
  readonly study: StoredText
}

/** SHA-256, in hex. */
export const digestOfText = (text: string): string => newSha256().update(text).hex()

/** The options of `search` that decide the trials, besides data and space. */
const OPTIONS = ['trials', 'sampler', 'pruner', 'metric', 'seed', 'batch'] as const

type Options = Readonly<Record<string, unknown>>

/**
 * @param given the options of `search`, which have been checked
 * @param decided those whose defaults were chosen
 * @param space a copy of the space
 * @throws RangeError for data whose text is longer than a text can be
 */
export function textsOf(given: Options, decided: Options, space: unknown): StudyTexts {
  const { data, validation } = given
  const isRows = typeof validation === 'object' && validation !== null && 'x' in validation
  const isSamples = isRows || Array.isArray(validation)
  const parts = {
    data: samplesForm(data as Options),
    validation: isSamples ? samplesForm(Array.isArray(validation) ? { records: validation } : validation) : null,
  }
  const stored = storedOf(parts)
  const own = OPTIONS.map((name) => [name, formOf(decided[name] ?? given[name])])
  const options = { ...Object.fromEntries(own), validation: isSamples ? null : formOf(validation) }
  return { data: stored, study: storedOf({ data: stored.digest, space: jsonForm(space), options }) }
}

/** Of `{ x, y, sampleWeight }` or `{ records }`. */
function samplesForm(given: object): unknown {
  const { records, x, y, sampleWeight } = given as Options
  if (records !== undefined) return { records: recordsForm(records as Records) }
  return { x: rowsForm(x), y: rowsForm(y), sampleWeight: sampleWeight === undefined ? null : rowsForm(sampleWeight) }
}

function storedOf(parts: unknown): StoredText {
  const text = textOf(parts)
  return { text, digest: digestOfText(text) }
}

function textOf(parts: unknown): string {
  try {
    return JSON.stringify(parts)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const remedy = 'Use shards, whose machines read the data themselves.'
    throw wrongSize('less data, for a queue,', 'data', 'more than one text can hold', remedy)
  }
}

/** The digest of the data that a study needs. */
export const dataDigestOf = (study: string): string => (JSON.parse(study) as { data: string }).data

/** The options of `search` from the texts of a study. */
export function optionsOfTexts(study: string, data: string): Options {
  const { space, options } = JSON.parse(study) as { space: unknown; options: Options }
  const { data: samples, validation } = JSON.parse(data) as { data: Options; validation: Options | null }
  const read = Object.entries(options).map(([name, form]) => [name, valueOfForm(form)])
  const own = Object.fromEntries(read.filter(([, value]) => value !== undefined)) as Record<string, unknown>
  if (validation !== null) {
    const { records, ...rows } = samplesOf(validation)
    own.validation = records ?? rows
  }
  return { ...own, data: samplesOf(samples), space: spaceFromJson(space, 'space') }
}

function samplesOf({ records, x, y, sampleWeight }: Options): Record<string, unknown> {
  if (records !== undefined) return { records: recordsOfForm(records) }
  const weights = sampleWeight === null ? {} : { sampleWeight: valueOfForm(sampleWeight) }
  return { x: valueOfForm(x), y: valueOfForm(y), ...weights }
}
