// Two doubles in an SSE2 register, which every x86-64 processor has.
#pragma once

#include <emmintrin.h>

#include "scalar.h"

namespace lockstep {
namespace {

struct Sse2 {
  static constexpr int lanes = 2;
  static constexpr int vectors = 1;
  static constexpr int registers = 16;
  using Base = Sse2;
  using Half = Scalar;
  struct Mask {
    __m128d v;
  };
  __m128d v;

  static LOCKSTEP_INLINE Sse2 load(const double* from) { return {_mm_loadu_pd(from)}; }
  static LOCKSTEP_INLINE Sse2 loadFirst(const double* from, int64_t) { return {_mm_load_sd(from)}; }
  static LOCKSTEP_INLINE Sse2 splat(double value) { return {_mm_set1_pd(value)}; }
  static LOCKSTEP_INLINE Sse2 join(Scalar low, Scalar high) { return {_mm_set_pd(high.v, low.v)}; }
  LOCKSTEP_INLINE Scalar lowHalf() const { return {_mm_cvtsd_f64(v)}; }
  LOCKSTEP_INLINE Scalar highHalf() const { return {_mm_cvtsd_f64(_mm_unpackhi_pd(v, v))}; }
  LOCKSTEP_INLINE void store(double* to) const { _mm_storeu_pd(to, v); }
  friend LOCKSTEP_INLINE Sse2 operator+(Sse2 a, Sse2 b) { return {_mm_add_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Sse2 operator-(Sse2 a, Sse2 b) { return {_mm_sub_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Sse2 operator*(Sse2 a, Sse2 b) { return {_mm_mul_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Sse2 operator/(Sse2 a, Sse2 b) { return {_mm_div_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Sse2 operator-(Sse2 a) { return {_mm_xor_pd(a.v, signBits())}; }
  friend LOCKSTEP_INLINE Sse2 abs(Sse2 a) { return {_mm_andnot_pd(signBits(), a.v)}; }
  friend LOCKSTEP_INLINE Sse2 sqrt(Sse2 a) { return {_mm_sqrt_pd(a.v)}; }
  friend LOCKSTEP_INLINE Sse2 copySign(Sse2 size, Sse2 sign) {
    return {_mm_or_pd(_mm_andnot_pd(signBits(), size.v), _mm_and_pd(signBits(), sign.v))};
  }
  friend LOCKSTEP_INLINE Mask less(Sse2 a, Sse2 b) { return {_mm_cmplt_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Mask lessEqual(Sse2 a, Sse2 b) { return {_mm_cmple_pd(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Sse2 select(Mask mask, Sse2 a, Sse2 b) {
    return {_mm_or_pd(_mm_and_pd(mask.v, a.v), _mm_andnot_pd(mask.v, b.v))};
  }
  friend LOCKSTEP_INLINE bool all(Mask mask) { return _mm_movemask_pd(mask.v) == 3; }
  friend LOCKSTEP_INLINE uint64_t bits(Mask mask) { return static_cast<uint64_t>(_mm_movemask_pd(mask.v)); }
  friend LOCKSTEP_INLINE Mask isPositiveZero(Sse2 a) {
    const __m128i words = _mm_cmpeq_epi32(_mm_castpd_si128(a.v), _mm_setzero_si128());
    return {_mm_castsi128_pd(_mm_and_si128(words, _mm_shuffle_epi32(words, 0xb1)))};
  }
  friend LOCKSTEP_INLINE Sse2 powerOfTwo(const PowerTable& table, Sse2 shifted, Sse2& tail) {
    const __m128i n = _mm_castpd_si128(shifted.v);
    const __m128d low = _mm_load_pd(table.pairs + 2 * (_mm_cvtsi128_si32(n) & 15));
    const __m128d high = _mm_load_pd(table.pairs + 2 * (_mm_extract_epi16(n, 4) & 15));
    tail.v = _mm_unpackhi_pd(low, high);
    const __m128i bits = _mm_castpd_si128(_mm_unpacklo_pd(low, high));
    return {_mm_castsi128_pd(_mm_add_epi64(bits, _mm_slli_epi64(n, 48)))};
  }
  friend LOCKSTEP_INLINE Sse2 splitExponent(Sse2 x, Sse2& exponent) {
    const __m128i bits = _mm_add_epi64(_mm_castpd_si128(x.v), _mm_set1_epi64x(kOneMinusRootBits));
    const __m128i biased = _mm_or_si128(_mm_srli_epi64(bits, 52), _mm_set1_epi64x(kTwo52Bits));
    exponent.v = _mm_sub_pd(_mm_castsi128_pd(biased), _mm_set1_pd(kTwo52AndBias));
    const __m128i fraction = _mm_and_si128(bits, _mm_set1_epi64x(kFractionBits));
    return {_mm_castsi128_pd(_mm_add_epi64(fraction, _mm_set1_epi64x(kRootBits)))};
  }
  friend LOCKSTEP_INLINE void transpose(Sse2 (&rows)[2]) {
    const __m128d first = _mm_unpacklo_pd(rows[0].v, rows[1].v);
    rows[1].v = _mm_unpackhi_pd(rows[0].v, rows[1].v);
    rows[0].v = first;
  }

 private:
  static LOCKSTEP_INLINE __m128d signBits() { return _mm_set1_pd(-0.0); }
};

}  // namespace
}  // namespace lockstep
