/** Checks of rows: contradictory ones, rows shared by training and validation, too few rows. */
import type { Check, Examined } from './examined.js'
import { counted, figure, firstPlaces, percent } from './finding.js'
import type { GivenRows } from './options.js'
import { finiteRows } from './sample.js'

const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)

/** The most columns that a row's hash is of. */
const HASHED = 256

/** Columns spread over all of them. */
const hashedColumns = (columns: number): Int32Array =>
  Int32Array.from({ length: Math.min(columns, HASHED) }, (_, i, count = Math.min(columns, HASHED)) =>
    Math.floor((i * columns) / count),
  )

/** A hash of some values of a row: FNV-1a over 32-bit words. 0 and -0 are the same value. */
function hashOf({ values, columns }: GivenRows, row: number, hashed: Int32Array): number {
  let hash = 0x811c9dc5
  for (const column of hashed) {
    number[0] = values[row * columns + column] + 0
    hash = Math.imul(hash ^ words[0], 0x01000193)
    hash = Math.imul(hash ^ words[1], 0x01000193)
    hash ^= hash >>> 15
  }
  return hash
}

function areEqual(a: GivenRows, rowA: number, b: GivenRows, rowB: number): boolean {
  const { columns } = a
  for (let j = 0; j < columns; j++) if (a.values[rowA * columns + j] !== b.values[rowB * columns + j]) return false
  return true
}

/** Rows of x by their values: finds an equal one. */
class RowIndex {
  private readonly byHash = new Map<number, number[]>()
  private readonly hashed: Int32Array

  constructor(private readonly x: GivenRows) {
    this.hashed = hashedColumns(x.columns)
  }

  /** The number of the first added row with the values of this one, or -1. */
  find(x: GivenRows, row: number): number {
    return this.byHash.get(hashOf(x, row, this.hashed))?.find((other) => areEqual(this.x, other, x, row)) ?? -1
  }

  add(row: number): void {
    const hash = hashOf(this.x, row, this.hashed)
    const own = this.byHash.get(hash)
    if (own === undefined) this.byHash.set(hash, [row])
    else own.push(row)
  }
}

interface RowGroups {
  /** The sampled rows in groups of equal inputs; only groups of at least two. */
  readonly groups: readonly number[][]
  /** The number of different rows. */
  readonly distinct: number
}

const groupsOf = (examined: Examined): RowGroups => examined.once('groupsOfRows', () => findGroups(examined))

function findGroups({ given: { x }, sample }: Examined): RowGroups {
  const index = new RowIndex(x)
  const groups = new Map<number, number[]>()
  for (const row of sample) {
    const first = index.find(x, row)
    if (first < 0) {
      index.add(row)
      groups.set(row, [row])
    } else groups.get(first)?.push(row)
  }
  return { groups: [...groups.values()].filter((group) => group.length > 1), distinct: groups.size }
}

/**
 * The share of rows that contradict an equal one from which it matters where rows are mostly distinct. Confident learning
 * (Northcutt et al., 2021) finds 0.2 to 10 % of wrong labels in ten test sets that everyone uses.
 */
const MANY_CONTRADICTIONS = 0.01
/** Where equal rows are usual, as in tables of few categories: the share of the error of constant predictions. */
const UNDECIDED = 0.75
/** The share of distinct rows below which equal rows are usual. */
const MOSTLY_DISTINCT = 0.5

const contradictoryRows: Check = {
  name: 'contradictoryRows',
  causes: ['mismatchedLabels'],
  examine(examined) {
    const { sample, labelProblem } = examined
    if (labelProblem !== null) return 'the loss does not accept the targets'
    if (sample.length < 2) return 'it needs 2 finite rows'
    const { groups, distinct } = groupsOf(examined)
    const errors = examined.classes === null ? numberErrors(examined, groups) : classErrors(examined, groups)
    const share = errors.rows.length / sample.length
    if (share === 0) return null
    const isUsual = distinct < MOSTLY_DISTINCT * sample.length
    const severe = isUsual ? errors.left >= UNDECIDED : share >= MANY_CONTRADICTIONS
    return {
      severity: severe ? 'warning' : 'note',
      where: { rows: firstPlaces([...errors.rows].sort((a, b) => a - b)) },
      figures: { share, distinct, rows: sample.length },
      reason: `${percent(share)} of the rows have the inputs of another row and another target, so that no network gets them all right.`,
      remedy: 'Check these labels, or add a column in which such rows differ.',
    }
  },
}

