/** Reads JSON text, and limits the length of the JSON text that the library writes. */
import { MAX_STRING_LENGTH } from '#platform'
import { wrongSize, wrongType } from './errors.js'

/** A byte order mark, which some editors put at the beginning of a text. */
const MARK = '\ufeff'

/** @throws TypeError for text that is not JSON */
export function parseJson(text: string, name: string): unknown {
  const content = text.startsWith(MARK) ? text.slice(1) : text
  try {
    return JSON.parse(content)
  } catch (error) {
    throw wrongType('JSON text', name, content, `It is damaged: ${(error as Error).message}`)
  }
}

/**
 * Refuses a value whose JSON text would be longer than the longest string.
 * @param rest everything except its longest text
 * @param longest the length of that text
 * @throws RangeError that ends with `remedy`
 */
export function requireTextFits(
  rest: unknown,
  longest: number,
  name: string,
  remedy: string,
  max: number = MAX_STRING_LENGTH,
): void {
  const length = longest + lengthOf(rest)
  if (length > max) throw wrongSize(`at most ${max} characters of JSON`, name, String(length), remedy)
}

/** The length as indented JSON, which is the longest form. */
function lengthOf(value: unknown): number {
  try {
    return JSON.stringify(value, null, 2).length
  } catch (error) {
    // The engine refuses a text that is too long; Firefox with an error of its own.
    if (error instanceof RangeError || (error as Error).name === 'InternalError') return Infinity
    throw error
  }
}
