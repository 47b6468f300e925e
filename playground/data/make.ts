/** The data sets that need no table. */
import { wrongValue } from '#lib/checks/errors.js'
import type { DataSettings, Point } from '../state/settings.js'
import type { DataSet, Input, Rows } from './data-set.js'
import { drawnPoints } from './drawn.js'
import { splitOrder } from './split.js'

/** The range of a map: a little more than that of the drawn points. */
const RANGE = 1.25
/** The names of the classes of drawn data and of one's own points. */
export const CLASS_NAMES = ['first class', 'second class', 'third class', 'fourth class']

/**
 * The data set, split into rows for training and for validation.
 * @throws RangeError for points of one's own that cannot be trained with
 */
export function makeDataSet(settings: DataSettings): DataSet {
  const { source, rows, noise, seed } = settings
  if (source === 'points') return ofPoints(settings.points, settings)
  if (source === 'csv') throw new TypeError('A table is read by loadDataSet.')
  const points = drawnPoints(source, rows, noise, seed)
  const inputs = ['x', 'y'].map((name) => ({ name, min: -RANGE, max: RANGE, middle: 0 }))
  const parts = split(points, settings)
  if (source === 'plane') return { task: 'number', inputs, target: { name: 'z', min: -1, max: 1 }, ...parts }
  return { task: 'classes', inputs, classes: CLASS_NAMES.slice(0, 2), ...parts }
}

function ofPoints(points: readonly Point[], settings: DataSettings): DataSet {
  const labels = new Set(points.map(([, , label]) => label))
  if (labels.size < 2) {
    throw wrongValue('points of at least two classes', 'data.points', points, 'Add points of another class.')
  }
  const count = Math.max(...labels) + 1
  return { task: 'classes', inputs: inputsOf(points), classes: CLASS_NAMES.slice(0, count), ...split(points, settings) }
}

/**
 * The inputs of one's own points. Points within the range of drawn data do not change it, so that the map stays while
 * points are added.
 */
export const inputsOf = (points: readonly Point[]): Input[] =>
  ['x', 'y'].map((name, axis): Input => {
    const size = points.reduce((largest, point) => Math.max(largest, Math.abs(point[axis])), 0)
    const range = size <= RANGE ? RANGE : RANGE * size
    return { name, min: -range, max: range, middle: 0 }
  })

/** Rows for training and for validation. */
export function split(
  rows: readonly (readonly number[])[],
  settings: Pick<DataSettings, 'validation' | 'seed'>,
): { training: Rows; validation: Rows } {
  const { training, validation } = splitOrder(rows.length, settings)
  const rowsAt = (places: readonly number[]): Rows => rowsOf(places.map((row) => rows[row]))
  return { training: rowsAt(training), validation: rowsAt(validation) }
}

const rowsOf = (rows: readonly (readonly number[])[]): Rows => ({
  count: rows.length,
  x: Float64Array.from(rows.flatMap((row) => row.slice(0, -1))),
  y: Float64Array.from(rows, (row) => row[row.length - 1]),
})
