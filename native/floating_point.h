// The floating-point control register, in the only state that the arithmetic allows: rounding to nearest, ties to even;
// subnormal operands and results kept; no traps.
#pragma once

#include <stdint.h>

#if defined(__x86_64__) || defined(_M_X64)
#include <xmmintrin.h>
#elif defined(_M_ARM64)
#include <intrin.h>
#endif

namespace lockstep {

// Sets that state for the current thread, and restores the previous one in the destructor. Other code may have changed
// the register: a library linked with -ffast-math sets flush-to-zero when it is loaded, and new threads inherit it.
class StrictFloatingPoint {
 public:
  StrictFloatingPoint() : saved(read()) {
    if (!isStrict(saved)) write(kStrict);
  }
  ~StrictFloatingPoint() {
    if (!isStrict(saved)) write(saved);
  }
  StrictFloatingPoint(const StrictFloatingPoint&) = delete;
  StrictFloatingPoint& operator=(const StrictFloatingPoint&) = delete;

 private:
#if defined(__x86_64__) || defined(_M_X64)
  // MXCSR: all exceptions masked, and nothing else. Bits 0 to 5 are sticky exception flags, which have no effect.
  static constexpr uint64_t kStrict = 0x1f80;
  static bool isStrict(uint64_t state) { return (state & 0xffc0) == kStrict; }
  static uint64_t read() { return _mm_getcsr(); }
  static void write(uint64_t state) { _mm_setcsr(static_cast<unsigned>(state)); }
#elif defined(__aarch64__)
  // FPCR: FZ, FZ16, FIZ, AH, NEP, DN, the rounding mode and all traps are 0.
  static constexpr uint64_t kStrict = 0;
  static bool isStrict(uint64_t state) { return state == kStrict; }
  static uint64_t read() {
    uint64_t state;
    __asm__ volatile("mrs %0, fpcr" : "=r"(state));
    return state;
  }
  static void write(uint64_t state) { __asm__ volatile("msr fpcr, %0" : : "r"(state) : "memory"); }
#elif defined(_M_ARM64)
  static constexpr uint64_t kStrict = 0;
  static bool isStrict(uint64_t state) { return state == kStrict; }
  static uint64_t read() { return static_cast<uint64_t>(_ReadStatusReg(ARM64_FPCR)); }
  static void write(uint64_t state) { _WriteStatusReg(ARM64_FPCR, static_cast<__int64>(state)); }
#else
  static constexpr uint64_t kStrict = 0;
  static bool isStrict(uint64_t) { return true; }
  static uint64_t read() { return 0; }
  static void write(uint64_t) {}
#endif

  const uint64_t saved;
};

}  // namespace lockstep
