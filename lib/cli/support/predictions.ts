/** Predictions as columns of a table. */
import { greatest } from '../../data/encoding/encoders.js'
import type { Model } from '../../data/index.js'
import { checkInterval, type IntervalOf, intervalsOf, requireNumbers } from '../../data/model/intervals.js'
import { inRows } from './errors.js'

/** A column of predictions: its value of each row. */
export type PredictedColumn = ArrayLike<string | number | boolean>

type Target = Model['target']

/**
 * The names of the columns: `predicted_<target>`; for labels `probability_<label>` of each, for a number with an interval
 * `low_<target>` and `high_<target>`. With several targets, `probability_<target>_<label>`.
 * @throws Error where the table has one of them
 */
export function predictionColumns(
  { targets }: Model,
  interval: number | undefined,
  header: readonly string[],
  name: string,
): string[] {
  const names = targets.flatMap((target) => {
    const ofLabel = targets.length === 1 ? '' : `${target.name}_`
    const labels = labelsOf(target).map((label) => `probability_${ofLabel}${label}`)
    const ends = labels.length > 0 || interval === undefined ? [] : [`low_${target.name}`, `high_${target.name}`]
    return [`predicted_${target.name}`, ...labels, ...ends]
  })
  const taken = names.find((column) => header.includes(column))
  if (taken === undefined) return names
  throw new Error(`${name} has a column ${JSON.stringify(taken)}, which the predictions need. Rename or remove it.`)
}

/** Predicts rows; errors call a row `nameOf(i)`. The columns are in the order of `predictionColumns`. */
export type PredictRows = (
  rows: number,
  values: ReadonlyMap<string, readonly unknown[]>,
  nameOf: (i: number) => string,
) => Promise<PredictedColumn[]>

/**
 * Returns a function that predicts rows with a model.
 * @throws TypeError or RangeError for an interval that the model cannot give
 */
export function rowPredictor(model: Model, interval: number | undefined): PredictRows {
  const share = checkInterval(interval)
  requireNumbers(model.targets, share)
  const intervals = model.targets.map((target) => (share === null ? null : intervalsOf(target, share)))
  return async (rows, values, nameOf) => {
    const decoded = await inRows(() => model.predictColumns(rows, values), nameOf)
    return decoded.flatMap((one, i) => columnsOf(one.target, one.values, intervals[i]))
  }
}

/** Arrays, without an object for each row. */
function columnsOf(target: Target, values: Float64Array, intervalOf: IntervalOf | null): PredictedColumn[] {
  if (!('encoder' in target)) return intervalOf === null ? [values] : [values, ...endsOf(values, intervalOf)]
  const { labels } = target.encoder
  const count = labels.length
  const rows = values.length / count
  const predicted = new Array<string | number | boolean>(rows)
  const probabilities = labels.map(() => new Float64Array(rows))
  for (let i = 0; i < rows; i++) {
    predicted[i] = labels[greatest(values, i * count, count)]
    for (let j = 0; j < count; j++) probabilities[j][i] = values[i * count + j]
  }
  return [predicted, ...probabilities]
}

function endsOf(values: Float64Array, intervalOf: IntervalOf): [low: Float64Array, high: Float64Array] {
  const [low, high] = [new Float64Array(values.length), new Float64Array(values.length)]
  for (let i = 0; i < values.length; i++) [low[i], high[i]] = intervalOf(values[i])
  return [low, high]
}

const labelsOf = (target: Target): string[] => ('encoder' in target ? target.encoder.labels.map(String) : [])
