// The experiment's network by hand: two inputs, two hidden sigmoid units, one sigmoid output, everything in locals.

#include <cmath>

#include "plain.h"

namespace {

double sigmoid(double z) { return 1.0 / (1.0 + std::exp(-z)); }

void train(double* p, std::size_t epochs, double rate, const double* x, const double* y, double* history) {
  double w00 = p[0], w01 = p[1], w10 = p[2], w11 = p[3];  // wij from input i to hidden unit j
  double b0 = p[4], b1 = p[5];
  double v0 = p[6], v1 = p[7];  // from the hidden units to the output
  double c = p[8];
  for (std::size_t epoch = 0; epoch < epochs; epoch++) {
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
    history[epoch] = squares / 8.0;
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
  p[0] = w00, p[1] = w01, p[2] = w10, p[3] = w11, p[4] = b0, p[5] = b1, p[6] = v0, p[7] = v1, p[8] = c;
}

double loss(const double* p, const double* x, const double* y) {
  double squares = 0;
  for (int s = 0; s < 4; s++) {
    const double h0 = sigmoid(p[4] + x[2 * s] * p[0] + x[2 * s + 1] * p[2]);
    const double h1 = sigmoid(p[5] + x[2 * s] * p[1] + x[2 * s + 1] * p[3]);
    const double error = sigmoid(p[8] + h0 * p[6] + h1 * p[7]) - y[s];
    squares += error * error;
  }
  return squares / 8.0;
}

}  // namespace

void experiment(const protocol::Workload& w) {
  if (w.rows != 4 || w.batchSize != 4) protocol::skip("written for one batch of 4 rows");
  std::vector<double> history;
  protocol::serve(
      w, protocol::compiler(), "",
      [&](double* parameters, std::size_t epochs) {
        history.resize(epochs);
        train(parameters, epochs, w.learningRate, w.x.data(), w.y.data(), history.data());
      },
      [&](const double* parameters) { return loss(parameters, w.x.data(), w.y.data()); });
}
