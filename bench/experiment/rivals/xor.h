// The experiment's training as hand-written code: a 2-2-1 network, sigmoids, four samples, full-batch gradient descent.
// Both functions compute a layer at a time over the four samples, which lets the processor overlap the calls of exp; a
// sample at a time takes about 1.5 times as long. plain.cc (`npm run bench -- --rivals`) and the peer in
// bench/peers/cpp use this header.
//
// p: w00 w01 w10 w11 (from input i to hidden unit j), b0 b1, v0 v1 (to the output), c. x: [4 x 2], y: [4].
// losses: the loss before each epoch's update, 1/8 of the sum of the squared errors.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstring>

#if defined(__GNUC__)
#include "xor_vectors.h"
#endif

namespace xor_rival {

constexpr int kSamples = 4;

// The loss: half the mean of the squared errors.
inline double lossOf(const double* p, const double* x, const double* y) {
  const auto sigmoid = [](double z) { return 1.0 / (1.0 + std::exp(-z)); };
  double squares = 0;
  for (int s = 0; s < kSamples; s++) {
    const double h0 = sigmoid(p[4] + x[2 * s] * p[0] + x[2 * s + 1] * p[2]);
    const double h1 = sigmoid(p[5] + x[2 * s] * p[1] + x[2 * s + 1] * p[3]);
    const double error = sigmoid(p[8] + h0 * p[6] + h1 * p[7]) - y[s];
    squares += error * error;
  }
  return squares / 8.0;
}

// With the platform's exp, one call for each value. Each loop has a constant count, so compilers unroll it.
inline void trainByCalls(double* p, const double* x, const double* y, double* losses, std::size_t epochs, double rate) {
  double w00 = p[0], w01 = p[1], w10 = p[2], w11 = p[3], b0 = p[4], b1 = p[5], v0 = p[6], v1 = p[7], c = p[8];
  double x0[kSamples], x1[kSamples], target[kSamples];
  for (int s = 0; s < kSamples; s++) {
    x0[s] = x[2 * s];
    x1[s] = x[2 * s + 1];
    target[s] = y[s];
  }
  for (std::size_t epoch = 0; epoch < epochs; epoch++) {
    // Forward. h and dh: [hidden unit x sample], so the 8 calls of exp are independent.
    double h[2 * kSamples], out[kSamples], dz[kSamples], dh[2 * kSamples];
    double *h0 = h, *h1 = h + kSamples, *dh0 = dh, *dh1 = dh + kSamples;
    for (int s = 0; s < kSamples; s++) {
      h0[s] = -(b0 + x0[s] * w00 + x1[s] * w10);
      h1[s] = -(b1 + x0[s] * w01 + x1[s] * w11);
    }
    for (double& value : h) value = std::exp(value);
    for (double& value : h) value = 1.0 / (1.0 + value);
    for (int s = 0; s < kSamples; s++) out[s] = -(c + h0[s] * v0 + h1[s] * v1);
    for (double& value : out) value = std::exp(value);
    for (double& value : out) value = 1.0 / (1.0 + value);

    // Loss, and its derivative with respect to the output unit's z.
    double squares = 0;
    for (int s = 0; s < kSamples; s++) {
      const double error = out[s] - target[s];
      squares += error * error;
      dz[s] = out[s] * (1.0 - out[s]) * (error / 4.0);
    }
    losses[epoch] = squares / 8.0;

    // Backward, and the update.
    for (int s = 0; s < kSamples; s++) {
      dh0[s] = h0[s] * (1.0 - h0[s]) * (v0 * dz[s]);
      dh1[s] = h1[s] * (1.0 - h1[s]) * (v1 * dz[s]);
    }
    double dw00 = 0, dw01 = 0, dw10 = 0, dw11 = 0, db0 = 0, db1 = 0, dv0 = 0, dv1 = 0, dc = 0;
    for (int s = 0; s < kSamples; s++) {
      dv0 += h0[s] * dz[s];
      dv1 += h1[s] * dz[s];
      dc += dz[s];
      dw00 += x0[s] * dh0[s];
      dw01 += x0[s] * dh1[s];
      dw10 += x1[s] * dh0[s];
      dw11 += x1[s] * dh1[s];
      db0 += dh0[s];
      db1 += dh1[s];
    }
    w00 -= rate * dw00;
    w01 -= rate * dw01;
    w10 -= rate * dw10;
    w11 -= rate * dw11;
    b0 -= rate * db0;
    b1 -= rate * db1;
    v0 -= rate * dv0;
    v1 -= rate * dv1;
    c -= rate * dc;
  }
  const double trained[9] = {w00, w01, w10, w11, b0, b1, v0, v1, c};
  std::memcpy(p, trained, sizeof trained);
}

#if defined(__GNUC__)
// The four samples in one vector, with an exp of its own (xor_vectors.h). Every parameter is kept in all four lanes, as
// broadcasts after each update would lengthen the chain of an epoch. That chain is the whole time: so each factor of
// the updates that does not need dz is computed before dz is there.
inline void trainInVectors(double* p, const double* x, const double* y, double* losses, std::size_t epochs,
                           double rate) {
  Four w00 = broadcast(p[0]), w01 = broadcast(p[1]), w10 = broadcast(p[2]), w11 = broadcast(p[3]);
  Four b0 = broadcast(p[4]), b1 = broadcast(p[5]), v0 = broadcast(p[6]), v1 = broadcast(p[7]), c = broadcast(p[8]);
  const Four x0{x[0], x[2], x[4], x[6]}, x1{x[1], x[3], x[5], x[7]}, target{y[0], y[1], y[2], y[3]};
  // The mean over the samples.
  const double step = rate / kSamples;
  const Four step0 = step * x0, step1 = step * x1;
  for (std::size_t epoch = 0; epoch < epochs; epoch++) {
    // Forward.
    const Four h0 = 1.0 / onePlusExp(-((b0 + x0 * w00) + x1 * w10));
    const Four h1 = 1.0 / onePlusExp(-((b1 + x0 * w01) + x1 * w11));
    const Four out = 1.0 / onePlusExp(-((c + h0 * v0) + h1 * v1));

    // Loss, and the factors of the updates: dh = dz v h (1 - h).
    const Four error = out - target;
    losses[epoch] = sumOfLanes(error * error)[0] / 8.0;
    const Four dz = (out - out * out) * error;
    const Four d0 = opaque((h0 - h0 * h0) * v0), d1 = opaque((h1 - h1 * h1) * v1);
    const Four d00 = opaque(step0 * d0), d01 = opaque(step0 * d1), d10 = opaque(step1 * d0), d11 = opaque(step1 * d1);
    const Four db0 = opaque(step * d0), db1 = opaque(step * d1), dv0 = opaque(step * h0), dv1 = opaque(step * h1);

    // The update.
    w00 -= sumOfLanes(d00 * dz);
    w01 -= sumOfLanes(d01 * dz);
    w10 -= sumOfLanes(d10 * dz);
    w11 -= sumOfLanes(d11 * dz);
    b0 -= sumOfLanes(db0 * dz);
    b1 -= sumOfLanes(db1 * dz);
    v0 -= sumOfLanes(dv0 * dz);
    v1 -= sumOfLanes(dv1 * dz);
    c -= step * sumOfLanes(dz);
  }
  const double trained[9] = {w00[0], w01[0], w10[0], w11[0], b0[0], b1[0], v0[0], v1[0], c[0]};
  std::memcpy(p, trained, sizeof trained);
}
#endif

// The fastest for the compiler.
inline void train(double* p, const double* x, const double* y, double* losses, std::size_t epochs, double rate) {
#if defined(__GNUC__)
  trainInVectors(p, x, y, losses, epochs, rate);
#else
  trainByCalls(p, x, y, losses, epochs, rate);
#endif
}

}  // namespace xor_rival
