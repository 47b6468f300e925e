/** Lists of the nonzero numbers of a matrix, and the product of such a matrix with a dense one. */
import { type Allocate, allocateIntegers } from '../arena.js'
import { panels } from '../panels.js'

// The columns whose sums are in local variables, each with a panel.
export const WIDTH = 8
// The most terms in the panels, which then fit the first-level cache.
const MAX_TERMS = 512
const [panel0, panel1, panel2, panel3, panel4, panel5, panel6, panel7] = panels(WIDTH, MAX_TERMS)
// The start of the sums of each column.
const [starts] = panels(1, WIDTH)

/** The nonzero inputs, as one list after the other (compressed sparse rows). */
export interface Lists {
  /** The end of each list. */
  readonly ends: Int32Array
  /** Where the terms of a list begin that are not in a sum yet. */
  readonly cursors: Int32Array
  /** The index of the input, or of the row. */
  readonly places: Int32Array
  readonly values: Float64Array
}

/** The length of the memory of `lists` lists with this number of values in all. */
export const listsLength = (lists: number, maxValues: number): number =>
  2 * Math.ceil(lists / 2) + Math.ceil(maxValues / 2) + maxValues

export function listOf(lists: number, maxValues: number, allocate: Allocate): Lists {
  return {
    ends: allocateIntegers(allocate, lists),
    cursors: allocateIntegers(allocate, lists),
    places: allocateIntegers(allocate, maxValues),
    values: allocate(maxValues),
  }
}

/** Transposes the lists: one for each input instead of each row. */
export function transpose(byRow: Lists, byInput: Lists, rows: number, inputs: number): void {
  const { ends } = byInput
  for (let k = 0; k < inputs; k++) ends[k] = 0
  // ends[k] is first the beginning of list k. Filling the list moves it to the end.
  const all = byRow.ends[rows - 1]
  for (let i = 0; i < all; i++) {
    const next = byRow.places[i] + 1
    if (next < inputs) ends[next]++
  }
  for (let k = 1; k < inputs; k++) ends[k] += ends[k - 1]
  for (let r = 0, i = 0; r < rows; r++) {
    for (const end = byRow.ends[r]; i < end; i++) {
      const at = ends[byRow.places[i]]++
      byInput.places[at] = r
      byInput.values[at] = byRow.values[i]
    }
  }
}

/**
 * c[i][j] = start[j] + Σ value · b[place][j] over list i; with `again`, c[i][j] is added after start[j]. start[j] is at
 * start0 + j, b[t][j] at b0 + t · columns + j for t = 0 … terms - 1, c[i][j] at c0 + i · columns + j. False where a
 * number of b is not finite; c is then undefined. rest: [lists × WIDTH]
 */
export function addListProduct(
  start: Float64Array,
  start0: number,
  lists: Lists,
  count: number,
  b: Float64Array,
  b0: number,
  terms: number,
  c: Float64Array,
  c0: number,
  columns: number,
  rest: Float64Array,
  again: boolean,
): boolean {
  for (let j = 0; j < columns; j += WIDTH) {
    const width = Math.min(WIDTH, columns - j)
    // The last columns are summed in `rest`, which has WIDTH of them.
    const whole = width === WIDTH
    const to = whole ? c : rest
    const to0 = whole ? c0 + j : 0
    const stride = whole ? columns : WIDTH
    if (!whole && again) copyColumns(c, c0 + j, columns, rest, 0, WIDTH, count, width)
    for (let i = 0; i < width; i++) starts[i] = start[start0 + j + i]
    for (let t = 0; t < terms; t += MAX_TERMS) {
      if (pack(b, b0 + t * columns + j, Math.min(MAX_TERMS, terms - t), columns, width) !== 0) return false
      if (t > 0) starts.fill(-0)
      addLists(lists, count, t, to, to0, stride, again || t > 0)
    }
    if (!whole) copyColumns(rest, 0, WIDTH, c, c0 + j, columns, count, width)
  }
  return true
}

