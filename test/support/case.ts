/** One training in plain values, as the property tests draw it and print it. */
import type { ActivationName, InitializerOption, LayerOption, LossName, LossOption, OptimizerOption } from 'lockstep-nn'
import type { LastBatch } from '#lib/backend/plan.js'
import { activationAliases } from '#lib/kernels/activations.js'
import { lossTable } from './tables.js'
import { fillReal, fillTargets, newArray, type Values } from './values.js'

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
  readonly loss: LossOption
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
    readonly lastBatch?: LastBatch
    readonly shuffle: boolean
    readonly seed: number
  }
}

export interface Data {
  readonly x: Float64Array
  readonly y: Float64Array
}

/** How many units each layer has: those that are not dense have as many as the layer before. */
export function unitsOf({ inputs, layers }: Pick<Case, 'inputs' | 'layers'>): number[] {
  let width = inputs
  return layers.map(({ units }) => {
    width = units ?? width
    return width
  })
}

export const outputsOf = (drawn: Case): number => unitsOf(drawn)[drawn.layers.length - 1]

/** Whether all layers are dense. */
export const isDense = ({ layers }: Pick<Case, 'layers'>): boolean =>
  layers.every(({ type = 'dense' }) => type === 'dense')

export const activationOf = ({ activation = 'linear' }: LayerOption): ActivationName =>
  activation === 'swish' ? activationAliases[activation] : activation

export const lossNameOf = (loss: LossOption): LossName => (typeof loss === 'string' ? loss : loss.name)

/** How many columns the targets have as they are handed over. */
export const targetColumnsOf = (drawn: Case): number =>
  lossTable[lossNameOf(drawn.loss)].targets === 'index' ? 1 : outputsOf(drawn)

/** The samples and targets of a case. */
export function dataOf(drawn: Case): Data {
  const { rows, inputs, loss, form } = drawn
  const x = newArray(rows * inputs, form === 'shared')
  const y = newArray(rows * targetColumnsOf(drawn), form === 'shared')
  fillReal(x, drawn.x)
  fillTargets(y, lossTable[lossNameOf(loss)].targets, outputsOf(drawn), drawn.y)
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
  const units = unitsOf({ inputs, layers })
  const perUnit = {
    dense: (l: number) => 1 + (l === 0 ? inputs : units[l - 1]),
    dropout: () => 0,
    batchNormalization: () => 4,
    layerNormalization: () => 2,
  }
  return layers.reduce((count, { type = 'dense' }, l) => count + perUnit[type](l) * units[l], 0)
}

/** With at least two rows in a batch, where a layer takes its statistics from it. */
export function normalizable(drawn: Case): Case {
  const { layers, rows, fit } = drawn
  if (!layers.some(({ type, trainable }) => type === 'batchNormalization' && trainable !== false)) return drawn
  return { ...drawn, rows: Math.max(rows, 2), fit: { ...fit, batchSize: Math.max(fit.batchSize, 2) } }
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

/** A network with layers of every type, the special ones first, and behind each other. */
export const EVERY_TYPE: { readonly inputs: number; readonly layers: readonly LayerOption[] } = {
  inputs: 17,
  layers: [
    { type: 'layerNormalization' },
    { type: 'batchNormalization', activation: 'relu' },
    { type: 'dropout', rate: 0.1 },
    { type: 'dropout', rate: 0 },
    { units: 20, activation: 'relu' },
    { type: 'batchNormalization' },
    { type: 'layerNormalization', activation: 'relu' },
    { type: 'dropout', rate: 0.3 },
    { units: 1 },
  ],
}
