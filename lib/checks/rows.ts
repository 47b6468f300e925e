/** Samples and targets as one flat row-major Float64Array, checked once. */

import type { TargetKind } from '../kernels/losses.js'
import { copyOf, isShared, lengthOf } from './arrays.js'
import { wrongSize, wrongType, wrongValue } from './errors.js'
import { elements, float64Array, indexedArray, isFloat64Array } from './validate.js'

/** Row-major, or one array per row; for rows of one value also an array of numbers. */
export type Rows = Float64Array | readonly (readonly number[] | Float64Array)[] | readonly number[]

export interface Matrix {
  /** [rows × columns], row-major: the caller's own array where it was a Float64Array. */
  readonly values: Float64Array
  readonly rows: number
  /** Whether no other code can write to `values` or transfer its buffer. */
  readonly isPrivateCopy: boolean
}

/**
 * Rows with `columns` columns, every value finite. `columnsName` explains the number of columns in errors. read: `flat`, or
 * `flatIndexed` for code that uses only the length and the elements
 */
export function matrix(given: unknown, name: string, columns: number, columnsName: string, read = flat): Matrix {
  const isPrivateCopy = !isFloat64Array(given)
  const values = read(given, name, columns, columnsName)
  return { values, rows: rowsIn(values, name, columns, columnsName), isPrivateCopy }
}

/** The same in two steps, which allocate no object for a Float64Array: the values, whose number is not checked yet … */
export function flat(given: unknown, name: string, columns: number, columnsName: string): Float64Array {
  return isFloat64Array(given) ? float64Array(given, name) : fromRows(given, name, columns, columnsName)
}

/** The same for code that uses only the length and the elements. */
export function flatIndexed(given: unknown, name: string, columns: number, columnsName: string): Float64Array {
  return isFloat64Array(given) ? indexedArray(given, name) : fromRows(given, name, columns, columnsName)
}

/** … and their number of rows, after all checks. */
export function rowsIn(values: Float64Array, name: string, columns: number, columnsName: string): number {
  if (values.length % columns !== 0) {
    throw wrongSize(`rows of ${columns} values (${columnsName})`, name, `a Float64Array of length ${values.length}`)
  }
  if (values.length === 0) throw wrongSize('at least one row', name, 'none')
  if (!areFinite(values)) {
    const i = firstNotFinite(values)
    const where = `${name}[${Math.floor(i / columns)}][${i % columns}]`
    throw wrongValue('a finite number', where, values[i], 'Remove or fill in such rows first.')
  }
  return values.length / columns
}

/**
 * Whether all values are finite: 0 · v is 0 for a finite v, else NaN, and so is a sum of those. Four independent sums,
 * so that the loop runs at memory speed.
 */
export function areFinite(values: Float64Array): boolean {
  const whole = values.length - (values.length % 4)
  let [first, second, third, fourth] = [0, 0, 0, 0]
  for (let i = 0; i < whole; i += 4) {
    first += 0 * values[i]
    second += 0 * values[i + 1]
    third += 0 * values[i + 2]
    fourth += 0 * values[i + 3]
  }
  for (let i = whole; i < values.length; i++) first += 0 * values[i]
  return first + second + third + fourth === 0
}

function firstNotFinite(values: Float64Array): number {
  let i = 0
  while (Number.isFinite(values[i])) i++
  return i
}

/** Requires finite values in a flat array. */
export function requireFinite(values: Float64Array, name: string, remedy?: string): void {
  if (areFinite(values)) return
  const i = firstNotFinite(values)
  throw wrongValue('a finite number', `${name}[${i}]`, values[i], remedy)
}

