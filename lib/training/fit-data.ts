/** The data of a fit: samples, targets, sample weights, class weights, and the split for validation. */

import { lengthOf } from '../checks/arrays.js'
import { requireCategories } from '../checks/categories.js'
import { wrongSize, wrongType } from '../checks/errors.js'
import {
  type flat,
  labelsFor,
  type Matrix,
  matrix,
  nonNegative,
  rowsOfShare,
  rowWeights,
  snapshot,
  targetsFor,
} from '../checks/rows.js'
import { elements, float64Array, isFloat64Array, optionsObject, requireNoOverlap } from '../checks/validate.js'
import { classCount, targetClass } from '../kernels/metrics/classes.js'
import { optionOf } from '../kernels/option-table.js'
import { type ClassUse, haveSigns, requireClasses } from '../metrics/targets.js'
import type { CompiledModel } from './compiled-model.js'
import { checkSplit, MAX_ROWS } from './fit-options.js'

/** Samples, targets and sample weights, as a backend takes them. */
export interface Samples {
  readonly rows: number
  /** [rows × inputs] */
  readonly x: Float64Array
  /** [rows × outputs], as the loss takes them. */
  readonly y: Float64Array
  /** [rows × outputs], as metrics and class weights take them. */
  readonly labels: Float64Array
  /** [rows], or of length 0: none. */
  readonly sampleWeight: Float64Array
}

/** The samples to train on and the samples for validation. */
export interface TrainingData {
  readonly training: Samples
  readonly validation: Samples | null
}

export const NONE = new Float64Array(0)

/** Samples as the caller gave them, checked. */
export interface GivenSamples {
  readonly samples: Matrix
  readonly targets: Matrix
  readonly labels: Matrix
  readonly weights: Matrix | null
}

/** Checks samples and targets. Error messages put `prefix` before their names. read: see `matrix` */
export function readSamples(
  compiled: CompiledModel,
  x: unknown,
  y: unknown,
  sampleWeight: unknown,
  prefix = '',
  read?: typeof flat,
): GivenSamples {
  const { plan, loss } = compiled
  const { inputs, outputs } = plan
  const samples = matrix(x, `${prefix}x`, inputs, 'the inputs of the network', read)
  requireCategories(plan, samples.values, `${prefix}x`)
  requireColumns(compiled, y, samples.rows, prefix)
  const labels = labelsFor(y, `${prefix}y`, outputs, 'the units of the last layer', loss, read)
  if (samples.rows > MAX_ROWS) throw wrongSize(`at most ${MAX_ROWS} rows`, `${prefix}x`, `${samples.rows}`)
  if (labels.rows !== samples.rows) {
    throw wrongSize(`${samples.rows} rows, as many as ${prefix}x has,`, `${prefix}y`, `${labels.rows}`)
  }
  const targets = targetsFor(labels, outputs, loss, optionOf(loss.entry, loss.options, 'labelSmoothing') ?? 0)
  const weights = sampleWeight === undefined ? null : rowWeights(sampleWeight, `${prefix}sampleWeight`, samples.rows)
  return { samples, targets, labels, weights }
}

/** Requires of a flat `y` that has the rows of `x` that it also has the columns that the loss takes. */
function requireColumns({ plan, loss }: CompiledModel, y: unknown, rows: number, prefix: string): void {
  if (!isFloat64Array(y)) return
  const isIndex = loss.entry.targets === 'index'
  const columns = isIndex ? 1 : plan.outputs
  const length = lengthOf(y)
  if (length === 0 || length === rows * columns || length % rows !== 0) return
  const what = isIndex
    ? `a class number for each row of ${prefix}x, as the loss ${loss.name} takes it,`
    : `rows of ${prefix}x (${rows}) × units of the last layer (${columns}),`
  const remedy = isIndex ? `${prefix}y` : `the units of the last layer or ${prefix}y`
  throw wrongSize(
    `${rows * columns} values, ${what}`,
    `${prefix}y`,
    `${length}`,
    `Correct ${remedy}. If ${prefix}x does not have ${rows} rows, correct the inputs of the network.`,
  )
}

/** The rows from … to - 1 of samples, in place. */
function cut(
  { x, y, labels, sampleWeight }: Samples,
  { inputs, outputs }: CompiledModel['plan'],
  from: number,
  to: number,
): Samples {
  return {
    rows: to - from,
    x: x.subarray(from * inputs, to * inputs),
    y: y.subarray(from * outputs, to * outputs),
    labels: labels.subarray(from * outputs, to * outputs),
    sampleWeight: sampleWeight.subarray(from, to),
  }
}

/** Samples as they are, in place. */
export const inPlace = ({ samples, targets, labels, weights }: GivenSamples): Samples => ({
  rows: samples.rows,
  x: samples.values,
  y: targets.values,
  labels: labels.values,
  sampleWeight: weights?.values ?? NONE,
})

/** Copies of samples that other code could change. */
function snapshotAll({ samples, targets, labels, weights }: GivenSamples): Samples {
  const y = snapshot(targets)
  return {
    rows: samples.rows,
    x: snapshot(samples),
    y,
    labels: labels === targets ? y : snapshot(labels),
    sampleWeight: weights === null ? NONE : snapshot(weights),
  }
}

