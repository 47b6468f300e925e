/**
 * The elementary functions of all backends. They use IEEE-754 binary64 `+ - * /` and nothing that an engine or a C
 * library may round differently. native/kernels/math.inl follows this file statement by statement and computes the same
 * bits. docs/numerics states the measured errors.
 */
import { exp } from './exp.js'

// Near 0, (erf x - x) / x as a function of x²: fdlibm, s_erf.c (Sun, 1993).
const ERF_LIMIT = 0.84375
const ERF_P0 = 0.12837916709551256
const ERF_P1 = -0.3250421072470015
const ERF_P2 = -0.02848174957559851
const ERF_P3 = -0.005770270296489442
const ERF_P4 = -2.3763016656650163e-5
const ERF_Q1 = 0.39791722395915535
const ERF_Q2 = 0.0650222499887673
const ERF_Q3 = 0.005081306281875766
const ERF_Q4 = 1.3249473800432164e-4
const ERF_Q5 = -3.960228278775368e-6
// (1 - erf x) e^(x²) on 0.46875 … 4: W. J. Cody, Mathematics of Computation 23, 1969, as in his CALERF. From 4 on its
// factor is so small that the approximation suffices; from ERF_LARGEST on erf is 1.
const ERF_LARGEST = 6
const ERF_C0 = 1230.3393547979972
const ERF_C1 = 2051.0783778260716
const ERF_C2 = 1712.0476126340707
const ERF_C3 = 881.952221241769
const ERF_C4 = 298.6351381974001
const ERF_C5 = 66.11919063714163
const ERF_C6 = 8.883149794388377
const ERF_C7 = 0.5641884969886701
const ERF_C8 = 2.1531153547440383e-8
const ERF_D0 = 1230.3393548037495
const ERF_D1 = 3439.3676741437216
const ERF_D2 = 4362.619090143247
const ERF_D3 = 3290.7992357334597
const ERF_D4 = 1621.3895745666903
const ERF_D5 = 537.1811018620099
const ERF_D6 = 117.6939508913125
const ERF_D7 = 15.744926110709835

/** The error function 2/√π ∫ e^(-t²) dt from 0 to x: x + x P(x²)/Q(x²) near 0, elsewhere 1 - e^(-x²) C(x)/D(x). */
export function erf(x: number): number {
  const size = Math.abs(x)
  let y: number
  if (size < ERF_LIMIT) {
    const x2 = size * size
    const p = ERF_P0 + x2 * (ERF_P1 + x2 * (ERF_P2 + x2 * (ERF_P3 + x2 * ERF_P4)))
    const q = 1 + x2 * (ERF_Q1 + x2 * (ERF_Q2 + x2 * (ERF_Q3 + x2 * (ERF_Q4 + x2 * ERF_Q5))))
    y = size + (size * p) / q
  } else {
    const s = size > ERF_LARGEST ? ERF_LARGEST : size
    const s2 = s * s
    const low = ERF_C0 + s * (ERF_C1 + s * (ERF_C2 + s * ERF_C3))
    const c = low + s2 * s2 * (ERF_C4 + s * (ERF_C5 + s * (ERF_C6 + s * (ERF_C7 + s * ERF_C8))))
    const lowD = ERF_D0 + s * (ERF_D1 + s * (ERF_D2 + s * ERF_D3))
    const d = lowD + s2 * s2 * (ERF_D4 + s * (ERF_D5 + s * (ERF_D6 + s * (ERF_D7 + s))))
    y = 1 + (-exp(-s2) * c) / d
  }
  return x > 0 ? y : x < 0 ? -y : x
}

// 1 / sqrt(2 π)
const INVERSE_ROOT_2PI = 0.3989422804014327

/** The density of the normal distribution, e^(-z²/2) / sqrt(2 π). */
export function normalDensity(z: number): number {
  return INVERSE_ROOT_2PI * exp(-0.5 * (z * z))
}

// ln 2 in two parts, and the coefficients of (ln(1+f) - f + f²/2 …) in s = f / (2 + f): fdlibm, e_log.c (Sun, 1993).
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const LG1 = 0.6666666666666735
const LG2 = 0.3999999999940942
const LG3 = 0.2857142874366239
const LG4 = 0.22222198432149784
const LG5 = 0.1818357216161805
const LG6 = 0.15313837699209373
const LG7 = 0.14798198605116586

/** ln(1 + f) + high + low for sqrt(1/2) <= 1 + f <= sqrt(2). */
function logKernel(f: number, high: number, low: number): number {
  const square = 0.5 * f * f
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (LG2 + w * (LG4 + w * LG6))
  const odd = z * (LG1 + w * (LG3 + w * (LG5 + w * LG7)))
  return high - (square - (s * (square + (odd + even)) + low) - f)
}

