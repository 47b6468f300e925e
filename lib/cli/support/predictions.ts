/** Predictions as columns of a table. */
import type { LabelPrediction, Model } from '../../data/index.js'
import { inRows } from './errors.js'
import type { TableRecord } from './table.js'

/** A column of predictions: its name, and its value of each row. */
export type PredictedColumn = readonly (string | number | boolean)[]

/**
 * The names of the columns: `predicted_<target>`, and for labels `probability_<label>` of each.
 * @throws Error where the table has one of them
 */
export function predictionColumns({ target, labels }: Model, header: readonly string[], name: string): string[] {
  const names = [`predicted_${target.name}`, ...labels.map((label) => `probability_${label}`)]
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
  records: readonly TableRecord[],
  nameOf: (i: number) => string,
): PredictedColumn[] {
  const predictions = predicted(model, records, nameOf)
  const labels = model.labels.map(String)
  if (labels.length === 0) return [predictions as number[]]
  const all = predictions as LabelPrediction[]
  return [all.map(({ label }) => label), ...labels.map((label) => all.map(({ probabilities }) => probabilities[label]))]
}

function predicted(model: Model, records: readonly TableRecord[], nameOf: (i: number) => string): unknown[] {
  const names = model.columns.map(({ name }) => name)
  // A model refuses columns that it does not know.
  const inputs = records.map((record) => {
    const input: Record<string, unknown> = {}
    for (const name of names) input[name] = record[name]
    return input
  })
  return inRows(() => model.predict(inputs), nameOf)
}
