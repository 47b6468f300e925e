#include "dispatch.h"

#include "isa/sets.h"

#if defined(__x86_64__) || defined(_M_X64)
#define LOCKSTEP_X64 1
#if defined(_MSC_VER)
#include <immintrin.h>
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#elif defined(__aarch64__) || defined(_M_ARM64)
#define LOCKSTEP_ARM64 1
#endif

namespace lockstep {
namespace {

#if LOCKSTEP_X64

struct Registers {
  uint32_t eax, ebx, ecx, edx;
};

Registers cpuid(uint32_t leaf, uint32_t subleaf) {
#if defined(_MSC_VER)
  int values[4];
  __cpuidex(values, static_cast<int>(leaf), static_cast<int>(subleaf));
  return {static_cast<uint32_t>(values[0]), static_cast<uint32_t>(values[1]), static_cast<uint32_t>(values[2]),
          static_cast<uint32_t>(values[3])};
#else
  Registers r{};
  __get_cpuid_count(leaf, subleaf, &r.eax, &r.ebx, &r.ecx, &r.edx);
  return r;
#endif
}

// The register states that the operating system saves. AVX is unusable without them.
uint64_t savedStates() {
#if defined(_MSC_VER)
  return _xgetbv(0);
#else
  uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<uint64_t>(high) << 32) | low;
#endif
}

constexpr uint64_t kYmmStates = 0x06;
constexpr uint64_t kZmmStates = 0xe6;

bool has(uint32_t word, int bit) { return ((word >> bit) & 1) != 0; }

struct Processor {
  bool avx2 = false;
  bool avx512 = false;
  // Whether the operating system saves these registers.
  bool ymm = false;
  bool zmm = false;

  Processor() {
    const Registers basic = cpuid(1, 0);
    if (has(basic.ecx, 27)) {
      const uint64_t states = savedStates();
      ymm = (states & kYmmStates) == kYmmStates;
      zmm = (states & kZmmStates) == kZmmStates;
    }
    if (cpuid(0, 0).eax < 7) return;
    const Registers extended = cpuid(7, 0);
    avx2 = has(basic.ecx, 28) && has(extended.ebx, 5);
    // F, DQ, BW, VL: the instructions that the avx512 objects are compiled for.
    avx512 = avx2 && has(extended.ebx, 16) && has(extended.ebx, 17) && has(extended.ebx, 30) && has(extended.ebx, 31);
  }
};

#endif

[[maybe_unused]] std::string whyNot(bool processor, bool system, const char* name) {
  if (!processor) return std::string("this processor has no ") + name + ".";
  if (!system) return std::string("this operating system does not save the registers of ") + name + ".";
  return "";
}

// CMakeLists.txt defines LOCKSTEP_HAS_… for each set that is built.
#define LOCKSTEP_SET_OF(Set) constexpr KernelSet k##Set(k##Set##Tiled, k##Set##Lanes, k##Set##Ensemble)
#if LOCKSTEP_HAS_AVX512
LOCKSTEP_SET_OF(Avx512);
#endif
#if LOCKSTEP_HAS_AVX2
LOCKSTEP_SET_OF(Avx2);
#endif
#if LOCKSTEP_HAS_SSE2
LOCKSTEP_SET_OF(Sse2);
#endif
#if LOCKSTEP_HAS_NEON
LOCKSTEP_SET_OF(Neon);
#endif
#if LOCKSTEP_HAS_SCALAR
LOCKSTEP_SET_OF(Scalar);
#endif

// Best first.
std::vector<NamedKernelSet> detect() {
  std::vector<NamedKernelSet> sets;
  const auto add = [&](const char* name, const KernelSet& kernels, const std::string& reason) {
    sets.push_back({name, &kernels, reason.empty(), reason});
  };
#if LOCKSTEP_X64
  const Processor processor;
#endif
#if LOCKSTEP_HAS_AVX512
  add("avx512", kAvx512, whyNot(processor.avx512, processor.zmm, "AVX-512 (F, DQ, BW, VL)"));
#endif
#if LOCKSTEP_HAS_AVX2
  add("avx2", kAvx2, whyNot(processor.avx2, processor.ymm, "AVX2"));
#endif
#if LOCKSTEP_HAS_SSE2
  add("sse2", kSse2, "");
#endif
#if LOCKSTEP_HAS_NEON
  add("neon", kNeon, "");
#endif
#if LOCKSTEP_HAS_SCALAR
  add("scalar", kScalar, "");
#endif
  return sets;
}

}  // namespace

const std::vector<NamedKernelSet>& kernelSets() {
  static const std::vector<NamedKernelSet> sets = detect();
  return sets;
}

}  // namespace lockstep
