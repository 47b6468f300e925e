/**
 * The exponential function and those that are computed from its parts. native/kernels/exp.inl follows this file
 * statement by statement. All consist of 2^(n/16), from a table, and of a short polynomial.
 */

// 2^(k/16) for k = 0 … 15, and the relative tail: (the exact value - that double) / that double.
export const EXP_TABLE = new Float64Array([
  1, 1.0442737824274138, 1.0905077326652577, 1.1387886347566916, 1.189207115002721, 1.241857812073484,
  1.2968395546510096, 1.3542555469368927, 1.4142135623730951, 1.4768261459394993, 1.5422108254079407,
  1.6104903319492543, 1.681792830507429, 1.7562521603732995, 1.8340080864093424, 1.9152065613971474,
])
export const EXP_TAIL = new Float64Array([
  0, 8.189317638195515e-17, -2.7939114859515733e-17, 7.826573258636076e-17, 3.3484623336251524e-17,
  3.750854201303127e-17, 1.9572585293112036e-17, 5.68648095791174e-17, -6.835808657661922e-17, -2.3591094770850053e-17,
  5.1548301170786783e-17, 1.5341410053603723e-17, 4.875160526227062e-17, 1.685487290628973e-17, 1.790126907604513e-17,
  -5.545065618639427e-17,
])
const HALF_TAIL = EXP_TAIL.map((tail) => 0.5 * tail)

// 2^e for e = -1022 … 1023: in JavaScript a multiplication adds to an exponent.
const POWERS = new Float64Array(2046)
for (let e = -1022, power = 2 ** -1022; e <= 1023; e++, power *= 2) POWERS[e + 1022] = power

// 16 / ln 2, and ln 2 / 16 in two parts. The first part has 37 bits, so that n times it is exact (Cody and Waite,
// 1980).
const INVERSE = 23.083120654223414
const STEP_HIGH = 0.04332169878489367
const STEP_LOW = 1.0291218489310676e-13
// Adding 1.5 · 2^52 rounds to the nearest integer, ties to even, and leaves it in the low bits.
const ROUND = 6755399441055744
// Minimax coefficients of (e^r - 1 - r) / r² on |r| <= ln 2 / 32 (Remez; absolute error of e^r 1.2e-17).
const C2 = 0.5000000000000006
const C3 = 0.1666666666441336
const C4 = 0.041666666659633755
const C5 = 0.00833347206211277
const C6 = 0.0013889129347032078

// Up to this size all intermediate results are normal numbers; beyond it expSpecial computes the result.
const EXP_LIMIT = 700
const EXP_OVERFLOW = 709.782712893384
const EXP_UNDERFLOW = -745.1332191019412

/** e^(r + tail) - 1 for |r| <= ln 2 / 32, with an absolute error that suffices for e^r. */
function expm1Reduced(r: number, tail: number): number {
  const r2 = r * r
  return r + tail + r2 * (C2 + C3 * r) + r2 * r2 * (C4 + C5 * r + C6 * r2)
}

/** e^x: overflow to Infinity, subnormal results, 0, and NaN. */
function expSpecial(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > EXP_OVERFLOW) return Infinity
  if (x < EXP_UNDERFLOW) return 0
  const rounded = x * INVERSE + ROUND - ROUND
  const n = rounded | 0
  const r = x - rounded * STEP_HIGH - rounded * STEP_LOW
  const table = EXP_TABLE[n & 15]
  const y = table + table * expm1Reduced(r, EXP_TAIL[n & 15])
  // Two multiplications, of which only the second can round: 2^e alone may not be a double.
  const e = n >> 4
  const half = e >> 1
  return y * POWERS[half + 1022] * POWERS[e - half + 1022]
}

/**
 * e^x = 2^(n/16) · e^r with n = round(16 x / ln 2): a table of 2^(k/16) with tails, after Tang (ACM TOMS 15,
 * 1989), and a polynomial of degree 6.
 */
export function exp(x: number): number {
  if (!(Math.abs(x) <= EXP_LIMIT)) return expSpecial(x)
  const rounded = x * INVERSE + ROUND - ROUND
  const n = rounded | 0
  const r = x - rounded * STEP_HIGH - rounded * STEP_LOW
  const power = EXP_TABLE[n & 15] * POWERS[(n >> 4) + 1022]
  return power + power * expm1Reduced(r, EXP_TAIL[n & 15])
}

