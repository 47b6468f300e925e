// The experiment's network and nothing else, as a program that times itself: xor.h has the training.
//
// Usage: plain EPOCHS W00 W01 W10 W11 B0 B1 V0 V1 C, the starting parameters as the hex digits of their bits.
// Prints the milliseconds of one training (after five to warm up), then the trained parameters in the same form.

#include <chrono>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "xor.h"

namespace {

constexpr int kParameters = 9;
// The same number as for each backend of the library (experiment.ts): a new process is slower.
constexpr int kWarmUps = 5;
constexpr double kLearningRate = 0.125;

}  // namespace

int main(int argc, char** argv) {
  const long epochs = argc == 2 + kParameters ? std::strtol(argv[1], nullptr, 10) : 0;
  if (epochs < 1) {
    std::fprintf(stderr, "usage: plain EPOCHS and nine parameters as hex digits\n");
    return 2;
  }
  std::uint64_t bits[kParameters];
  double parameters[kParameters];
  for (int i = 0; i < kParameters; i++) bits[i] = std::strtoull(argv[2 + i], nullptr, 16);

  // Read at run time, so that the compiler cannot fold the data as constants.
  volatile double zero = 0, one = 1;
  const double x[8] = {zero, zero, zero, one, one, zero, one, one};
  const double y[4] = {zero, one, one, zero};
  std::vector<double> losses(static_cast<std::size_t>(epochs));

  double milliseconds = 0;
  for (int run = 0; run <= kWarmUps; run++) {
    std::memcpy(parameters, bits, sizeof parameters);
    const auto begin = std::chrono::steady_clock::now();
    xor_rival::train(parameters, x, y, losses.data(), losses.size(), kLearningRate);
    const auto end = std::chrono::steady_clock::now();
    milliseconds = std::chrono::duration<double, std::milli>(end - begin).count();
  }
  // Uses the losses, so that no compiler drops them.
  volatile double last = losses.back();
  static_cast<void>(last);

  std::printf("%.6f", milliseconds);
  std::memcpy(bits, parameters, sizeof bits);
  for (const std::uint64_t word : bits) std::printf(" %016" PRIx64, word);
  std::printf("\n");
  return 0;
}
