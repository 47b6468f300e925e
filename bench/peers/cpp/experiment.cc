// The experiment's network by hand; bench/experiment/rivals/xor.h has the training.

#include "../../experiment/rivals/xor.h"

#include <cmath>

#include "plain.h"

namespace {

double sigmoid(double z) { return 1.0 / (1.0 + std::exp(-z)); }

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
        xor_rival::train(parameters, w.x.data(), w.y.data(), history.data(), epochs, w.learningRate);
      },
      [&](const double* parameters) { return loss(parameters, w.x.data(), w.y.data()); });
}
