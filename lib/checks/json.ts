/** Results as JSON: a typed array becomes an array of numbers, not an object with a key for each number. */

function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const { toJSON: own } = value as { toJSON?: unknown }
  return typeof own === 'function' ? own.call(value) : plainObject(value)
}

/** The own properties of an object, in their order, as JSON values. */
export const plainObject = (value: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))

function toJSON(this: object): Record<string, unknown> {
  return plainObject(this)
}

/**
 * Adds `toJSON` to a result, for `JSON.stringify`. It is not enumerable, so that copies and comparisons of the result
 * omit it.
 */
export function withJSON<Result extends object>(result: Result): Result {
  return Object.defineProperty(result, 'toJSON', { value: toJSON })
}
