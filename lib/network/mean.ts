/** The mean of several networks' outputs. ES modules of models have the text of these functions. */

export function addOutputs(sum: Float64Array, outputs: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += outputs[i]
}

/** @param sum of the outputs of networks whose weights have this sum; it becomes their mean */
export function divideOutputs(sum: Float64Array, total: number): Float64Array {
  for (let i = 0; i < sum.length; i++) sum[i] /= total
  return sum
}

/**
 * The mean of the outputs of networks: weight times output, summed in their order, then divided by the sum of the weights.
 * With weights of 1 it has the bits of the plain mean.
 */
export function meanOutputs(all: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const mean = new Float64Array(all[0].length)
  let total = 0
  for (let k = 0; k < all.length; k++) {
    total += weights[k]
    for (let i = 0; i < mean.length; i++) mean[i] += weights[k] * all[k][i]
  }
  return divideOutputs(mean, total)
}
