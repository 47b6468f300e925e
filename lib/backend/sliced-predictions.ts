/** Predictions of several networks in slices. */
import { blockRows } from '../kernels/training/graph.js'
import type { PredictionCall, Predictor } from './backend.js'
import type { Advance } from './slices.js'

/** The predictions of all members, member after member; a unit of work is a block of rows. */
export function slicedPredictions(
  { plan, members, parameters, x, output, cancelled }: PredictionCall,
  predict: Predictor,
): Advance {
  const { inputs, outputs, parameterCount } = plan
  const rows = x.length / inputs
  const unit = blockRows(plan, rows)
  let member = 0
  let row = 0
  return (units) => {
    for (let left = units * unit; left > 0 && member < members && cancelled[0] === 0; ) {
      const count = Math.min(left, rows - row)
      const p = parameters.subarray(member * parameterCount, (member + 1) * parameterCount)
      const to = (member * rows + row) * outputs
      predict(p, x.subarray(row * inputs, (row + count) * inputs), output.subarray(to, to + count * outputs))
      left -= count
      row += count
      if (row === rows) {
        member++
        row = 0
      }
    }
    return member === members || cancelled[0] !== 0
  }
}
