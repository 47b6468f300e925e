/**
 * The sweep: 300 configurations of a network for the miles per gallon of cars: 5 architectures, 6 learning rates and 10 seeds, up
 * to 100 epochs, with a fifth of the rows for validation and early stopping.
 */
import { known, vega } from '../../tables/vega.js'

export const HIDDEN = [[8], [16], [32], [16, 16], [32, 16]]
export const RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03]
export const SEEDS = Array.from({ length: 10 }, (_, i) => i)

export const FIT = { epochs: 100, batchSize: 32, earlyStopping: { patience: 10, restoreBest: true } }
export const VALIDATION = 0.2

/** What differs between the trainings. */
export interface Configuration {
  /** The units of the hidden layers. */
  readonly hidden: readonly number[]
  readonly rate: number
  readonly seed: number
}

/** All configurations; those of one seed are together. */
export const CONFIGURATIONS: readonly Configuration[] = SEEDS.flatMap((seed) =>
  HIDDEN.flatMap((hidden) => RATES.map((rate) => ({ hidden, rate, seed }))),
)

/** The configurations of one seed: all architectures with all rates. */
export const configurationsOf = (seed: number): Configuration[] => CONFIGURATIONS.filter((one) => one.seed === seed)

const NUMBERS = ['Cylinders', 'Displacement', 'Horsepower', 'Weight_in_lbs', 'Acceleration']
const TARGET = 'Miles_per_Gallon'

/** Standardized columns, row-major: five numbers, the year, and whether it is from the USA. */
function cars() {
  const rows = known(vega('cars.json'), TARGET).filter((row) => NUMBERS.every((name) => row[name] !== null))
  const columns = [
    ...NUMBERS.map((name) => rows.map((row) => Number(row[name]))),
    rows.map((row) => new Date(String(row.Year)).getUTCFullYear()),
    rows.map((row) => (row.Origin === 'USA' ? 1 : 0)),
  ].map(standardized)
  const x = Float64Array.from(rows.flatMap((_, i) => columns.map((column) => column[i])))
  return { x, y: Float64Array.from(standardized(rows.map((row) => Number(row[TARGET])))), inputs: columns.length }
}

function standardized(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return values.map((value) => (value - mean) / Math.sqrt(variance))
}

export const { x, y, inputs } = cars()
