/** The predictions for many rows, beside the truth: arrays of numbers instead of an object for each row. */
import type { LabelPrediction, Model } from '../../../data/index.js'

export interface LabelOutcomes {
  readonly kind: 'label'
  /** The labels as text, in the order of `model.labels`. */
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

export type Records = readonly object[]
export type Row = Readonly<Record<string, unknown>>

/** How many rows are predicted at a time. */
const BATCH = 10_000

/** The outcomes of records; their target is checked already, as by `model.evaluate`. */
export function outcomesOf(model: Model, records: Records): Outcomes {
  return model.target.type === 'number' ? numbersOf(model, records) : labelsOf(model, records)
}

/** Calls `use` with the prediction and the record of each row. */
function eachPrediction(model: Model, records: Records, use: (prediction: unknown, row: Row, i: number) => void): void {
  const names = model.columns.map(({ name }) => name)
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = records.slice(start, start + BATCH) as readonly Row[]
    // `predict` refuses columns that the model does not have.
    const known = batch.map((row) => Object.fromEntries(names.map((name) => [name, row[name]])))
    model.predict(known).forEach((prediction, i) => {
      use(prediction, batch[i], start + i)
    })
  }
}

function numbersOf(model: Model, records: Records): NumberOutcomes {
  const actual = new Float64Array(records.length)
  const predicted = new Float64Array(records.length)
  eachPrediction(model, records, (prediction, row, i) => {
    actual[i] = row[model.target.name] as number
    predicted[i] = prediction as number
  })
  return { kind: 'number', actual, predicted }
}

function labelsOf(model: Model, records: Records): LabelOutcomes {
  const { length } = records
  const outcomes = {
    actual: new Int32Array(length),
    predicted: new Int32Array(length),
    confidence: new Float64Array(length),
    ofActual: new Float64Array(length),
  }
  const labels = model.labels.map(String)
  const places = new Map(labels.map((label, i) => [label, i]))
  eachPrediction(model, records, (prediction, row, i) => {
    const { label, probabilities } = prediction as LabelPrediction
    const [actual, predicted] = [String(row[model.target.name]), String(label)]
    outcomes.actual[i] = places.get(actual) as number
    outcomes.predicted[i] = places.get(predicted) as number
    outcomes.confidence[i] = probabilities[predicted]
    outcomes.ofActual[i] = probabilities[actual]
  })
  return { kind: 'label', labels, ...outcomes }
}
