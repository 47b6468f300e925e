/** The table of the pack: the ratings of movies by numbers and categories, as a matrix for all programs. */
import { oneHot, standardScaler, trainTestSplit } from 'lockstep-nn/data'
import type { Row } from '../../tables/catalog.js'
import { known, vega } from '../../tables/vega.js'

const TARGET = 'IMDB Rating'
/** Of many magnitudes: their logarithms. */
const AMOUNTS = ['US Gross', 'Worldwide Gross', 'Production Budget', 'IMDB Votes']
const NUMBERS = ['Running Time min', 'Rotten Tomatoes Rating']
const CATEGORIES = ['MPAA Rating', 'Source', 'Major Genre', 'Creative Type']

/** A fifth of the rows is held out; a fifth of the others, the last ones, is for validation. */
const HELD_OUT = 0.2
export const VALIDATION = 0.2

export interface Matrix {
  /** [rows × inputs], row-major. */
  readonly x: Float64Array
  /** [rows], standardized by the rows that are not held out. */
  readonly y: Float64Array
}

export interface Movies {
  readonly inputs: number
  readonly train: Matrix
  readonly test: Matrix
}

const isKnown = (row: Row, name: string): boolean => typeof row[name] === 'number'

/** Numbers of a row: gaps are NaN. */
const numbersOf = (row: Row): number[] => [
  ...AMOUNTS.map((name) => (isKnown(row, name) ? Math.log(1 + Number(row[name])) : Number.NaN)),
  ...NUMBERS.map((name) => (isKnown(row, name) ? Number(row[name]) : Number.NaN)),
]

/** Standardized by the training rows; a gap is their mean, and an input of its own. */
function withGapsFilled(train: readonly Row[], rows: readonly Row[]): number[][] {
  const known = train.map(numbersOf)
  const columns = known[0].map((_, column) => known.map((row) => row[column]).filter((value) => !Number.isNaN(value)))
  const scalers = columns.map((values) => standardScaler.fit(values.map((value) => [value])))
  return rows.map((row) =>
    numbersOf(row).flatMap((value, i) => {
      const isGap = Number.isNaN(value)
      return [isGap ? 0 : scalers[i].transform([[value]])[0], isGap ? 1 : 0]
    }),
  )
}

const textOf = (row: Row, name: string): string => String(row[name] ?? 'missing')

/** @param seed of the rows that are held out */
export function movies(seed: number): Movies {
  const { train, test } = trainTestSplit(known(vega('movies.json'), TARGET), { testSize: HELD_OUT, seed })
  const encoders = CATEGORIES.map((name) =>
    oneHot.fit(
      train.map((row) => textOf(row, name)),
      { unknown: 'zeros' },
    ),
  )
  const scaler = standardScaler.fit(train.map((row) => [Number(row[TARGET])]))
  let inputs = 0
  const matrix = (rows: readonly Row[]): Matrix => {
    const numbers = withGapsFilled(train, rows)
    const codes = CATEGORIES.map((name, i) => encoders[i].transform(rows.map((row) => textOf(row, name))))
    const widths = codes.map((code) => code.length / rows.length)
    const samples = rows.map((_, i) => [
      ...numbers[i],
      ...codes.flatMap((code, j) => [...code.subarray(i * widths[j], (i + 1) * widths[j])]),
    ])
    inputs = samples[0].length
    return {
      x: Float64Array.from(samples.flat()),
      y: Float64Array.from(scaler.transform(rows.map((row) => [Number(row[TARGET])]))),
    }
  }
  return { train: matrix(train), test: matrix(test), inputs }
}
