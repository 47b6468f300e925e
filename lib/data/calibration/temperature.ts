/**
 * Temperature scaling: probabilities softmax(z / T), with one T for all rows, which keeps the order of labels
 * and brings the probabilities near to the shares of right predictions. Guo et al., On calibration of modern neural networks, 2017.
 */
import { exp } from '../../kernels/exp.js'
import { log } from '../../kernels/math.js'

/** ln T is from -MAX_LOG to MAX_LOG: T from 1/64 to 64. */
const MAX_LOG = 4.1588830833596715
const MAX_STEPS = 100
const TOLERANCE = 2 ** -40

/** What Newton's method needs at one T: sums over rows, for logits z, probabilities p and b = 1 / T. */
interface Sums {
  /** Σ (Σ_k p_k z_k - z of the true label): the derivative of the negative log-likelihood by b. */
  slope: number
  /** Σ (Σ_k p_k z_k² - (Σ_k p_k z_k)²): its second derivative. */
  curvature: number
}

/** The largest logit of a row; of one logit, the larger of it and 0, the logit of label 0. */
function largestOf(logits: Float64Array, first: number, outputs: number): number {
  let largest = outputs === 1 ? 0 : -Infinity
  for (let k = first; k < first + outputs; k++) if (logits[k] > largest) largest = logits[k]
  return largest
}

function sumsAt(logits: Float64Array, labels: Float64Array, outputs: number, b: number): Sums {
  const sums = { slope: 0, curvature: 0 }
  for (const [row, label] of labels.entries()) {
    const first = row * outputs
    const largest = largestOf(logits, first, outputs)
    // Distances from the largest logit, so that nothing overflows: they change neither derivative.
    let total = 0
    let mean = 0
    let square = 0
    const add = (far: number): void => {
      const weight = exp(b * far)
      total += weight
      mean += weight * far
      square += weight * far * far
    }
    if (outputs === 1) add(-largest)
    for (let k = first; k < first + outputs; k++) add(logits[k] - largest)
    mean /= total
    const actual = outputs === 1 ? (label === 1 ? logits[first] : 0) : logits[first + label]
    sums.slope += mean - (actual - largest)
    sums.curvature += square / total - mean * mean
  }
  return sums
}

/**
 * The temperature T with the least negative log-likelihood of the labels, plus ½ prior (ln T)²: without it, T would be
 * as small as possible where all labels are predicted right, which few rows often are. It is a normal distribution of
 * ln T around 0, and weighs as little as a row among many.
 *
 * The root of the derivative by ln T is found by Newton's method, by bisection where that would leave the bracket.
 * @param logits [rows × outputs], row-major: one for each label, or one of label 1 of two; finite
 * @param labels [rows]: the numbers of the true labels
 * @param prior 1 / variance of ln T. Default 1
 * @returns T from 1/64 to 64; 1 where the logits of each row are equal
 */
export function fitTemperature(logits: Float64Array, labels: Float64Array, prior = 1): number {
  const outputs = logits.length / labels.length
  // With x = ln T and b = e^-x: dL/dx = -b · slope + prior · x, d²L/dx² = b · slope + b² · curvature + prior.
  const derivatives = (x: number): readonly [number, number] => {
    const b = exp(-x)
    const { slope, curvature } = sumsAt(logits, labels, outputs, b)
    return [prior * x - b * slope, b * slope + b * b * curvature + prior]
  }
  let [low, high] = [-MAX_LOG, MAX_LOG]
  if (derivatives(low)[0] > 0) return exp(low)
  if (derivatives(high)[0] < 0) return exp(high)
  let x = 0
  for (let step = 0; step < MAX_STEPS; step++) {
    const [first, second] = derivatives(x)
    if (first === 0) break
    if (first < 0) low = x
    else high = x
    const newton = x - first / second
    const next = second > 0 && newton > low && newton < high ? newton : 0.5 * (low + high)
    const far = Math.abs(next - x)
    x = next
    if (far < TOLERANCE) break
  }
  return exp(x)
}

/**
 * softmax(z / T), or 1 / (1 + e^(-z / T)) of one logit.
 * @param logits [rows × outputs], row-major
 */
export function withTemperature(logits: Float64Array, outputs: number, temperature: number): Float64Array {
  const probabilities = new Float64Array(logits.length)
  for (let first = 0; first < logits.length; first += outputs) {
    const largest = largestOf(logits, first, outputs)
    let total = outputs === 1 ? exp(-largest / temperature) : 0
    for (let k = first; k < first + outputs; k++) {
      probabilities[k] = exp((logits[k] - largest) / temperature)
      total += probabilities[k]
    }
    for (let k = first; k < first + outputs; k++) probabilities[k] /= total
  }
  return probabilities
}

/** The least probability whose logarithm is taken: 2^-1022, the least normal number. */
export const LEAST = 2 ** -1022

const logOf = (p: number): number => log(p < LEAST ? LEAST : p)

/**
 * Logits of probabilities, up to a number for each row: ln p, or ln p - ln (1 - p) of the probability of label 1 of two.
 * @param probabilities [rows × outputs], row-major
 */
export const logitsOf = (probabilities: Float64Array, outputs: number): Float64Array =>
  probabilities.map((p) => (outputs === 1 ? logOf(p) - logOf(1 - p) : logOf(p)))
