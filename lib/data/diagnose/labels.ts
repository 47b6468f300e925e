/** The targets as a loss takes them: whether it accepts them, and the classes that they name. */
import type { Chosen } from '../../checks/registry.js'
import type { Loss } from '../../kernels/losses.js'
import type { NetworkPlan } from '../../kernels/plan.js'
import type { GivenRows } from './options.js'

/** Why a loss does not accept targets. */
export interface LabelProblem {
  /** The number of rows that it does not accept, and the first of them. */
  readonly count: number
  readonly row: number
  readonly reason: string
  readonly remedy: string
}

/** The class of each row. */
export interface Classes {
  /** [rows] */
  readonly of: Int32Array
  /** [classes] */
  readonly counts: Float64Array
}

/** As lib/checks/rows.ts: the largest distance of a row's sum from 1. */
const SUM_TOLERANCE = 1e-6

/** The number of rows for which a condition does not hold, and the first of them. */
function failing({ values, rows, columns }: GivenRows, holds: (row: Float64Array) => boolean) {
  let [count, row] = [0, -1]
  for (let i = 0; i < rows; i++) {
    const cells = values.subarray(i * columns, (i + 1) * columns)
    // Values that are not finite have a finding of their own.
    if (!cells.every(Number.isFinite) || holds(cells)) continue
    if (count === 0) row = i
    count++
  }
  return count === 0 ? null : { count, row, first: values.subarray(row * columns, (row + 1) * columns) }
}

const sumOf = (row: Float64Array): number => row.reduce((sum, value) => sum + value, 0)
const within = (row: Float64Array): boolean => row.every((value) => value >= 0 && value <= 1)
const isInteger = (row: Float64Array): boolean => row.every((value) => Number.isInteger(value) && value >= 0)

/** Whether all values of the targets are among these. */
const onlyOf = ({ values }: GivenRows, allowed: readonly number[]): boolean =>
  values.every((value) => allowed.includes(value) || !Number.isFinite(value))

/** The largest of the finite values. */
const largestOf = ({ values }: GivenRows): number =>
  values.reduce((most, value) => (value > most && value < Infinity ? value : most), -Infinity)
const smallestOf = ({ values }: GivenRows): number =>
  values.reduce((least, value) => (value < least && value > -Infinity ? value : least), Infinity)

type Problem = Pick<LabelProblem, 'reason' | 'remedy'>

export function labelProblem(y: GivenRows, { outputs }: NetworkPlan, loss: Chosen<Loss>): LabelProblem | null {
  const { name } = loss
  const kind = loss.entry.targets
  const all = (problem: Problem): LabelProblem => ({ count: y.rows, row: 0, ...problem })
  if (kind === 'index') return indexProblem(y, outputs, name)
  if (y.columns !== outputs) {
    const indices = y.values.every((value) => Number.isInteger(value) && value >= 0)
    return all({
      reason: `y has one value a row and the network ${outputs} outputs, which ${name} compares one by one.`,
      remedy: indices
        ? "Use the loss sparseCategoricalCrossentropy with activation: 'softmax', which takes class indices, or encode them with oneHot."
        : `Give ${outputs} values a row, or a last layer with units: 1.`,
    })
  }
  const bad = failing(y, (row) => {
    if (kind === 'unit') return within(row)
    if (kind === 'distribution') return within(row) && Math.abs(sumOf(row) - 1) <= SUM_TOLERANCE
    if (kind === 'sign') return row.every((value) => value === 1 || value === -1)
    return kind !== 'nonNegative' || row.every((value) => value >= 0)
  })
  if (bad === null) return null
  return { count: bad.count, row: bad.row, ...valueProblem(y, kind, name, bad.first) }
}

function valueProblem(y: GivenRows, kind: string, name: string, first: Float64Array): Problem {
  if (kind === 'sign') {
    const remedy = onlyOf(y, [0, 1])
      ? "Convert targets of 0 and 1 to 2 y - 1, or use binaryCrossentropy with activation: 'sigmoid'."
      : 'Use -1 and 1 for the two classes, or another loss.'
    return { reason: `${name} takes targets of -1 and 1, and y has ${first[0]}.`, remedy }
  }
  if (kind === 'nonNegative') {
    const value = first.find((one) => one < 0)
    return {
      reason: `${name} takes counts of at least 0, and y has ${value}.`,
      remedy: 'Use meanSquaredError for such numbers.',
    }
  }
  if (kind === 'distribution' && within(first)) {
    return {
      reason: `${name} takes rows that add up to 1, and a row of y adds up to ${sumOf(first)}.`,
      remedy:
        "Give one-hot rows; where a row may have several classes, use binaryCrossentropy with activation: 'sigmoid'.",
    }
  }
  const value = first.find((one) => !(one >= 0 && one <= 1))
  const remedy = onlyOf(y, [-1, 1])
    ? "Convert targets of -1 and 1 to (y + 1) / 2, or use the loss hinge with activation: 'tanh' or 'linear'."
    : isInteger(y.values)
      ? 'For class indices use sparseCategoricalCrossentropy with a unit for each class and softmax; for numbers use meanSquaredError.'
      : 'For numbers use meanSquaredError with a last layer without an activation.'
  return { reason: `${name} takes targets from 0 to 1, and y has ${value}.`, remedy }
}

function indexProblem(y: GivenRows, outputs: number, name: string): LabelProblem | null {
  if (y.columns !== 1) {
    return {
      count: y.rows,
      row: 0,
      reason: `${name} takes one class index a row, and y has ${y.columns} values a row.`,
      remedy: "Use the loss categoricalCrossentropy, which takes one-hot rows, or give the index of each row's class.",
    }
  }
  const bad = failing(y, ([index]) => Number.isInteger(index) && index >= 0 && index < outputs)
  if (bad === null) return null
  const fromOne = smallestOf(y) === 1 && largestOf(y) === outputs && isInteger(y.values)
  return {
    count: bad.count,
    row: bad.row,
    reason: `${name} takes class indices from 0 to ${outputs - 1}, and y has ${bad.first[0]}.`,
    remedy: fromOne
      ? 'The classes are numbered from 1: subtract 1.'
      : 'Number the classes from 0, for example with labelEncoder, and give the last layer a unit for each.',
  }
}

/** The classes of accepted targets: indices, one-hot rows, or two values of a single output; null for numbers. */
export function classesOf(y: GivenRows, { outputs }: NetworkPlan, loss: Chosen<Loss>): Classes | null {
  const { values, rows, columns } = y
  if (loss.entry.targets === 'index')
    return counted(
      Int32Array.from(values, (value) => (value >= 0 ? value : -1)),
      outputs,
    )
  if (columns === 1) {
    const signs = onlyOf(y, [-1, 1])
    if (!signs && !onlyOf(y, [0, 1])) return null
    return counted(
      Int32Array.from(values, (value) => (Number.isFinite(value) ? Number(value > 0) : -1)),
      2,
    )
  }
  const of = new Int32Array(rows)
  for (let row = 0; row < rows; row++) {
    const cells = values.subarray(row * columns, (row + 1) * columns)
    of[row] = cells.indexOf(1)
    const isOneHot = of[row] >= 0 && cells.every((value, j) => value === (j === of[row] ? 1 : 0))
    if (!isOneHot && cells.every(Number.isFinite)) return null
  }
  return counted(of, columns)
}

/** of: -1 for rows that are not finite */
function counted(of: Int32Array, classes: number): Classes {
  const counts = new Float64Array(classes)
  for (const one of of) if (one >= 0) counts[one]++
  return { of, counts }
}
