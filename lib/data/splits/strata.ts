/** Strata: the rows of each label, and their shares of a part. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { elements } from '../../checks/validate.js'
import type { Category } from '../encoding/categories.js'
import { quoted } from '../records/checks.js'
import type { Items } from './items.js'

/** The label of each item: an array as long as the items, or a function. */
export type Labels<Item> = readonly Category[] | ((item: Item, index: number) => Category)

/** The indices of the rows of each label; labels in the order in which they first occur, indices in that of `order`. */
export function strata<Item>(items: Items<Item>, given: unknown, order: Int32Array, min: number): number[][] {
  if (typeof given !== 'function' && !Array.isArray(given)) {
    throw wrongType('an array of labels, or a function that gives a label,', 'stratify', given)
  }
  const labels = typeof given === 'function' ? given : elements(given)
  if (typeof labels !== 'function' && labels.length !== items.length) {
    throw wrongSize(`${items.length} labels, one for each row,`, 'stratify', `${labels.length}`)
  }
  const found = new Map<unknown, number[]>()
  const labelOf = Array.from({ length: items.length }, (_, i) => {
    const label: unknown = typeof labels === 'function' ? labels(items.at(i), i) : labels[i]
    const ok =
      typeof label === 'string' || typeof label === 'boolean' || (typeof label === 'number' && !Number.isNaN(label))
    if (!ok) throw wrongType('text, a number, or true or false', `the label of row ${i}`, label)
    if (!found.has(label)) found.set(label, [])
    return label
  })
  for (const i of order) found.get(labelOf[i])?.push(i)
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
