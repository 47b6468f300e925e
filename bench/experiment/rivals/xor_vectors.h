// Vectors of four samples for xor.h: GCC's vector extension, which clang has too.
#pragma once

#include <cstring>

#include "vectors.h"

namespace xor_rival {

using Four = double __attribute__((vector_size(4 * sizeof(double))));
using FourBits = long long __attribute__((vector_size(sizeof(Four))));

VECTORS_INLINE Four broadcast(double value) { return Four{value, value, value, value}; }

// Computed here: the compiler moves no step over it.
VECTORS_INLINE Four opaque(Four a) {
#if defined(__AVX512VL__)
  __asm__("" : "+v"(a));
#elif defined(__AVX__)
  __asm__("" : "+x"(a));
#endif
  return a;
}

// The sum of the lanes, in every lane.
VECTORS_INLINE Four sumOfLanes(Four a) {
#if defined(__clang__)
  a += __builtin_shufflevector(a, a, 1, 0, 3, 2);
  return a + __builtin_shufflevector(a, a, 2, 3, 0, 1);
#else
  a += __builtin_shuffle(a, FourBits{1, 0, 3, 2});
  return a + __builtin_shuffle(a, FourBits{2, 3, 0, 1});
#endif
}

#if defined(LANES_OF_AVX512) && defined(__AVX512VL__)
alignas(64) constexpr double kPowers[32] = {
    // 2^(i / 32)
    1.0,
    1.0218971486541166,
    1.0442737824274138,
    1.0671404006768237,
    1.0905077326652577,
    1.1143867425958924,
    1.1387886347566916,
    1.1637248587775775,
    1.189207115002721,
    1.215247359980469,
    1.241857812073484,
    1.2690509571917332,
    1.2968395546510096,
    1.3252366431597413,
    1.3542555469368927,
    1.383909881963832,
    1.4142135623730951,
    1.4451808069770467,
    1.4768261459394993,
    1.5091644275934228,
    1.5422108254079407,
    1.5759808451078865,
    1.6104903319492543,
    1.645755478153965,
    1.681792830507429,
    1.718619298122478,
    1.7562521603732995,
    1.7947090750031072,
    1.8340080864093424,
    1.8741676341103,
    1.9152065613971474,
    1.9571441241754002,
};

// The lanes of `index` select the numbers of half of the table.
VECTORS_INLINE __m256d choose(const double* table, __m512i index) {
  return _mm512_castpd512_pd256(_mm512_permutex2var_pd(_mm512_load_pd(table), index, _mm512_load_pd(table + 8)));
}

// 1 + e^x for |x| <= 700, with a short chain: x = n ln 2 / 32 + r, 2^(n / 32) from a table in registers while r and e^r
// - 1 are computed. Two coefficients are changed a little so that the missing term r⁶ / 720 costs nothing at |r| <= ln
// 2 / 64.
VECTORS_INLINE Four onePlusExp(Four x) {
  constexpr double kMost = vectors::kLn2High / 64, kMost2 = kMost * kMost;
  constexpr double kSecond = 0.5 - 9.0 / 16 / 720 * kMost2 * kMost2, kFourth = 1.0 / 24 + 1.5 / 720 * kMost2;
  const Four sum = opaque(x * (32 * vectors::kLog2e) + vectors::kRounder);
  const Four n = opaque(sum - vectors::kRounder);
  const Four r = x - n * (vectors::kLn2High / 32);
  const Four exactR = r - n * (vectors::kLn2Low / 32);
  const __m256i bits = reinterpret_cast<__m256i>(sum);
  const __m512i index = _mm512_castsi256_si512(bits);
  const __mmask8 second = _mm256_test_epi64_mask(bits, _mm256_set1_epi64x(16));
  const __m256d part = _mm256_mask_blend_pd(second, choose(kPowers, index), choose(kPowers + 16, index));
  const FourBits exponent = (reinterpret_cast<FourBits>(sum) >> 5) << 52;
  const Four power = reinterpret_cast<Four>(reinterpret_cast<FourBits>(part) + exponent);
  const Four r2 = r * r;
  const Four e = exactR + r2 * ((kSecond + r * (1.0 / 6)) + r2 * (kFourth + r * (1.0 / 120)));
  return opaque(1.0 + power) + power * e;
}
#else
// 1 + e^x for |x| <= 700: x = n ln 2 + r, and the terms of e^r up to r¹³ in pairs.
VECTORS_INLINE Four onePlusExp(Four x) {
  const Four sum = opaque(x * vectors::kLog2e + vectors::kRounder);
  const Four n = opaque(sum - vectors::kRounder);
  const Four r = x - n * vectors::kLn2High;
  const Four exactR = r - n * vectors::kLn2Low;
  const Four power =
      reinterpret_cast<Four>((reinterpret_cast<FourBits>(sum) << 52) + reinterpret_cast<FourBits>(broadcast(1)));
  const Four r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  const Four first = exactR + r2 * (1.0 / 2 + r * (1.0 / 6));
  const Four second = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
  const Four third = (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800));
  const Four e = (first + r4 * second) + r8 * (third + r4 * (1.0 / 479001600 + r * (1.0 / 6227020800)));
  return opaque(1.0 + power) + power * e;
}
#endif

}  // namespace xor_rival
