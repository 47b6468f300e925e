// Vectors of float64 for the programs written by hand, and exp, tanh, log and reciprocals of all lanes at once. GCC's vector
// extension, which clang has too; with AVX-512 some steps are its instructions. Relative errors are a few units of the
// last place: these programs do the library's work, but need not make its bits.
#pragma once

#include <cstddef>
#include <cstring>

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#define LANES_OF_AVX512 1
#endif

namespace vectors {

#if defined(LANES_OF_AVX512)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

using V = double __attribute__((vector_size(kLanes * sizeof(double))));
using Bits = long long __attribute__((vector_size(kLanes * sizeof(double))));

#define VECTORS_INLINE __attribute__((always_inline)) inline

VECTORS_INLINE V broadcast(double value) {
  V v;
  for (int i = 0; i < kLanes; i++) v[i] = value;
  return v;
}

VECTORS_INLINE V load(const double* values) {
  V v;
  std::memcpy(&v, values, sizeof v);
  return v;
}

VECTORS_INLINE void store(double* values, V v) { std::memcpy(values, &v, sizeof v); }

VECTORS_INLINE V larger(V a, V b) {
#if defined(LANES_OF_AVX512)
  return reinterpret_cast<V>(_mm512_max_pd(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b)));
#else
  return a > b ? a : b;
#endif
}

VECTORS_INLINE V smaller(V a, V b) {
#if defined(LANES_OF_AVX512)
  return reinterpret_cast<V>(_mm512_min_pd(reinterpret_cast<__m512d>(a), reinterpret_cast<__m512d>(b)));
#else
  return a < b ? a : b;
#endif
}

// With -ffast-math the compiler would reduce (x + c) - c to x, and ((x + c) - c) * d to (x + c) * d - c * d.
VECTORS_INLINE V opaque(V a) {
#if defined(__FAST_MATH__) && defined(__x86_64__)
  __asm__("" : "+v"(a));
#elif defined(__FAST_MATH__) && defined(__aarch64__)
  __asm__("" : "+w"(a));
#endif
  return a;
}

// 1 / a for a normal a. Two steps of Newton's method (the first of third order) are faster than the division's 16 cycles.
VECTORS_INLINE V reciprocal(V a) {
#if defined(LANES_OF_AVX512)
  const V first = reinterpret_cast<V>(_mm512_rcp14_pd(reinterpret_cast<__m512d>(a)));
  const V error = 1.0 - a * first;
  const V second = first + first * (error + error * error);
  return second + second * (1.0 - a * second);
#else
  return 1.0 / a;
#endif
}

// √a for a >= 0.
VECTORS_INLINE V root(V a) {
#if defined(LANES_OF_AVX512)
  // Newton's method for 1 / √a; the smallest normal number instead of 0, whose 1 / √a would be infinite.
  const V positive = larger(a, broadcast(0x1p-1022));
  V inverse = reinterpret_cast<V>(_mm512_rsqrt14_pd(reinterpret_cast<__m512d>(positive)));
  inverse += inverse * (0.5 - 0.5 * positive * inverse * inverse);
  const V s = positive * inverse;
  return s + 0.5 * inverse * (positive - s * s) * (1.5 - 0.5 * s * inverse);
#else
  V roots;
  for (int i = 0; i < kLanes; i++) roots[i] = __builtin_sqrt(a[i]);
  return roots;
#endif
}

// 2^52 + 2^51: a sum with it has the rounded other summand in its last bits.
constexpr double kRounder = 6755399441055744.0;
constexpr double kLn2High = 0x1.62e42fefa0000p-1, kLn2Low = 0x1.cf79abc9e3b3ap-40, kLog2e = 1.4426950408889634;

