/** Groups: rows that belong together, such as those of one patient, and are never on both sides of a split. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'

/** The rows of each group, and how many of them have each label. */
export interface Groups {
  readonly rows: readonly (readonly number[])[]
  /** [groups × labels], row-major. */
  readonly counts: Float64Array
  /** [labels]: the rows of each label. */
  readonly totals: Float64Array
}

const EXPECTED = 'text, a number, or true or false'

/** A name of a group or label: dates by their time. */
export function keyOf(value: unknown, name: string, remedy: string): unknown {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value !== 'number' && !(value instanceof Date)) throw wrongType(EXPECTED, name, value, remedy)
  const number = Number(value)
  if (Number.isNaN(number)) throw wrongValue(EXPECTED, name, value, remedy)
  return value instanceof Date ? `date ${number}` : number
}

/** The number of each value, by first occurrence, and how many different ones there are. */
export function numbered(values: readonly unknown[]): { readonly numbers: Int32Array; readonly count: number } {
  const found = new Map<unknown, number>()
  const numbers = new Int32Array(values.length)
  for (const [i, value] of values.entries()) {
    let number = found.get(value)
    if (number === undefined) {
      number = found.size
      found.set(value, number)
    }
    numbers[i] = number
  }
  return { numbers, count: found.size }
}

/**
 * Groups in the order in which `order` first has them.
 * @param groups the group of each row
 * @param labels the label of each row; null: none
 * @param min the fewest groups
 */
export function groupsOf(
  groups: readonly unknown[],
  labels: readonly unknown[] | null,
  order: Int32Array,
  { min, name }: { readonly min: number; readonly name: string },
): Groups {
  const found = new Map<unknown, number[]>()
  for (const i of order) {
    const rows = found.get(groups[i])
    if (rows === undefined) found.set(groups[i], [i])
    else rows.push(i)
  }
  if (found.size < min) throw wrongSize(`at least ${min} groups`, name, `${found.size}`)
  const rows = [...found.values()]
  const { numbers, count } = numbered(labels ?? new Array(groups.length).fill(null))
  const counts = new Float64Array(rows.length * count)
  const totals = new Float64Array(count)
  for (const [g, places] of rows.entries()) {
    for (const i of places) {
      counts[g * count + numbers[i]]++
      totals[numbers[i]]++
    }
  }
  return { rows, counts, totals }
}

/**
 * Marks the rows of a part of about this share. Each group in turn joins the part where that brings the part's labels
 * nearer to the share: Σ over labels of (rows in the part - share · all)² / all becomes less. Both parts have a group.
 * @returns [rows]: 1 in the part, 0 elsewhere
 */
export function groupedPart({ rows, counts, totals }: Groups, share: number, length: number): Uint8Array {
  const isChosen = new Uint8Array(length)
  const labels = totals.length
  const chosen = new Float64Array(labels)
  /** The change of the sum where a group joins: Σ over labels of (2 (chosen - share · all) + more) more / all. */
  const change = (group: number): number => {
    let sum = 0
    for (let l = 0; l < labels; l++) {
      const more = counts[group * labels + l]
      sum += ((2 * (chosen[l] - share * totals[l]) + more) * more) / totals[l]
    }
    return sum
  }
  const join = (group: number): void => {
    for (let l = 0; l < labels; l++) chosen[l] += counts[group * labels + l]
    for (const i of rows[group]) isChosen[i] = 1
  }
  let joined = 0
  for (let group = 0; group < rows.length && joined < rows.length - 1; group++) {
    if (!(change(group) < 0)) continue
    join(group)
    joined++
  }
  if (joined === 0) join(smallest(rows))
  return isChosen
}

/** The index of the group with the fewest rows, the first of equal ones. */
const smallest = (rows: Groups['rows']): number =>
  rows.reduce((least, { length }, g) => (length < rows[least].length ? g : least), 0)

/**
 * Assigns groups to folds, the largest first: each to the fold that has the fewest of its labels so far, by Σ over
 * labels of (2 · rows in the fold + more) more / all, which keeps Σ (rows in the fold)² / all least. Of equal folds it
 * takes the one with the fewest rows, then the first.
 * @param foldOf [rows]: gets the fold of each row
 */
export function assignGroups({ rows, counts, totals }: Groups, folds: number, foldOf: Int32Array): void {
  const labels = totals.length
  const inFold = new Float64Array(folds * labels)
  const sizes = new Float64Array(folds)
  const order = rows.map((_, g) => g).sort((a, b) => rows[b].length - rows[a].length || a - b)
  for (const group of order) {
    let best = 0
    let bestSum = Infinity
    for (let fold = 0; fold < folds; fold++) {
      let sum = 0
      for (let l = 0; l < labels; l++) {
        const more = counts[group * labels + l]
        sum += ((2 * inFold[fold * labels + l] + more) * more) / totals[l]
      }
      if (sum < bestSum || (sum === bestSum && sizes[fold] < sizes[best])) {
        best = fold
        bestSum = sum
      }
    }
    sizes[best] += rows[group].length
    for (let l = 0; l < labels; l++) inFold[best * labels + l] += counts[group * labels + l]
    for (const i of rows[group]) foldOf[i] = best
  }
}
