/** Orders members by their fitness. */

/** Whether fitness a is better than b. NaN is the worst. */
export const isBetter = (a: number, b: number): boolean => a > b || (Number.isNaN(b) && !Number.isNaN(a))

/** The members from the best to the worst; of equal ones the one with the lower index first. */
export function ranked(fitness: Float64Array): number[] {
  const order = Array.from(fitness, (_, member) => member)
  return order.sort((a, b) => {
    if (isBetter(fitness[a], fitness[b])) return -1
    return isBetter(fitness[b], fitness[a]) ? 1 : a - b
  })
}

/**
 * Centered ranks (Salimans et al., 2017): from -1/2 for the worst to 1/2 for the best, at equal distances. Equal ones
 * have the mean of their ranks, so that their order has no effect.
 */
export function centeredRanks(fitness: Float64Array): Float64Array {
  const order = ranked(fitness).reverse()
  const ranks = new Float64Array(fitness.length)
  for (let from = 0; from < order.length; ) {
    let end = from + 1
    while (end < order.length && !isBetter(fitness[order[end]], fitness[order[from]])) end++
    const mean = (from + end - 1) / 2
    for (let i = from; i < end; i++) ranks[order[i]] = mean / (order.length - 1) - 0.5
    from = end
  }
  return ranks
}