function fromRows(given: unknown, name: string, columns: number, columnsName: string): Float64Array {
  if (!Array.isArray(given)) {
    const remedy = ArrayBuffer.isView(given) ? 'Convert it with Float64Array.from().' : undefined
    throw wrongType('a Float64Array or an array of rows', name, given, remedy)
  }
  // Everything is read once: a proxy may return another value the second time.
  const rows = given.length >>> 0
  const first: unknown = given[0]
  const flat = columns === 1 && typeof first === 'number'
  const requireRow = (cells: unknown, where: string): readonly unknown[] | Float64Array => {
    if (Array.isArray(cells) || isFloat64Array(cells)) return cells
    const remedy =
      typeof cells === 'number' ? `Give rows of ${columns} values (${columnsName}), or a Float64Array.` : undefined
    throw wrongType('a row (an array of numbers or a Float64Array)', where, cells, remedy)
  }
  // Checked before memory is allocated.
  if (rows > 0 && !flat) requireRow(first, `${name}[0]`)
  const values = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const cells: unknown = row === 0 ? first : given[row]
    if (flat) {
      if (typeof cells !== 'number') throw wrongType('a number', `${name}[${row}]`, cells)
      values[row] = cells
      continue
    }
    const where = `${name}[${row}]`
    const checked = requireRow(cells, where)
    const length = Array.isArray(checked) ? checked.length : lengthOf(checked as Float64Array)
    if (length !== columns) {
      throw wrongSize(`a row of ${columns} values (${columnsName})`, where, `one of length ${length}`)
    }
    for (let column = 0; column < columns; column++) {
      const value: unknown = checked[column]
      if (typeof value !== 'number') throw wrongType('a number', `${where}[${column}]`, value)
      values[row * columns + column] = value
    }
  }
  return values
}

/**
 * The nearest number of rows to a share of them; halves round up. Shares are decimals: 0.29 of 50 is 14.5, although the
 * binary product is less. So a product that is half a row except for the rounding of a share, or of a sum or difference
 * of shares such as 1 - 0.9, counts as half a row.
 */
export function rowsOfShare(share: number, rows: number): number {
  const product = rows * share
  const slack = rows * 2 ** -50
  return Math.min(rows, Math.floor(product + slack + 0.5))
}

/** A share of the rows: above 0 and below 1. */
export function checkShare(given: unknown, name: string, expected: string): number {
  if (typeof given !== 'number') throw wrongType(expected, name, given)
  if (!(given > 0 && given < 1)) throw wrongValue(expected, name, given)
  return given
}

/** A number of rows that is neither none nor all of them, for the option `name` with the value `given`. */
export function partOfRows(count: number, rows: number, name: string, given: number, expected: string): number {
  if (count > 0 && count < rows) return count
  throw wrongValue(expected, name, given, `Of ${rows} rows that is ${count === 0 ? 'none' : 'all'}.`)
}

/** Rows, read once, for callers that use them before `matrix` does. */
export function readRows(given: unknown): unknown {
  if (!Array.isArray(given)) return given
  return elements(given).map((row) => (Array.isArray(row) ? elements(row) : row))
}

/** One weight per row: finite numbers of at least 0. */
export function rowWeights(given: unknown, name: string, rows: number): Matrix {
  if (!isFloat64Array(given) && !Array.isArray(given)) {
    const remedy = ArrayBuffer.isView(given) ? 'Convert it with Float64Array.from().' : undefined
    throw wrongType('a Float64Array or an array of numbers', name, given, remedy)
  }
  const isPrivateCopy = !isFloat64Array(given)
  const expected = `a weight for each of ${rows} rows`
  // Before the copy, which could be long.
  if (isPrivateCopy && given.length !== rows) throw wrongSize(expected, name, `${given.length}`)
  const weights: ArrayLike<unknown> = isPrivateCopy ? elements(given) : float64Array(given, name)
  if (weights.length !== rows) throw wrongSize(expected, name, `${weights.length}`)
  for (let i = 0; i < rows; i++) nonNegative(weights[i], `${name}[${i}]`)
  return {
    values: isPrivateCopy ? Float64Array.from(weights as number[]) : (weights as Float64Array),
    rows,
    isPrivateCopy,
  }
}

/** A weight: a finite number of at least 0. */
export function nonNegative(value: unknown, name: string): number {
  const expected = 'a finite number of at least 0'
  if (typeof value !== 'number') throw wrongType(expected, name, value)
  if (!(value >= 0 && value < Infinity)) throw wrongValue(expected, name, value)
  return value
}

/** Values that do not change while other code runs: a copy, unless they are private or in shared memory. */
export function snapshot({ values, isPrivateCopy }: Matrix): Float64Array {
  return isPrivateCopy || isShared(values) ? values : copyOf(values)
}

