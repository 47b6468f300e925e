// The exponential function and those that are computed from its parts: lib/kernels/exp.ts, statement by statement, for
// any vector type.
#pragma once

#include "../simd/scalar.h"

namespace lockstep {
namespace {

constexpr double kExpTable[16] = {
    1,
    1.0442737824274138,
    1.0905077326652577,
    1.1387886347566916,
    1.189207115002721,
    1.241857812073484,
    1.2968395546510096,
    1.3542555469368927,
    1.4142135623730951,
    1.4768261459394993,
    1.5422108254079407,
    1.6104903319492543,
    1.681792830507429,
    1.7562521603732995,
    1.8340080864093424,
    1.9152065613971474,
};
constexpr double kExpTail[16] = {
    0,
    8.189317638195515e-17,
    -2.7939114859515733e-17,
    7.826573258636076e-17,
    3.3484623336251524e-17,
    3.750854201303127e-17,
    1.9572585293112036e-17,
    5.68648095791174e-17,
    -6.835808657661922e-17,
    -2.3591094770850053e-17,
    5.1548301170786783e-17,
    1.5341410053603723e-17,
    4.875160526227062e-17,
    1.685487290628973e-17,
    1.790126907604513e-17,
    -5.545065618639427e-17,
};
alignas(64) constexpr PowerTable kPowers(kExpTable, kExpTail, 1);
alignas(64) constexpr PowerTable kHalfTailPowers(kExpTable, kExpTail, 0.5);

constexpr double kInverse = 23.083120654223414;
constexpr double kStepHigh = 0.04332169878489367;
constexpr double kStepLow = 1.0291218489310676e-13;
constexpr double kRound = 6755399441055744;
constexpr double kC2 = 0.5000000000000006;
constexpr double kC3 = 0.1666666666441336;
constexpr double kC4 = 0.041666666659633755;
constexpr double kC5 = 0.00833347206211277;
constexpr double kC6 = 0.0013889129347032078;
constexpr double kExpLimit = 700;
constexpr double kExpOverflow = 709.782712893384;
constexpr double kExpUnderflow = -745.1332191019412;
constexpr double kInfinity = __builtin_huge_val();

// Applies a scalar function to each lane, for vectors with a special case in some lane.
template <class V>
LOCKSTEP_COLD void mapLanes(double (*f)(double), V& x) {
  double values[V::lanes];
  x.store(values);
  for (double& value : values) value = f(value);
  x = V::load(values);
}

template <class V>
LOCKSTEP_INLINE V expm1Reduced(V r, V tail) {
  const V r2 = r * r;
  const V low = r + tail + r2 * (V::splat(kC2) + V::splat(kC3) * r);
  return low + r2 * r2 * (V::splat(kC4) + V::splat(kC5) * r + V::splat(kC6) * r2);
}

// x - n ln 2 / 16; the low bits of `shifted` are n.
template <class V>
LOCKSTEP_INLINE V reduce(V x, V& shifted) {
  shifted = x * V::splat(kInverse) + V::splat(kRound);
  const V rounded = shifted - V::splat(kRound);
  return x - rounded * V::splat(kStepHigh) - rounded * V::splat(kStepLow);
}

template <class V>
LOCKSTEP_INLINE V expInside(V x) {
  V shifted, tail;
  const V r = reduce(x, shifted);
  const V power = powerOfTwo(kPowers, shifted, tail);
  return power + power * expm1Reduced(r, tail);
}

// e^x that overflows to infinity, is subnormal or 0, or is NaN.
LOCKSTEP_COLD double expSpecial(double x) {
  if (x != x) return x;
  if (x > kExpOverflow) return kInfinity;
  if (x < kExpUnderflow) return 0;
  Scalar shifted;
  const Scalar r = reduce(Scalar{x}, shifted);
  const int n = static_cast<int>(shifted.v - kRound);
  const Scalar table{kExpTable[n & 15]};
  const double y = (table + table * expm1Reduced(r, Scalar{kExpTail[n & 15]})).v;
  const int e = n >> 4;
  const int half = e >> 1;
  return y * ofBits(static_cast<uint64_t>(half + 1023) << 52) * ofBits(static_cast<uint64_t>(e - half + 1023) << 52);
}

LOCKSTEP_COLD double expLane(double x) {
  const double size = x < 0 ? -x : x;
  return size <= kExpLimit ? expInside(Scalar{x}).v : expSpecial(x);
}

template <class V>
LOCKSTEP_INLINE V exp(V x) {
  if (!all(lessEqual(abs(x), V::splat(kExpLimit)))) [[unlikely]] {
    mapLanes(expLane, x);
    return x;
  }
  return expInside(x);
}

constexpr double kHalfHigh = 0.021660849392446835;
constexpr double kHalfLow = 5.145609244655338e-14;
constexpr double kG1 = 0.3333333333207845;
constexpr double kG2 = -0.022221876517862657;
constexpr double kH1 = 0.33333333333333326;
constexpr double kH2 = -0.022222222218599576;
constexpr double kH3 = 0.002116351712192294;

// v + n ln 2 / 32; `turns` is 32 v / ln 2, and the low bits of `shifted` are n.
template <class V>
LOCKSTEP_INLINE V reduceHalf(V v, V turns, V& shifted) {
  shifted = V::splat(kRound) - turns;
  const V rounded = shifted - V::splat(kRound);
  return v + rounded * V::splat(kHalfHigh) + rounded * V::splat(kHalfLow);
}

template <class V>
LOCKSTEP_INLINE V sigmoidInside(V z) {
  V shifted, tail;
  const V m = reduceHalf(V::splat(0.5) * z, z * V::splat(kInverse), shifted);
  const V power = powerOfTwo(kHalfTailPowers, shifted, tail);
  const V u = m * m;
  const V g = u * (V::splat(kG1) + V::splat(kG2) * u);
  const V w = m - tail;
  const V b = V::splat(1) + (g + w);
  return b / (b + power * (g - w) + power);
}

LOCKSTEP_COLD double sigmoidLane(double z) {
  const double size = z < 0 ? -z : z;
  return size <= kExpLimit ? sigmoidInside(Scalar{z}).v : 1 / (1 + expSpecial(-z));
}

template <class V>
LOCKSTEP_INLINE V sigmoid(V z) {
  if (!all(lessEqual(abs(z), V::splat(kExpLimit)))) [[unlikely]] {
    mapLanes(sigmoidLane, z);
    return z;
  }
  return sigmoidInside(z);
}

constexpr double kTanhInverse = 46.16624130844683;
constexpr double kTanhLimit = 350;

template <class V>
LOCKSTEP_INLINE V tanhInside(V x, V size) {
  V shifted, tail;
  const V m = reduceHalf(size, size * V::splat(kTanhInverse), shifted);
  const V power = powerOfTwo(kHalfTailPowers, shifted, tail);
  const V u = m * m;
  const V g = u * (V::splat(kH1) + V::splat(kH2) * u + V::splat(kH3) * (u * u));
  const V w = m - tail;
  const V a = g - w;
  const V c = V::splat(0.5) - V::splat(0.5) * power;
  const V b = c + (a * c + w);
  return copySign(b / (b + (power + power * a)), x);
}

LOCKSTEP_COLD double tanhLane(double x) {
  const Scalar size = abs(Scalar{x});
  if (size.v <= kTanhLimit) return tanhInside(Scalar{x}, size).v;
  return x > 0 ? 1 : x < 0 ? -1 : x;
}

template <class V>
LOCKSTEP_INLINE V tanh(V x) {
  const V size = abs(x);
  if (!all(lessEqual(size, V::splat(kTanhLimit)))) [[unlikely]] {
    mapLanes(tanhLane, x);
    return x;
  }
  return tanhInside(x, size);
}

constexpr double kM2 = 0.5000000000000003;
constexpr double kM3 = 0.16666666666666666;
constexpr double kM4 = 0.04166666666188077;
constexpr double kM5 = 0.00833333333310539;
constexpr double kM6 = 0.0013889092713359886;
constexpr double kM7 = 0.00019841431614276006;
constexpr double kExpm1Limit = -40;

// Of numbers above 0 the result is any number. At the limit it is -1.
template <class V>
LOCKSTEP_INLINE V expm1Negative(V x) {
  V shifted, tail;
  const V limited = select(less(x, V::splat(kExpm1Limit)), V::splat(kExpm1Limit), x);
  const V r = reduce(limited, shifted);
  const V power = powerOfTwo(kPowers, shifted, tail);
  const V r2 = r * r;
  const V low = r + tail + r2 * (V::splat(kM2) + V::splat(kM3) * r);
  const V high = V::splat(kM4) + V::splat(kM5) * r + r2 * (V::splat(kM6) + V::splat(kM7) * r);
  return copySign(power - V::splat(1) + power * (low + r2 * r2 * high), x);
}

}  // namespace
}  // namespace lockstep
