/** The arguments of `diagnose`, checked. */
import { versionRemedy } from '../../checks/brand.js'
import { wrongSize, wrongType } from '../../checks/errors.js'
import { flat, nonNegative, type Rows } from '../../checks/rows.js'
import { elements, integer, isFloat64Array, optionsObject, seed } from '../../checks/validate.js'
import { shortened } from '../../checks/words.js'
import { classCount } from '../../kernels/metrics/classes.js'
import type { ValidationData } from '../../training/fit-options.js'
import { Trainer } from '../../training/trainer.js'

export interface DiagnoseOptions {
  /** The names of the columns of x, for the sentences; one per input of the network. Default: their indices. */
  columns?: readonly string[]
  /** As in `FitOptions`: its rows are compared with those of x. */
  validationData?: readonly [Rows, Rows] | ValidationData
  /** As in `FitOptions`: it counts where the labels are compared. */
  classWeight?: Readonly<Record<number, number>> | readonly number[]
  /** As in `FitOptions`: the samples of a trial step. Default 32. */
  batchSize?: number
  /** The most rows that the checks of the data examine, drawn by `seed`. Default 10,000. */
  rows?: number
  /** The seed of the draws and of the trial steps: an integer from 0 to 2^53 - 1. Default 0. */
  seed?: number
}

const OPTIONS: readonly (keyof DiagnoseOptions)[] = [
  'columns',
  'validationData',
  'classWeight',
  'batchSize',
  'rows',
  'seed',
]

const INPUTS_NAME = 'the inputs of the network'
const MAX = 2 ** 31 - 1

/** Rows of values that may be not finite. */
export interface GivenRows {
  /** [rows × columns], row-major; the caller's own array where it was a Float64Array. */
  readonly values: Float64Array
  readonly rows: number
  readonly columns: number
}

/** What the sentences of a diagnosis call things. */
export interface Names {
  /** A column of x: `column "age"`. */
  column(i: number): string
  /** A column of y: `y`, or `output 2 of y`. */
  output(i: number): string
  /** `class 2` */
  class(i: number): string
}

/** What is known of the model that a network is a part of. */
export interface GivenModel {
  /** The column of the table that each column of x is made of. */
  readonly owners: readonly string[]
  /** Why the learning rate cannot be judged; null: it can. */
  readonly unknownRate: string | null
}

/** What `diagnose` was given. */
export interface Given {
  readonly trainer: Trainer
  readonly x: GivenRows
  readonly y: GivenRows
  readonly names: Names
  /** Whether the network has been trained. */
  readonly isTrained: boolean
  /** Null: x and y are the caller's own. */
  readonly model: GivenModel | null
  readonly validation: { readonly x: GivenRows; readonly y: GivenRows } | null
  /** [classes]; null: all are 1. */
  readonly classWeight: Float64Array | null
  readonly batchSize: number
  readonly maxRows: number
  readonly seed: number
}

/** @throws TypeError or RangeError for a wrong argument; values that are not finite are a finding instead */
export function readArguments(trainer: unknown, x: unknown, y: unknown, options: unknown): Given {
  if (!(trainer instanceof Trainer)) {
    throw wrongType('a Trainer', 'trainer', trainer, versionRemedy(trainer, 'Trainer'))
  }
  const { compiled } = trainer.parts
  if (compiled.name === 'ensemble') {
    const remedy =
      'Its members have the same data and reasons: diagnose one member, ' +
      'diagnose(new Trainer(ensemble.members[0], { loss, optimizer }), x, y).'
    throw wrongType('the trainer of a Network', 'trainer', trainer.network, remedy)
  }
  const { inputs, outputs } = compiled.plan
  const given = optionsObject(options, 'the options of diagnose', OPTIONS)
  const samples = rowsOf(x, 'x', inputs)
  const targets = targetsOf(y, 'y', samples.rows, outputs)
  return {
    trainer: trainer as Trainer,
    x: samples,
    y: targets,
    names: namesOf(given.columns === undefined ? null : columnNames(given.columns, inputs), targets),
    isTrained: trainer.epoch > 0,
    model: null,
    validation: given.validationData === undefined ? null : validationOf(given.validationData, inputs, outputs),
    classWeight: given.classWeight === undefined ? null : weightsOf(given.classWeight, classCount(outputs)),
    batchSize: given.batchSize === undefined ? 32 : integer(given.batchSize, 'batchSize', 1, MAX),
    maxRows: given.rows === undefined ? 10_000 : integer(given.rows, 'rows', 1, MAX),
    seed: given.seed === undefined ? 0 : seed(given.seed, 'seed'),
  }
}

