/** The caller's data about a training, which is saved with the model. */
import { wrongSize, wrongType } from '../../checks/errors.js'

export type Recipe = Readonly<Record<string, unknown>>

const MAX_LEVELS = 16

/**
 * A copy of plain JSON data of the caller.
 * @throws TypeError for anything that JSON would not keep as it is
 */
export function checkRecipe(given: unknown, name: string): Recipe {
  if (typeof given !== 'object' || given === null || Array.isArray(given) || !isPlain(given, name, 1)) {
    throw wrongType('an object of plain JSON data', name, given, 'Its values may be text, numbers, booleans and null.')
  }
  return Object.freeze(JSON.parse(JSON.stringify(given))) as Recipe
}

/** Whether JSON keeps all of a value. */
function isPlain(value: unknown, name: string, level: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value !== 'object') return false
  if (level > MAX_LEVELS) throw wrongSize(`at most ${MAX_LEVELS} levels`, name, 'more')
  const isData = Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]'
  return isData && Object.values(value).every((one) => isPlain(one, name, level + 1))
}
