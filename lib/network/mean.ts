/** The mean of several networks' outputs. ES modules of models have the text of these functions. */

export function addOutputs(sum: Float64Array, outputs: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] += outputs[i]
}

/** @param sum of the outputs of `count` networks; it becomes their mean */
export function divideOutputs(sum: Float64Array, count: number): Float64Array {
  for (let i = 0; i < sum.length; i++) sum[i] /= count
  return sum
}

/** The mean of the outputs of networks: summed in their order, then divided by their number. */
export function meanOutputs(all: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(all[0].length)
  for (const outputs of all) addOutputs(mean, outputs)
  return divideOutputs(mean, all.length)
}
