// 24-8-2, tanh, mean squared error, SGD over the full batch.

#include "narrow.h"
#include "plain.h"

namespace {

constexpr int I = 24, H = 8, O = 2;
constexpr int ROWS = 200, STRIDE = narrow::vectorsOf(ROWS);

// All parameters are one array, as in the files: for each layer the weights, then the bias.
struct Parameters {
  double w0[I * H], b0[H], w1[H * O], b1[O];
};
constexpr int COUNT = sizeof(Parameters) / sizeof(double);

struct Values {
  narrow::V a0[H * STRIDE], a1[O * STRIDE], d1[O * STRIDE], d0[H * STRIDE];
};

void forward(const Parameters& p, const narrow::V* x, Values& v) {
  narrow::forward<I, H, STRIDE>(STRIDE, x, p.w0, p.b0, v.a0, narrow::Tanh());
  narrow::forward<H, O, STRIDE>(STRIDE, v.a0, p.w1, p.b1, v.a1, narrow::Tanh());
}

// Sets dL/dz of the outputs; returns the loss.
double loss(const narrow::V* y, int rows, Values& v) {
  narrow::V squares{};
  const double scale = 2.0 / (rows * O);
  for (int i = 0; i < O * STRIDE; i++) {
    narrow::V error = v.a1[i] - y[i];
    if (STRIDE * narrow::kLanes != ROWS) error *= narrow::rowsOf(rows, i % STRIDE);
    squares += error * error;
    v.d1[i] = error * narrow::TanhDerivative()(v.a1[i]) * scale;
  }
  return vectors::sum(squares) / (rows * O);
}

void backward(const Parameters& p, const narrow::V* x, Values& v, Parameters& g) {
  g = {};
  narrow::gradients<H, O, STRIDE>(STRIDE, v.a0, v.d1, g.w1, g.b1);
  narrow::backward<H, O, STRIDE>(STRIDE, v.d1, p.w1, v.a0, v.d0, narrow::TanhDerivative());
  narrow::gradients<I, H, STRIDE>(STRIDE, x, v.d0, g.w0, g.b0);
}

}  // namespace

void chainsSmall(const protocol::Workload& w) {
  if (w.rows != ROWS || w.batchSize != ROWS) protocol::skip("written for one batch of " + std::to_string(ROWS));
  static Values values;
  static Parameters gradient;
  const narrow::Blocks x(w.x, I, ROWS, STRIDE), y(w.y, O, ROWS, STRIDE);

  const auto train = [&](double* flat, std::size_t epochs) {
    auto& parameters = *reinterpret_cast<Parameters*>(flat);
    const double* g = gradient.w0;
    std::vector<double> history(epochs);
    for (double& value : history) {
      forward(parameters, x[0], values);
      value = loss(y[0], ROWS, values);
      backward(parameters, x[0], values, gradient);
      for (int i = 0; i < COUNT; i++) flat[i] -= w.learningRate * g[i];
    }
  };
  protocol::serve(w, protocol::compiler(), "", train, [&](const double* flat) {
    forward(*reinterpret_cast<const Parameters*>(flat), x[0], values);
    return loss(y[0], ROWS, values);
  });
}
