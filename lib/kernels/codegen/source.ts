/** JavaScript as text, for code that is generated for one shape. */

/** `line(i)` for i = 0 … count - 1, a line each. */
export const each = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n')

/** `line(k, j)` for each weight. */
export const eachWeight = (inputs: number, units: number, line: (k: number, j: number) => string): string =>
  each(inputs, (k) => each(units, (j) => line(k, j)))

/** `term(0) + term(1) + …`, added from left to right. */
export const terms = (count: number, term: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => term(i)).join(' + ')

/**
 * Whether the host permits code from strings. Some hosts forbid it, some of these only for a function that does
 * something.
 */
const allowed = isAllowed()

function isAllowed(): boolean {
  try {
    return new Function('a', 'b', 'return (c) => a * b + c')(2, 3)(4) === 10
  } catch {
    return false
  }
}

/** The value of an expression with these names bound; null where the host forbids code from strings. */
export function compile<T>(expression: string, names: Readonly<Record<string, unknown>> = {}): T | null {
  if (!allowed) return null
  try {
    return new Function(...Object.keys(names), `return ${expression}`)(...Object.values(names)) as T
  } catch {
    return null
  }
}
