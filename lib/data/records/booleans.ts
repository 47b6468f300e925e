/** Words for true and false, as tables have them. */

/** The words of one spelling, in lower case. */
const PAIRS: readonly (readonly [yes: string, no: string])[] = [
  ['true', 'false'],
  ['yes', 'no'],
  ['t', 'f'],
  ['y', 'n'],
  ['1', '0'],
]

const BOOLEANS: ReadonlyMap<string, boolean> = new Map(
  PAIRS.flatMap(([yes, no]) => [
    [yes, true],
    [no, false],
  ]),
)
const LONGEST = 5

/** The value of a word in any case; undefined for other text. */
export const booleanOf = (word: string): boolean | undefined =>
  word.length > LONGEST ? undefined : BOOLEANS.get(word.toLowerCase())

/** Whether the texts among values are words of one spelling, both of them and no other, in any case. */
export function areBooleans(values: readonly unknown[]): boolean {
  const found = new Set<string>()
  for (const word of values) {
    if (typeof word !== 'string' || word === '') continue
    if (word.length > LONGEST) return false
    found.add(word.toLowerCase())
    if (found.size > 2) return false
  }
  return found.size === 2 && PAIRS.some(([yes, no]) => found.has(yes) && found.has(no))
}
