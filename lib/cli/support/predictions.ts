/** Predictions as columns of a table. */
import type { IntervalPrediction, LabelPrediction, Model } from '../../data/index.js'
import type { TableRecord } from './batches.js'
import { inRows } from './errors.js'

/** A column of predictions: its value of each row. */
export type PredictedColumn = readonly (string | number | boolean)[]

type Target = Model['target']
type Predicted = number | IntervalPrediction | LabelPrediction

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
  const names = model.columns.map(({ name }) => name)
  // A model refuses columns that it does not know.
  const inputs = records.map((record) => {
    const input: Record<string, unknown> = {}
    for (const name of names) input[name] = record[name]
    return input
  })
  const options = interval === undefined ? {} : { interval }
  const predictions: readonly unknown[] = inRows(() => model.predict(inputs, options), nameOf)
  const { targets } = model
  if (targets.length === 1) return columnsOf(targets[0], predictions as Predicted[])
  const several = predictions as readonly Readonly<Record<string, Predicted>>[]
  return targets.flatMap((target) =>
    columnsOf(
      target,
      several.map((one) => one[target.name]),
    ),
  )
}

function columnsOf(target: Target, predictions: readonly Predicted[]): PredictedColumn[] {
  const labels = labelsOf(target)
  if (labels.length > 0) {
    const all = predictions as readonly LabelPrediction[]
    const probabilities = labels.map((label) => all.map((one) => one.probabilities[label]))
    return [all.map(({ label }) => label), ...probabilities]
  }
  if (typeof predictions[0] === 'number') return [predictions as readonly number[]]
  const all = predictions as readonly IntervalPrediction[]
  return [all.map(({ value }) => value), all.map(({ low }) => low), all.map(({ high }) => high)]
}

const labelsOf = (target: Target): string[] => ('encoder' in target ? target.encoder.labels.map(String) : [])