/** The rows without the most frequent class of their group, and their number over the errors of constant predictions. */
function classErrors({ classes, sample }: Examined, groups: readonly number[][]) {
  const { of, counts } = classes as NonNullable<Examined['classes']>
  const rows = groups.flatMap((group) => {
    const own = new Float64Array(counts.length)
    for (const row of group) own[of[row]]++
    const most = own.indexOf(own.reduce((best, count) => Math.max(best, count), 0))
    return group.filter((row) => of[row] !== most)
  })
  const inSample = new Float64Array(counts.length)
  for (const row of sample) inSample[of[row]]++
  const constant = sample.length - inSample.reduce((best, count) => Math.max(best, count), 0)
  return { rows, left: rows.length / constant }
}

/** The difference from the group's mean, in standard deviations, from which a number is another target. */
const OTHER_TARGET = 0.5

/** The same for numbers: rows far from the mean of their group, and the share of the squares that groups leave. */
function numberErrors({ given: { y }, targetStatistics, sample }: Examined, groups: readonly number[][]) {
  const found = new Set<number>()
  let left = 0
  for (let output = 0; output < y.columns; output++) {
    const { deviation } = targetStatistics[output]
    let squares = 0
    for (const group of groups) {
      const targetOf = (row: number): number => y.values[row * y.columns + output]
      const mean = group.reduce((sum, row) => sum + targetOf(row), 0) / group.length
      for (const row of group) {
        const far = targetOf(row) - mean
        squares += far * far
        if (Math.abs(far) > OTHER_TARGET * deviation) found.add(row)
      }
    }
    left = Math.max(left, squares / (sample.length * deviation * deviation))
  }
  return { rows: [...found], left }
}

/** The most rows of the validation data that are looked for. */
const MAX_LOOKED_FOR = 10_000
/** The share of shared rows that is no accident. Equal rows within the training samples raise it. */
const MANY_SHARED = 0.01

const sharedRows: Check = {
  name: 'sharedRows',
  causes: [],
  examine(examined) {
    const { given, sample } = examined
    const { validation, x, y } = given
    if (validation === null) return null
    const looked = finiteRows(validation.x, validation.y).slice(0, MAX_LOOKED_FOR)
    if (looked.length === 0 || sample.length === 0) return 'it needs finite rows on both sides'
    const index = new RowIndex(validation.x)
    const copies = new Map<number, number>()
    for (const row of looked) {
      const first = index.find(validation.x, row)
      if (first < 0) index.add(row)
      copies.set(first < 0 ? row : first, (copies.get(first < 0 ? row : first) ?? 0) + 1)
    }
    const shared = new Map<number, number>()
    const withY = validation.y.columns === y.columns
    for (let row = 0; row < x.rows; row++) {
      const found = index.find(x, row)
      if (found >= 0 && !shared.has(found) && (!withY || areEqual(validation.y, found, y, row))) shared.set(found, row)
    }
    let count = 0
    for (const found of shared.keys()) count += copies.get(found) as number
    const share = count / looked.length
    const usual = 1 - groupsOf(examined).distinct / sample.length
    if (share <= MANY_SHARED + 2 * usual) return null
    return {
      severity: 'warning',
      where: { rows: firstPlaces([...shared.values()].sort((a, b) => a - b)) },
      figures: { share, rows: count },
      reason: `${percent(share)} of the validation rows are training rows too (${counted(count, 'row')} of ${looked.length}), so that the validation loss measures memory.`,
      remedy: 'Split the rows before anything else, for example by trainTestSplit, and remove duplicates before that.',
    }
  },
}

/**
 * Parameters per target value. Baum and Haussler (1989) ask for ten rows a parameter; networks today generalize with far
 * more parameters than rows (Zhang et al., 2017; Belkin et al., 2019), so that only extremes are a finding.
 */
const NOTED_PARAMETERS = 20
const MAX_PARAMETERS = 100

/** Whether the rows are all combinations of two values a column, as in a truth table: nothing is left to generalize to. */
function isWholeTable(examined: Examined): boolean {
  const { given, columns, sample } = examined
  const { x } = given
  if (x.columns > 16 || x.rows < 2 ** x.columns || sample.length < x.rows) return false
  return columns.every((values) => new Set(values).size === 2) && groupsOf(examined).distinct === 2 ** x.columns
}

const tooFewRows: Check = {
  name: 'tooFewRows',
  causes: [],
  examine(examined) {
    const { plan, given } = examined
    const { rows } = given.x
    const ratio = plan.parameterCount / (rows * plan.outputs)
    if (ratio <= NOTED_PARAMETERS || isWholeTable(examined)) return null
    return {
      severity: ratio > MAX_PARAMETERS ? 'warning' : 'note',
      where: {},
      figures: { parameters: plan.parameterCount, rows, ratio },
      reason: `The network has ${plan.parameterCount} parameters for ${counted(rows, 'row')}, ${figure(ratio)} for each target value, so that it can learn the rows by heart.`,
      remedy: 'Add rows, set fewer units, or use dropout or weightDecay with validation and earlyStopping.',
    }
  },
}

export const rowChecks: readonly Check[] = [contradictoryRows, sharedRows, tooFewRows]
