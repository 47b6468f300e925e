/**
 * What `console.log` shows of an object: a short summary instead of its fields. Node.js, Bun and Deno use this symbol.
 */

export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never

/** The most items of a list that are shown, and how many of these are from its end. */
const MAX_ITEMS = 8
const LAST_ITEMS = 2

/** The first and the last items of a list, and the number of items between them. */
export function shownItems<Item>(items: readonly Item[], show: (item: Item) => string, noun: string): string[] {
  if (items.length <= MAX_ITEMS) return items.map(show)
  const before = MAX_ITEMS - 1 - LAST_ITEMS
  const between = `… ${items.length - before - LAST_ITEMS} more ${noun}`
  return [...items.slice(0, before).map(show), between, ...items.slice(-LAST_ITEMS).map(show)]
}

/** A first line and indented lines below it. */
export const summary = (first: string, others: readonly string[]): string =>
  [first, ...others.map((line) => `  ${line}`)].join('\n')
