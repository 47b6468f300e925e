// What compilers spell differently: inlining, hints and prefetches.
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#define LOCKSTEP_INLINE __forceinline
#define LOCKSTEP_LAMBDA [[msvc::forceinline]]
#define LOCKSTEP_COLD __declspec(noinline)
#define LOCKSTEP_NOINLINE __declspec(noinline)
#define LOCKSTEP_PREFETCH(address) static_cast<void>(address)
#else
#define LOCKSTEP_INLINE inline __attribute__((always_inline))
#define LOCKSTEP_LAMBDA __attribute__((always_inline))
#define LOCKSTEP_COLD __attribute__((noinline, cold))
#define LOCKSTEP_NOINLINE __attribute__((noinline))
#define LOCKSTEP_PREFETCH(address) __builtin_prefetch(address)
#endif

// Before a loop: unrolls it twice, because the loop counter's µops would displace arithmetic. In WebAssembly two rounds
// of a tile need more registers than an engine has.
#if defined(__wasm__)
#define LOCKSTEP_UNROLL_2
#elif defined(__clang__)
#define LOCKSTEP_UNROLL_2 _Pragma("clang loop unroll_count(2)")
#elif defined(__GNUC__)
#define LOCKSTEP_UNROLL_2 _Pragma("GCC unroll 2")
#else
#define LOCKSTEP_UNROLL_2
#endif
