// 784-128-10, ReLU and softmax, SGD: the first layer in tiles, the second, a hundredth of the work, in plain loops.

#include "layers.h"
#include "plain.h"

namespace {

constexpr int I = 784, H = 128, O = 10;
constexpr int BATCH = 64;

// All parameters are one array, as in the files: for each layer the weights, then the bias.
struct Parameters {
  double w0[I * H], b0[H], w1[H * O], b1[O];
};
constexpr int COUNT = sizeof(Parameters) / sizeof(double);

struct Values {
  double a0[BATCH * H], p[BATCH * O];
};

double forward(int rows, const Parameters& p, const double* x, const double* y, Values& v) {
  wideForward<I, H>(rows, x, p.w0, p.b0, v.a0);
  relu(rows * H, v.a0);
  denseForward<H, O>(rows, v.a0, p.w1, p.b1, v.p);
  return softmaxCrossEntropy<O>(rows, v.p, y);
}

void backward(int rows, const Parameters& p, const double* x, const double* y, const Values& v, Parameters& g) {
  static double d1[BATCH * O], d0[BATCH * H];
  const double scale = 1.0 / rows;
  for (int i = 0; i < rows * O; i++) d1[i] = (v.p[i] - y[i]) * scale;
  denseGradients<H, O>(rows, v.a0, d1, g.w1, g.b1);
  denseBackward<H, O>(rows, d1, p.w1, v.a0, d0);
  wideGradients<I, H>(rows, x, d0, g.w0, g.b0);
}

}  // namespace

void digits(const protocol::Workload& w) {
  if (w.batchSize != BATCH) protocol::skip("written for batches of " + std::to_string(BATCH));
  const int rows = static_cast<int>(w.rows);
  static Values values;

  const auto train = [&](double* flat, std::size_t epochs) {
    static Parameters gradient;
    auto& parameters = *reinterpret_cast<Parameters*>(flat);
    const double *g = gradient.w0, rate = w.learningRate;
    std::vector<double> history(epochs);
    for (double& loss : history) {
      double total = 0;
      for (int r = 0; r < rows; r += BATCH) {
        const int n = std::min(BATCH, rows - r);
        const double *x = &w.x[r * I], *y = &w.y[r * O];
        total += forward(n, parameters, x, y, values);
        backward(n, parameters, x, y, values, gradient);
        for (int i = 0; i < COUNT; i++) flat[i] -= rate * g[i];
      }
      loss = total / rows;
    }
  };
  const auto loss = [&](const double* flat) {
    double total = 0;
    for (int r = 0; r < rows; r += BATCH) {
      const int n = std::min(BATCH, rows - r);
      total += forward(n, *reinterpret_cast<const Parameters*>(flat), &w.x[r * I], &w.y[r * O], values);
    }
    return total / rows;
  };
  protocol::serve(w, protocol::compiler(), "", train, loss);
}
