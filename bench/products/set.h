// The measured kernel set, LOCKSTEP_SET: its widest vectors V as in native/isa/set.h; the kernels; and an operation on
// a Register that the library never uses, the fused multiply-add.
#pragma once

#if LOCKSTEP_SET == 512
#include "simd/avx2.h"
#include "simd/sse2.h"
#include "simd/avx512.h"
#elif LOCKSTEP_SET == 256
#include "simd/avx2.h"
#include "simd/sse2.h"
#elif LOCKSTEP_SET == 128 && defined(__aarch64__)
#include "simd/neon.h"
#elif LOCKSTEP_SET == 128
#include "simd/sse2.h"
#else
#include "simd/scalar.h"
#endif
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "kernels/training/trainer.inl"

#if defined(__x86_64__)
#define LOCKSTEP_MAY_FUSE __attribute__((target("fma"), noinline))
#else
#define LOCKSTEP_MAY_FUSE __attribute__((noinline))
#endif

namespace lockstep {
namespace {

#if LOCKSTEP_SET == 512
using V = Avx512;
using Register = __m512d;
#define LOCKSTEP_FUSED(a, b, c) _mm512_fmadd_pd(a, b, c)
#elif LOCKSTEP_SET == 256
using V = Avx2;
using Register = __m256d;
#define LOCKSTEP_FUSED(a, b, c) _mm256_fmadd_pd(a, b, c)
#elif LOCKSTEP_SET == 128 && defined(__aarch64__)
using V = Neon;
using Register = float64x2_t;
#define LOCKSTEP_FUSED(a, b, c) vfmaq_f64(c, a, b)
#elif LOCKSTEP_SET == 128
using V = Sse2;
using Register = __m128d;
#define LOCKSTEP_FUSED(a, b, c) _mm_fmadd_pd(a, b, c)
#else
using V = Scalar;
#if defined(__x86_64__)
using Register = __m128d;
#define LOCKSTEP_FUSED(a, b, c) _mm_fmadd_sd(a, b, c)
#else
using Register = double;
#define LOCKSTEP_FUSED(a, b, c) __builtin_fma(a, b, c)
#endif
#endif

// Whether this processor has fused operations.
inline bool fuses() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("fma");
#else
  return true;
#endif
}

}  // namespace
}  // namespace lockstep
