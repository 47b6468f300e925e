/** The normal distribution: its quantiles and its distribution function, from + - * / sqrt, log and erf of the kernels. */
import { erf, log } from '../../kernels/math.js'

// M. J. Wichura, Algorithm AS 241 (Applied Statistics 37, 1988), PPND16: a rational function of 0.180625 - (p - 1/2)² near
// the middle, and of sqrt(-ln p) - 1.6 in the tails; coefficients from that of power 0 to that of power 7. The relative error is about 1e-16.
export const MIDDLE_NUMERATOR = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
]
export const MIDDLE_DENOMINATOR = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
]
export const TAIL_NUMERATOR = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
]
export const TAIL_DENOMINATOR = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
]

/** Half the width of the middle, its square, and the shift of the tails. */
export const MIDDLE_WIDTH = 0.425
export const MIDDLE_SQUARE = 0.180625
export const TAIL_SHIFT = 1.6

function polynomial(coefficients: readonly number[], r: number): number {
  let sum = coefficients[7]
  for (let k = 6; k >= 0; k--) sum = sum * r + coefficients[k]
  return sum
}

/** The quantile of the normal distribution: z with Φ(z) = p, for 1.5e-11 <= p <= 1 - 1.5e-11: sqrt(-ln p) <= 5. */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= MIDDLE_WIDTH) {
    const r = MIDDLE_SQUARE - q * q
    return (q * polynomial(MIDDLE_NUMERATOR, r)) / polynomial(MIDDLE_DENOMINATOR, r)
  }
  const r = Math.sqrt(-log(q < 0 ? p : 1 - p)) - TAIL_SHIFT
  const z = polynomial(TAIL_NUMERATOR, r) / polynomial(TAIL_DENOMINATOR, r)
  return q < 0 ? -z : z
}

/** Φ(z), the distribution function: (1 + erf(z / √2)) / 2. */
export const normalProbability = (z: number): number => 0.5 * (1 + erf(z / Math.SQRT2))
