// Two doubles in a WebAssembly vector: fixed-width SIMD, which every current engine has. Relaxed SIMD is not used: its
// results may differ between processors.
#pragma once

#include <wasm_simd128.h>

#include "scalar.h"

namespace lockstep {
namespace {

struct Wasm128 {
  static constexpr int lanes = 2;
  static constexpr int vectors = 1;
  // Engines have 16 on x64, and 32 on arm64.
  static constexpr int registers = 16;
  using Base = Wasm128;
  using Half = Scalar;
  struct Mask {
    v128_t v;
  };
  v128_t v;

  static LOCKSTEP_INLINE Wasm128 load(const double* from) { return {wasm_v128_load(from)}; }
  static LOCKSTEP_INLINE Wasm128 loadFirst(const double* from, int64_t) { return {wasm_v128_load64_zero(from)}; }
  static LOCKSTEP_INLINE Wasm128 splat(double value) { return {wasm_f64x2_splat(value)}; }
  static LOCKSTEP_INLINE Wasm128 join(Scalar low, Scalar high) { return {wasm_f64x2_make(low.v, high.v)}; }
  LOCKSTEP_INLINE Scalar lowHalf() const { return {wasm_f64x2_extract_lane(v, 0)}; }
  LOCKSTEP_INLINE Scalar highHalf() const { return {wasm_f64x2_extract_lane(v, 1)}; }
  LOCKSTEP_INLINE void store(double* to) const { wasm_v128_store(to, v); }
  friend LOCKSTEP_INLINE Wasm128 operator+(Wasm128 a, Wasm128 b) { return {wasm_f64x2_add(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Wasm128 operator-(Wasm128 a, Wasm128 b) { return {wasm_f64x2_sub(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Wasm128 operator*(Wasm128 a, Wasm128 b) { return {wasm_f64x2_mul(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Wasm128 operator/(Wasm128 a, Wasm128 b) { return {wasm_f64x2_div(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Wasm128 operator-(Wasm128 a) { return {wasm_f64x2_neg(a.v)}; }
  friend LOCKSTEP_INLINE Wasm128 abs(Wasm128 a) { return {wasm_f64x2_abs(a.v)}; }
  friend LOCKSTEP_INLINE Wasm128 sqrt(Wasm128 a) { return {wasm_f64x2_sqrt(a.v)}; }
  friend LOCKSTEP_INLINE Wasm128 copySign(Wasm128 size, Wasm128 sign) {
    return {wasm_v128_bitselect(sign.v, size.v, wasm_i64x2_const_splat(INT64_MIN))};
  }
  friend LOCKSTEP_INLINE Mask less(Wasm128 a, Wasm128 b) { return {wasm_f64x2_lt(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Mask lessEqual(Wasm128 a, Wasm128 b) { return {wasm_f64x2_le(a.v, b.v)}; }
  friend LOCKSTEP_INLINE Wasm128 select(Mask mask, Wasm128 a, Wasm128 b) {
    return {wasm_v128_bitselect(a.v, b.v, mask.v)};
  }
  friend LOCKSTEP_INLINE bool all(Mask mask) { return wasm_i64x2_all_true(mask.v); }
  friend LOCKSTEP_INLINE uint64_t bits(Mask mask) { return wasm_i64x2_bitmask(mask.v); }
  friend LOCKSTEP_INLINE Mask isPositiveZero(Wasm128 a) { return {wasm_i64x2_eq(a.v, wasm_i64x2_const_splat(0))}; }
  friend LOCKSTEP_INLINE Wasm128 powerOfTwo(const PowerTable& table, Wasm128 shifted, Wasm128& tail) {
    const v128_t low = wasm_v128_load(table.pairs + 2 * (wasm_i32x4_extract_lane(shifted.v, 0) & 15));
    const v128_t high = wasm_v128_load(table.pairs + 2 * (wasm_i32x4_extract_lane(shifted.v, 2) & 15));
    tail.v = wasm_i64x2_shuffle(low, high, 1, 3);
    const v128_t bits = wasm_i64x2_shuffle(low, high, 0, 2);
    return {wasm_i64x2_add(bits, wasm_i64x2_shl(shifted.v, 48))};
  }
  friend LOCKSTEP_INLINE Wasm128 splitExponent(Wasm128 x, Wasm128& exponent) {
    const v128_t bits = wasm_i64x2_add(x.v, wasm_i64x2_const_splat(kOneMinusRootBits));
    const v128_t biased = wasm_v128_or(wasm_u64x2_shr(bits, 52), wasm_i64x2_const_splat(kTwo52Bits));
    exponent.v = wasm_f64x2_sub(biased, wasm_f64x2_const_splat(kTwo52AndBias));
    const v128_t fraction = wasm_v128_and(bits, wasm_i64x2_const_splat(kFractionBits));
    return {wasm_i64x2_add(fraction, wasm_i64x2_const_splat(kRootBits))};
  }
  friend LOCKSTEP_INLINE void transpose(Wasm128 (&rows)[2]) {
    const v128_t first = wasm_i64x2_shuffle(rows[0].v, rows[1].v, 0, 2);
    rows[1].v = wasm_i64x2_shuffle(rows[0].v, rows[1].v, 1, 3);
    rows[0].v = first;
  }
};

}  // namespace
}  // namespace lockstep
