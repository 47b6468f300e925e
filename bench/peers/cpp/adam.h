// Adam over all parameters of a network, in vectors.
#pragma once

#include <cmath>

#include "../../experiment/rivals/vectors.h"
#include "protocol.h"

template <int count>
class Adam {
 public:
  explicit Adam(const protocol::Workload& w)
      : learningRate_(w.learningRate),
        beta1_(protocol::number(w.json, "beta1")),
        beta2_(protocol::number(w.json, "beta2")),
        epsilon_(protocol::number(w.json, "epsilon")) {}

  void step(double* __restrict p, const double* __restrict g) {
    using vectors::V;
    power1_ *= beta1_;
    power2_ *= beta2_;
    const double rate = learningRate_ / (1 - power1_), correction = 1 / std::sqrt(1 - power2_);
    int i = 0;
    for (; i + vectors::kLanes <= count; i += vectors::kLanes) {
      const V gradient = vectors::load(g + i);
      const V mean = beta1_ * vectors::load(means_ + i) + (1 - beta1_) * gradient;
      const V square = beta2_ * vectors::load(squares_ + i) + (1 - beta2_) * gradient * gradient;
      vectors::store(means_ + i, mean);
      vectors::store(squares_ + i, square);
      const V divisor = vectors::root(square) * correction + epsilon_;
      vectors::store(p + i, vectors::load(p + i) - rate * mean * vectors::reciprocal(divisor));
    }
    for (; i < count; i++) {
      means_[i] = beta1_ * means_[i] + (1 - beta1_) * g[i];
      squares_[i] = beta2_ * squares_[i] + (1 - beta2_) * g[i] * g[i];
      p[i] -= rate * (means_[i] / (std::sqrt(squares_[i]) * correction + epsilon_));
    }
  }

 private:
  double learningRate_, beta1_, beta2_, epsilon_;
  double power1_ = 1, power2_ = 1;
  double means_[count] = {}, squares_[count] = {};
};