// e^x for |x| <= 700.
VECTORS_INLINE V exp(V x) {
#if defined(LANES_OF_AVX512)
  // x = n ln 2 / 16 + r: e^x = 2^(n / 16) e^r. Sixteen powers of 2 are in two registers; e^r needs the terms up to r⁶.
  constexpr double kPowers[16] = {1.0,
                                  1.0442737824274138,
                                  1.0905077326652577,
                                  1.1387886347566916,
                                  1.1892071150027210,
                                  1.2418578120734840,
                                  1.2968395546510096,
                                  1.3542555469368927,
                                  1.4142135623730951,
                                  1.4768261459394993,
                                  1.5422108254079407,
                                  1.6104903319492543,
                                  1.6817928305074290,
                                  1.7562521603732995,
                                  1.8340080864093424,
                                  1.9152065613971474};
  const V sum = opaque(x * (16 * kLog2e) + kRounder);
  const V n = opaque(sum - kRounder);
  const V r = (x - n * (kLn2High / 16)) - n * (kLn2Low / 16);
  const __m512i index = reinterpret_cast<__m512i>(sum);
  const __m512d part = _mm512_permutex2var_pd(_mm512_loadu_pd(kPowers), index, _mm512_loadu_pd(kPowers + 8));
  const __m512i exponent = _mm512_slli_epi64(_mm512_srai_epi64(index, 4), 52);
  const V power = reinterpret_cast<V>(_mm512_add_epi64(_mm512_castpd_si512(part), exponent));
  const V r2 = r * r;
  const V e = r + r2 * ((0.5 + r * (1.0 / 6)) + r2 * ((1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720)));
  return power + power * e;
#else
  const V sum = opaque(x * kLog2e + kRounder);
  const V n = opaque(sum - kRounder);
  const V r = (x - n * kLn2High) - n * kLn2Low;
  const V r2 = r * r, r4 = r2 * r2;
  const V low = ((1.0 + r) + r2 * (1.0 / 2 + r * (1.0 / 6))) +
                r4 * ((1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040)));
  const V high = (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800)) +
                 r4 * (1.0 / 479001600 + r * (1.0 / 6227020800));
  const V e = low + r4 * r4 * high;
  // The last bits of the sum are n: shifted, they add n to the exponent.
  return reinterpret_cast<V>(reinterpret_cast<Bits>(e) + (reinterpret_cast<Bits>(sum) << 52));
#endif
}

VECTORS_INLINE V tanh(V x) {
  // Above 20 it is 1 to the last bit, and its exponential stays finite.
  const V limited = larger(smaller(x, broadcast(20)), broadcast(-20));
  return 1.0 - 2.0 * reciprocal(1.0 + exp(limited + limited));
}

VECTORS_INLINE V sigmoid(V x) {
  return reciprocal(1.0 + exp(larger(smaller(-x, broadcast(700)), broadcast(-700))));
}

// log a of a normal positive a = 2^n m, by log m = 2 artanh((m - 1) / (m + 1)) with m from √½ to √2.
VECTORS_INLINE V log(V a) {
  constexpr long long kRootOfHalf = 0x3fe6a09e667f3bcdLL;
  const Bits bits = reinterpret_cast<Bits>(a);
  const Bits n = (bits - kRootOfHalf) >> 52;
  const V m = reinterpret_cast<V>(bits - (n << 52));
  const V s = (m - 1.0) * reciprocal(m + 1.0), s2 = s * s, s4 = s2 * s2;
  const V terms = (1.0 / 3 + s2 * (1.0 / 5)) + s4 * ((1.0 / 7 + s2 * (1.0 / 9)) + s4 * (1.0 / 11 + s2 * (1.0 / 13))) +
                  s4 * s4 * s4 * ((1.0 / 15 + s2 * (1.0 / 17)) + s4 * (1.0 / 19 + s2 * (1.0 / 21)));
  return __builtin_convertvector(n, V) * (kLn2High + kLn2Low) + (s + s) * (1.0 + s2 * terms);
}

// The sum of the lanes.
VECTORS_INLINE double sum(V a) {
  double total = a[0];
  for (int i = 1; i < kLanes; i++) total += a[i];
  return total;
}

}  // namespace vectors