/** Copies the first `columns` columns of a matrix to another one. */
function copyColumns(
  from: Float64Array,
  from0: number,
  fromRow: number,
  to: Float64Array,
  to0: number,
  toRow: number,
  rows: number,
  columns: number,
): void {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) to[to0 + r * toRow + j] = from[from0 + r * fromRow + j]
  }
}

/**
 * Copies `width` columns of `terms` rows of a matrix to the panels; further panels get the last of them. Returns 0, or
 * NaN where a number is not finite: 0 · v is ±0 for a finite v.
 */
function pack(from: Float64Array, at: number, terms: number, columns: number, width: number): number {
  const last = width - 1
  const column1 = Math.min(1, last)
  const column2 = Math.min(2, last)
  const column3 = Math.min(3, last)
  const column4 = Math.min(4, last)
  const column5 = Math.min(5, last)
  const column6 = Math.min(6, last)
  const to0 = panel0
  const to1 = panel1
  const to2 = panel2
  const to3 = panel3
  const to4 = panel4
  const to5 = panel5
  const to6 = panel6
  const to7 = panel7
  let check = 0
  for (let t = 0, i = at; t < terms; t++, i += columns) {
    const value0 = from[i]
    const value1 = from[i + column1]
    const value2 = from[i + column2]
    const value3 = from[i + column3]
    const value4 = from[i + column4]
    const value5 = from[i + column5]
    const value6 = from[i + column6]
    const value7 = from[i + last]
    to0[t] = value0
    to1[t] = value1
    to2[t] = value2
    to3[t] = value3
    to4[t] = value4
    to5[t] = value5
    to6[t] = value6
    to7[t] = value7
    const check0 = 0 * value0 + 0 * value1 + (0 * value2 + 0 * value3)
    const check4 = 0 * value4 + 0 * value5 + (0 * value6 + 0 * value7)
    check += check0 + check4
  }
  return check
}

/**
 * to[i][j] = starts[j] + Σ value · panels over the terms first … first + MAX_TERMS - 1 of list i; with `again`, to[i][j]
 * is added after starts[j]. to[i][j] is at `to0 + i · stride + j`.
 */
function addLists(
  { ends, cursors, places, values }: Lists,
  lists: number,
  first: number,
  to: Float64Array,
  to0: number,
  stride: number,
  again: boolean,
): void {
  const b0 = panel0
  const b1 = panel1
  const b2 = panel2
  const b3 = panel3
  const b4 = panel4
  const b5 = panel5
  const b6 = panel6
  const b7 = panel7
  for (let list = 0, begin = 0, at = to0; list < lists; list++, at += stride) {
    let sum0 = starts[0]
    let sum1 = starts[1]
    let sum2 = starts[2]
    let sum3 = starts[3]
    let sum4 = starts[4]
    let sum5 = starts[5]
    let sum6 = starts[6]
    let sum7 = starts[7]
    if (again) {
      sum0 += to[at]
      sum1 += to[at + 1]
      sum2 += to[at + 2]
      sum3 += to[at + 3]
      sum4 += to[at + 4]
      sum5 += to[at + 5]
      sum6 += to[at + 6]
      sum7 += to[at + 7]
    }
    const end = ends[list]
    let i = first === 0 ? begin : cursors[list]
    for (; i < end; i++) {
      const t = places[i] - first
      if (t >= MAX_TERMS) break
      const value = values[i]
      sum0 += value * b0[t]
      sum1 += value * b1[t]
      sum2 += value * b2[t]
      sum3 += value * b3[t]
      sum4 += value * b4[t]
      sum5 += value * b5[t]
      sum6 += value * b6[t]
      sum7 += value * b7[t]
    }
    cursors[list] = i
    begin = end
    to[at] = sum0
    to[at + 1] = sum1
    to[at + 2] = sum2
    to[at + 3] = sum3
    to[at + 4] = sum4
    to[at + 5] = sum5
    to[at + 6] = sum6
    to[at + 7] = sum7
  }
}
