/** Turns the network's outputs into predictions: labels with probabilities, or numbers. */
import { wrongValue } from '../../checks/errors.js'
import { areFinite } from '../../checks/rows.js'
import type { Category } from '../encoding/categories.js'
import { greatest } from '../encoding/encoders.js'
import type { Target, TargetType } from '../targets/targets.js'

export interface LabelPrediction {
  /** The most probable label, the first of equally probable ones. */
  readonly label: Category
  /** The probability of each label, by its text. */
  readonly probabilities: Readonly<Record<string, number>>
}

/** The prediction for one record: a label with probabilities, or a number. */
export type Prediction<Kind extends TargetType> = Kind extends 'label' ? LabelPrediction : number

/** The predictions of a network's outputs; numbers are unscaled already. */
export function predictionsOf(output: Float64Array, target: Target, outputs: number): (number | LabelPrediction)[] {
  if (target.type === 'number') return Array.from(output)
  const { labels } = target.encoder
  const all = probabilities(output, outputs)
  return Array.from({ length: all.length / labels.length }, (_, i) => ({
    label: labels[greatest(all, i * labels.length, labels.length)],
    probabilities: Object.fromEntries(labels.map((label, j) => [String(label), all[i * labels.length + j]])),
  }))
}

/** Refuses predictions that are not finite; the error names the record. */
export function requireFinite(values: Float64Array, columns: number, nameOf: (i: number) => string): void {
  if (areFinite(values)) return
  const i = values.findIndex((value) => !Number.isFinite(value))
  const name = `the prediction for ${nameOf(Math.floor(i / columns))}`
  throw wrongValue('a finite number', name, values[i], 'Look for numbers far beyond those of the training.')
}

/** [rows × labels]; a single output is the probability of the second of two labels. */
function probabilities(output: Float64Array, outputs: number): Float64Array {
  return outputs > 1
    ? output
    : Float64Array.from({ length: 2 * output.length }, (_, i) => {
        const second = output[Math.floor(i / 2)]
        return i % 2 === 0 ? 1 - second : second
      })
}
