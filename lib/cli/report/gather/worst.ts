/** The rows whose predictions are furthest from the truth. */
import { isDate } from '../../../data/records/records.js'
import { shownNumber, shownShare } from '../../../page/numbers.js'
import type { WorstRow } from '../parts/data.js'
import type { LabelOutcomes, Outcomes, Records, Row } from './outcomes.js'

const COUNT = 10
/** The most columns whose values are shown. */
const MAX_VALUES = 12

/** @param nameOf the name of record i for the reader */
export function worstRows(
  outcomes: Outcomes,
  records: Records,
  columns: readonly string[],
  nameOf: (i: number) => string,
): WorstRow[] {
  const wrongness = wrongnessOf(outcomes)
  return largest(wrongness, COUNT)
    .filter((i) => wrongness[i] > 0)
    .map((i) => ({
      row: nameOf(i),
      ...shownOutcome(outcomes, i),
      values: columns.slice(0, MAX_VALUES).map((name) => [name, shownValue((records[i] as Row)[name])]),
    }))
}

/** Of a label: 1 − the probability of the true one, where the prediction is wrong. Of a number: the absolute error. */
function wrongnessOf(outcomes: Outcomes): Float64Array {
  const { actual, predicted } = outcomes
  if (outcomes.kind === 'number') return Float64Array.from(actual, (value, i) => Math.abs(value - predicted[i]))
  return Float64Array.from(actual, (label, i) => (label === predicted[i] ? 0 : 1 - ofActual(outcomes, i)))
}

/** The probability of the true label of a row. */
const ofActual = ({ labels, actual, probabilities }: LabelOutcomes, row: number): number =>
  probabilities[row * labels.length + actual[row]]

function shownOutcome(outcomes: Outcomes, i: number): Pick<WorstRow, 'actual' | 'predicted' | 'figure'> {
  const { actual, predicted } = outcomes
  if (outcomes.kind === 'number') {
    const error = predicted[i] - actual[i]
    const figure = `${error > 0 ? '+' : ''}${shownNumber(error)}`
    return { actual: shownNumber(actual[i]), predicted: shownNumber(predicted[i]), figure }
  }
  return {
    actual: outcomes.labels[actual[i]],
    predicted: outcomes.labels[predicted[i]],
    figure: `true label: ${shownShare(ofActual(outcomes, i))}`,
  }
}

function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === '' || Number.isNaN(value)) return '(missing)'
  if (typeof value === 'number') return shownNumber(value)
  return isDate(value) ? value.toISOString() : String(value)
}

/** The places of the largest values, the largest first; of equal ones, the first. */
function largest(values: Float64Array, count: number): number[] {
  const places: number[] = []
  values.forEach((value, i) => {
    if (places.length === count && value <= values[places[count - 1]]) return
    let at = places.length
    while (at > 0 && values[places[at - 1]] < value) at--
    places.splice(at, 0, i)
    if (places.length > count) places.pop()
  })
  return places
}
