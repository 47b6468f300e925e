/** The form in which a network is saved: its digest, and its parameters as text. */
import { base64OfBytes, newSha256, readBase64 } from '#platform'
import { bytesOf, isLittleEndian, swapBytes } from '../checks/bytes.js'
import { wrongSize, wrongType, wrongValue } from '../checks/errors.js'
import { parseJson } from '../checks/json-text.js'
import { optionsObject } from '../checks/validate.js'

/**
 * The result of `toJSON`, and the argument of `fromJSON`. The parameters are little-endian float64 in base64: exact.
 */
export interface SavedNetwork {
  readonly format: 'lockstep-nn'
  readonly version: 1
  readonly inputs: number
  readonly layers: readonly Record<string, unknown>[]
  readonly parameters: string
  readonly digest: string
}

const KEYS = ['format', 'version', 'inputs', 'layers', 'parameters', 'digest']
const NAME = 'the saved network'
const PARAMETERS = `parameters of ${NAME}`
const DAMAGED = 'It is damaged.'

/** The remedy for a network that is too large for JSON. */
export const USE_SAFETENSORS = 'Save it with toSafetensors() of lockstep-nn/formats.'

/** The number of values hashed at a time. */
const PIECE = 2 ** 17

/**
 * SHA-256, in hex, of a text, a line end, and the bytes of float64 values: little-endian on every machine, with one NaN
 * for all. They are hashed in pieces, so that their number is not limited.
 */
export function digestOfValues(text: string, values: Float64Array, piece = PIECE): string {
  const hash = newSha256().update(text).update('\n')
  const part = new Float64Array(Math.min(piece, values.length))
  for (let start = 0; start < values.length; start += piece) {
    const length = Math.min(piece, values.length - start)
    part.set(values.subarray(start, start + length))
    for (let i = 0; i < length; i++) if (Number.isNaN(part[i])) part[i] = NaN
    const bytes = bytesOf(part.subarray(0, length))
    hash.update(isLittleEndian ? bytes : swapBytes(bytes))
  }
  return hash.hex()
}

/** The length of the base64 text of this number of parameters. */
export const base64Length = (count: number): number => 4 * Math.ceil((8 * count) / 3)

export function base64Of(values: Float64Array): string {
  const bytes = bytesOf(values)
  return base64OfBytes(isLittleEndian ? bytes : swapBytes(bytes.slice()))
}

/**
 * Exactly `count` values of their base64 text, which is checked before memory is allocated.
 * @param name what errors call the text
 * @param noun what errors call the values
 * @throws TypeError or RangeError for other text
 */
export function valuesOfBase64(text: unknown, count: number, name = PARAMETERS, noun = 'parameters'): Float64Array {
  if (typeof text !== 'string') throw wrongType('base64 text', name, text)
  const length = base64Length(count)
  if (text.length !== length) {
    throw wrongSize(`${length} characters, for ${count} ${noun},`, name, `${text.length}`, DAMAGED)
  }
  const padding = '='.repeat((3 - ((8 * count) % 3)) % 3)
  const end = length - padding.length
  const found = text.search(/[^A-Za-z0-9+/]/)
  if (found !== (padding === '' ? -1 : end) || !text.endsWith(padding)) {
    const at = found < 0 ? end : found
    throw wrongValue('base64 text', `character ${at} of ${name}`, text[at], DAMAGED)
  }
  const values = new Float64Array(count)
  const bytes = bytesOf(values)
  readBase64(text, bytes)
  if (!isLittleEndian) swapBytes(bytes)
  return values
}

/** The fields of a saved network, or of its JSON text, after a check of their names and of the format only. */
export function savedFields(saved: unknown): Record<string, unknown> {
  const given = optionsObject(typeof saved === 'string' ? parseJson(saved, NAME) : saved, NAME, KEYS)
  if (given.format !== 'lockstep-nn') throw wrongValue('"lockstep-nn"', `format of ${NAME}`, given.format)
  if (given.version !== 1) {
    throw wrongValue('version 1', `version of ${NAME}`, given.version, 'A newer lockstep-nn may read it.')
  }
  if (typeof given.parameters !== 'string') throw wrongType('base64 text', PARAMETERS, given.parameters)
  return given
}
