/** Predictions as columns of a table. */
import type { Category, Model } from '../../data/index.js'
import { checkInterval, marginsOf } from '../../data/model/intervals.js'
import { type Decoded, decoderOf } from '../../data/targets/decoders.js'
import { largestIn } from '../../kernels/metrics/classes.js'
import { inRows } from './errors.js'

/** A column of predictions: its value of each row; of sets of labels their labels. */
export type PredictedColumn = ArrayLike<Category | readonly Category[]>

type Target = Model['target']

/**
 * The names of the columns: `predicted_<target>`; for labels `probability_<label>` of each, with several targets
 * `probability_<target>_<label>`. With an interval `low_<target>` and `high_<target>` of a number, `labels_<target>` of
 * labels.
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
    const within = labels.length > 0 ? ['labels'] : ['low', 'high']
    const ends = interval === undefined ? [] : within.map((one) => `${one}_${target.name}`)
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
  const margins = marginsOf(model.targets, checkInterval(interval))
  return async (rows, values, nameOf) => {
    const decoded = await inRows(() => model.predictColumns(rows, values), nameOf)
    return decoded.flatMap((one, i) => columnsOf(one, margins === null ? null : margins[i]))
  }
}

/** Arrays, without an object for each row. */
function columnsOf({ target, values }: Decoded, margin: number | null): PredictedColumn[] {
  const { ends, set } = decoderOf(target)
  if (!('encoder' in target)) {
    if (margin === null || ends === null) return [values]
    const [low, high] = [new Float64Array(values.length), new Float64Array(values.length)]
    for (let i = 0; i < values.length; i++) [low[i], high[i]] = ends(values[i], margin, target)
    return [values, low, high]
  }
  const { labels } = target.encoder
  const count = labels.length
  const rows = values.length / count
  const predicted = new Array<Category>(rows)
  const probabilities = labels.map(() => new Float64Array(rows))
  for (let i = 0; i < rows; i++) {
    predicted[i] = labels[largestIn(values, i, count)]
    for (let j = 0; j < count; j++) probabilities[j][i] = values[i * count + j]
  }
  if (margin === null || set === null) return [predicted, ...probabilities]
  const sets = predicted.map((_, i) => set(values, i, count, margin).map((place) => labels[place]))
  return [predicted, ...probabilities, sets]
}

const labelsOf = (target: Target): string[] => ('encoder' in target ? target.encoder.labels.map(String) : [])
