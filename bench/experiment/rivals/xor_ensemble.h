// Several of the experiment's trainings at once, with networks in the lanes of vectors. A full group has a network in
// each lane and a vector for each sample, so that sums over samples are plain additions. The networks that are left
// share vectors, four lanes (their samples) each. Both kinds are computed in one loop, so the processor overlaps them.
#pragma once

#include <cstddef>

#include "vectors.h"

#if defined(__clang__)
#define UNROLLED _Pragma("clang loop unroll(full)")
#else
#define UNROLLED _Pragma("GCC unroll 64")
#endif

namespace xor_rival {

using vectors::kLanes;
using vectors::V;

// The nine parameters of a group (see xor.h), or their gradients.
struct GroupParameters {
  V w00, w01, w10, w11, b0, b1, v0, v1, c;

  V* begin() { return &w00; }

  VECTORS_INLINE void add(const GroupParameters& o) {
    w00 += o.w00, w01 += o.w01, w10 += o.w10, w11 += o.w11, b0 += o.b0, b1 += o.b1, v0 += o.v0, v1 += o.v1, c += o.c;
  }

  VECTORS_INLINE void subtract(double step, const GroupParameters& g) {
    w00 -= step * g.w00, w01 -= step * g.w01, w10 -= step * g.w10, w11 -= step * g.w11;
    b0 -= step * g.b0, b1 -= step * g.b1, v0 -= step * g.v0, v1 -= step * g.v1, c -= step * g.c;
  }

  VECTORS_INLINE GroupParameters summed() const;
};

// The sigmoid twice: divisions keep their own unit busy, Newton's method the multipliers. With one of three
// by the latter neither waits for the other.
VECTORS_INLINE V byDivision(V z) { return 1.0 / (1.0 + vectors::exp(-z)); }
VECTORS_INLINE V byMultiplication(V z) { return vectors::reciprocal(1.0 + vectors::exp(-z)); }

// The sum of each four neighbouring lanes, in all of them.
VECTORS_INLINE V sumOfFours(V a) {
#if defined(LANES_OF_AVX512)
  __m512d sum = reinterpret_cast<__m512d>(a);
  sum = _mm512_add_pd(sum, _mm512_permute_pd(sum, 0x55));
  return reinterpret_cast<V>(_mm512_add_pd(sum, _mm512_permutex_pd(sum, 0x4e)));
#elif defined(__clang__)
  a += __builtin_shufflevector(a, a, 1, 0, 3, 2);
  return a + __builtin_shufflevector(a, a, 2, 3, 0, 1);
#else
  a += __builtin_shuffle(a, vectors::Bits{1, 0, 3, 2});
  return a + __builtin_shuffle(a, vectors::Bits{2, 3, 0, 1});
#endif
}

GroupParameters GroupParameters::summed() const {
  return {sumOfFours(w00), sumOfFours(w01), sumOfFours(w10), sumOfFours(w11), sumOfFours(b0),
          sumOfFours(b1),  sumOfFours(v0),  sumOfFours(v1),  sumOfFours(c)};
}

// p: [networks × 9], x: [4 × 2], y: [4]. losses: [epochs × networks], rounded up to whole vectors: the sum of the
// squared errors over the samples / 8 before each epoch's update.
template <int networks>
void trainTogether(double* p, const double* x, const double* y, double* losses, std::size_t epochs, double rate) {
  constexpr int kFull = networks / kLanes, kShared = kLanes / 4;
  constexpr int kRest = (networks % kLanes + kShared - 1) / kShared;
  GroupParameters full[kFull + 1], rest[kRest + 1];
  // A lane without a network trains the last one again.
  const auto parameter = [&](int network, int i) { return p + (network < networks ? network : networks - 1) * 9 + i; };
  for (int i = 0; i < 9; i++) {
    for (int lane = 0; lane < kLanes; lane++) {
      for (int g = 0; g < kFull; g++) full[g].begin()[i][lane] = *parameter(g * kLanes + lane, i);
      for (int g = 0; g < kRest; g++) rest[g].begin()[i][lane] = *parameter(kFull * kLanes + g * kShared + lane / 4, i);
    }
  }
  // Each vector's samples: of a full group the four vectors of a sample each, then the shared ones.
  constexpr int kVectors = 4 * kFull + kRest;
  V x0[kVectors], x1[kVectors], target[kVectors];
  for (int v = 0; v < kVectors; v++) {
    for (int lane = 0; lane < kLanes; lane++) {
      const int sample = v < 4 * kFull ? v % 4 : lane % 4;
      x0[v][lane] = x[2 * sample];
      x1[v][lane] = x[2 * sample + 1];
      target[v][lane] = y[sample];
    }
  }
  const double step = rate / 4;
  for (std::size_t epoch = 0; epoch < epochs; epoch++) {
    // Forward, a layer at a time: neighbouring steps do not wait for each other.
    V h0[kVectors], h1[kVectors], dz[kVectors], squares[kVectors];
    UNROLLED for (int v = 0; v < kVectors; v++) {
      const GroupParameters& q = v < 4 * kFull ? full[v / 4] : rest[v - 4 * kFull];
      h0[v] = byDivision((q.b0 + x0[v] * q.w00) + x1[v] * q.w10);
      h1[v] = byMultiplication((q.b1 + x0[v] * q.w01) + x1[v] * q.w11);
    }
    UNROLLED for (int v = 0; v < kVectors; v++) {
      const GroupParameters& q = v < 4 * kFull ? full[v / 4] : rest[v - 4 * kFull];
      const V out = byDivision((q.c + h0[v] * q.v0) + h1[v] * q.v1);
      const V error = out - target[v];
      squares[v] = error * error;
      dz[v] = (out - out * out) * error;
    }
    // Backward, and the update.
    const auto gradientOf = [&](const GroupParameters& q, int v) -> GroupParameters {
      const V d0 = ((h0[v] - h0[v] * h0[v]) * q.v0) * dz[v], d1 = ((h1[v] - h1[v] * h1[v]) * q.v1) * dz[v];
      return {x0[v] * d0, x0[v] * d1, x1[v] * d0, x1[v] * d1, d0, d1, h0[v] * dz[v], h1[v] * dz[v], dz[v]};
    };
    UNROLLED for (int g = 0; g < kFull; g++, losses += kLanes) {
      GroupParameters sums = gradientOf(full[g], 4 * g);
      UNROLLED for (int v = 4 * g + 1; v < 4 * g + 4; v++) sums.add(gradientOf(full[g], v));
      full[g].subtract(step, sums);
      vectors::store(losses, (squares[4 * g] + squares[4 * g + 1] + squares[4 * g + 2] + squares[4 * g + 3]) * 0.125);
    }
    UNROLLED for (int g = 0; g < kRest; g++, losses += kShared) {
      rest[g].subtract(step, gradientOf(rest[g], 4 * kFull + g).summed());
      const V sums = sumOfFours(squares[4 * kFull + g]) * 0.125;
      for (int i = 0; i < kShared; i++) losses[i] = sums[4 * i];
    }
  }
  for (int network = 0; network < networks; network++) {
    const int group = network / kLanes, other = network - kFull * kLanes;
    for (int i = 0; i < 9; i++) {
      p[network * 9 + i] = group < kFull ? full[group].begin()[i][network % kLanes]
                                         : rest[other / kShared].begin()[i][other % kShared * 4];
    }
  }
}

}  // namespace xor_rival
