/**
 * The median stopping rule of Google Vizier (Golovin et al., KDD 2017, section 3.2.1), within a batch: a trial ends
 * after a rung if its best score so far is above the median of the running averages of the trials' scores.
 */
import { wrongValue } from '../../checks/errors.js'
import { integer } from '../../kernels/option-table.js'
import type { Pruner, Rungs } from './pruner.js'
import { ascending, best } from './ranking.js'

/** By default trials are compared after each such share of the epochs. */
const SHARE = 10

/** The median of numbers, of an even count the mean of the middle two; Infinity where there is none. */
function median(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort()
  const half = sorted.length >> 1
  if (sorted.length === 0) return Infinity
  // Each half first: the sum could overflow.
  return sorted.length % 2 === 1 ? sorted[half] : 0.5 * sorted[half - 1] + 0.5 * sorted[half]
}

export const medianRule = {
  options: {
    /**
     * The epochs before the first comparison, at least 0 and below the epochs of a trial. Default: a tenth of them,
     * rounded up.
     */
    warmUp: { ...integer(0, NaN), automatic: true },
    /**
     * The epochs from one comparison to the next, at least 1. Default: a tenth of the epochs of a trial, rounded up.
     */
    every: { ...integer(1, NaN), automatic: true },
  },
  usualBatch: () => 8,
  plan(epochs, count, [warmUp, every], name): Rungs {
    if (warmUp >= epochs) {
      const remedy = 'Train longer, or compare the trials earlier.'
      throw wrongValue(`an integer below the ${epochs} epochs of a trial`, `${name}.warmUp`, warmUp, remedy)
    }
    const tenth = Math.ceil(epochs / SHARE)
    const distance = Number.isNaN(every) ? tenth : every
    const rungs: number[] = []
    const first = Number.isNaN(warmUp) ? tenth : warmUp
    for (let rung = first === 0 ? distance : first; rung < epochs; rung += distance) rungs.push(rung)
    // Of each trial up to its last rung: the sum of its scores, their number, and the lowest.
    const sums = new Float64Array(count)
    const counts = new Float64Array(count)
    const lowest = new Float64Array(count).fill(Infinity)
    return {
      rungs,
      survivors(_rung, scores, active) {
        for (const trial of active) {
          const score = scores[trial]
          if (Number.isNaN(score)) continue
          sums[trial] += score
          counts[trial]++
          if (score < lowest[trial]) lowest[trial] = score
        }
        // Trials that ended earlier count with the average that they had.
        const averages = Array.from(sums, (sum, trial) => sum / counts[trial]).filter((one) => !Number.isNaN(one))
        const limit = median(averages)
        const going = active.filter((trial) => !Number.isNaN(scores[trial]) && lowest[trial] <= limit)
        return going.length > 0 ? ascending(going) : best(scores, active, 1)
      },
    }
  },
} satisfies Pruner
