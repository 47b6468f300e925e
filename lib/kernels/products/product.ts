/**
 * The matrix product that the three of dense.ts use. It computes tiles of 4 × 2 sums in local variables, as many as an
 * engine keeps in registers, from copies of the factors in panels. Each sum adds its own terms in index order.
 * Measured: 1.5 to 1.8 times as fast as tiles of 4 × 4 that read a and b in place.
 */
import { panels } from '../panels.js'

/** The most terms of a tile; a sum continues in c after them. */
const MAX_TERMS = 128
/** The most columns in the panels, which then fit the first-level cache. */
const MAX_COLUMNS = 64

// a[r + i][t] is aPanelI[t]; b[t][j + i] is bPanelI[j / 2 · terms + t].
const [aPanel0, aPanel1, aPanel2, aPanel3] = panels(4, MAX_TERMS)
const [bPanel0, bPanel1] = panels(2, MAX_TERMS * (MAX_COLUMNS / 2))

/**
 * c[r][j] = s[r][j] + Σ_t a[r][t] b[t][j] for t = 0, 1, … count - 1, from left to right; s may be c. s[r][j] is at s0 +
 * r · sRow + j · sColumn, a[r][t] at a0 + r · aRow + t · aTerm, b[t][j] at b0 + t · bTerm + j · bColumn, c[r][j] at c0
 * + r · cRow + j.
 */
export function addProduct(
  s: Float64Array,
  s0: number,
  sRow: number,
  sColumn: number,
  a: Float64Array,
  a0: number,
  aRow: number,
  aTerm: number,
  b: Float64Array,
  b0: number,
  bTerm: number,
  bColumn: number,
  c: Float64Array,
  c0: number,
  cRow: number,
  rows: number,
  columns: number,
  count: number,
): void {
  // A tile of one row takes longer than the row, and for two rows the panels are not worth it.
  const tiled = rows < 3 ? 0 : rows % 4 === 1 ? rows - 1 : rows
  for (let t = 0; t < count && tiled > 0; t += MAX_TERMS) {
    const terms = Math.min(MAX_TERMS, count - t)
    for (let j = 0; j < columns; j += MAX_COLUMNS) {
      const width = Math.min(MAX_COLUMNS, columns - j)
      packColumns(b, b0 + t * bTerm + j * bColumn, bTerm, bColumn, width, terms)
      for (let r = 0; r < tiled; r += 4) {
        const last = Math.min(3, tiled - r - 1)
        packRows(a, a0 + r * aRow + t * aTerm, aRow, aTerm, last, terms)
        const to = c0 + r * cRow + j
        if (t === 0) tiles(s, s0 + r * sRow + j * sColumn, sRow, sColumn, c, to, cRow, last, width, terms)
        else tiles(c, to, cRow, 1, c, to, cRow, last, width, terms)
      }
    }
  }
  for (let r = tiled; r < rows; r++)
    row(s, s0 + r * sRow, sColumn, a, a0 + r * aRow, aTerm, b, b0, bTerm, bColumn, c, c0 + r * cRow, columns, count)
}

/** Copies rows 0 … last of a to their panels, and row `last` to further panels. */
function packRows(a: Float64Array, a0: number, aRow: number, aTerm: number, last: number, terms: number): void {
  const to0 = aPanel0
  const to1 = aPanel1
  const to2 = aPanel2
  const to3 = aPanel3
  let i0 = a0
  let i1 = a0 + Math.min(1, last) * aRow
  let i2 = a0 + Math.min(2, last) * aRow
  let i3 = a0 + last * aRow
  for (let t = 0; t < terms; t++) {
    to0[t] = a[i0]
    to1[t] = a[i1]
    to2[t] = a[i2]
    to3[t] = a[i3]
    i0 += aTerm
    i1 += aTerm
    i2 += aTerm
    i3 += aTerm
  }
}

/** Copies columns of b to their panels, two after the other two. */
function packColumns(
  b: Float64Array,
  b0: number,
  bTerm: number,
  bColumn: number,
  columns: number,
  terms: number,
): void {
  const to0 = bPanel0
  const to1 = bPanel1
  const bColumn2 = 2 * bColumn
  const bColumn3 = 3 * bColumn
  let j = 0
  for (; j + 4 <= columns; j += 4) {
    let at = (j / 2) * terms
    let next = at + terms
    for (let t = 0, k = b0 + j * bColumn; t < terms; t++, at++, next++, k += bTerm) {
      to0[at] = b[k]
      to1[at] = b[k + bColumn]
      to0[next] = b[k + bColumn2]
      to1[next] = b[k + bColumn3]
    }
  }
  for (; j < columns; j += 2) {
    let at = (j / 2) * terms
    const other = j + 1 < columns ? bColumn : 0
    for (let t = 0, k = b0 + j * bColumn; t < terms; t++, at++, k += bTerm) {
      to0[at] = b[k]
      to1[at] = b[k + other]
    }
  }
}

/**
 * The tiles of rows 0 … last: their sums over the terms in the panels. Further rows of a tile are computed as row `last`
 * again, with the same sums.
 */
