// The elementary functions: lib/kernels/math.ts, statement by statement, for any vector type.
#pragma once

#include "../simd/scalar.h"
#include "exp.inl"

namespace lockstep {
namespace {

constexpr double kErfLimit = 0.84375;
constexpr double kErfP0 = 0.12837916709551256;
constexpr double kErfP1 = -0.3250421072470015;
constexpr double kErfP2 = -0.02848174957559851;
constexpr double kErfP3 = -0.005770270296489442;
constexpr double kErfP4 = -2.3763016656650163e-5;
constexpr double kErfQ1 = 0.39791722395915535;
constexpr double kErfQ2 = 0.0650222499887673;
constexpr double kErfQ3 = 0.005081306281875766;
constexpr double kErfQ4 = 1.3249473800432164e-4;
constexpr double kErfQ5 = -3.960228278775368e-6;
constexpr double kErfLargest = 6;
constexpr double kErfC0 = 1230.3393547979972;
constexpr double kErfC1 = 2051.0783778260716;
constexpr double kErfC2 = 1712.0476126340707;
constexpr double kErfC3 = 881.952221241769;
constexpr double kErfC4 = 298.6351381974001;
constexpr double kErfC5 = 66.11919063714163;
constexpr double kErfC6 = 8.883149794388377;
constexpr double kErfC7 = 0.5641884969886701;
constexpr double kErfC8 = 2.1531153547440383e-8;
constexpr double kErfD0 = 1230.3393548037495;
constexpr double kErfD1 = 3439.3676741437216;
constexpr double kErfD2 = 4362.619090143247;
constexpr double kErfD3 = 3290.7992357334597;
constexpr double kErfD4 = 1621.3895745666903;
constexpr double kErfD5 = 537.1811018620099;
constexpr double kErfD6 = 117.6939508913125;
constexpr double kErfD7 = 15.744926110709835;

// Σ c[i] x^i, from the last term to the first.
template <class V>
LOCKSTEP_INLINE V polynomial(V, double c0) {
  return V::splat(c0);
}

template <class V, class... Rest>
LOCKSTEP_INLINE V polynomial(V x, double c0, Rest... rest) {
  return V::splat(c0) + x * polynomial(x, rest...);
}

// Both forms are a + b / c, so one division serves every lane.
template <class V>
LOCKSTEP_INLINE V erf(V x) {
  const V one = V::splat(1);
  const V size = abs(x);
  const V x2 = size * size;
  const V p = polynomial(x2, kErfP0, kErfP1, kErfP2, kErfP3, kErfP4);
  const V q = polynomial(x2, 1.0, kErfQ1, kErfQ2, kErfQ3, kErfQ4, kErfQ5);
  const V s = select(less(V::splat(kErfLargest), size), V::splat(kErfLargest), size);
  const V s2 = s * s;
  const V low = polynomial(s, kErfC0, kErfC1, kErfC2, kErfC3);
  const V c = low + s2 * s2 * polynomial(s, kErfC4, kErfC5, kErfC6, kErfC7, kErfC8);
  const V lowD = polynomial(s, kErfD0, kErfD1, kErfD2, kErfD3);
  const V d = lowD + s2 * s2 * polynomial(s, kErfD4, kErfD5, kErfD6, kErfD7, 1.0);
  const auto small = less(size, V::splat(kErfLimit));
  const V a = select(small, size, one);
  const V numerator = select(small, size * p, -exp(-s2) * c);
  return copySign(a + numerator / select(small, q, d), x);
}

constexpr double kInverseRoot2Pi = 0.3989422804014327;

template <class V>
LOCKSTEP_INLINE V normalDensity(V z) {
  return V::splat(kInverseRoot2Pi) * exp(V::splat(-0.5) * (z * z));
}

constexpr double kLn2High = 0.6931471803691238;
constexpr double kLn2Low = 1.9082149292705877e-10;
constexpr double kLg1 = 0.6666666666666735;
constexpr double kLg2 = 0.3999999999940942;
constexpr double kLg3 = 0.2857142874366239;
constexpr double kLg4 = 0.22222198432149784;
constexpr double kLg5 = 0.1818357216161805;
constexpr double kLg6 = 0.15313837699209373;
constexpr double kLg7 = 0.14798198605116586;

template <class V>
LOCKSTEP_INLINE V logKernel(V f, V high, V low) {
  const V square = V::splat(0.5) * f * f;
  const V s = f / (V::splat(2) + f);
  const V z = s * s;
  const V w = z * z;
  const V even = w * (V::splat(kLg2) + w * (V::splat(kLg4) + w * V::splat(kLg6)));
  const V odd = z * (V::splat(kLg1) + w * (V::splat(kLg3) + w * (V::splat(kLg5) + w * V::splat(kLg7))));
  return high - (square - (s * (square + (odd + even)) + low) - f);
}

constexpr double kSmallestNormal = 2.2250738585072014e-308;
constexpr double kTwo54 = 18014398509481984;

LOCKSTEP_COLD double logLane(double x) {
  if (!(x > 0)) return x == 0 ? -kInfinity : ofBits(0x7ff8000000000000);
  if (x > kLargest) return x;
  double k = 0;
  if (x < kSmallestNormal) {
    x *= kTwo54;
    k = -54;
  }
  Scalar exponent;
  const Scalar m = splitExponent(Scalar{x}, exponent);
  k += exponent.v;
  return logKernel(m - Scalar{1}, Scalar{k * kLn2High}, Scalar{k * kLn2Low}).v;
}

template <class V>
LOCKSTEP_INLINE V log(V x) {
  const V inside = select(lessEqual(V::splat(kSmallestNormal), x), x, V::splat(kInfinity));
  if (!all(lessEqual(inside, V::splat(kLargest)))) [[unlikely]] {
    mapLanes(logLane, x);
    return x;
  }
  V exponent;
  const V m = splitExponent(x, exponent);
  return logKernel(m - V::splat(1), exponent * V::splat(kLn2High), exponent * V::splat(kLn2Low));
}

constexpr double kLog1pLimit = 0.41421356237309503;

template <class V>
LOCKSTEP_INLINE V log1pUnit(V u) {
  const auto large = lessEqual(V::splat(kLog1pLimit), u);
  const V f = select(large, (u - V::splat(1)) * V::splat(0.5), u);
  const V high = select(large, V::splat(kLn2High), V::splat(0));
  const V low = select(large, V::splat(kLn2Low), V::splat(0));
  return logKernel(f, high, low);
}

template <class V>
LOCKSTEP_INLINE V softplus(V z) {
  return select(less(V::splat(0), z), z, V::splat(0)) + log1pUnit(exp(-abs(z)));
}

constexpr double kLogCoshLimit = 0.6;
constexpr double kLn2 = 0.6931471805599453;
constexpr double kTanhP0 = -1614.6876844170845;
constexpr double kTanhP1 = -99.28772310019185;
constexpr double kTanhP2 = -0.9643991794250523;
constexpr double kTanhQ0 = 4844.063053251255;
constexpr double kTanhQ1 = 2235.4883906010045;
constexpr double kTanhQ2 = 112.81167849163293;

template <class V>
LOCKSTEP_INLINE V logCosh(V x) {
  const V size = abs(x);
  const V x2 = size * size;
  const V p = (V::splat(kTanhP2) * x2 + V::splat(kTanhP1)) * x2 + V::splat(kTanhP0);
  const V q = ((x2 + V::splat(kTanhQ2)) * x2 + V::splat(kTanhQ1)) * x2 + V::splat(kTanhQ0);
  const V t = size + size * x2 * p / q;
  const V near = V::splat(0) - V::splat(0.5) * logKernel(-(t * t), V::splat(0), V::splat(0));
  const V far = size - V::splat(kLn2) + log1pUnit(exp(V::splat(-2) * size));
  return select(less(size, V::splat(kLogCoshLimit)), near, far);
}

}  // namespace
}  // namespace lockstep
