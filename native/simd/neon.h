// Two doubles in a NEON register, which every 64-bit Arm processor has.
#pragma once

#include <arm_neon.h>

#include "scalar.h"

namespace lockstep {
namespace {

struct Neon {
  static constexpr int lanes = 2;
  static constexpr int vectors = 1;
  static constexpr int registers = 32;
  using Base = Neon;
  using Half = Scalar;
  struct Mask {
    uint64x2_t v;
  };
  float64x2_t v;

  static LOCKSTEP_INLINE Neon load(const double* from) { return {vld1q_f64(from)}; }
  static LOCKSTEP_INLINE Neon loadFirst(const double* from, int64_t) {
    return {vcombine_f64(vld1_f64(from), vdup_n_f64(0))};
  }
  static LOCKSTEP_INLINE Neon splat(double value) { return {vdupq_n_f64(value)}; }
  static LOCKSTEP_INLINE Neon join(Scalar low, Scalar high) {
    return {vcombine_f64(vdup_n_f64(low.v), vdup_n_f64(high.v))};
  }
  LOCKSTEP_INLINE Scalar lowHalf() const { return {vgetq_lane_f64(v, 0)}; }
  LOCKSTEP_INLINE Scalar highHalf() const { return {vgetq_lane_f64(v, 1)}; }
  LOCKSTEP_INLINE void store(double* to) const { vst1q_f64(to, v); }
  friend LOCKSTEP_INLINE Neon operator+(Neon a, Neon b) { return {vaddq_f64(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Neon operator-(Neon a, Neon b) { return {vsubq_f64(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Neon operator*(Neon a, Neon b) { return {vmulq_f64(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Neon operator/(Neon a, Neon b) { return {vdivq_f64(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Neon operator-(Neon a) { return {vnegq_f64(a.v)}; }
  friend LOCKSTEP_INLINE Neon abs(Neon a) { return {vabsq_f64(a.v)}; }
  friend LOCKSTEP_INLINE Neon sqrt(Neon a) { return {vsqrtq_f64(a.v)}; }
  friend LOCKSTEP_INLINE Neon copySign(Neon size, Neon sign) {
    return {vbslq_f64(vdupq_n_u64(uint64_t{1} << 63), sign.v, size.v)};
  }
  friend LOCKSTEP_INLINE Mask less(Neon a, Neon b) { return {vcltq_f64(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Mask lessEqual(Neon a, Neon b) { return {vcleq_f64(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Neon select(Mask mask, Neon a, Neon b) { return {vbslq_f64(mask.v, a.v, b.v)}; }
  friend LOCKSTEP_INLINE bool all(Mask mask) { return (vgetq_lane_u64(mask.v, 0) & vgetq_lane_u64(mask.v, 1)) != 0; }
  friend LOCKSTEP_INLINE uint64_t bits(Mask mask) {
    return (vgetq_lane_u64(mask.v, 0) & 1) | (vgetq_lane_u64(mask.v, 1) & 2);
  }
  friend LOCKSTEP_INLINE Mask isPositiveZero(Neon a) { return {vceqzq_u64(vreinterpretq_u64_f64(a.v))}; }
  friend LOCKSTEP_INLINE Neon powerOfTwo(const PowerTable& table, Neon shifted, Neon& tail) {
    const uint64x2_t n = vreinterpretq_u64_f64(shifted.v);
    const float64x2_t low = vld1q_f64(table.pairs + 2 * (vgetq_lane_u64(n, 0) & 15));
    const float64x2_t high = vld1q_f64(table.pairs + 2 * (vgetq_lane_u64(n, 1) & 15));
    tail.v = vzip2q_f64(low, high);
    const uint64x2_t bits = vreinterpretq_u64_f64(vzip1q_f64(low, high));
    return {vreinterpretq_f64_u64(vaddq_u64(bits, vshlq_n_u64(n, 48)))};
  }
  friend LOCKSTEP_INLINE Neon splitExponent(Neon x, Neon& exponent) {
    const uint64x2_t bits = vaddq_u64(vreinterpretq_u64_f64(x.v), vdupq_n_u64(kOneMinusRootBits));
    const uint64x2_t biased = vorrq_u64(vshrq_n_u64(bits, 52), vdupq_n_u64(kTwo52Bits));
    exponent.v = vsubq_f64(vreinterpretq_f64_u64(biased), vdupq_n_f64(kTwo52AndBias));
    const uint64x2_t fraction = vandq_u64(bits, vdupq_n_u64(kFractionBits));
    return {vreinterpretq_f64_u64(vaddq_u64(fraction, vdupq_n_u64(kRootBits)))};
  }
  friend LOCKSTEP_INLINE void transpose(Neon (&rows)[2]) {
    const float64x2_t first = vzip1q_f64(rows[0].v, rows[1].v);
    rows[1].v = vzip2q_f64(rows[0].v, rows[1].v);
    rows[0].v = first;
  }
};

}  // namespace
}  // namespace lockstep
