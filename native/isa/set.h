// The kernel set that is compiled, which CMakeLists.txt names by a definition, and the vector types of its kernels.
//
// SampleWidths: the vectors for samples in the lanes; a batch uses the narrowest that holds it, a network of fixed size
// the narrowest of all, and tiled products the registers of the widest. MemberWidths: those for members of an ensemble.
// kFixesAnyFunctions: whether a network of 2-2-1 units also has a form of fixed size for functions other than those of
// the experiment. It is a quarter faster, and a tenth of the set's code.
#pragma once

#include "../kernels/support/vectors.inl"

#if defined(LOCKSTEP_SET_AVX512)
#include "../simd/avx512.h"
#define LOCKSTEP_PART(part) kAvx512##part
namespace lockstep {
namespace {
// Up to four samples use AVX2 registers: a division of four is faster than one of eight, and the processor keeps its
// clock and its ports while no 512-bit register is in use.
using SampleWidths = WidthList<Avx2, Avx512, VectorPair<Avx512>, VectorPair<VectorPair<Avx512>>>;
using MemberWidths = WidthList<Sse2, Avx2, Avx512>;
}  // namespace
}  // namespace lockstep

#elif defined(LOCKSTEP_SET_AVX2)
#include "../simd/avx2.h"
#define LOCKSTEP_PART(part) kAvx2##part
namespace lockstep {
namespace {
using SampleWidths = WidthList<Avx2, VectorPair<Avx2>, VectorPair<VectorPair<Avx2>>>;
using MemberWidths = WidthList<Sse2, Avx2>;
}  // namespace
}  // namespace lockstep

#elif defined(LOCKSTEP_SET_SSE2)
#include "../simd/sse2.h"
#define LOCKSTEP_PART(part) kSse2##part
namespace lockstep {
namespace {
using SampleWidths = WidthList<VectorPair<Sse2>, VectorPair<VectorPair<Sse2>>>;
using MemberWidths = WidthList<Sse2>;
}  // namespace
}  // namespace lockstep

#elif defined(LOCKSTEP_SET_NEON)
#include "../simd/neon.h"
#define LOCKSTEP_PART(part) kNeon##part
namespace lockstep {
namespace {
using SampleWidths = WidthList<VectorPair<Neon>, VectorPair<VectorPair<Neon>>>;
using MemberWidths = WidthList<Neon>;
}  // namespace
}  // namespace lockstep

#elif defined(LOCKSTEP_SET_WASM128)
#include "../simd/wasm128.h"
#define LOCKSTEP_PART(part) kWasm128##part
namespace lockstep {
namespace {
using SampleWidths = WidthList<VectorPair<Wasm128>, VectorPair<VectorPair<Wasm128>>>;
using MemberWidths = WidthList<Wasm128>;
}  // namespace
}  // namespace lockstep

#else
#include "../simd/scalar.h"
#define LOCKSTEP_PART(part) kScalar##part
namespace lockstep {
namespace {
using SampleWidths = WidthList<VectorPair<VectorPair<Scalar>>>;
using MemberWidths = WidthList<Scalar>;
}  // namespace
}  // namespace lockstep
#endif

namespace lockstep {
namespace {
#if defined(LOCKSTEP_SET_WASM128)
constexpr bool kFixesAnyFunctions = false;
#else
constexpr bool kFixesAnyFunctions = true;
#endif
}  // namespace
}  // namespace lockstep
