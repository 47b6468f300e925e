// 4-32-16-4, tanh, mean squared error, Adam over the full batch: forward and backward a block of rows at a time, so
// that its values stay in the cache.

#include "adam.h"
#include "narrow.h"
#include "plain.h"

namespace {

constexpr int I = 4, H = 32, K = 16, O = 4;
constexpr int STRIDE = 16, BLOCK = STRIDE * narrow::kLanes;

// All parameters are one array, as in the files: for each layer the weights, then the bias.
struct Parameters {
  double w0[I * H], b0[H], w1[H * K], b1[K], w2[K * O], b2[O];
};
constexpr int COUNT = sizeof(Parameters) / sizeof(double);

struct Values {
  narrow::V a0[H * STRIDE], a1[K * STRIDE], a2[O * STRIDE], d1[K * STRIDE], d0[H * STRIDE];
};

// Computes a block; sets a2 to dL/dz of the outputs, and returns the sum of the squared errors.
double forward(const Parameters& p, const narrow::V* x, const narrow::V* y, int rows, double scale, Values& v) {
  const int count = narrow::vectorsOf(rows);
  narrow::forward<I, H, STRIDE>(count, x, p.w0, p.b0, v.a0, narrow::Tanh());
  narrow::forward<H, K, STRIDE>(count, v.a0, p.w1, p.b1, v.a1, narrow::Tanh());
  narrow::forward<K, O, STRIDE>(count, v.a1, p.w2, p.b2, v.a2, narrow::Linear());
  narrow::V squares{};
  for (int j = 0; j < O; j++) {
    for (int i = 0; i < count; i++) {
      narrow::V error = v.a2[j * STRIDE + i] - y[j * STRIDE + i];
      if (rows % narrow::kLanes != 0) error *= narrow::rowsOf(rows, i);
      squares += error * error;
      v.a2[j * STRIDE + i] = error * scale;
    }
  }
  return vectors::sum(squares);
}

// Adds a block's gradients.
void backward(const Parameters& p, const narrow::V* x, int rows, Values& v, Parameters& g) {
  const int count = narrow::vectorsOf(rows);
  narrow::gradients<K, O, STRIDE>(count, v.a1, v.a2, g.w2, g.b2);
  narrow::backward<K, O, STRIDE>(count, v.a2, p.w2, v.a1, v.d1, narrow::TanhDerivative());
  narrow::gradients<H, K, STRIDE>(count, v.a0, v.d1, g.w1, g.b1);
  narrow::backward<H, K, STRIDE>(count, v.d1, p.w1, v.a0, v.d0, narrow::TanhDerivative());
  narrow::gradients<I, H, STRIDE>(count, x, v.d0, g.w0, g.b0);
}

}  // namespace

void chains(const protocol::Workload& w) {
  if (w.batchSize != w.rows) protocol::skip("written for full batches");
  static Values values;
  static Parameters gradient;
  const narrow::Blocks x(w.x, I, BLOCK, STRIDE), y(w.y, O, BLOCK, STRIDE);
  const double outputs = static_cast<double>(w.rows) * O;

  const auto train = [&](double* flat, std::size_t epochs) {
    auto& parameters = *reinterpret_cast<Parameters*>(flat);
    Adam<COUNT> adam(w);
    std::vector<double> history(epochs);
    for (double& loss : history) {
      gradient = {};
      double total = 0;
      for (int b = 0; b < x.count(); b++) {
        total += forward(parameters, x[b], y[b], x.rows(b), 2.0 / outputs, values);
        backward(parameters, x[b], x.rows(b), values, gradient);
      }
      adam.step(flat, gradient.w0);
      loss = total / outputs;
    }
  };
  protocol::serve(w, protocol::compiler(), "", train, [&](const double* flat) {
    double total = 0;
    for (int b = 0; b < x.count(); b++) {
      total += forward(*reinterpret_cast<const Parameters*>(flat), x[b], y[b], x.rows(b), 1, values);
    }
    return total / outputs;
  });
}