const doubles = new Float64Array(1)
const words = new Uint32Array(doubles.buffer)
doubles[0] = 1
const HIGH_WORD = words[1] === 0x3ff00000 ? 1 : 0
const SMALLEST_NORMAL = 2 ** -1022
// The high words of 1 and of sqrt(1/2): log works on x / 2^k in [sqrt(1/2), sqrt(2)).
const ONE_WORD = 0x3ff00000
const ROOT_WORD = 0x3fe6a09e

/** ln x; -Infinity for 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN
  if (x === Infinity) return x
  let k = -1023
  if (x < SMALLEST_NORMAL) {
    x *= 2 ** 54
    k -= 54
  }
  doubles[0] = x
  const word = words[HIGH_WORD] + (ONE_WORD - ROOT_WORD)
  k += word >>> 20
  words[HIGH_WORD] = (word & 0xfffff) + ROOT_WORD
  return logKernel(doubles[0] - 1, k * LN2_HIGH, k * LN2_LOW)
}

// sqrt(2) - 1: logKernel's polynomial holds for 1 + f up to sqrt(2), and loses 39 ulp by f = 1/2.
const LOG1P_LIMIT = 0.41421356237309503

/** ln(1 + u) for 0 <= u <= 1 (NaN stays NaN). From sqrt(2) - 1 on it is ln 2 + ln(1 + (u - 1) / 2). */
export function log1pUnit(u: number): number {
  return u >= LOG1P_LIMIT ? logKernel((u - 1) * 0.5, LN2_HIGH, LN2_LOW) : logKernel(u, 0, 0)
}

/** ln(1 + e^z) = max(z, 0) + ln(1 + e^-|z|). */
export function softplus(z: number): number {
  return (z > 0 ? z : 0) + log1pUnit(exp(-Math.abs(z)))
}

// Up to here 1 - tanh² is at least sqrt(1/2), as logKernel requires.
const LOG_COSH_LIMIT = 0.6
const LN2 = 0.6931471805599453
// Rational approximation of (tanh x - x) / x³ on |x| < 0.625: Cephes, tanh.c (S. L. Moshier). It errs by 0.5 ulp, a
// quarter of the error of tanh, which the square would double.
const TANH_P0 = -1614.6876844170845
const TANH_P1 = -99.28772310019185
const TANH_P2 = -0.9643991794250523
const TANH_Q0 = 4844.063053251255
const TANH_Q1 = 2235.4883906010045
const TANH_Q2 = 112.81167849163293

/** ln cosh x: -ln(1 - tanh² x) / 2 near 0, where it loses no digits, and |x| - ln 2 + ln(1 + e^(-2|x|)) elsewhere. */
export function logCosh(x: number): number {
  const size = Math.abs(x)
  if (size < LOG_COSH_LIMIT) {
    const x2 = size * size
    const p = (TANH_P2 * x2 + TANH_P1) * x2 + TANH_P0
    const q = ((x2 + TANH_Q2) * x2 + TANH_Q1) * x2 + TANH_Q0
    const t = size + (size * x2 * p) / q
    return 0 - 0.5 * logKernel(-(t * t), 0, 0)
  }
  return size - LN2 + log1pUnit(exp(-2 * size))
}

// π / 2 in two parts, and the minimax polynomials of sin and cos on |x| <= π / 4: fdlibm, k_sin.c and k_cos.c (Sun, 1993).
const HALF_PI_HIGH = 1.5707963267948966
const HALF_PI_LOW = 6.123233995736766e-17
const S1 = -0.16666666666666632
const S2 = 0.00833333333332249
const S3 = -0.0001984126982985795
const S4 = 0.0000027557313707070068
const S5 = -2.5050760253406863e-8
const S6 = 1.58969099521155e-10
const COS1 = 0.0416666666666666
const COS2 = -0.001388888888887411
const COS3 = 0.00002480158728947673
const COS4 = -2.7557314351390663e-7
const COS5 = 2.087572321298175e-9
const COS6 = -1.1359647557788195e-11

function sinKernel(x: number): number {
  const z = x * x
  const r = S2 + z * (S3 + z * (S4 + z * (S5 + z * S6)))
  return x + z * x * (S1 + z * r)
}

function cosKernel(x: number): number {
  const z = x * x
  const r = z * (COS1 + z * (COS2 + z * (COS3 + z * (COS4 + z * (COS5 + z * COS6)))))
  const half = 0.5 * z
  const w = 1 - half
  return w + (1 - w - half + z * r)
}

/**
 * cos x for 0 <= x <= π, for schedules: the polynomial of cos up to π / 4 from either end, and that of sin around π /
 * 2, where the difference from π / 2 is computed in two parts. The largest error found is 1.36 ulp.
 */
export function cos(x: number): number {
  if (x <= 0.5 * HALF_PI_HIGH) return cosKernel(x)
  if (x < 1.5 * HALF_PI_HIGH) return sinKernel(HALF_PI_HIGH - x + HALF_PI_LOW)
  return -cosKernel(2 * HALF_PI_HIGH - x + 2 * HALF_PI_LOW)
}
