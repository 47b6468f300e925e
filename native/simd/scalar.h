// One double as a vector of one lane: the interface of all vector types in its plainest form.
#pragma once

#include <string.h>

#include "common.h"

namespace lockstep {
namespace {

#if defined(_MSC_VER) && !defined(__clang__)
extern "C" double sqrt(double);
extern "C" unsigned char _BitScanForward64(unsigned long*, unsigned __int64);
LOCKSTEP_INLINE double squareRoot(double value) { return sqrt(value); }
#else
LOCKSTEP_INLINE double squareRoot(double value) { return __builtin_sqrt(value); }
#endif

LOCKSTEP_INLINE uint64_t bitsOf(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

LOCKSTEP_INLINE double ofBits(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

LOCKSTEP_INLINE double notANumber() { return ofBits(0x7ff8000000000000); }

// The lowest set bit of a word other than 0.
LOCKSTEP_INLINE int64_t lowestBit(uint64_t word) {
#if defined(_MSC_VER) && !defined(__clang__)
  unsigned long bit;
  _BitScanForward64(&bit, word);
  return static_cast<int64_t>(bit);
#else
  return __builtin_ctzll(word);
#endif
}

// The high words of sqrt(1/2), and of 1 minus it, for splitExponent.
constexpr uint64_t kRootBits = 0x3fe6a09e00000000;
constexpr uint64_t kOneMinusRootBits = 0x3ff0000000000000 - kRootBits;
constexpr uint64_t kFractionBits = 0x000fffffffffffff;
// The bits of 2^52: with an integer below 2^52 in the low bits they are the double 2^52 + that integer.
constexpr uint64_t kTwo52Bits = 0x4330000000000000;
constexpr double kTwo52AndBias = 4503599627370496.0 + 1023.0;

struct Scalar {
  static constexpr int lanes = 1;
  static constexpr int vectors = 1;
  static constexpr int registers = 16;
  using Base = Scalar;
  struct Mask {
    bool v;
  };
  double v;

  static LOCKSTEP_INLINE Scalar load(const double* from) { return {*from}; }
  // The first `count` lanes, 1 to lanes - 1; the others are 0. It reads nothing after them.
  static LOCKSTEP_INLINE Scalar loadFirst(const double* from, int64_t) { return {*from}; }
  static LOCKSTEP_INLINE Scalar splat(double value) { return {value}; }
  LOCKSTEP_INLINE void store(double* to) const { *to = v; }
  friend LOCKSTEP_INLINE Scalar operator+(Scalar a, Scalar b) { return {a.v + b.v}; }
  friend LOCKSTEP_INLINE Scalar operator-(Scalar a, Scalar b) { return {a.v - b.v}; }
  friend LOCKSTEP_INLINE Scalar operator*(Scalar a, Scalar b) { return {a.v * b.v}; }
  friend LOCKSTEP_INLINE Scalar operator/(Scalar a, Scalar b) { return {a.v / b.v}; }
  friend LOCKSTEP_INLINE Scalar operator-(Scalar a) { return {-a.v}; }
  friend LOCKSTEP_INLINE Scalar abs(Scalar a) { return {ofBits(bitsOf(a.v) & ~(uint64_t{1} << 63))}; }
  friend LOCKSTEP_INLINE Scalar sqrt(Scalar a) { return {squareRoot(a.v)}; }
  friend LOCKSTEP_INLINE Scalar copySign(Scalar size, Scalar sign) {
    const uint64_t signBit = uint64_t{1} << 63;
    return {ofBits((bitsOf(size.v) & ~signBit) | (bitsOf(sign.v) & signBit))};
  }
  friend LOCKSTEP_INLINE Mask less(Scalar a, Scalar b) { return {a.v < b.v}; }
  friend LOCKSTEP_INLINE Mask lessEqual(Scalar a, Scalar b) { return {a.v <= b.v}; }
  friend LOCKSTEP_INLINE Scalar select(Mask mask, Scalar a, Scalar b) { return mask.v ? a : b; }
  friend LOCKSTEP_INLINE bool all(Mask mask) { return mask.v; }
  // Bit i for lane i.
  friend LOCKSTEP_INLINE uint64_t bits(Mask mask) { return mask.v ? 1 : 0; }
  friend LOCKSTEP_INLINE Mask isPositiveZero(Scalar a) { return {bitsOf(a.v) == 0}; }
  // `shifted` is an integer n plus 1.5 · 2^52, so its low bits are n. Returns 2^(n/16), which must be normal, and sets
  // its tail.
  friend LOCKSTEP_INLINE Scalar powerOfTwo(const PowerTable& table, Scalar shifted, Scalar& tail) {
    const uint64_t n = bitsOf(shifted.v);
    const double* pair = table.pairs + 2 * (n & 15);
    tail.v = pair[1];
    return {ofBits(bitsOf(pair[0]) + (n << 48))};
  }
  // x = m · 2^exponent with m in [sqrt(1/2), sqrt(2)); x positive and normal.
  friend LOCKSTEP_INLINE Scalar splitExponent(Scalar x, Scalar& exponent) {
    const uint64_t bits = bitsOf(x.v) + kOneMinusRootBits;
    exponent.v = ofBits((bits >> 52) | kTwo52Bits) - kTwo52AndBias;
    return {ofBits((bits & kFractionBits) + kRootBits)};
  }
  // rows[i] lane j becomes rows[j] lane i.
  friend LOCKSTEP_INLINE void transpose(Scalar (&)[1]) {}
};

}  // namespace
}  // namespace lockstep
