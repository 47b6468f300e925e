/**
 * Embeddings: some columns of the samples hold categories, as integers from 0 on, and each category has a vector of its own,
 * a row of the column's table. z is the other columns in their order, then the vectors in the order of `columns`. Only the
 * first layer of a network can be one. A category has the derivative 0.
 */
import type { Allocate } from '../arena.js'
import { records, requiredInteger } from '../option-table.js'
import type { LayerPlan } from '../plan.js'
import { type Layer, type LayerDefinition, type TensorName, type TensorSpec, trainable } from './layer.js'

const MAX_SIZE = 2 ** 24
const MAX_COLUMNS = 10_000

const fields = {
  /** The index of the column, from 0. */
  column: requiredInteger(0, MAX_SIZE - 1),
  /** The number of categories: its values are integers from 0 to categories - 1. */
  categories: requiredInteger(1, MAX_SIZE),
  /** The length of a category's vector. */
  units: requiredInteger(1, MAX_SIZE),
}

type Column = Readonly<Record<keyof typeof fields, number>>

/** The columns of `options`: column, categories and units of each. */
function columnsOf(options: Float64Array): Column[] {
  const columns: Column[] = []
  for (let i = 0; i < options.length; i += 3) {
    columns.push({ column: options[i], categories: options[i + 1], units: options[i + 2] })
  }
  return columns
}

const vectorUnits = (columns: readonly Column[]): number => columns.reduce((sum, { units }) => sum + units, 0)

/** The category of a value. Values are checked before; any other one counts as 0, so that no table is read out of bounds. */
const categoryOf = (value: number, categories: number): number =>
  value >= 0 && value < categories ? Math.floor(value) : 0

export const embeddingLayer = {
  options: {
    /** The columns with categories: of each its index, the number of its categories, and the units of their vectors. */
    columns: records(fields, MAX_COLUMNS),
  },
  trainingOptions: { trainable },
  initializers: ['weightsInitializer'],
  usualInitializer: 'uniform',
  sized: false,
  activated: false,
  firstOnly: true,
  categories: columnsOf,
  misfit(inputUnits: number, options: Float64Array) {
    const places = new Map<number, number>()
    for (const [i, { column }] of columnsOf(options).entries()) {
      const option = `columns[${i}].column`
      if (column >= inputUnits) {
        const remedy = 'It is the index of an input.'
        return { option, expected: `an integer from 0 to ${inputUnits - 1}`, value: column, remedy }
      }
      const first = places.get(column)
      if (first !== undefined) {
        return { option, expected: 'each column once', value: column, remedy: `columns[${first}] has it already.` }
      }
      places.set(column, i)
    }
    return null
  },
  outputUnits([inputUnits]: readonly number[], _units: number, options: Float64Array) {
    const columns = columnsOf(options)
    return inputUnits - columns.length + vectorUnits(columns)
  },
  tensors: (_inputUnits: readonly number[], _units: number, options: Float64Array) =>
    columnsOf(options).map(
      ({ column, categories, units }): TensorSpec => ({
        name: `column${column}` satisfies TensorName,
        form: 'table',
        rows: categories,
        columns: units,
        initial: 'weightsInitializer',
      }),
    ),
  work: ({ units }: LayerPlan) => units,
  bufferLength: ({ units }: LayerPlan, rows: number) => units * rows,
  create({ inputs, units, options, tensors }: LayerPlan, _l: number, maxRows: number, allocate: Allocate): Layer {
    const z = allocate(maxRows * units)
    const columns = columnsOf(options)
    const embedded = new Set(columns.map(({ column }) => column))
    const others = Array.from({ length: inputs }, (_, k) => k).filter((k) => !embedded.has(k))
    // Where the vector of each column is in a row of z.
    const places: number[] = []
    for (let i = 0, place = others.length; i < columns.length; i++) {
      places.push(place)
      place += columns[i].units
    }
    return {
      z,
      forward([input], p, rows) {
        for (let row = 0; row < rows; row++) {
          const from = row * inputs
          const to = row * units
          for (let k = 0; k < others.length; k++) z[to + k] = input[from + others[k]]
          for (let i = 0; i < columns.length; i++) {
            const { column, categories, units: length } = columns[i]
            const vector = tensors[i].offset + length * categoryOf(input[from + column], categories)
            for (let j = 0; j < length; j++) z[to + places[i] + j] = p[vector + j]
          }
        }
      },
      // The rows are added to the vectors of their categories, in order.
      backward([input], d, _p, g, [dInput], rows, overwriteGradients, [overwrite]) {
        for (let i = 0; i < columns.length && g !== null; i++) {
          const { column, categories, units: length } = columns[i]
          const { offset } = tensors[i]
          if (overwriteGradients) g.fill(-0, offset, offset + categories * length)
          for (let row = 0; row < rows; row++) {
            const vector = offset + length * categoryOf(input[row * inputs + column], categories)
            const from = row * units + places[i]
            for (let j = 0; j < length; j++) g[vector + j] += d[from + j]
          }
        }
        if (dInput === null) return
        if (overwrite) dInput.fill(0, 0, rows * inputs)
        for (let row = 0; row < rows; row++) {
          for (let k = 0; k < others.length; k++) {
            const at = row * inputs + others[k]
            const value = d[row * units + k]
            dInput[at] = overwrite ? value : dInput[at] + value
          }
        }
      },
    }
  },
} as const satisfies LayerDefinition
