/** The source of CSV: a file, or text. */
import { loadBytes } from '#files'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { optionsObject } from '../../checks/validate.js'
import type { Path } from '../../files/path-types.js'
import { quoted } from '../records/checks.js'

/** The path or the URL of a file; or text, if it contains a line break; or an object with either of them. */
export type CsvSource = Path | { readonly text: string } | { readonly path: Path }

/** CSV with \n at the ends of its lines and without a byte order mark, and its name in errors. */
export interface CsvContent {
  readonly content: string
  readonly name: string
}

const EXPECTED = 'the name of a file, its URL, CSV text, { path } or { text }'

/** @throws TypeError or RangeError for a wrong source; Error where a file cannot be read */
export async function contentOf(source: unknown): Promise<CsvContent> {
  if (typeof source === 'string') return /[\r\n]/.test(source) ? textContent(source) : await namedContent(source)
  if (isUrl(source)) return await fileContent(source)
  if (typeof source !== 'object' || source === null || Array.isArray(source) || ArrayBuffer.isView(source)) {
    throw wrongType(EXPECTED, 'source', source)
  }
  const { text, path } = optionsObject(source, 'source', ['text', 'path'])
  if ((text === undefined) === (path === undefined)) {
    throw wrongSize(EXPECTED, 'source', text === undefined ? 'neither of them' : 'both { text, path }')
  }
  if (path === undefined) {
    if (typeof text !== 'string') throw wrongType('text', 'source.text', text)
    return textContent(text)
  }
  if (typeof path !== 'string' && !isUrl(path)) throw wrongType('the name of a file, or its URL,', 'source.path', path)
  return await fileContent(path)
}

/** Whether a value is a URL, of any realm. */
const isUrl = (value: unknown): value is URL =>
  typeof value === 'object' && value !== null && 'href' in value && 'protocol' in value

const plainText = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text).replace(/\r\n?/g, '\n')

const textContent = (text: string): CsvContent => ({ content: plainText(text), name: 'the CSV text' })

async function fileContent(path: string | URL): Promise<CsvContent> {
  const { name, bytes } = await loadBytes(path, { what: 'readCsv of a path', instead: 'Pass the text: { text }.' })
  try {
    return { content: plainText(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), name }
  } catch {
    throw wrongSize('text in UTF-8', name, 'other bytes', 'Save it as UTF-8.')
  }
}

// The error codes of a path that may be one line of text instead.
const NO_NAME = ['ENOENT', 'ENAMETOOLONG', 'ENOTDIR', 'ERR_INVALID_ARG_VALUE']

/** The content of a file. Where there is none, the error mentions that the path may be text. */
async function namedContent(path: string): Promise<CsvContent> {
  try {
    return await fileContent(path)
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === undefined || !NO_NAME.includes(code)) throw error
    const remedy = 'If it is one line of CSV, not a path, pass { text: … }.'
    throw Object.assign(wrongSize('the name of a file that exists', 'source', shownPath(path), remedy), {
      code,
      cause: error,
    })
  }
}

/** A path, shortened only where it is too long for a path. */
const shownPath = (path: string): string => (path.length > 260 ? quoted(path) : JSON.stringify(path))