function tiles(
  s: Float64Array,
  s0: number,
  sRow: number,
  sColumn: number,
  c: Float64Array,
  c0: number,
  cRow: number,
  last: number,
  columns: number,
  terms: number,
): void {
  const a0 = aPanel0
  const a1 = aPanel1
  const a2 = aPanel2
  const a3 = aPanel3
  const b0 = bPanel0
  const b1 = bPanel1
  const row1 = Math.min(1, last)
  const row2 = Math.min(2, last)
  const sRow1 = row1 * sRow
  const sRow2 = row2 * sRow
  const sRow3 = last * sRow
  let start = s0
  let to0 = c0
  let to1 = c0 + row1 * cRow
  let to2 = c0 + row2 * cRow
  let to3 = c0 + last * cRow
  let k = 0
  let j = 0
  for (; j + 2 <= columns; j += 2) {
    let sum00 = s[start]
    let sum01 = s[start + sColumn]
    let sum10 = sum00
    let sum11 = sum01
    let sum20 = sum00
    let sum21 = sum01
    let sum30 = sum00
    let sum31 = sum01
    if (sRow > 0) {
      sum10 = s[start + sRow1]
      sum11 = s[start + sRow1 + sColumn]
      sum20 = s[start + sRow2]
      sum21 = s[start + sRow2 + sColumn]
      sum30 = s[start + sRow3]
      sum31 = s[start + sRow3 + sColumn]
    }
    for (let t = 0; t < terms; t++, k++) {
      const b_0 = b0[k]
      const b_1 = b1[k]
      const a_0 = a0[t]
      sum00 += a_0 * b_0
      sum01 += a_0 * b_1
      const a_1 = a1[t]
      sum10 += a_1 * b_0
      sum11 += a_1 * b_1
      const a_2 = a2[t]
      sum20 += a_2 * b_0
      sum21 += a_2 * b_1
      const a_3 = a3[t]
      sum30 += a_3 * b_0
      sum31 += a_3 * b_1
    }
    c[to0] = sum00
    c[to0 + 1] = sum01
    c[to1] = sum10
    c[to1 + 1] = sum11
    c[to2] = sum20
    c[to2 + 1] = sum21
    c[to3] = sum30
    c[to3 + 1] = sum31
    start += 2 * sColumn
    to0 += 2
    to1 += 2
    to2 += 2
    to3 += 2
  }
  if (j < columns) {
    let sum0 = s[start]
    let sum1 = s[start + sRow1]
    let sum2 = s[start + sRow2]
    let sum3 = s[start + sRow3]
    for (let t = 0; t < terms; t++, k++) {
      const value = b0[k]
      sum0 += a0[t] * value
      sum1 += a1[t] * value
      sum2 += a2[t] * value
      sum3 += a3[t] * value
    }
    c[to0] = sum0
    c[to1] = sum1
    c[to2] = sum2
    c[to3] = sum3
  }
}

/** All columns of one row: eight at a time, then four, then one. */
function row(
  s: Float64Array,
  s0: number,
  sColumn: number,
  a: Float64Array,
  a0: number,
  aTerm: number,
  b: Float64Array,
  b0: number,
  bTerm: number,
  bColumn: number,
  c: Float64Array,
  c0: number,
  columns: number,
  count: number,
): void {
  const column2 = 2 * bColumn
  const column3 = 3 * bColumn
  const column4 = 4 * bColumn
  const column5 = 5 * bColumn
  const column6 = 6 * bColumn
  const column7 = 7 * bColumn
  let j = 0
  for (; j + 8 <= columns; j += 8) {
    let sum0 = s[s0 + j * sColumn]
    let sum1 = s[s0 + (j + 1) * sColumn]
    let sum2 = s[s0 + (j + 2) * sColumn]
    let sum3 = s[s0 + (j + 3) * sColumn]
    let sum4 = s[s0 + (j + 4) * sColumn]
    let sum5 = s[s0 + (j + 5) * sColumn]
    let sum6 = s[s0 + (j + 6) * sColumn]
    let sum7 = s[s0 + (j + 7) * sColumn]
    for (let i = a0, k = b0 + j * bColumn, end = k + count * bTerm; k < end; i += aTerm, k += bTerm) {
      const value = a[i]
      sum0 += value * b[k]
      sum1 += value * b[k + bColumn]
      sum2 += value * b[k + column2]
      sum3 += value * b[k + column3]
      sum4 += value * b[k + column4]
      sum5 += value * b[k + column5]
      sum6 += value * b[k + column6]
      sum7 += value * b[k + column7]
    }
    c[c0 + j] = sum0
    c[c0 + j + 1] = sum1
    c[c0 + j + 2] = sum2
    c[c0 + j + 3] = sum3
    c[c0 + j + 4] = sum4
    c[c0 + j + 5] = sum5
    c[c0 + j + 6] = sum6
    c[c0 + j + 7] = sum7
  }
  for (; j + 4 <= columns; j += 4) {
    let sum0 = s[s0 + j * sColumn]
    let sum1 = s[s0 + (j + 1) * sColumn]
    let sum2 = s[s0 + (j + 2) * sColumn]
    let sum3 = s[s0 + (j + 3) * sColumn]
    for (let i = a0, k = b0 + j * bColumn, end = k + count * bTerm; k < end; i += aTerm, k += bTerm) {
      const value = a[i]
      sum0 += value * b[k]
      sum1 += value * b[k + bColumn]
      sum2 += value * b[k + column2]
      sum3 += value * b[k + column3]
    }
    c[c0 + j] = sum0
    c[c0 + j + 1] = sum1
    c[c0 + j + 2] = sum2
    c[c0 + j + 3] = sum3
  }
  for (; j < columns; j++) {
    let sum = s[s0 + j * sColumn]
    for (let i = a0, k = b0 + j * bColumn, end = k + count * bTerm; k < end; i += aTerm, k += bTerm) sum += a[i] * b[k]
    c[c0 + j] = sum
  }
}