const DISTRIBUTION_TOLERANCE = 1e-6

/** The targets that a loss accepts. */
interface TargetsOf {
  readonly name: string
  readonly entry: { readonly targets: TargetKind }
}

/**
 * Targets as metrics take them: `columns` per sample, after a check that the loss accepts them. For a loss of class
 * indices, each index becomes a one-hot row.
 */
export function labelsFor(
  given: unknown,
  name: string,
  columns: number,
  columnsName: string,
  loss: TargetsOf,
  read = flat,
): Matrix {
  const kind = loss.entry.targets
  if (kind === 'index')
    return oneHot(matrix(given, name, 1, 'the class of each sample', read), name, columns, loss.name)
  const y = matrix(given, name, columns, columnsName, read)
  checkEach(y, name, columns, kind, loss.name)
  if (kind === 'distribution') checkSums(y, name, columns, loss.name)
  return y
}

/** Targets as the kernels take them: `smoothing` of each target is spread over all classes, in a new array. */
export function targetsFor(labels: Matrix, columns: number, { entry }: TargetsOf, smoothing: number): Matrix {
  // One probability of an event stands for two classes: the event and its opposite.
  return smoothed(labels, entry.targets === 'unit' ? 2 : columns, smoothing)
}

interface Expectation {
  readonly expected: string
  holds(value: number): boolean
}

const WITHIN_UNIT: Expectation = { expected: 'a number from 0 to 1', holds: (value) => value >= 0 && value <= 1 }

/** The condition on each target; null: any finite number. */
const EACH: Readonly<Record<Exclude<TargetKind, 'index'>, Expectation | null>> = {
  real: null,
  unit: WITHIN_UNIT,
  distribution: WITHIN_UNIT,
  sign: { expected: '-1 or 1', holds: (value) => value === 1 || value === -1 },
  nonNegative: { expected: 'a number of at least 0', holds: (value) => value >= 0 },
}

function checkEach({ values }: Matrix, name: string, columns: number, kind: keyof typeof EACH, loss: string): void {
  const each = EACH[kind]
  if (each === null) return
  for (let i = 0; i < values.length; i++) {
    if (each.holds(values[i])) continue
    const where = `${name}[${Math.floor(i / columns)}][${i % columns}]`
    const remedy = kind === 'sign' && values[i] === 0 ? ' Convert targets of 0 and 1 to 2 y - 1.' : ''
    throw wrongValue(each.expected, where, values[i], `The loss ${loss} needs it.${remedy}`)
  }
}

function checkSums({ values, rows }: Matrix, name: string, columns: number, loss: string): void {
  for (let row = 0; row < rows; row++) {
    let sum = 0
    for (let column = 0; column < columns; column++) sum += values[row * columns + column]
    if (!(Math.abs(sum - 1) <= DISTRIBUTION_TOLERANCE)) {
      throw wrongSize(
        'probabilities that add up to 1',
        `${name}[${row}]`,
        `a sum of ${sum}`,
        `The loss ${loss} needs them.`,
      )
    }
  }
}

/** One-hot rows of class indices. */
function oneHot({ values: classes, rows }: Matrix, name: string, columns: number, loss: string): Matrix {
  const values = new Float64Array(rows * columns)
  for (let row = 0; row < rows; row++) {
    const index = classes[row]
    if (!Number.isInteger(index) || index < 0 || index >= columns) {
      const remedy = `The loss ${loss} takes the number of each sample's class.`
      throw wrongValue(`an integer from 0 to ${columns - 1}`, `${name}[${row}][0]`, index, remedy)
    }
    values[row * columns + index] = 1
  }
  return { values, rows, isPrivateCopy: true }
}

/** y (1 - smoothing) + smoothing / classes */
function smoothed(y: Matrix, classes: number, smoothing: number): Matrix {
  if (smoothing === 0) return y
  const kept = 1 - smoothing
  const added = smoothing / classes
  const values = new Float64Array(y.values.length)
  for (let i = 0; i < values.length; i++) values[i] = y.values[i] * kept + added
  return { ...y, values, isPrivateCopy: true }
}
