/** Predictions as columns of a table. */
import type { Category, IntervalPrediction, LabelSetPrediction, Model } from '../../data/index.js'
import { inRows } from './errors.js'
import type { TableRecord } from './table.js'

/** A column of predictions: its value of each row; of sets of labels their labels. */
export type PredictedColumn = ArrayLike<Category | readonly Category[]>

type Target = Model['target']
type Predicted = IntervalPrediction | LabelSetPrediction

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

/**
 * The columns of predictions for some rows, in the order of `predictionColumns`.
 * @param nameOf what errors call a row
 */
export function predictionsOf(
  model: Model,
  interval: number | undefined,
  records: readonly TableRecord[],
  nameOf: (i: number) => string,
): PredictedColumn[] {
  if (interval !== undefined) return inRows(() => withIntervals(model, interval, records), nameOf)
  const decoded = inRows(() => model.predictArrays(records), nameOf)
  return decoded.flatMap(({ target, values }) => columnsOf(target, values))
}

/** Arrays, without an object for each row. */
function columnsOf(target: Target, values: Float64Array): PredictedColumn[] {
  if (!('encoder' in target)) return [values]
  const { labels } = target.encoder
  const count = labels.length
  const rows = values.length / count
  const predicted = new Array<string | number | boolean>(rows)
  const probabilities = labels.map(() => new Float64Array(rows))
  for (let i = 0; i < rows; i++) {
    // The first of equally probable ones.
    let best = 0
    for (let j = 0; j < count; j++) {
      const probability = values[i * count + j]
      probabilities[j][i] = probability
      if (probability > values[i * count + best]) best = j
    }
    predicted[i] = labels[best]
  }
  return [predicted, ...probabilities]
}

function withIntervals(model: Model, interval: number, records: readonly TableRecord[]): PredictedColumn[] {
  const names = model.columns.map(({ name }) => name)
  // `predict` refuses columns that the model does not know.
  const inputs = records.map((record) => Object.fromEntries(names.map((name) => [name, record[name]])))
  const { targets } = model
  const predictions: readonly unknown[] = model.predict(inputs, { interval })
  return targets.flatMap((target) => {
    const own = (
      targets.length === 1 ? predictions : predictions.map((one) => fieldOf(one, target.name))
    ) as Predicted[]
    if ('encoder' in target) {
      const all = own as LabelSetPrediction[]
      const probabilities = target.encoder.labels.map((label) => all.map((one) => one.probabilities[String(label)]))
      return [all.map(({ label }) => label), ...probabilities, all.map(({ labels }) => labels)]
    }
    const all = own as IntervalPrediction[]
    return [all.map(({ value }) => value), all.map(({ low }) => low), all.map(({ high }) => high)]
  })
}

const fieldOf = (prediction: unknown, name: string): unknown => (prediction as Readonly<Record<string, unknown>>)[name]

const labelsOf = (target: Target): string[] => ('encoder' in target ? target.encoder.labels.map(String) : [])
