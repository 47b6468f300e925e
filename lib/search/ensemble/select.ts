/**
 * Greedy forward selection with replacement: Caruana, Niculescu-Mizil, Crew and Ksikes, Ensemble selection from libraries
 * of models, 2004.
 */
import { turn } from '../../backend/slices.js'

export interface Selection {
  /** The index of the candidate that each step adds. */
  readonly order: readonly number[]
  /** The score of the ensemble after each step; lower is better. */
  readonly scores: readonly number[]
}

/**
 * Adds at each step the candidate with which the mean of all predictions so far has the best score; of equal ones the
 * first. A candidate may be added again, which gives it more weight. It ends early where no score is a number.
 * @param predictions of each candidate, of each fold: [rows × outputs]
 * @param score of the mean predictions of all folds
 */
export async function selectGreedily(
  predictions: readonly (readonly Float64Array[])[],
  steps: number,
  score: (means: readonly Float64Array[]) => number,
): Promise<Selection> {
  const sums = predictions[0].map((fold) => new Float64Array(fold.length))
  const means = sums.map((sum) => new Float64Array(sum.length))
  const order: number[] = []
  const scores: number[] = []
  for (let count = 1; count <= steps; count++) {
    let best = -1
    let bestScore = NaN
    for (const [candidate, folds] of predictions.entries()) {
      for (const [fold, own] of folds.entries()) addedMean(sums[fold], own, count, means[fold])
      const found = score(means)
      await turn()
      // A score that is not a number is worse than any other.
      if (Number.isNaN(found) || (best >= 0 && !(found < bestScore))) continue
      best = candidate
      bestScore = found
    }
    if (best < 0) break
    for (const [fold, own] of predictions[best].entries()) for (let i = 0; i < own.length; i++) sums[fold][i] += own[i]
    order.push(best)
    scores.push(bestScore)
  }
  return { order, scores }
}

/** mean = (sum + own) / count */
function addedMean(sum: Float64Array, own: Float64Array, count: number, mean: Float64Array): void {
  for (let i = 0; i < mean.length; i++) mean[i] = (sum[i] + own[i]) / count
}
