// The experiment's network by hand: two inputs, two hidden sigmoid units, one sigmoid output, everything in locals, the
// platform's exp. What a C++ programmer writes who needs this one network and no other.
//
// Usage: plain EPOCHS W00 W01 W10 W11 B0 B1 V0 V1 C, the starting parameters as the hex digits of their bits.
// Prints the milliseconds of one training (after one more to warm up), then the trained parameters in the same form.

#include <chrono>
#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

struct Network {
  double w00, w01, w10, w11;  // wij from input i to hidden unit j
  double b0, b1;
  double v0, v1;  // from the hidden units to the output
  double c;
};

static_assert(sizeof(Network) == 9 * sizeof(double));

double sigmoid(double z) { return 1.0 / (1.0 + std::exp(-z)); }

Network train(const Network& start, const double* x, const double* y, std::vector<double>& losses) {
  double w00 = start.w00, w01 = start.w01, w10 = start.w10, w11 = start.w11;
  double b0 = start.b0, b1 = start.b1, v0 = start.v0, v1 = start.v1, c = start.c;
  for (double& loss : losses) {
    double dw00 = 0, dw01 = 0, dw10 = 0, dw11 = 0, db0 = 0, db1 = 0, dv0 = 0, dv1 = 0, dc = 0;
    double squares = 0;
    for (int s = 0; s < 4; s++) {
      const double x0 = x[2 * s], x1 = x[2 * s + 1];
      const double h0 = sigmoid(b0 + x0 * w00 + x1 * w10);
      const double h1 = sigmoid(b1 + x0 * w01 + x1 * w11);
      const double out = sigmoid(c + h0 * v0 + h1 * v1);
      const double error = out - y[s];
      squares += error * error;
      const double dz = out * (1.0 - out) * (error / 4.0);
      const double dh0 = h0 * (1.0 - h0) * (v0 * dz);
      const double dh1 = h1 * (1.0 - h1) * (v1 * dz);
      dv0 += h0 * dz;
      dv1 += h1 * dz;
      dc += dz;
      dw00 += x0 * dh0;
      dw01 += x0 * dh1;
      dw10 += x1 * dh0;
      dw11 += x1 * dh1;
      db0 += dh0;
      db1 += dh1;
    }
    loss = squares / 8.0;
    w00 -= 0.125 * dw00;
    w01 -= 0.125 * dw01;
    w10 -= 0.125 * dw10;
    w11 -= 0.125 * dw11;
    b0 -= 0.125 * db0;
    b1 -= 0.125 * db1;
    v0 -= 0.125 * dv0;
    v1 -= 0.125 * dv1;
    c -= 0.125 * dc;
  }
  return {w00, w01, w10, w11, b0, b1, v0, v1, c};
}

}  // namespace

int main(int argc, char** argv) {
  const long epochs = argc == 11 ? std::strtol(argv[1], nullptr, 10) : 0;
  if (epochs < 1) {
    std::fprintf(stderr, "usage: plain EPOCHS and nine parameters as hex digits\n");
    return 2;
  }
  std::uint64_t bits[9];
  for (int i = 0; i < 9; i++) bits[i] = std::strtoull(argv[2 + i], nullptr, 16);
  Network start;
  std::memcpy(&start, bits, sizeof start);

  // Read at run time, so that the data are data and not constants to fold.
  volatile double zero = 0, one = 1;
  const double x[8] = {zero, zero, zero, one, one, zero, one, one};
  const double y[4] = {zero, one, one, zero};
  std::vector<double> losses(static_cast<std::size_t>(epochs));

  // The sink keeps the warm-up and the losses from being thrown away as unused.
  volatile double sink = train(start, x, y, losses).c;
  const auto begin = std::chrono::steady_clock::now();
  const Network trained = train(start, x, y, losses);
  const auto end = std::chrono::steady_clock::now();
  sink = losses.back();
  static_cast<void>(sink);

  std::printf("%.6f", std::chrono::duration<double, std::milli>(end - begin).count());
  std::memcpy(bits, &trained, sizeof bits);
  for (const std::uint64_t word : bits) std::printf(" %016" PRIx64, word);
  std::printf("\n");
  return 0;
}
