// The dense networks of the workloads with Eigen: fixed sizes everywhere, a batch as a column-major matrix [rows ×
// units], so that its operations on units and rows are vectorised, and no allocation in the loop.

// Batches are static variables, so no stack is too small for them.
#define EIGEN_STACK_ALLOCATION_LIMIT 0
#include <Eigen/Dense>

#include <cmath>
#include <vector>

#include "protocol.h"

namespace {

template <int rows, int columns>
using Matrix = Eigen::Matrix<double, rows, columns>;
// As in the files.
template <int inputs, int units>
using Weights = Eigen::Matrix<double, inputs, units, Eigen::RowMajor>;
template <int units>
using Row = Eigen::Matrix<double, 1, units>;

// Activations in place, and dL/dz from dL/da by the activation's value. Eigen has a vectorised exp for float64, but no
// tanh.
struct Linear {
  template <class A>
  static void apply(A&) {}
  template <class D, class A>
  static void differentiate(D&, const A&) {}
};
struct Relu {
  template <class A>
  static void apply(A& a) {
    a = a.cwiseMax(0);
  }
  template <class D, class A>
  static void differentiate(D& d, const A& a) {
    d.array() *= a.array().sign();  // 0 or 1
  }
};
struct Tanh {
  template <class A>
  static void apply(A& a) {
    a.array() = 1 - 2 / ((2 * a.array()).exp() + 1);
  }
  template <class D, class A>
  static void differentiate(D& d, const A& a) {
    d.array() *= 1 - a.array().square();
  }
};

// A layer's values for a batch; `w` and `g` begin with its weights, then the bias, and their gradients.
template <int rows, int inputs, int units, class Activation>
struct Dense {
  Matrix<rows, units> a, d;

  template <class X>
  void forward(const X& x, const double* w) {
    a.noalias() = x * Eigen::Map<const Weights<inputs, units>>(w);
    a.rowwise() += Eigen::Map<const Row<units>>(w + inputs * units);
    Activation::apply(a);
  }

  // d is dL/da before it, dL/dz after it. Adds the gradients.
  template <class X>
  void backward(const X& x, double* g) {
    Activation::differentiate(d, a);
    Eigen::Map<Weights<inputs, units>>(g).noalias() += x.transpose() * d;
    Eigen::Map<Row<units>>(g + inputs * units) += d.colwise().sum();
  }

  template <class D>
  void backwardInput(const double* w, D& dIn) const {
    dIn.noalias() = d * Eigen::Map<const Weights<inputs, units>>(w).transpose();
  }

  static constexpr int kParameters = (inputs + 1) * units;
};

// Sets `a` to dL/dz of softmax with cross-entropy times `scale`; returns the sum of -log p of the targets.
template <int rows, int units, class Y>
double softmaxCrossEntropy(const Y& y, double scale, Matrix<rows, units>& a, Matrix<rows, units>& d) {
  a.colwise() -= a.rowwise().maxCoeff().eval();
  const double targets = a.cwiseProduct(y).sum();
  a = a.array().exp();
  const Eigen::Array<double, rows, 1> sums = a.rowwise().sum().array();
  a.array().colwise() *= sums.inverse();
  d = (a - y) * scale;
  return sums.log().sum() - targets;
}

struct MeanSquared {
  template <class Y, class M>
  static double apply(const Y& y, double scale, M& a, M& d) {
    d = a - y;
    const double squares = d.squaredNorm();
    d *= 2 * scale;
    return squares;
  }
};
struct CrossEntropy {
  template <class Y, class M>
  static double apply(const Y& y, double scale, M& a, M& d) {
    return softmaxCrossEntropy(y, scale, a, d);
  }
};

// Two or three dense layers for batches, or blocks of a batch, of `rows`.
template <int rows, int I, int H, int O, class First, class Last, class Loss>
struct Two {
  static constexpr int kInputs = I, kOutputs = O, kRows = rows;
  Dense<rows, I, H, First> one;
  Dense<rows, H, O, Last> two;
  static constexpr int kCount = decltype(one)::kParameters + decltype(two)::kParameters;

  double forward(const Matrix<rows, I>& x, const Matrix<rows, O>& y, double scale, const double* p) {
    one.forward(x, p);
    two.forward(one.a, p + one.kParameters);
    return Loss::apply(y, scale, two.a, two.d);
  }

  void backward(const Matrix<rows, I>& x, const double* p, double* g) {
    two.backward(one.a, g + one.kParameters);
    two.backwardInput(p + one.kParameters, one.d);
    one.backward(x, g);
  }
};

template <int rows, int I, int H, int K, int O, class Hidden, class Loss>
struct Three {
  static constexpr int kInputs = I, kOutputs = O, kRows = rows;
  Dense<rows, I, H, Hidden> one;
  Dense<rows, H, K, Hidden> two;
  Dense<rows, K, O, Linear> three;
  static constexpr int kSecond = decltype(one)::kParameters, kThird = kSecond + decltype(two)::kParameters;
  static constexpr int kCount = kThird + decltype(three)::kParameters;

