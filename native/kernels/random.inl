// The random number generator and the shuffle: lib/kernels/random.ts.
#pragma once

#include "../simd/common.h"

namespace lockstep {
namespace {

constexpr uint32_t kShuffleStream = 2;
// The stream of layer 0; layer l has the stream kDropoutStream + l.
constexpr uint32_t kDropoutStream = 3;
constexpr int kWarmUp = 15;

class Random {
 public:
  Random(uint32_t seedLow, uint32_t seedHigh, uint32_t stream, uint32_t index)
      : a(seedLow), b(seedHigh), c(index), counter(stream) {
    for (int i = 0; i < kWarmUp; i++) next();
  }

  uint32_t next() {
    const uint32_t sum = a + b + counter;
    counter++;
    a = b ^ (b >> 9);
    b = c + (c << 3);
    c = ((c << 21) | (c >> 11)) + sum;
    return sum;
  }

  double uniform() {
    const double high = next() >> 5;
    const double low = next() >> 6;
    return (high * 67108864 + low) * 0x1p-53;
  }

 private:
  uint32_t a, b, c, counter;
};

inline void permute(int32_t* order, int32_t length, Random random) {
  for (int32_t i = length - 1; i > 0; i--) {
    const int32_t j = static_cast<int32_t>(random.uniform() * (static_cast<double>(i) + 1));
    const int32_t swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
}

inline void shuffleOrder(int32_t* order, int32_t rows, uint32_t seedLow, uint32_t seedHigh, uint32_t epoch) {
  for (int32_t i = 0; i < rows; i++) order[i] = i;
  permute(order, rows, Random(seedLow, seedHigh, kShuffleStream, epoch));
}

}  // namespace
}  // namespace lockstep
