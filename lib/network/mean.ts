/** The mean of several networks' outputs. ES modules of models have the text of these functions. */

/** sum += weight × outputs. With a weight of 1 it has the bits of the plain sum. */
export function addOutputs(sum: Float64Array, outputs: Float64Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] += weight * outputs[i]
}

/** @param sum of the outputs of networks whose weights have this sum; it becomes their mean */
export function divideOutputs(sum: Float64Array, total: number): Float64Array {
  for (let i = 0; i < sum.length; i++) sum[i] /= total
  return sum
}

/** The sum of the weights, in their order. */
export function totalOf(weights: readonly number[]): number {
  let total = 0
  for (const weight of weights) total += weight
  return total
}

/** The mean of the outputs of networks: weight times output, summed in their order, then divided by the sum of the weights. */
export function meanOutputs(all: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const mean = new Float64Array(all[0].length)
  for (let k = 0; k < all.length; k++) addOutputs(mean, all[k], weights[k])
  return divideOutputs(mean, totalOf(weights))
}
