// Eight doubles in an AVX-512 register (F, DQ).
#pragma once

#include <immintrin.h>

#include "avx2.h"

namespace lockstep {
namespace {

struct Avx512 {
  static constexpr int lanes = 8;
  static constexpr int vectors = 1;
  static constexpr int registers = 32;
  using Base = Avx512;
  using Half = Avx2;
  struct Mask {
    __mmask8 v;
  };
  __m512d v;

  static LOCKSTEP_INLINE Avx512 load(const double* from) { return {_mm512_loadu_pd(from)}; }
  static LOCKSTEP_INLINE Avx512 loadFirst(const double* from, int64_t count) {
    return {_mm512_maskz_loadu_pd(static_cast<__mmask8>((1u << count) - 1), from)};
  }
  static LOCKSTEP_INLINE Avx512 splat(double value) { return {_mm512_set1_pd(value)}; }
  static LOCKSTEP_INLINE Avx512 join(Avx2 low, Avx2 high) {
    return {_mm512_insertf64x4(_mm512_castpd256_pd512(low.v), high.v, 1)};
  }
  LOCKSTEP_INLINE Avx2 lowHalf() const { return {_mm512_castpd512_pd256(v)}; }
  LOCKSTEP_INLINE Avx2 highHalf() const { return {_mm512_extractf64x4_pd(v, 1)}; }
  LOCKSTEP_INLINE void store(double* to) const { _mm512_storeu_pd(to, v); }
  friend LOCKSTEP_INLINE Avx512 operator+(Avx512 a, Avx512 b) { return {_mm512_add_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Avx512 operator-(Avx512 a, Avx512 b) { return {_mm512_sub_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Avx512 operator*(Avx512 a, Avx512 b) { return {_mm512_mul_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Avx512 operator/(Avx512 a, Avx512 b) { return {_mm512_div_pd(a.v, b.v)}; }
#if defined(__GNUC__)
  // An embedded broadcast: no register, no extra µop. Compilers would load the number once into a register for several
  // products, which on Zen 4 costs a multiplication slot.
  friend LOCKSTEP_INLINE Avx512 mulBroadcast(Avx512 a, const double* number) {
    Avx512 product;
    asm("vmulpd %2%{1to8%}, %1, %0" : "=v"(product.v) : "v"(a.v), "m"(*number));
    return product;
  }
#endif
  friend LOCKSTEP_INLINE Avx512 operator-(Avx512 a) { return {_mm512_xor_pd(a.v, signBits())}; }
  friend LOCKSTEP_INLINE Avx512 abs(Avx512 a) { return {_mm512_andnot_pd(signBits(), a.v)}; }
  friend LOCKSTEP_INLINE Avx512 sqrt(Avx512 a) { return {_mm512_sqrt_pd(a.v)}; }
  friend LOCKSTEP_INLINE Avx512 copySign(Avx512 size, Avx512 sign) {
    return {_mm512_or_pd(_mm512_andnot_pd(signBits(), size.v), _mm512_and_pd(signBits(), sign.v))};
  }
  friend LOCKSTEP_INLINE Mask less(Avx512 a, Avx512 b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LT_OQ)}; }
  friend LOCKSTEP_INLINE Mask lessEqual(Avx512 a, Avx512 b) { return {_mm512_cmp_pd_mask(a.v, b.v, _CMP_LE_OQ)}; }
  friend LOCKSTEP_INLINE Avx512 select(Mask mask, Avx512 a, Avx512 b) {
    return {_mm512_mask_blend_pd(mask.v, b.v, a.v)};
  }
  friend LOCKSTEP_INLINE bool all(Mask mask) { return mask.v == 0xff; }
  friend LOCKSTEP_INLINE uint64_t bits(Mask mask) { return mask.v; }
  friend LOCKSTEP_INLINE Mask isPositiveZero(Avx512 a) {
    const __m512i bits = _mm512_castpd_si512(a.v);
    return {_mm512_testn_epi64_mask(bits, bits)};
  }
  friend LOCKSTEP_INLINE Avx512 powerOfTwo(const PowerTable& table, Avx512 shifted, Avx512& tail) {
    const __m512i n = _mm512_castpd_si512(shifted.v);
    tail.v = lookup16(table.tails, n);
    const __m512i bits = _mm512_castpd_si512(lookup16(table.powers, n));
    return {_mm512_castsi512_pd(_mm512_add_epi64(bits, _mm512_slli_epi64(n, 48)))};
  }
  friend LOCKSTEP_INLINE Avx512 splitExponent(Avx512 x, Avx512& exponent) {
    const __m512i bits = _mm512_add_epi64(_mm512_castpd_si512(x.v), _mm512_set1_epi64(kOneMinusRootBits));
    const __m512i biased = _mm512_or_si512(_mm512_srli_epi64(bits, 52), _mm512_set1_epi64(kTwo52Bits));
    exponent.v = _mm512_sub_pd(_mm512_castsi512_pd(biased), _mm512_set1_pd(kTwo52AndBias));
    const __m512i fraction = _mm512_and_si512(bits, _mm512_set1_epi64(kFractionBits));
    return {_mm512_castsi512_pd(_mm512_add_epi64(fraction, _mm512_set1_epi64(kRootBits)))};
  }
  friend LOCKSTEP_INLINE void transpose(Avx512 (&rows)[8]) {
    __m512d even[4], odd[4];
    each(Fixed<4>{}, [&](auto i) LOCKSTEP_LAMBDA {
      even[i] = _mm512_unpacklo_pd(rows[2 * i].v, rows[2 * i + 1].v);
      odd[i] = _mm512_unpackhi_pd(rows[2 * i].v, rows[2 * i + 1].v);
    });
    transposePairs(even, rows[0].v, rows[2].v, rows[4].v, rows[6].v);
    transposePairs(odd, rows[1].v, rows[3].v, rows[5].v, rows[7].v);
  }

 private:
  static LOCKSTEP_INLINE __m512d signBits() { return _mm512_set1_pd(-0.0); }
  static LOCKSTEP_INLINE __m512d lookup16(const double* table, __m512i n) {
    return _mm512_permutex2var_pd(_mm512_load_pd(table), n, _mm512_load_pd(table + 8));
  }
  // The 4×4 transpose of pairs of doubles.
  static LOCKSTEP_INLINE void transposePairs(const __m512d (&from)[4], __m512d& a, __m512d& b, __m512d& c, __m512d& d) {
    const __m512d low01 = _mm512_shuffle_f64x2(from[0], from[1], 0x44);
    const __m512d high01 = _mm512_shuffle_f64x2(from[0], from[1], 0xee);
    const __m512d low23 = _mm512_shuffle_f64x2(from[2], from[3], 0x44);
    const __m512d high23 = _mm512_shuffle_f64x2(from[2], from[3], 0xee);
    a = _mm512_shuffle_f64x2(low01, low23, 0x88);
    b = _mm512_shuffle_f64x2(low01, low23, 0xdd);
    c = _mm512_shuffle_f64x2(high01, high23, 0x88);
    d = _mm512_shuffle_f64x2(high01, high23, 0xdd);
  }
};

}  // namespace
}  // namespace lockstep