  double forward(const Matrix<rows, I>& x, const Matrix<rows, O>& y, double scale, const double* p) {
    one.forward(x, p);
    two.forward(one.a, p + kSecond);
    three.forward(two.a, p + kThird);
    return Loss::apply(y, scale, three.a, three.d);
  }

  void backward(const Matrix<rows, I>& x, const double* p, double* g) {
    three.backward(two.a, g + kThird);
    three.backwardInput(p + kThird, two.d);
    two.backward(one.a, g + kSecond);
    two.backwardInput(p + kSecond, one.d);
    one.backward(x, g);
  }
};

template <int count>
struct Sgd {
  double rate;

  explicit Sgd(const protocol::Workload& w) : rate(w.learningRate) {}
  void step(Eigen::Map<Eigen::Array<double, count, 1>> p, const Eigen::Array<double, count, 1>& g) { p -= rate * g; }
};

template <int count>
struct Adam {
  using Numbers = Eigen::Array<double, count, 1>;
  double rate, beta1, beta2, epsilon, power1 = 1, power2 = 1;
  Numbers means = Numbers::Zero(), squares = Numbers::Zero();

  explicit Adam(const protocol::Workload& w)
      : rate(w.learningRate),
        beta1(protocol::number(w.json, "beta1")),
        beta2(protocol::number(w.json, "beta2")),
        epsilon(protocol::number(w.json, "epsilon")) {}

  void step(Eigen::Map<Numbers> p, const Numbers& g) {
    power1 *= beta1;
    power2 *= beta2;
    means = beta1 * means + (1 - beta1) * g;
    squares = beta2 * squares + (1 - beta2) * g.square();
    p -= rate / (1 - power1) * means / (squares.sqrt() * (1 / std::sqrt(1 - power2)) + epsilon);
  }
};

template <int rows, int columns>
std::vector<Matrix<rows, columns>> blocksOf(const std::vector<double>& values) {
  std::vector<Matrix<rows, columns>> blocks(values.size() / (rows * columns));
  for (std::size_t i = 0; i < blocks.size(); i++) {
    blocks[i] = Eigen::Map<const Weights<rows, columns>>(values.data() + i * rows * columns);
  }
  return blocks;
}

// Batches are one block each or, if they are all rows, all blocks. `divisor`: what the workload's loss divides a sum
// over all rows by, for a row.
template <class Network, template <int> class Optimizer>
void run(const protocol::Workload& w, double divisor) {
  constexpr int kRows = Network::kRows, kCount = Network::kCount;
  const std::size_t perBatch = w.batchSize / kRows;
  if (w.batchSize % kRows != 0 || w.rows % w.batchSize != 0) {
    protocol::skip("written for multiples of " + std::to_string(kRows) + " rows");
  }
  using Numbers = Eigen::Array<double, kCount, 1>;
  static Network network;
  static Numbers gradient;
  const auto x = blocksOf<kRows, Network::kInputs>(w.x);
  const auto y = blocksOf<kRows, Network::kOutputs>(w.y);
  const double all = static_cast<double>(w.rows) * divisor;

  const auto train = [&](double* p, std::size_t epochs) {
    Optimizer<kCount> optimizer(w);
    const double scale = 1 / (static_cast<double>(w.batchSize) * divisor);
    std::vector<double> history(epochs);
    for (double& loss : history) {
      double total = 0;
      for (std::size_t first = 0; first < x.size(); first += perBatch) {
        gradient.setZero();
        for (std::size_t b = first; b < first + perBatch; b++) {
          total += network.forward(x[b], y[b], scale, p);
          network.backward(x[b], p, gradient.data());
        }
        optimizer.step(Eigen::Map<Numbers>(p), gradient);
      }
      loss = total / all;
    }
  };
  const std::string version = "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." +
                              std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION);
  protocol::serve(w, version + ", " + protocol::compiler(), "", train, [&](const double* p) {
    double total = 0;
    for (std::size_t b = 0; b < x.size(); b++) total += network.forward(x[b], y[b], 1, p);
    return total / all;
  });
}

}  // namespace

int main(int argc, char** argv) {
  const protocol::Workload w = protocol::load(argc, argv);
  if (w.shape == "24-8-2 tanh tanh meanSquaredError sgd") {
    run<Two<200, 24, 8, 2, Tanh, Tanh, MeanSquared>, Sgd>(w, 2);
  } else if (w.shape == "4-32-16-4 tanh tanh linear meanSquaredError adam") {
    run<Three<200, 4, 32, 16, 4, Tanh, MeanSquared>, Adam>(w, 4);
  } else if (w.shape == "10-46-46-10 relu relu softmax categoricalCrossentropy adam") {
    run<Three<128, 10, 46, 46, 10, Relu, CrossEntropy>, Adam>(w, 1);
  } else if (w.shape == "16-64-64-3 relu relu softmax categoricalCrossentropy adam") {
    run<Three<32, 16, 64, 64, 3, Relu, CrossEntropy>, Adam>(w, 1);
  } else {
    protocol::skip("not written for " + w.shape);
  }
  return 0;
}
