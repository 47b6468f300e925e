/**
 * The matrix product that the three of dense.ts use. It computes tiles of 4 × 4 sums in local variables, as many as an
 * engine keeps in registers, so that each number is loaded once for four sums. Each sum adds its own terms in index
 * order.
 */

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
  const sColumn2 = 2 * sColumn
  const sColumn3 = 3 * sColumn
  const aRow2 = 2 * aRow
  const aRow3 = 3 * aRow
  const bColumn2 = 2 * bColumn
  const bColumn3 = 3 * bColumn
  let r = 0
  for (; r + 4 <= rows; r += 4) {
    const from = a0 + r * aRow
    let start0 = s0 + r * sRow
    let start1 = start0 + sRow
    let start2 = start1 + sRow
    let start3 = start2 + sRow
    let to0 = c0 + r * cRow
    let to1 = to0 + cRow
    let to2 = to1 + cRow
    let to3 = to2 + cRow
    let j = 0
    for (; j + 4 <= columns; j += 4) {
      let sum00 = s[start0]
      let sum01 = s[start0 + sColumn]
      let sum02 = s[start0 + sColumn2]
      let sum03 = s[start0 + sColumn3]
      let sum10 = s[start1]
      let sum11 = s[start1 + sColumn]
      let sum12 = s[start1 + sColumn2]
      let sum13 = s[start1 + sColumn3]
      let sum20 = s[start2]
      let sum21 = s[start2 + sColumn]
      let sum22 = s[start2 + sColumn2]
      let sum23 = s[start2 + sColumn3]
      let sum30 = s[start3]
      let sum31 = s[start3 + sColumn]
      let sum32 = s[start3 + sColumn2]
      let sum33 = s[start3 + sColumn3]
      for (let i = from, k = b0 + j * bColumn, end = k + count * bTerm; k < end; i += aTerm, k += bTerm) {
        const b_0 = b[k]
        const b_1 = b[k + bColumn]
        const b_2 = b[k + bColumn2]
        const b_3 = b[k + bColumn3]
        const a_0 = a[i]
        sum00 += a_0 * b_0
        sum01 += a_0 * b_1
        sum02 += a_0 * b_2
        sum03 += a_0 * b_3
        const a_1 = a[i + aRow]
        sum10 += a_1 * b_0
        sum11 += a_1 * b_1
        sum12 += a_1 * b_2
        sum13 += a_1 * b_3
        const a_2 = a[i + aRow2]
        sum20 += a_2 * b_0
        sum21 += a_2 * b_1
        sum22 += a_2 * b_2
        sum23 += a_2 * b_3
        const a_3 = a[i + aRow3]
        sum30 += a_3 * b_0
        sum31 += a_3 * b_1
        sum32 += a_3 * b_2
        sum33 += a_3 * b_3
      }
      c[to0] = sum00
      c[to0 + 1] = sum01
      c[to0 + 2] = sum02
      c[to0 + 3] = sum03
      c[to1] = sum10
      c[to1 + 1] = sum11
      c[to1 + 2] = sum12
      c[to1 + 3] = sum13
      c[to2] = sum20
      c[to2 + 1] = sum21
      c[to2 + 2] = sum22
      c[to2 + 3] = sum23
      c[to3] = sum30
      c[to3 + 1] = sum31
      c[to3 + 2] = sum32
      c[to3 + 3] = sum33
      start0 += 4 * sColumn
      start1 += 4 * sColumn
      start2 += 4 * sColumn
      start3 += 4 * sColumn
      to0 += 4
      to1 += 4
      to2 += 4
      to3 += 4
    }
    for (; j < columns; j++) {
      let sum0 = s[start0]
      let sum1 = s[start1]
      let sum2 = s[start2]
      let sum3 = s[start3]
      for (let i = from, k = b0 + j * bColumn, end = k + count * bTerm; k < end; i += aTerm, k += bTerm) {
        const value = b[k]
        sum0 += a[i] * value
        sum1 += a[i + aRow] * value
        sum2 += a[i + aRow2] * value
        sum3 += a[i + aRow3] * value
      }
      c[to0] = sum0
      c[to1] = sum1
      c[to2] = sum2
      c[to3] = sum3
      start0 += sColumn
      start1 += sColumn
      start2 += sColumn
      start3 += sColumn
      to0++
      to1++
      to2++
      to3++
    }
  }
  for (; r < rows; r++)
    row(s, s0 + r * sRow, sColumn, a, a0 + r * aRow, aTerm, b, b0, bTerm, bColumn, c, c0 + r * cRow, columns, count)
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
