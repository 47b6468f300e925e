/** A count to predict: the mean of a Poisson distribution, whose logarithm is the network's output before its activation. */
import { wrongSize, wrongValue } from '../../checks/errors.js'
import { quoted } from '../records/checks.js'
import { cellName, numberCell, type Records } from '../records/records.js'
import type { Ends, NameOf, TargetEntry } from './entry.js'
import { checkResiduals } from './residuals.js'

/** A count to predict, from one output of the network; the prediction is the expected count, which is no integer. */
export interface CountTarget {
  readonly name: string
  readonly type: 'count'
  /** The sorted residuals on the validation records, for intervals. */
  readonly residuals?: readonly number[]
}

function counts(records: Records, name: string, nameOf: NameOf): Float64Array {
  return Float64Array.from(records, (record, i) => {
    const value = numberCell(record, name, nameOf(i))
    if (value < 0 || !Number.isInteger(value)) {
      const remedy = "Use type: 'number' for other numbers."
      throw wrongValue('a count: an integer of at least 0', cellName(name, nameOf(i)), value, remedy)
    }
    return value
  })
}

/** The standard deviation of a count of this mean; of one below 1e-6, whose root could be 0, that of 1e-6. */
const deviationOfCount = (mean: number): number => Math.sqrt(mean > 1e-6 ? mean : 1e-6)

/** The interval of a count, which is at least 0. */
export const endsOfCount = (predicted: number, margin: number): Ends => [
  Math.max(0, predicted - margin * deviationOfCount(predicted)),
  predicted + margin * deviationOfCount(predicted),
]

export const count: TargetEntry<CountTarget> = {
  predicts: 'number',
  options: [],
  keys: ['residuals'],
  fit({ records, which, nameOf }, name) {
    const values = counts(records, name, nameOf)
    if (values.every((value) => value === values[0])) {
      const received = `${values[0]} in every record${which}`
      throw wrongSize('counts that differ', `column ${quoted(name)}`, received, 'There is nothing to predict.')
    }
    return { name, type: 'count' }
  },
  check: (name, given, where) => ({ name, type: 'count', ...checkResiduals(given, where) }),
  restore: (given) => given,
  loss: () => 'poisson',
  lastLayer(_target, { name, entry }) {
    if (entry.targets !== 'nonNegative') {
      const remedy = "For a count: poisson. For a number: type: 'number'."
      throw wrongValue('a loss for a count', 'trainer.loss', name, remedy)
    }
    return { units: 1, activation: 'exponential' }
  },
  units: () => 1,
  needs: () => 'a network with one output, for a count,',
  encode: (records, { name }, _loss, nameOf) => counts(records, name, nameOf),
  // Pearson's residual, as the variance of a Poisson distribution is its mean: larger counts get wider intervals.
  residual: (actual, predicted, row) => Math.abs(actual - predicted[row]) / deviationOfCount(predicted[row]),
  values: (records, { name }, nameOf) => counts(records, name, nameOf),
}
