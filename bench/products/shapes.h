// The measured products of one shape, each with its matrices, called as in native/kernels/training/graph.inl.
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include "set.h"

namespace lockstep {
namespace {

using Network = TiledNetwork<V>;

struct Shape {
  int64_t m, k, n;
};

// Numbers from -1 to 1, the same in every set.
class Numbers {
 public:
  double next() {
    state = state * 6364136223846793005 + 1442695040888963407;
    return static_cast<double>(static_cast<int64_t>(state) >> 11) / (INT64_C(1) << 52);
  }
  void fill(double* to, int64_t count) {
    for (int64_t i = 0; i < count; i++) to[i] = next();
  }

 private:
  uint64_t state = 1;
};

// A caller's array, with the allocator's alignment.
std::vector<double> callersArray(int64_t count, Numbers& numbers) {
  std::vector<double> array(count);
  numbers.fill(array.data(), count);
  return array;
}

// An array of the library's workspace, with its alignment.
class WorkspaceArray {
 public:
  explicit WorkspaceArray(int64_t count) : memory(count + 16), at(Arena(memory.data()).allocate<double>(count)) {}
  WorkspaceArray(const WorkspaceArray&) = delete;
  WorkspaceArray& operator=(const WorkspaceArray&) = delete;
  operator double*() const { return at; }

 private:
  std::vector<double> memory;
  double* const at;
};

std::vector<const double*> rowsOf(const double* at, int64_t rows, int64_t columns) {
  std::vector<const double*> table;
  for (int64_t i = 0; i < rows; i++) table.push_back(at + i * columns);
  return table;
}

int64_t inLanes(int64_t samples) { return (samples + V::lanes - 1) / V::lanes * V::lanes; }

class Product {
 public:
  explicit Product(const Shape& shape) : shape(shape) {}
  virtual ~Product() = default;
  virtual void run() = 0;
  // Output j of row i: the kernels' result, and term s of its sum.
  virtual double result(int64_t i, int64_t j) const = 0;
  virtual double left(int64_t i, int64_t s) const = 0;
  virtual double right(int64_t s, int64_t j) const = 0;
  virtual double start(int64_t j) const = 0;
  const Shape shape;
};

// rows · weights + bias, units in the lanes.
class Forward : public Product {
 public:
  Forward(const Shape& shape, Numbers& numbers)
      : Product(shape),
        x(callersArray(shape.m * shape.k, numbers)),
        weights(callersArray(shape.k * shape.n, numbers)),
        bias(callersArray(shape.n, numbers)),
        rows(rowsOf(x.data(), shape.m, shape.k)),
        z(shape.m * shape.n) {}
  void run() override {
    const auto [m, k, n] = shape;
    for (int64_t i = 0; i < m; i += Network::kRows) {
      const int64_t count = m - i < Network::kRows ? m - i : Network::kRows;
      productByColumns<V, Terms::kAlongRows>({rows.data() + i, 0, count}, k, {weights.data(), n, V::lanes},
                                             {z + i * n, n, V::lanes}, {bias.data(), 0, V::lanes}, n);
    }
  }
  double result(int64_t i, int64_t j) const override { return z[i * shape.n + j]; }
  double left(int64_t i, int64_t s) const override { return x[i * shape.k + s]; }
  double right(int64_t s, int64_t j) const override { return weights[s * shape.n + j]; }
  double start(int64_t j) const override { return bias[j]; }

 private:
  std::vector<double> x, weights, bias;
  std::vector<const double*> rows;
  WorkspaceArray z;
};

// rowsᵀ · derivatives of one block of rows, units in the lanes.
class Gradient : public Product {
 public:
  Gradient(const Shape& shape, Numbers& numbers)
      : Product(shape),
        x(callersArray(shape.k * shape.m, numbers)),
        rows(rowsOf(x.data(), shape.k, shape.m)),
        d(shape.k * shape.n),
        g(shape.m * shape.n) {
    numbers.fill(d, shape.k * shape.n);
  }
  void run() override {
    const auto [m, k, n] = shape;
    // The same number of rows of weights at a time as in TiledNetwork::gradients.
    const int64_t most = 8192 / n / 8 * 8 + 8;
    for (int64_t i = 0; i < m; i += most) {
      const int64_t count = m - i < most ? m - i : most;
      productByColumns<V, Terms::kAcrossRows>({rows.data(), i, count}, k, {d, n, V::lanes}, {g + i * n, n, V::lanes},
                                              {nullptr, 0, 0}, n);
    }
  }
  double result(int64_t i, int64_t j) const override { return g[i * shape.n + j]; }
  double left(int64_t i, int64_t s) const override { return x[s * shape.m + i]; }
  double right(int64_t s, int64_t j) const override { return d[s * shape.n + j]; }
  double start(int64_t) const override { return -0.0; }

