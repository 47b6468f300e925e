/** JSON text that others wrote, and how long our own may get. */
import { constants } from 'node:buffer'
import { wrongSize, wrongType } from './errors.js'

/** A byte order mark, which some editors put before a text. */
const MARK = '\ufeff'

/** @throws TypeError for text that is no JSON */
export function parseJson(text: string, name: string): unknown {
  const content = text.startsWith(MARK) ? text.slice(1) : text
  try {
    return JSON.parse(content)
  } catch (error) {
    throw wrongType('JSON text', name, content, `It is damaged: ${(error as Error).message}`)
  }
}

/**
 * Refuses what would make a text longer than the longest string.
 * @param rest everything but its longest text
 * @param longest the length of that
 * @throws RangeError that ends in `remedy`
 */
export function requireTextFits(
  rest: unknown,
  longest: number,
  name: string,
  remedy: string,
  most: number = constants.MAX_STRING_LENGTH,
): void {
  const length = longest + lengthOf(rest)
  if (length > most) throw wrongSize(`at most ${most} characters of JSON`, name, String(length), remedy)
}

/** As JSON with spaces, which is longest. */
function lengthOf(value: unknown): number {
  try {
    return JSON.stringify(value, null, 2).length
  } catch (error) {
    // The engine refuses a text that is too long.
    if (error instanceof RangeError) return Infinity
    throw error
  }
}
