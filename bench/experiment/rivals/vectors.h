// Vectors of float64 for the programs written by hand, and exp, tanh, log and reciprocals of all lanes at once. GCC's
// vector extension, which clang has too; with AVX-512 some steps are its instructions. Relative errors are a few units
// of the last place: these programs do the library's work, but need not make its bits.
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

// 1 / a for a normal a. A step of fourth order from 14 bits is faster than the division's 16 cycles.
VECTORS_INLINE V reciprocal(V a) {
#if defined(LANES_OF_AVX512)
  const V guess = reinterpret_cast<V>(_mm512_rcp14_pd(reinterpret_cast<__m512d>(a)));
  const V error = 1.0 - a * guess;
  const V better = guess + guess * error;
  return better + better * (error * error);
#else
  return 1.0 / a;
#endif
}

// √a for a >= 0.
VECTORS_INLINE V root(V a) {
#if defined(LANES_OF_AVX512)
  // The smallest normal number instead of 0, whose 1 / √a would be infinite. With a guess g of 1 / √a and e = 1 - a g²:
  // √a = a g (1 - e)^-½.
  const V positive = larger(a, broadcast(0x1p-1022));
  const V guess = reinterpret_cast<V>(_mm512_rsqrt14_pd(reinterpret_cast<__m512d>(positive)));
  const V root = positive * guess;
  const V error = 1.0 - root * guess;
  return root + root * error * (0.5 + error * (0.375 + error * 0.3125));
#else
  V roots;
  for (int i = 0; i < kLanes; i++) roots[i] = __builtin_sqrt(a[i]);
  return roots;
#endif
}

// 2^52 + 2^51: a sum with it has the rounded other summand in its last bits.
constexpr double kRounder = 6755399441055744.0;
constexpr double kLn2High = 0x1.62e42fefa0000p-1, kLn2Low = 0x1.cf79abc9e3b3ap-40, kLog2e = 1.4426950408889634;

#if defined(LANES_OF_AVX512)
// The bits of 2^(i / 16) less i << 48: the sum with n << 48 is 2^(n / 16), where n ends with the bits of i.
alignas(64) constexpr long long kPowers[16] = {
    0x3ff0000000000000, 0x3fefb5586cf9890f, 0x3fef72b83c7d517b, 0x3fef387a6e756238,
    0x3fef06fe0a31b715, 0x3feedea64c123422, 0x3feebfdad5362a27, 0x3feeab07dd485429,
    0x3feea09e667f3bcd, 0x3feea11473eb0187, 0x3feeace5422aa0db, 0x3feec49182a3f090,
    0x3feee89f995ad3ad, 0x3fef199bdd85529c, 0x3fef5818dcfba487, 0x3fefa4afa2a490da};

// 2^(n / 16) for a sum of kRounder and n, in the three steps of a table in registers.
VECTORS_INLINE V powerOfTwo(V sum) {
  const __m512i n = reinterpret_cast<__m512i>(sum);
  const __m512i part = _mm512_permutex2var_epi64(_mm512_load_si512(kPowers), n, _mm512_load_si512(kPowers + 8));
  return reinterpret_cast<V>(_mm512_add_epi64(part, _mm512_slli_epi64(n, 48)));
}
#endif

// e^x for |x| <= 700.
VECTORS_INLINE V exp(V x) {
#if defined(LANES_OF_AVX512)
  // x = n ln 2 / 16 + r: e^r needs the terms up to r⁶.
  const V sum = opaque(x * (16 * kLog2e) + kRounder);
  const V n = opaque(sum - kRounder);
  const V r = (x - n * (kLn2High / 16)) - n * (kLn2Low / 16);
  const V power = powerOfTwo(sum), r2 = r * r;
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

// a = tanh(a) = 1 - 2 / (1 + e^2a) for some vectors at once, within 5e-15. Step by step for all of them: one after the
// other, their long chains would fill the processor's window.
template <int count>
VECTORS_INLINE void tanh(V* a) {
#if defined(LANES_OF_AVX512)
#define EACH for (int i = 0; i < count; i++)
  // 2a = n ln 2 / 16 + 2r. Two coefficients of e^2r are changed a little instead of the term (2r)⁶ / 720.
  constexpr double kMost2 = kLn2High * kLn2High / 1024;
  constexpr double kSecond = 2 - 9.0 / 4 / 720 * kMost2 * kMost2, kFourth = 16.0 / 24 + 24.0 / 720 * kMost2;
  V sum[count], r[count], e[count], power[count];
  // 20 with the sign of a where |a| is more: tanh is 1 to the last bit there, and its exponential finite.
  EACH a[i] = reinterpret_cast<V>(_mm512_range_pd(reinterpret_cast<__m512d>(a[i]), _mm512_set1_pd(20), 2));
  EACH sum[i] = opaque(a[i] * (32 * kLog2e) + kRounder);
  EACH r[i] = opaque(sum[i] - kRounder);
  EACH r[i] = a[i] - r[i] * ((kLn2High + kLn2Low) / 32);
  EACH power[i] = powerOfTwo(sum[i]);
  EACH e[i] = kFourth + r[i] * (32.0 / 120);
  EACH a[i] = kSecond + r[i] * (8.0 / 6);
  EACH sum[i] = r[i] * r[i];
  EACH e[i] = a[i] + sum[i] * e[i];
  EACH r[i] += r[i];
  EACH e[i] = r[i] + sum[i] * e[i];
  EACH a[i] = 1.0 + power[i];
  EACH a[i] += power[i] * e[i];
  // The reciprocal.
  EACH r[i] = reinterpret_cast<V>(_mm512_rcp14_pd(reinterpret_cast<__m512d>(a[i])));
  EACH e[i] = 1.0 - a[i] * r[i];
  EACH r[i] += r[i] * e[i];
  EACH e[i] *= e[i];
  EACH r[i] += r[i] * e[i];
  EACH a[i] = 1.0 - 2.0 * r[i];
#undef EACH
#else
  for (int i = 0; i < count; i++) {
    const V limited = larger(smaller(a[i], broadcast(20)), broadcast(-20));
    a[i] = 1.0 - 2.0 / (1.0 + exp(limited + limited));
  }
#endif
}

VECTORS_INLINE V sigmoid(V x) { return reciprocal(1.0 + exp(larger(smaller(-x, broadcast(700)), broadcast(-700)))); }

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
