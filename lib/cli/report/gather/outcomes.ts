/** The predictions for many rows, beside the truth: arrays of numbers instead of an object for each row. */
import type { LabelPrediction, Model, ModelKind, Target } from '../../../data/index.js'

export interface LabelOutcomes {
  readonly kind: 'label'
  /** The labels as text, in the order of the target's encoder. */
  readonly labels: readonly string[]
  /** Places of labels. */
  readonly actual: Int32Array
  readonly predicted: Int32Array
  /** The probability of the predicted label. */
  readonly confidence: Float64Array
  /** The probability of the true label. */
  readonly ofActual: Float64Array
}

export interface NumberOutcomes {
  readonly kind: 'number'
  readonly actual: Float64Array
  readonly predicted: Float64Array
}

export type Outcomes = LabelOutcomes | NumberOutcomes

export type AnyModel = Model<ModelKind>
export type Records = readonly object[]
export type Row = Readonly<Record<string, unknown>>

/** Outcomes that are filled row by row. */
interface Filled {
  readonly outcomes: Outcomes
  readonly put: (i: number, prediction: unknown, row: Row) => void
}

/** How many rows are predicted at a time. */
const BATCH = 10_000

/** The outcomes of each target for records, whose targets are checked already, as by `model.evaluate`. */
export function outcomesOf(model: AnyModel, records: Records): Outcomes[] {
  const filled = model.targets.map((target) => emptyOutcomes(target, records.length))
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = inputRows(model, records.slice(start, start + BATCH))
    const predictions = model.predict(batch) as unknown[]
    predictions.forEach((prediction, i) => {
      model.targets.forEach(({ name }, k) => {
        filled[k].put(start + i, predictionOf(model, prediction, name), records[start + i] as Row)
      })
    })
  }
  return filled.map(({ outcomes }) => outcomes)
}

/** Records with the input columns only: `predict` refuses columns that the model does not have. */
export function inputRows(model: AnyModel, records: Records): Row[] {
  const names = model.columns.map(({ name }) => name)
  return (records as readonly Row[]).map((row) => Object.fromEntries(names.map((name) => [name, row[name]])))
}

/** The prediction of one target: of several, those of a record are by name. */
export const predictionOf = (model: AnyModel, prediction: unknown, target: string): unknown =>
  model.targets.length === 1 ? prediction : (prediction as Row)[target]

const emptyOutcomes = (target: Target, rows: number): Filled =>
  'encoder' in target ? emptyLabels(target.name, target.encoder.labels.map(String), rows) : emptyNumbers(target, rows)

function emptyNumbers({ name }: Target, rows: number): Filled {
  const [actual, predicted] = [new Float64Array(rows), new Float64Array(rows)]
  return {
    outcomes: { kind: 'number', actual, predicted },
    put: (i, prediction, row) => {
      actual[i] = row[name] as number
      predicted[i] = prediction as number
    },
  }
}

function emptyLabels(name: string, labels: readonly string[], rows: number): Filled {
  const places = new Map(labels.map((label, i) => [label, i]))
  const outcomes = {
    kind: 'label' as const,
    labels,
    actual: new Int32Array(rows),
    predicted: new Int32Array(rows),
    confidence: new Float64Array(rows),
    ofActual: new Float64Array(rows),
  }
  return {
    outcomes,
    put: (i, prediction, row) => {
      const { label, probabilities } = prediction as LabelPrediction
      const [actual, predicted] = [String(row[name]), String(label)]
      outcomes.actual[i] = places.get(actual) as number
      outcomes.predicted[i] = places.get(predicted) as number
      outcomes.confidence[i] = probabilities[predicted]
      outcomes.ofActual[i] = probabilities[actual]
    },
  }
}
