// The processor's peak rate with registers of this width: loops of independent operations without memory accesses.
#pragma once

#include <cstring>

#include "set.h"

namespace lockstep {
namespace {

// The iterations of a bound's loop for one measurement.
constexpr int64_t kRounds = 1000;

// Independent chains, half of multiplications and half of additions. They fill the registers except for two constants.
constexpr int kStrictChains = (V::registers - 2) / 2;

// Each chain starts with different numbers: the compiler would merge equal chains.
LOCKSTEP_NOINLINE void strictRounds(int64_t rounds, double* memory) {
  const V factor = V::load(memory), term = V::load(memory + V::lanes);
  V products[kStrictChains], sums[kStrictChains];
  each(Fixed<kStrictChains>{}, [&](auto i) LOCKSTEP_LAMBDA {
    products[i] = V::load(memory + (2 + i) * V::lanes);
    sums[i] = V::load(memory + (2 + kStrictChains + i) * V::lanes);
  });
  for (int64_t t = 0; t < rounds; t++) {
    each(Fixed<kStrictChains>{}, [&](auto i) LOCKSTEP_LAMBDA {
      products[i] = products[i] * factor;
      sums[i] = sums[i] + term;
    });
  }
  each(Fixed<kStrictChains>{}, [&](auto i) LOCKSTEP_LAMBDA { (products[i] + sums[i]).store(memory + i * V::lanes); });
}

// More than the latency of a fused operation times the operations that start in a cycle.
constexpr int kFusedChains = V::registers < 32 ? 12 : 16;

LOCKSTEP_MAY_FUSE void fusedRounds(int64_t rounds, double* memory) {
  constexpr int lanes = V::lanes;
  Register chains[kFusedChains], factor, term;
  std::memcpy(&factor, memory, sizeof factor);
  std::memcpy(&term, memory + lanes, sizeof term);
  std::memcpy(chains, memory + 2 * lanes, sizeof chains);
  for (int64_t t = 0; t < rounds; t++) {
    for (Register& chain : chains) chain = LOCKSTEP_FUSED(chain, factor, term);
  }
  std::memcpy(memory, chains, sizeof chains);
}

}  // namespace
}  // namespace lockstep
