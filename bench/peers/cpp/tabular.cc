// 16-64-64-3, ReLU and softmax, Adam: plain loops over fixed sizes.

#include "layers.h"
#include "plain.h"

namespace {

constexpr int I = 16, H = 64, O = 3;
constexpr int BATCH = 32;

// All parameters are one array, as in the files: for each layer the weights, then the bias.
struct Parameters {
  double w0[I * H], b0[H], w1[H * H], b1[H], w2[H * O], b2[O];
};
constexpr int COUNT = sizeof(Parameters) / sizeof(double);

struct Values {
  double a0[BATCH * H], a1[BATCH * H], p[BATCH * O];
};

double forward(int rows, const Parameters& p, const double* x, const double* y, Values& v) {
  denseForward<I, H>(rows, x, p.w0, p.b0, v.a0);
  relu(rows * H, v.a0);
  denseForward<H, H>(rows, v.a0, p.w1, p.b1, v.a1);
  relu(rows * H, v.a1);
  denseForward<H, O>(rows, v.a1, p.w2, p.b2, v.p);
  return softmaxCrossEntropy<O>(rows, v.p, y);
}

void backward(int rows, const Parameters& p, const double* x, const double* y, const Values& v, Parameters& g) {
  static double d2[BATCH * O], d1[BATCH * H], d0[BATCH * H];
  const double scale = 1.0 / rows;
  for (int i = 0; i < rows * O; i++) d2[i] = (v.p[i] - y[i]) * scale;
  denseGradients<H, O>(rows, v.a1, d2, g.w2, g.b2);
  denseBackward<H, O>(rows, d2, p.w2, v.a1, d1);
  denseGradients<H, H>(rows, v.a0, d1, g.w1, g.b1);
  denseBackward<H, H>(rows, d1, p.w1, v.a0, d0);
  denseGradients<I, H>(rows, x, d0, g.w0, g.b0);
}

struct Adam {
  double learningRate, beta1, beta2, epsilon;
  double power1 = 1, power2 = 1;
  double means[COUNT] = {}, squares[COUNT] = {};

  void step(double* __restrict p, const double* __restrict g) {
    power1 *= beta1;
    power2 *= beta2;
    const double rate = learningRate / (1 - power1), root = std::sqrt(1 - power2);
    for (int i = 0; i < COUNT; i++) {
      means[i] = beta1 * means[i] + (1 - beta1) * g[i];
      squares[i] = beta2 * squares[i] + (1 - beta2) * g[i] * g[i];
      p[i] -= rate * (means[i] / (std::sqrt(squares[i]) / root + epsilon));
    }
  }
};

}  // namespace

void tabular(const protocol::Workload& w) {
  if (w.batchSize != BATCH) protocol::skip("written for batches of " + std::to_string(BATCH));
  const int rows = static_cast<int>(w.rows);
  static Values values;

  const auto train = [&](double* flat, std::size_t epochs) {
    static Parameters gradient;
    auto& parameters = *reinterpret_cast<Parameters*>(flat);
    Adam adam{w.learningRate, protocol::number(w.json, "beta1"), protocol::number(w.json, "beta2"),
              protocol::number(w.json, "epsilon")};
    std::vector<double> history(epochs);
    for (double& loss : history) {
      double total = 0;
      for (int r = 0; r < rows; r += BATCH) {
        const int n = std::min(BATCH, rows - r);
        const double *x = &w.x[r * I], *y = &w.y[r * O];
        total += forward(n, parameters, x, y, values);
        backward(n, parameters, x, y, values, gradient);
        adam.step(flat, gradient.w0);
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