 private:
  std::vector<double> x;
  std::vector<const double*> rows;
  WorkspaceArray d, g;
};

// Rows in memory, and the same in panels of lanes.
struct Laned {
  Laned(int64_t samples, int64_t units)
      : samples(samples), units(units), rows(samples * units), lanes(inLanes(samples) * units) {}
  void toLanes() {
    const double* table[V::lanes];
    each([&](int64_t v, int64_t count) {
      for (int64_t i = 0; i < count; i++) table[i] = rows + (v * V::lanes + i) * units;
      lockstep::toLanes<V>(table, count, lanes + v * units * V::lanes, units);
    });
  }
  void fromLanes() {
    each([&](int64_t v, int64_t count) {
      lockstep::fromLanes<V>(lanes + v * units * V::lanes, rows + v * V::lanes * units, units, count, units);
    });
  }
  double inLane(int64_t i, int64_t unit) const {
    return lanes[(i / V::lanes * units + unit) * V::lanes + i % V::lanes];
  }
  template <class F>
  void each(F f) const {
    for (int64_t i = 0; i < samples; i += V::lanes) f(i / V::lanes, samples - i < V::lanes ? samples - i : V::lanes);
  }
  const int64_t samples, units;
  WorkspaceArray rows, lanes;
};

// rows · weights + bias, samples in the lanes.
class Last : public Product {
 public:
  Last(const Shape& shape, Numbers& numbers, bool ways)
      : Product(shape),
        ways(ways),
        weights(callersArray(shape.k * shape.n, numbers)),
        bias(callersArray(shape.n, numbers)),
        rows(rowsOf(weights.data(), shape.k, shape.n)),
        biasLanes(shape.n * V::lanes),
        inputs(shape.m, shape.k),
        z(shape.m, shape.n) {
    numbers.fill(inputs.rows, shape.m * shape.k);
    inputs.toLanes();
    for (int64_t j = 0; j < shape.n; j++) V::splat(bias[j]).store(biasLanes + j * V::lanes);
  }
  void run() override {
    const auto [m, k, n] = shape;
    if (ways) inputs.toLanes();
    productByVectors<V, Terms::kAcrossRows>({rows.data(), 0, n}, k, {inputs.lanes, V::lanes, k * V::lanes},
                                            {z.lanes, V::lanes, n * V::lanes}, {biasLanes, V::lanes, 0}, 0,
                                            inLanes(m) / V::lanes);
  }
  double result(int64_t i, int64_t j) const override { return z.inLane(i, j); }
  double left(int64_t i, int64_t s) const override { return inputs.rows[i * shape.k + s]; }
  double right(int64_t s, int64_t j) const override { return weights[s * shape.n + j]; }
  double start(int64_t j) const override { return bias[j]; }

 private:
  const bool ways;
  std::vector<double> weights, bias;
  std::vector<const double*> rows;
  WorkspaceArray biasLanes;
  Laned inputs, z;
};

// derivatives · weightsᵀ, samples in the lanes.
class Backward : public Product {
 public:
  Backward(const Shape& shape, Numbers& numbers, bool ways)
      : Product(shape),
        ways(ways),
        weights(callersArray(shape.n * shape.k, numbers)),
        rows(rowsOf(weights.data(), shape.n, shape.k)),
        d(shape.m, shape.k),
        before(shape.m, shape.n) {
    numbers.fill(d.rows, shape.m * shape.k);
    d.toLanes();
  }
  void run() override {
    const auto [m, k, n] = shape;
    if (ways) d.toLanes();
    productByVectors<V, Terms::kAlongRows>({rows.data(), 0, n}, k, {d.lanes, V::lanes, k * V::lanes},
                                           {before.lanes, V::lanes, n * V::lanes}, {nullptr, 0, 0}, 0,
                                           inLanes(m) / V::lanes);
    if (ways) before.fromLanes();
  }
  double result(int64_t i, int64_t j) const override {
    return ways ? before.rows[i * shape.n + j] : before.inLane(i, j);
  }
  double left(int64_t i, int64_t s) const override { return d.rows[i * shape.k + s]; }
  double right(int64_t s, int64_t j) const override { return weights[j * shape.k + s]; }
  double start(int64_t) const override { return -0.0; }

 private:
  const bool ways;
  std::vector<double> weights;
  std::vector<const double*> rows;
  Laned d, before;
};

std::unique_ptr<Product> makeProduct(const char* name, const Shape& shape) {
  Numbers numbers;
  const auto is = [&](const char* other) { return std::strcmp(name, other) == 0; };
  if (is("forward")) return std::make_unique<Forward>(shape, numbers);
  if (is("gradient")) return std::make_unique<Gradient>(shape, numbers);
  if (is("last") || is("last+lanes")) return std::make_unique<Last>(shape, numbers, is("last+lanes"));
  if (is("backward") || is("backward+lanes")) return std::make_unique<Backward>(shape, numbers, is("backward+lanes"));
  return nullptr;
}

}  // namespace
}  // namespace lockstep