const namesOf = (columns: readonly string[] | null, y: GivenRows): Names => ({
  column: (i) => `column ${columns === null ? i : JSON.stringify(shortened(columns[i]))}`,
  output: (i) => (y.columns === 1 ? 'y' : `output ${i} of y`),
  class: (i) => `class ${i}`,
})

function rowsOf(given: unknown, name: string, columns: number): GivenRows {
  const values = flat(given, name, columns, INPUTS_NAME)
  if (values.length === 0) throw wrongSize('at least one row', name, 'none')
  if (values.length % columns !== 0) {
    const received = `a Float64Array of length ${values.length}`
    throw wrongSize(`rows of ${columns} values (${INPUTS_NAME})`, name, received)
  }
  return { values, rows: values.length / columns, columns }
}

/**
 * Targets with as many columns as the caller gave: one for each output, or a single one, which may hold class indices.
 * Whether these suit the loss is a finding.
 */
function targetsOf(given: unknown, name: string, rows: number, outputs: number): GivenRows {
  const columns = givenColumns(given, rows, outputs)
  const values = flat(given, name, columns, columns === 1 ? 'the class of each sample' : 'the units of the last layer')
  if (values.length !== rows * columns) {
    const received = values.length % columns === 0 ? `${values.length / columns}` : `${values.length} values`
    throw wrongSize(`${rows} rows, as many as ${name.replace(/y$/, 'x')} has,`, name, received)
  }
  return { values, rows, columns }
}

function givenColumns(given: unknown, rows: number, outputs: number): number {
  if (isFloat64Array(given)) return given.length === rows ? 1 : outputs
  if (!Array.isArray(given) || given.length === 0) return outputs
  const first: unknown = given[0]
  const single = typeof first === 'number' || ((Array.isArray(first) || isFloat64Array(first)) && first.length === 1)
  return single ? 1 : outputs
}

function columnNames(given: unknown, inputs: number): readonly string[] {
  const expected = 'an array of names'
  if (!Array.isArray(given)) throw wrongType(expected, 'columns', given)
  if (given.length !== inputs) {
    throw wrongSize(`a name for each of ${inputs} inputs of the network`, 'columns', `${given.length}`)
  }
  return elements(given).map((name, i) => {
    if (typeof name !== 'string') throw wrongType('a name', `columns[${i}]`, name)
    return name
  })
}

function validationOf(given: unknown, inputs: number, outputs: number): Given['validation'] {
  const [x, y] = validationParts(given)
  const samples = rowsOf(x, 'validationData.x', inputs)
  return { x: samples, y: targetsOf(y, 'validationData.y', samples.rows, outputs) }
}

function validationParts(given: unknown): readonly [x: unknown, y: unknown] {
  if (Array.isArray(given)) {
    if (given.length !== 2) throw wrongSize('[x, y]', 'validationData', `an array of length ${given.length}`)
    return elements(given) as [unknown, unknown]
  }
  if (typeof given !== 'object' || given === null || isFloat64Array(given)) {
    throw wrongType('[x, y] or { x, y, sampleWeight }', 'validationData', given)
  }
  const { x, y } = optionsObject(given, 'validationData', ['x', 'y', 'sampleWeight'])
  return [x, y]
}

/** A weight per class; of an object, 1 for classes that it does not name. */
function weightsOf(given: unknown, classes: number): Float64Array {
  const known = Array.from({ length: classes }, (_, at) => String(at))
  const isList = Array.isArray(given) || isFloat64Array(given)
  if (isList && given.length !== classes) {
    throw wrongSize(`a weight for each of ${classes} classes`, 'classWeight', `${given.length}`)
  }
  const named = isList ? null : optionsObject(given, 'classWeight', classes === 2 ? ['-1', ...known] : known)
  return Float64Array.from(known, (key, at) => {
    const value =
      named === null ? (given as ArrayLike<unknown>)[at] : (named[key] ?? (at === 0 ? named['-1'] : undefined))
    return value === undefined && !isList ? 1 : nonNegative(value, `classWeight[${at}]`)
  })
}
