// Two hidden layers with ReLU and softmax, cross-entropy, Adam: the workloads tabular and cliff.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "adam.h"
#include "narrow.h"
#include "protocol.h"

template <int I, int H, int O, int BATCH>
class ReluSoftmax {
 public:
  static void serve(const protocol::Workload& w);

 private:
  static constexpr int STRIDE = narrow::vectorsOf(BATCH);

  // All parameters are one array, as in the files: for each layer the weights, then the bias.
  struct Parameters {
    double w0[I * H], b0[H], w1[H * H], b1[H], w2[H * O], b2[O];
  };
  static constexpr int COUNT = sizeof(Parameters) / sizeof(double);

  struct Values {
    narrow::V a0[H * STRIDE], a1[H * STRIDE], z[O * STRIDE], d1[H * STRIDE], d0[H * STRIDE];
  };

  // Converts z to dL/dz of softmax with cross-entropy, (p - y) / rows; returns the sum of the rows' losses, -Σ y log p.
  static double softmaxCrossEntropy(int rows, const narrow::V* y, narrow::V* z) {
    using narrow::V;
    V total{};
    for (int i = 0; i < narrow::vectorsOf(rows); i++) {
      V largest = z[i], sum{}, target{}, e[O];
      for (int j = 1; j < O; j++) largest = vectors::larger(largest, z[j * STRIDE + i]);
      for (int j = 0; j < O; j++) {
        const V shifted = vectors::larger(z[j * STRIDE + i] - largest, vectors::broadcast(-700));
        target += y[j * STRIDE + i] * shifted;
        e[j] = vectors::exp(shifted);
        sum += e[j];
      }
      const V valid = narrow::rowsOf(rows, i), scale = valid * (1.0 / rows), inverse = vectors::reciprocal(sum);
      for (int j = 0; j < O; j++) z[j * STRIDE + i] = (e[j] * inverse - y[j * STRIDE + i]) * scale;
      total += valid * (vectors::log(sum) - target);
    }
    return vectors::sum(total);
  }

  static double forward(const Parameters& p, const narrow::V* x, const narrow::V* y, int rows, Values& v) {
    const int count = narrow::vectorsOf(rows);
    narrow::forward<I, H, STRIDE>(count, x, p.w0, p.b0, v.a0, narrow::Relu());
    narrow::forward<H, H, STRIDE>(count, v.a0, p.w1, p.b1, v.a1, narrow::Relu());
    narrow::forward<H, O, STRIDE>(count, v.a1, p.w2, p.b2, v.z, narrow::Linear());
    return softmaxCrossEntropy(rows, y, v.z);
  }

  static void backward(const Parameters& p, const narrow::V* x, int rows, Values& v, Parameters& g) {
    const int count = narrow::vectorsOf(rows);
    g = Parameters{};
    narrow::gradients<H, O, STRIDE>(count, v.a1, v.z, g.w2, g.b2);
    narrow::backward<H, O, STRIDE>(count, v.z, p.w2, v.a1, v.d1, narrow::ReluDerivative());
    narrow::gradients<H, H, STRIDE>(count, v.a0, v.d1, g.w1, g.b1);
    narrow::backward<H, H, STRIDE>(count, v.d1, p.w1, v.a0, v.d0, narrow::ReluDerivative());
    narrow::gradients<I, H, STRIDE>(count, x, v.d0, g.w0, g.b0);
  }
};

template <int I, int H, int O, int BATCH>
void ReluSoftmax<I, H, O, BATCH>::serve(const protocol::Workload& w) {
  if (w.batchSize != BATCH) protocol::skip("written for batches of " + std::to_string(BATCH));
  static Values values;
  static Parameters gradient;
  const narrow::Blocks x(w.x, I, BATCH, STRIDE), y(w.y, O, BATCH, STRIDE);

  const auto train = [&](double* flat, std::size_t epochs) {
    auto& parameters = *reinterpret_cast<Parameters*>(flat);
    Adam<COUNT> adam(w);
    std::vector<double> history(epochs);
    for (double& loss : history) {
      double total = 0;
      for (int b = 0; b < x.count(); b++) {
        total += forward(parameters, x[b], y[b], x.rows(b), values);
        backward(parameters, x[b], x.rows(b), values, gradient);
        adam.step(flat, gradient.w0);
      }
      loss = total / static_cast<double>(w.rows);
    }
  };
  protocol::serve(w, protocol::compiler(), "", train, [&](const double* flat) {
    double total = 0;
    for (int b = 0; b < x.count(); b++) {
      total += forward(*reinterpret_cast<const Parameters*>(flat), x[b], y[b], x.rows(b), values);
    }
    return total / static_cast<double>(w.rows);
  });
}
