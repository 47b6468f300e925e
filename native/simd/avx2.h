// Four doubles in an AVX register, with the integer instructions of AVX2.
#pragma once

#include <immintrin.h>

#include "sse2.h"

namespace lockstep {
namespace {

struct Avx2 {
  static constexpr int lanes = 4;
  static constexpr int vectors = 1;
  static constexpr int registers = 16;
  using Base = Avx2;
  using Half = Sse2;
  struct Mask {
    __m256d v;
  };
  __m256d v;

  static LOCKSTEP_INLINE Avx2 load(const double* from) { return {_mm256_loadu_pd(from)}; }
  static LOCKSTEP_INLINE Avx2 loadFirst(const double* from, int64_t count) {
    const __m256i lane = _mm256_setr_epi64x(0, 1, 2, 3);
    return {_mm256_maskload_pd(from, _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), lane))};
  }
  static LOCKSTEP_INLINE Avx2 splat(double value) { return {_mm256_set1_pd(value)}; }
  static LOCKSTEP_INLINE Avx2 join(Sse2 low, Sse2 high) { return {_mm256_set_m128d(high.v, low.v)}; }
  LOCKSTEP_INLINE Sse2 lowHalf() const { return {_mm256_castpd256_pd128(v)}; }
  LOCKSTEP_INLINE Sse2 highHalf() const { return {_mm256_extractf128_pd(v, 1)}; }
  LOCKSTEP_INLINE void store(double* to) const { _mm256_storeu_pd(to, v); }
  friend LOCKSTEP_INLINE Avx2 operator+(Avx2 a, Avx2 b) { return {_mm256_add_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Avx2 operator-(Avx2 a, Avx2 b) { return {_mm256_sub_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Avx2 operator*(Avx2 a, Avx2 b) { return {_mm256_mul_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Avx2 operator/(Avx2 a, Avx2 b) { return {_mm256_div_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Avx2 operator-(Avx2 a) { return {_mm256_xor_pd(a.v, signBits())}; }
  friend LOCKSTEP_INLINE Avx2 abs(Avx2 a) { return {_mm256_andnot_pd(signBits(), a.v)}; }
  friend LOCKSTEP_INLINE Avx2 sqrt(Avx2 a) { return {_mm256_sqrt_pd(a.v)}; }
  friend LOCKSTEP_INLINE Avx2 copySign(Avx2 size, Avx2 sign) {
    return {_mm256_or_pd(_mm256_andnot_pd(signBits(), size.v), _mm256_and_pd(signBits(), sign.v))};
  }
  friend LOCKSTEP_INLINE Mask less(Avx2 a, Avx2 b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LT_OQ)}; }
  friend LOCKSTEP_INLINE Mask lessEqual(Avx2 a, Avx2 b) { return {_mm256_cmp_pd(a.v, b.v, _CMP_LE_OQ)}; }
  friend LOCKSTEP_INLINE Avx2 select(Mask mask, Avx2 a, Avx2 b) { return {_mm256_blendv_pd(b.v, a.v, mask.v)}; }
  friend LOCKSTEP_INLINE bool all(Mask mask) { return _mm256_movemask_pd(mask.v) == 15; }
  friend LOCKSTEP_INLINE uint64_t bits(Mask mask) { return static_cast<uint64_t>(_mm256_movemask_pd(mask.v)); }
  friend LOCKSTEP_INLINE Mask isPositiveZero(Avx2 a) {
    return {_mm256_castsi256_pd(_mm256_cmpeq_epi64(_mm256_castpd_si256(a.v), _mm256_setzero_si256()))};
  }
  // Four loads are faster than a gather.
  friend LOCKSTEP_INLINE Avx2 powerOfTwo(const PowerTable& table, Avx2 shifted, Avx2& tail) {
    const __m256i n = _mm256_castpd_si256(shifted.v);
    const __m128i low = _mm256_castsi256_si128(n);
    const __m128i high = _mm256_extracti128_si256(n, 1);
    const __m128d first = _mm_load_pd(table.pairs + 2 * (_mm_cvtsi128_si32(low) & 15));
    const __m128d second = _mm_load_pd(table.pairs + 2 * (_mm_extract_epi16(low, 4) & 15));
    const __m128d third = _mm_load_pd(table.pairs + 2 * (_mm_cvtsi128_si32(high) & 15));
    const __m128d fourth = _mm_load_pd(table.pairs + 2 * (_mm_extract_epi16(high, 4) & 15));
    const __m256d even = _mm256_set_m128d(third, first);
    const __m256d odd = _mm256_set_m128d(fourth, second);
    tail.v = _mm256_unpackhi_pd(even, odd);
    const __m256i bits = _mm256_castpd_si256(_mm256_unpacklo_pd(even, odd));
    return {_mm256_castsi256_pd(_mm256_add_epi64(bits, _mm256_slli_epi64(n, 48)))};
  }
  friend LOCKSTEP_INLINE Avx2 splitExponent(Avx2 x, Avx2& exponent) {
    const __m256i bits = _mm256_add_epi64(_mm256_castpd_si256(x.v), _mm256_set1_epi64x(kOneMinusRootBits));
    const __m256i biased = _mm256_or_si256(_mm256_srli_epi64(bits, 52), _mm256_set1_epi64x(kTwo52Bits));
    exponent.v = _mm256_sub_pd(_mm256_castsi256_pd(biased), _mm256_set1_pd(kTwo52AndBias));
    const __m256i fraction = _mm256_and_si256(bits, _mm256_set1_epi64x(kFractionBits));
    return {_mm256_castsi256_pd(_mm256_add_epi64(fraction, _mm256_set1_epi64x(kRootBits)))};
  }
  friend LOCKSTEP_INLINE void transpose(Avx2 (&rows)[4]) {
    const __m256d even01 = _mm256_unpacklo_pd(rows[0].v, rows[1].v);
    const __m256d odd01 = _mm256_unpackhi_pd(rows[0].v, rows[1].v);
    const __m256d even23 = _mm256_unpacklo_pd(rows[2].v, rows[3].v);
    const __m256d odd23 = _mm256_unpackhi_pd(rows[2].v, rows[3].v);
    rows[0].v = _mm256_permute2f128_pd(even01, even23, 0x20);
    rows[1].v = _mm256_permute2f128_pd(odd01, odd23, 0x20);
    rows[2].v = _mm256_permute2f128_pd(even01, even23, 0x31);
    rows[3].v = _mm256_permute2f128_pd(odd01, odd23, 0x31);
  }

 private:
  static LOCKSTEP_INLINE __m256d signBits() { return _mm256_set1_pd(-0.0); }
};

}  // namespace
}  // namespace lockstep
