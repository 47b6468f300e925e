/** One training in plain values, as the property tests draw it and print it. */
import type {
  ActivationName,
  InitializerOption,
  LayerInfo,
  LayerOption,
  LayerType,
  LossName,
  LossOption,
  OptimizerOption,
} from 'lockstep-nn'
import type { LastBatch } from '#lib/backend/plan.js'
import { activationAliases } from '#lib/kernels/activations.js'
import { lossTable } from './tables.js'
import { fillReal, fillTargets, newArray, uniform, type Values } from './values.js'

/** Parameters drawn by an initializer. */
export interface Drawn {
  readonly initializer?: InitializerOption
  readonly seed: number
}

/** Given parameters, in shared memory or not. */
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
  /** The form of samples and targets. */
  readonly form: 'flat' | 'shared' | 'rows'
  /** Of which the absolute values are the rows' weights. */
  readonly sampleWeight?: Values
  /** Arguments of a backend's call that `fit` does not have: the number of the first epoch, and what makes the factors of the steps. */
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

/** The width of a layer that reads this many values: a dense one has its units, an embedding its vectors and the other columns. */
export function widthOf({ units, columns }: LayerOption, inputs: number): number {
  if (columns === undefined) return units ?? inputs
  return columns.reduce((width, column) => width - 1 + column.units, inputs)
}

/** The width of each layer. */
export function unitsOf({ inputs, layers }: Pick<Case, 'inputs' | 'layers'>): number[] {
  let width = inputs
  return layers.map((layer) => {
    width = widthOf(layer, width)
    return width
  })
}

/** All layers, those of blocks before their block. */
export const flatLayers = (layers: readonly LayerOption[]): LayerOption[] =>
  layers.flatMap((layer) => [...flatLayers(layer.layers ?? []), layer])

/** Fills samples with any numbers, and the columns of an embedding with categories. */
export function fillSamples(
  x: Float64Array,
  { inputs, layers, x: values }: Pick<Case, 'inputs' | 'layers' | 'x'>,
): void {
  fillReal(x, values)
  fillCategories(x, inputs, layers, values.seed)
}

/** Fills the columns of an embedding with categories. */
export function fillCategories(
  x: Float64Array,
  inputs: number,
  layers: readonly Pick<LayerInfo, 'columns'>[],
  seed: number,
): void {
  const next = uniform(seed)
  for (const { column, categories } of layers[0].columns ?? []) {
    for (let i = column; i < x.length; i += inputs) x[i] = Math.floor(next() * categories)
  }
}

export const outputsOf = (drawn: Case): number => unitsOf(drawn)[drawn.layers.length - 1]

/** Whether all layers are dense. */
export const isDense = ({ layers }: Pick<Case, 'layers'>): boolean =>
  layers.every(({ type = 'dense' }) => type === 'dense')

export const activationOf = ({ activation = 'linear' }: LayerOption): ActivationName =>
  activation === 'swish' ? activationAliases[activation] : activation

export const lossNameOf = (loss: LossOption): LossName => (typeof loss === 'string' ? loss : loss.name)

/** The number of columns of the given targets. */
export const targetColumnsOf = (drawn: Case): number =>
  lossTable[lossNameOf(drawn.loss)].targets === 'index' ? 1 : outputsOf(drawn)

/** The samples and targets of a case. */
export function dataOf(drawn: Case): Data {
  const { rows, inputs, loss, form } = drawn
  const x = newArray(rows * inputs, form === 'shared')
  const y = newArray(rows * targetColumnsOf(drawn), form === 'shared')
  fillSamples(x, drawn)
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

/** The factors of n steps, of length 0 where there are none. */
export const factorsOf = ({ rateFactors }: Case, steps: number): Float64Array =>
  rateFactors === undefined ? new Float64Array(0) : sizesOf(steps, rateFactors)

/** How many parameters a case's network has. */
export function parameterCountOf({ inputs, layers }: Pick<Case, 'inputs' | 'layers'>): number {
  const count: Readonly<Record<LayerType, (layer: LayerOption, width: number) => number>> = {
    dense: ({ units = 0 }, width) => (1 + width) * units,
    dropout: () => 0,
    batchNormalization: (_, width) => 4 * width,
    layerNormalization: (_, width) => 2 * width,
    residual: ({ layers: inner = [] }, width) => parameterCountOf({ inputs: width, layers: inner }),
    embedding: ({ columns = [] }) => columns.reduce((sum, { categories, units }) => sum + categories * units, 0),
  }
  const widths = [inputs, ...unitsOf({ inputs, layers })]
  return layers.reduce((sum, layer, l) => sum + count[layer.type ?? 'dense'](layer, widths[l]), 0)
}

/** With at least two rows in a batch, if a layer computes statistics of it. */
export function normalizable(drawn: Case): Case {
  const { layers, rows, fit } = drawn
  const normalizes = ({ type, trainable }: LayerOption) => type === 'batchNormalization' && trainable !== false
  if (!flatLayers(layers).some(normalizes)) return drawn
  return { ...drawn, rows: Math.max(rows, 2), fit: { ...fit, batchSize: Math.max(fit.batchSize, 2) } }
}

/** New parameters for a case with given parameters. */
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

/** A network with layers of every type, the special ones first, and after each other. */
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