/** Samples in place; none of them may overlap the parameters. */
function inPlaceWithoutOverlap(parameters: Float64Array, name: string, given: GivenSamples, prefix: string): Samples {
  const { x, y, sampleWeight, ...rest } = inPlace(given)
  for (const [what, values] of Object.entries({ x, y, sampleWeight }))
    requireNoOverlap(parameters, name, values, `${prefix}${what}`)
  return { x, y, sampleWeight, ...rest }
}

/**
 * @param given the options of the fit
 * @param copied whether other code runs during the training, so that it needs its own arrays
 * @param parameters the array that the training writes to
 */
export function trainingData(
  compiled: CompiledModel,
  x: unknown,
  y: unknown,
  given: Record<string, unknown>,
  copied: boolean,
  parameters: () => Float64Array,
): TrainingData {
  const split = given.validationSplit === undefined ? 0 : checkSplit(given.validationSplit)
  const all = readSamples(compiled, x, y, given.sampleWeight)
  const { rows } = all.samples
  const kept = split === 0 ? rows : trainedRows(split, rows)
  const classes = given.classWeight === undefined ? null : classWeights(given.classWeight, compiled.plan.outputs)
  const taken = (one: GivenSamples, prefix = ''): Samples =>
    copied ? snapshotAll(one) : inPlaceWithoutOverlap(parameters(), `${compiled.name}.parameters`, one, prefix)
  const other =
    given.validationData === undefined
      ? null
      : readSamples(compiled, ...validationParts(given.validationData), 'validationData.')
  const whole = taken(all)
  const validation =
    other === null ? (split === 0 ? null : cut(whole, compiled.plan, kept, rows)) : taken(other, 'validationData.')
  const first = split === 0 ? whole : cut(whole, compiled.plan, 0, kept)
  return { training: classes === null ? first : withClasses(first, compiled.plan.outputs, classes), validation }
}

/** The number of rows that a checked `validationSplit` trains on; the others are for validation. */
export function trainedRows(split: number, rows: number): number {
  const trained = rows - rowsOfShare(split, rows)
  if (trained < 1 || trained === rows) {
    const received = `${split}, which trains on ${trained} of ${rows} rows`
    throw wrongSize('a share that leaves at least one row on each side', 'validationSplit', received)
  }
  return trained
}

/** x, y and weights of either form of `validationData`. */
function validationParts(given: unknown): [x: unknown, y: unknown, sampleWeight: unknown] {
  if (Array.isArray(given)) {
    const parts = elements(given)
    if (parts.length !== 2) throw wrongSize('[x, y]', 'validationData', `an array of length ${parts.length}`)
    return [parts[0], parts[1], undefined]
  }
  if (typeof given !== 'object' || given === null || isFloat64Array(given)) {
    throw wrongType('[x, y] or { x, y, sampleWeight }', 'validationData', given)
  }
  const { x, y, sampleWeight } = optionsObject(given, 'validationData', ['x', 'y', 'sampleWeight'])
  return [x, y, sampleWeight]
}

/** One weight per class. */
function classWeights(given: unknown, outputs: number): Float64Array {
  const classes = classCount(outputs)
  const weights = new Float64Array(classes).fill(1)
  const put = (at: number, value: unknown): void => {
    weights[at] = nonNegative(value, `classWeight[${at}]`)
  }
  if (Array.isArray(given) || isFloat64Array(given)) {
    const values = Array.isArray(given) ? elements(given) : [...float64Array(given, 'classWeight')]
    if (values.length !== classes) {
      throw wrongSize(`a weight for each of ${classes} classes`, 'classWeight', `${values.length}`)
    }
    values.forEach((value, at) => {
      put(at, value)
    })
    return weights
  }
  const known = Array.from({ length: classes }, (_, at) => String(at))
  // With a single output, class 0 may also be written as its target -1.
  const keys = outputs === 1 ? ['-1', ...known] : known
  const byClass = optionsObject(given, 'classWeight', keys)
  if (byClass['-1'] !== undefined && byClass['0'] !== undefined) {
    throw wrongType(
      'nothing',
      'classWeight[-1]',
      byClass['-1'],
      'classWeight[0] is the same class: leave one of them out.',
    )
  }
  for (const [key, value] of Object.entries(byClass)) put(Math.max(Number(key), 0), value)
  return weights
}

const CLASS_WEIGHT: ClassUse = {
  targets: 'class',
  remedy: () => 'classWeight depends on the class of each row.',
  tied: 'classWeight depends on the class of each row: the index of its largest value.',
}

function withClasses(samples: Samples, outputs: number, classes: Float64Array): Samples {
  const { rows, labels, sampleWeight } = samples
  const weights = new Float64Array(rows)
  const signs = haveSigns(labels)
  const nameOf = (row: number, output?: number) => `y[${row}]${output === undefined ? '' : `[${output}]`}`
  requireClasses({ values: labels, outputs, nameOf }, signs, CLASS_WEIGHT)
  for (let row = 0; row < rows; row++) {
    const weight = classes[targetClass(labels, row, outputs, signs)]
    weights[row] = sampleWeight.length === 0 ? weight : sampleWeight[row] * weight
  }
  return { ...samples, sampleWeight: weights }
}