// sigmoid and tanh use e^-2v = 2^(n/16) · e^-2m with n = round(-32 v / ln 2) and m = v + n ln 2 / 32. For
// g = m coth m = 1 + m²/3 - m⁴/45 + …, an even function, e^-2m is (g - m) / (g + m): the fraction needs no exponential.
const HALF_HIGH = 0.021660849392446835
const HALF_LOW = 5.145609244655338e-14
// Minimax coefficients of (g - 1) / m² in u = m² on |m| <= ln 2 / 64 (Remez): two, with an error of g of 1.4e-16, and
// three, with 5e-22, which tanh needs near 0.
const G1 = 0.3333333333207845
const G2 = -0.022221876517862657
const H1 = 0.33333333333333326
const H2 = -0.022222222218599576
const H3 = 0.002116351712192294

/** 1 / (1 + e^-z); 0 below -709.78, where the exact value is under 5.6e-309. */
export function sigmoid(z: number): number {
  if (!(Math.abs(z) <= EXP_LIMIT)) return 1 / (1 + expSpecial(-z))
  const rounded = ROUND - z * INVERSE - ROUND
  const n = rounded | 0
  const m = 0.5 * z + rounded * HALF_HIGH + rounded * HALF_LOW
  const power = EXP_TABLE[n & 15] * POWERS[(n >> 4) + 1022]
  const u = m * m
  const g = u * (G1 + G2 * u)
  const w = m - HALF_TAIL[n & 15]
  // (g + m) / ((g + m) + power (g - m)), with g less 1
  const b = 1 + (g + w)
  return b / (b + power * (g - w) + power)
}

const TANH_INVERSE = 46.16624130844683
const TANH_LIMIT = 350

/** tanh x = (1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x; relatively exact near 0 too. */
export function tanh(x: number): number {
  const size = Math.abs(x)
  if (!(size <= TANH_LIMIT)) return x > 0 ? 1 : x < 0 ? -1 : x
  const rounded = ROUND - size * TANH_INVERSE - ROUND
  const n = rounded | 0
  const m = size + rounded * HALF_HIGH + rounded * HALF_LOW
  const power = EXP_TABLE[n & 15] * POWERS[(n >> 4) + 1022]
  const u = m * m
  const g = u * (H1 + H2 * u + H3 * (u * u))
  const w = m - HALF_TAIL[n & 15]
  // ((g + m) - power (g - m)) / 2 = c + ((g - m) c + m) with c = (1 - power) / 2, and g less 1
  const a = g - w
  const c = 0.5 - 0.5 * power
  const b = c + (a * c + w)
  const y = b / (b + (power + power * a))
  return x > 0 ? y : x < 0 ? -y : x
}

// Minimax coefficients of (e^r - 1 - r) / r² on |r| <= ln 2 / 32 (Remez; error of e^r - 1 relative to r 9e-19).
const M2 = 0.5000000000000003
const M3 = 0.16666666666666666
const M4 = 0.04166666666188077
const M5 = 0.00833333333310539
const M6 = 0.0013889092713359886
const M7 = 0.00019841431614276006
// Below this e^x - 1 is -1.
const EXPM1_LIMIT = -40

/** e^x - 1 for x <= 0 (NaN stays NaN): (2^(n/16) - 1) + 2^(n/16) (e^r - 1), which loses no digits near 0. */
export function expm1Negative(x: number): number {
  if (x < EXPM1_LIMIT) return -1
  const rounded = x * INVERSE + ROUND - ROUND
  const n = rounded | 0
  const r = x - rounded * STEP_HIGH - rounded * STEP_LOW
  const power = EXP_TABLE[n & 15] * POWERS[(n >> 4) + 1022]
  const r2 = r * r
  const low = r + EXP_TAIL[n & 15] + r2 * (M2 + M3 * r)
  const y = power - 1 + power * (low + r2 * r2 * (M4 + M5 * r + r2 * (M6 + M7 * r)))
  return x < 0 ? y : x
}
