/**
 * The density of a parameter on its grid, from observed values: a kernel around each of them, and one kernel over the
 * whole grid as a prior. The estimator of PED-ANOVA (Watanabe, Bansal, Hutter, 2023). For numbers it is that of Optuna 5
 * (scott_parzen_estimator.py).
 */
import { exp } from '../../kernels/exp.js'
import { erf, log } from '../../kernels/math.js'
import type { Grid } from './grid.js'

/** 90 % of a kernel are within the half of a step on each side of its point, at least. */
const MIN_DEVIATION = 0.5 / 1.64
const ROOT_HALF = Math.sqrt(0.5)

/**
 * The density on the points of a grid; its sum is 1.
 * @param counts how many values are at each point
 */
export function densityOn({ isChoice }: Grid, counts: Float64Array): Float64Array {
  return isChoice ? choiceDensity(counts) : numberDensity(counts)
}

/**
 * The shares of the values of a choice, with one more observation that is spread over all as a prior. Optuna also spreads
 * each observed value, by 1 / (the number of different values + 1): of a value that all trials have, 40 % would go to two
 * others, and a choice would seem far less important than a number with the same effect.
 */
function choiceDensity(counts: Float64Array): Float64Array {
  const total = sumOf(counts) + 1
  return counts.map((count) => (count + 1 / counts.length) / total)
}

/** A normal distribution of the same deviation around each value, and a wide one around the middle of the grid. */
function numberDensity(counts: Float64Array): Float64Array {
  const points = counts.length
  const deviation = deviationOf(counts)
  const density = new Float64Array(points)
  for (let i = 0; i < points; i++) if (counts[i] > 0) addKernel(density, counts[i], i, deviation)
  addKernel(density, 1, (points - 1) / 2, points)
  const total = sumOf(counts) + 1
  return density.map((value) => value / total)
}

/** Adds the masses of a normal distribution in the steps around the points; outside of the grid it is cut off. */
function addKernel(density: Float64Array, weight: number, mean: number, deviation: number): void {
  const cumulated = (edge: number) => erf(((edge - mean) / deviation) * ROOT_HALF)
  const first = cumulated(-0.5)
  const factor = weight / (cumulated(density.length - 0.5) - first)
  let before = first
  for (let i = 0; i < density.length; i++) {
    const next = cumulated(i + 0.5)
    density[i] += factor * (next - before)
    before = next
  }
}

/** Scott's rule: 1.059 n^(-1/5) times the deviation, or the quartiles' distance / 1.34 where that is less. */
function deviationOf(counts: Float64Array): number {
  const total = sumOf(counts)
  let mean = 0
  for (let i = 0; i < counts.length; i++) mean += (counts[i] * i) / total
  let squares = 0
  for (let i = 0; i < counts.length; i++) squares += counts[i] * (i - mean) * (i - mean)
  const deviation = Math.sqrt(squares / Math.max(1, total - 1))
  const quartiles = upperQuartile(counts, total) - lowerQuartile(counts, total)
  const scott = 1.059 * Math.min(quartiles / 1.34, deviation) * exp(-0.2 * log(total))
  return Math.max(scott, MIN_DEVIATION)
}

/** The first point with a value at which at least a quarter of the values, rounded down, are passed. */
function lowerQuartile(counts: Float64Array, total: number): number {
  const quarter = Math.floor(total / 4)
  let passed = 0
  for (let i = 0; i < counts.length; i++) {
    passed += counts[i]
    if (counts[i] > 0 && passed >= quarter) return i
  }
  return counts.length - 1
}

/** The first point with a value at which more than three quarters of the values, rounded down, are passed. */
function upperQuartile(counts: Float64Array, total: number): number {
  const quarters = Math.floor((total * 3) / 4)
  let passed = 0
  for (let i = 0; i < counts.length; i++) {
    passed += counts[i]
    if (passed > quarters) return i
  }
  return counts.length - 1
}

function sumOf(values: Float64Array): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum
}
