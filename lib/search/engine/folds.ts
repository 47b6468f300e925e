/** The samples of a study: those to train on and those for validation, of each fold. */
import { wrongSize, wrongType } from '../../checks/errors.js'
import { checkShare, matrix, partOfRows, rowsOfShare, rowWeights } from '../../checks/rows.js'
import { boolean, isFloat64Array, optionsObject } from '../../checks/validate.js'
import { allSplits, plainFolds, stratifiedFolds } from '../../data/splits/folds.js'
import { rowsAt, type Split } from '../../data/splits/items.js'
import { trainTestSplit } from '../../data/splits/splits.js'
import { largestIn } from '../../kernels/metrics/classes.js'
import type { WeightedSamples } from '../../training/weighted-samples.js'

export interface Fold {
  readonly training: WeightedSamples
  /** Null: there is no validation. */
  readonly validation: WeightedSamples | null
}

export interface FoldedData {
  /** The number of columns of x. */
  readonly inputs: number
  readonly folds: readonly Fold[]
}

/** Samples with their number and the widths of x and y. */
interface Table extends WeightedSamples {
  readonly rows: number
  readonly inputs: number
  readonly width: number
}

/** The share of the rows for validation where the caller chooses none. */
export const USUAL_SHARE = 0.2

const DATA = ['x', 'y', 'sampleWeight']
const SPLIT = ['split', 'shuffle', 'seed', 'stratify']
const FOLDS = ['folds', 'shuffle', 'seed', 'stratify']

/**
 * The folds of `data` by the option `validation`. All arrays are copies.
 * @param inputs the number of inputs, for samples in a flat array; undefined: not known
 * @param validation `{ split, shuffle, seed, stratify }`, `{ folds, shuffle, seed, stratify }`, `{ x, y, sampleWeight }`, or
 *   null: none
 * @throws TypeError or RangeError for wrong arguments
 */
export function readFolds(data: unknown, validation: unknown, inputs: number | undefined): FoldedData {
  const table = readTable(data, 'data', inputs)
  return { inputs: table.inputs, folds: foldsOf(table, validation) }
}

function foldsOf(table: Table, validation: unknown): Fold[] {
  if (validation === null) return [{ training: samplesOf(table), validation: null }]
  if (typeof validation !== 'object') {
    throw wrongType('{ split }, { folds } or { x, y }', 'validation', validation, 'For a share write { split: 0.2 }.')
  }
  const kind = ['folds', 'x', 'split'].find((name) => name in (validation as object))
  if (kind === 'x') {
    const other = readTable(validation, 'validation', table.inputs, table.width)
    return [{ training: samplesOf(table), validation: samplesOf(other) }]
  }
  if (kind === undefined) throw wrongType('{ split }, { folds } or { x, y }', 'validation', validation)
  const { stratify, ...given } = optionsObject(validation, 'validation', kind === 'folds' ? FOLDS : SPLIT)
  const labels = stratify !== undefined && boolean(stratify, 'validation.stratify') ? classesOf(table) : null
  return splitsOf(table.rows, given, labels).map(({ train, test }) => ({
    training: taken(table, train),
    validation: taken(table, test),
  }))
}

function splitsOf(rows: number, given: Record<string, unknown>, labels: number[] | null): Split<number>[] {
  if (given.folds === undefined) {
    const { split: share, ...rest } = given
    const split = checkShare(share, 'validation.split', 'a share above 0 and below 1')
    if (rows < 2) throw wrongSize('at least 2 rows', 'data.x', `${rows}`, 'Trials are compared on a part of the rows.')
    partOfRows(rowsOfShare(split, rows), rows, 'validation.split', split, 'a share that leaves rows in both parts')
    // As validationSplit of fit: the last rows, unless a shuffle is asked for.
    const options = { shuffle: labels !== null, ...rest, testSize: split }
    return [trainTestSplit(rows, labels === null ? options : { ...options, stratify: labels })]
  }
  const count = given.folds
  if (typeof count === 'number' && count > rows) throw wrongSize(`at least ${count} rows`, 'data.x', `${rows}`)
  return allSplits(labels === null ? plainFolds<number>(rows, given) : stratifiedFolds<number>(rows, labels, given))
}

function readTable(given: unknown, name: string, knownInputs?: number, knownWidth?: number): Table {
  const { x, y, sampleWeight } = optionsObject(given, name, DATA)
  const inputs = knownInputs ?? columnsOf(x)
  if (inputs === undefined) {
    const remedy = 'Give space.network.inputs, or x as an array of rows.'
    throw wrongType('samples whose number of columns is known', `${name}.x`, x, remedy)
  }
  const samples = matrix(x, `${name}.x`, inputs, 'the inputs of the network')
  const { rows } = samples
  const width = knownWidth ?? columnsOf(y) ?? (y as Float64Array).length / rows
  if (!Number.isInteger(width) || width < 1) {
    throw wrongSize(`one target or more for each of ${rows} rows`, `${name}.y`, `${(y as Float64Array).length} numbers`)
  }
  const targets = matrix(y, `${name}.y`, width, 'the targets of a row')
  if (targets.rows !== rows) {
    throw wrongSize(`${rows} rows, as many as ${name}.x has,`, `${name}.y`, `${targets.rows}`)
  }
  const weights = sampleWeight === undefined ? null : rowWeights(sampleWeight, `${name}.sampleWeight`, rows).values
  return {
    rows,
    inputs,
    width,
    x: samples.values.slice(),
    y: targets.values.slice(),
    sampleWeight: weights?.slice() ?? null,
  }
}

/** The columns of an array of rows; undefined for a flat array, which does not contain their number. */
function columnsOf(given: unknown): number | undefined {
  if (!Array.isArray(given)) return isFloat64Array(given) ? undefined : 1
  const [first] = given as unknown[]
  return Array.isArray(first) || isFloat64Array(first) ? (first as number[]).length : 1
}

/** A fit refuses options that it does not have, so that only the samples remain. */
const samplesOf = ({ x, y, sampleWeight }: Table): WeightedSamples => ({ x, y, sampleWeight })

/** The samples of these rows. */
const taken = ({ x, y, sampleWeight, inputs, width }: Table, rows: readonly number[]): WeightedSamples => ({
  x: rowsAt(x, inputs, rows),
  y: rowsAt(y, width, rows),
  sampleWeight: sampleWeight === null ? null : rowsAt(sampleWeight, 1, rows),
})

/** The class of each row: the target itself, or the index of the largest. */
function classesOf({ y, rows, width }: Table): number[] {
  return Array.from({ length: rows }, (_, row) => (width === 1 ? y[row] : largestIn(y, row, width)))
}
