/** Groups: rows that belong together, such as those of one patient, and are never on both sides of a split. */
import { wrongSize, wrongType, wrongValue } from '../../checks/errors.js'
import { isDate } from '../records/records.js'

/** The rows of each group, with their labels: without any, all have the same. */
export interface Groups {
  readonly rows: readonly (readonly number[])[]
  /** The numbers of the labels of each group, each once … */
  readonly labels: readonly (readonly number[])[]
  /** … and how many of its rows have them. */
  readonly counts: readonly (readonly number[])[]
  /** [labels]: the rows of each label. */
  readonly totals: Float64Array
}

const EXPECTED = 'text, a number, or true or false'

/** A name of a group or label: dates by their time. `nameOf` is the value's name in errors. */
export function keyOf(value: unknown, nameOf: () => string, remedy: string): unknown {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value !== 'number' && !isDate(value)) throw wrongType(EXPECTED, nameOf(), value, remedy)
  const number = Number(value)
  if (Number.isNaN(number)) throw wrongValue(EXPECTED, nameOf(), value, remedy)
  return typeof value === 'number' ? number : `date ${number}`
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
  const numbers = new Map<unknown, number>()
  if (labels === null) numbers.set(null, 0)
  else for (const label of labels) if (!numbers.has(label)) numbers.set(label, numbers.size)
  const totals = new Float64Array(numbers.size)
  const counted = rows.map((places) => {
    const counts = new Map<number, number>()
    for (const i of places) {
      const label = numbers.get(labels === null ? null : labels[i]) as number
      counts.set(label, (counts.get(label) ?? 0) + 1)
      totals[label]++
    }
    return counts
  })
  return {
    rows,
    labels: counted.map((counts) => [...counts.keys()]),
    counts: counted.map((counts) => [...counts.values()]),
    totals,
  }
}

/**
 * What a sum of squares Σ over labels of (rows in a part)² / all gains where a group joins the part, less 2 · share
 * times the group's rows: Σ over labels of (2 (rows in the part - share · all) + more) more / all.
 * @param inPart the rows of each label in the part; label 0 is at `first`
 */
function gain(
  { labels, counts, totals }: Groups,
  group: number,
  inPart: Float64Array,
  first: number,
  share: number,
): number {
  let sum = 0
  for (const [k, label] of labels[group].entries()) {
    const more = counts[group][k]
    const all = totals[label]
    sum += ((2 * (inPart[first + label] - share * all) + more) * more) / all
  }
  return sum
}

function join({ labels, counts }: Groups, group: number, inPart: Float64Array, first: number): void {
  for (const [k, label] of labels[group].entries()) inPart[first + label] += counts[group][k]
}

/**
 * Marks the rows of a part of about this share. Each group joins the part where that brings the part's labels
 * nearer to the share: Σ over labels of (rows in the part - share · all)² / all becomes less. Both parts have a group.
 * @returns [rows]: 1 in the part, 0 elsewhere
 */
export function groupedPart(groups: Groups, share: number, length: number): Uint8Array {
  const { rows, totals } = groups
  const isChosen = new Uint8Array(length)
  const chosen = new Float64Array(totals.length)
  const choose = (group: number): void => {
    join(groups, group, chosen, 0)
    for (const i of rows[group]) isChosen[i] = 1
  }
  let joined = 0
  for (let group = 0; group < rows.length && joined < rows.length - 1; group++) {
    if (!(gain(groups, group, chosen, 0, share) < 0)) continue
    choose(group)
    joined++
  }
  if (joined === 0) choose(smallest(rows))
  return isChosen
}

/** The index of the group with the fewest rows, the first of equal ones. */
const smallest = (rows: Groups['rows']): number =>
  rows.reduce((least, { length }, g) => (length < rows[least].length ? g : least), 0)

/** The most groups times folds: some seconds. */
const MAX_TRIALS = 2 ** 28

/**
 * Assigns groups to folds, the largest first: each to the fold where Σ over folds and labels of (rows in the fold)² /
 * all grows least; of equal ones to that with the fewest rows, then to the first.
 * @param foldOf [rows]: gets the fold of each row
 */
export function assignGroups(groups: Groups, folds: number, foldOf: Int32Array): void {
  const { rows, totals } = groups
  if (rows.length * folds > MAX_TRIALS) {
    throw wrongSize(`at most ${MAX_TRIALS} groups times folds`, 'folds', `${rows.length} groups times ${folds}`)
  }
  const inFold = new Float64Array(folds * totals.length)
  const sizes = new Float64Array(folds)
  const order = rows.map((_, g) => g).sort((a, b) => rows[b].length - rows[a].length || a - b)
  for (const group of order) {
    let best = 0
    let least = Infinity
    for (let fold = 0; fold < folds; fold++) {
      const one = gain(groups, group, inFold, fold * totals.length, 0)
      if (one > least || (one === least && sizes[fold] >= sizes[best])) continue
      best = fold
      least = one
    }
    sizes[best] += rows[group].length
    join(groups, group, inFold, best * totals.length)
    for (const i of rows[group]) foldOf[i] = best
  }
}
