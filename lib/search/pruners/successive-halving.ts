/**
 * Successive halving (Karnin, Koren and Somekh, ICML 2013; Jamieson and Talwalkar, AISTATS 2016): after each rung the
 * best of the trials go on, one in `factor`, so that each rung costs about as much as the one before. Synchronous: all
 * trials of a batch reach a rung before any goes on.
 */
import { wrongValue } from '../../checks/errors.js'
import { integer } from '../../kernels/option-table.js'
import type { Pruner, Rungs } from './pruner.js'
import { best, distinctRungs, power, wholeLog } from './ranking.js'

/** By default the first rung is at a hundredth of the epochs or later: earlier scores predict little of the last. */
const LEAST_SHARE = 100

/**
 * Rungs at epochs / factor^k, …, epochs / factor, rounded up, with the largest k that leaves a trial: factor^k <=
 * count.
 */
function chosenRungs(epochs: number, count: number, factor: number): number[] {
  const k = wholeLog(factor, Math.min(count, LEAST_SHARE))
  return Array.from({ length: k }, (_, i) => Math.ceil(epochs / power(factor, k - i)))
}

/** Rungs at first, first · factor, … */
export function rungsFrom(first: number, epochs: number, factor: number): number[] {
  const rungs: number[] = []
  for (let rung = first; rung < epochs; rung *= factor) rungs.push(rung)
  return rungs
}

export function requireFirst(first: number, epochs: number, name: string): void {
  if (first < epochs) return
  const remedy = 'Train longer, or compare the trials earlier.'
  throw wrongValue(`an integer below the ${epochs} epochs of a trial`, `${name}.first`, first, remedy)
}

/**
 * How many of `count` trials go on after the rung with this index: count / factor^(rung + 1), rounded down, at least
 * one.
 */
export const kept = (count: number, factor: number, rung: number): number =>
  Math.max(1, Math.floor(count / power(factor, rung + 1)))

export const successiveHalving = {
  options: {
    /** One in `factor` trials goes on after each rung, an integer from 2. Default 3. */
    factor: integer(2, 3, 1000),
    /**
     * The epochs of the first rung, at least 1 and below the epochs of a trial; each rung has `factor` times the epochs
     * of the one before. Default: from the epochs and the number of trials in a batch, at least a hundredth of the
     * epochs.
     */
    first: { ...integer(1, NaN), automatic: true },
  },
  usualBatch: ([factor]) => power(factor, 3),
  plan(epochs, count, [factor, first], name): Rungs {
    const automatic = Number.isNaN(first)
    if (!automatic) requireFirst(first, epochs, name)
    const rungs = distinctRungs(
      automatic ? chosenRungs(epochs, count, factor) : rungsFrom(first, epochs, factor),
      epochs,
    )
    return {
      rungs,
      survivors: (rung, scores, active) => best(scores, active, kept(count, factor, rung)),
    }
  },
} satisfies Pruner
