/** One training in plain values, as the property tests draw it and print it. */
import type { ActivationName, InitializerOption, LayerOption, LossName, OptimizerOption } from 'lockstep-nn'
import { lossTable } from './tables.js'
import { fillDistributions, fillReal, fillUnit, newArray, type Values } from './values.js'

/** Parameters drawn by an initializer. */
export interface Drawn {
  readonly initializer?: InitializerOption
  readonly seed: number
}

/** Parameters handed over, over memory that is shared or not. */
export interface Given {
  readonly values: Values
  readonly shared: boolean
}

export interface Case {
  readonly inputs: number
  readonly layers: readonly LayerOption[]
  readonly start: Drawn | Given
  readonly loss: LossName
  readonly optimizer: OptimizerOption
  readonly rows: number
  readonly x: Values
  readonly y: Values
  /** How samples and targets are handed over. */
  readonly form: 'flat' | 'shared' | 'rows'
  /** Of which the absolute values are the rows' weights. */
  readonly sampleWeight?: Values
  /** Of a backend's call, which `fit` has not: the number of the first epoch, and what makes the factors of the steps. */
  readonly firstEpoch?: number
  readonly rateFactors?: Values
  /** How many threads it may use. */
  readonly threads: number
  readonly fit: {
    readonly epochs: number
    readonly batchSize: number
    readonly shuffle: boolean
    readonly seed: number
  }
}

export interface Data {
  readonly x: Float64Array
  readonly y: Float64Array
}

export const outputsOf = ({ layers }: Case): number => layers[layers.length - 1].units

export const activationOf = (layer: LayerOption): ActivationName => layer.activation ?? 'linear'

/** The samples and targets of a case. */
export function dataOf(drawn: Case): Data {
  const { rows, inputs, loss, form } = drawn
  const outputs = outputsOf(drawn)
  const x = newArray(rows * inputs, form === 'shared')
  const y = newArray(rows * outputs, form === 'shared')
  fillReal(x, drawn.x)
  const { targets } = lossTable[loss]
  if (targets === 'real') fillReal(y, drawn.y)
  else if (targets === 'unit') fillUnit(y, drawn.y)
  else fillDistributions(y, outputs, drawn.y)
  return { x, y }
}

const sizesOf = (length: number, values: Values): Float64Array => {
  const sizes = new Float64Array(length)
  if (length > 0) fillReal(sizes, values)
  return sizes.map(Math.abs)
}

/** The weights of the rows, of length 0 where there are none. */
export const weightsOf = ({ rows, sampleWeight }: Case): Float64Array =>
  sampleWeight === undefined ? new Float64Array(0) : sizesOf(rows, sampleWeight)

/** The factors of so many steps, of length 0 where there are none. */
export const factorsOf = ({ rateFactors }: Case, steps: number): Float64Array =>
  rateFactors === undefined ? new Float64Array(0) : sizesOf(steps, rateFactors)

/** How many parameters a case's network has. */
export function parameterCountOf({ inputs, layers }: Case): number {
  let count = 0
  let width = inputs
  for (const { units } of layers) {
    count += (width + 1) * units
    width = units
  }
  return count
}

/** New parameters for a case that gives them itself. */
export function parametersOf(drawn: Case, { values, shared }: Given): Float64Array {
  const parameters = newArray(parameterCountOf(drawn), shared)
  fillReal(parameters, values)
  return parameters
}

/** A flat array as an array of rows, of which every other is a plain array. */
export const asRows = (values: Float64Array, columns: number): (Float64Array | number[])[] =>
  Array.from({ length: values.length / columns }, (_, row) => {
    const cells = values.slice(row * columns, (row + 1) * columns)
    return row % 2 === 0 ? cells : Array.from(cells)
  })
