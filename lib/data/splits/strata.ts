/** Strata: the rows of each label, and their shares of a part. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import type { Category } from '../encoding/categories.js'
import { quoted } from '../records/checks.js'
import { type Items, rowReader } from './items.js'

/** The label of each item: an array as long as the items, or a function. */
export type Labels<Item> = readonly Category[] | ((item: Item, index: number) => Category)

/** The label of each row, or its group: `what` is the word for it, `name` the argument. */
export function labelsOf<Item>(items: Items<Item>, given: unknown, name: string, what: 'label' | 'group'): unknown[] {
  const read = rowReader(items, given, name, what)
  return Array.from({ length: items.length }, (_, i) => {
    const label = read(i)
    const ok =
      typeof label === 'string' || typeof label === 'boolean' || (typeof label === 'number' && !Number.isNaN(label))
    if (!ok) throw wrongType('text, a number, or true or false', `the ${what} of row ${i}`, label)
    return label
  })
}

/** The indices of the rows of each label; labels in the order in which they first occur, indices in that of `order`. */
export function strata(labels: readonly unknown[], order: Int32Array, min: number): number[][] {
  const found = new Map<unknown, number[]>(labels.map((label) => [label, []]))
  for (const i of order) found.get(labels[i])?.push(i)
  for (const [label, places] of found) {
    if (places.length < min) {
      throw wrongSize(`at least ${min} rows`, `the label ${quoted(label)}`, `${places.length}`)
    }
  }
  return [...found.values()]
}

/**
 * Distributes `count` rows over groups in proportion to their sizes: the integer parts first, then by the largest
 * remainder, then by index.
 */
export function shares(sizes: readonly number[], count: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0)
  const result = sizes.map((size) => Math.floor((size * count) / all))
  // Integers, so that equal remainders are equal.
  const rest = sizes.map((size, i) => ({ i, remainder: (size * count) % all }))
  rest.sort((a, b) => b.remainder - a.remainder || a.i - b.i)
  const missing = count - result.reduce((sum, share) => sum + share, 0)
  for (const { i } of rest.slice(0, missing)) result[i]++
  return result
}
