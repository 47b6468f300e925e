// 9-16-1, tanh, mean squared error, Adam; a network in each lane. A group of as many networks as lanes is trained to
// its end before the next one: its parameters and moments stay in the cache.

#include <cmath>

#include "narrow.h"
#include "plain.h"

namespace {

using narrow::broadcast;
using narrow::kLanes;
using narrow::V;

constexpr int I = 9, H = 16;
constexpr int BATCH = 32;
// Rows of a batch whose values are kept until their gradients are added.
constexpr int CHUNK = 16;
// The tiles of sums in registers: rows × units, and inputs × units.
constexpr int ROW_TILE = kLanes == 8 ? 4 : 2, UNIT_TILE = 4, INPUT_TILE = 3, GRADIENT_UNITS = kLanes == 8 ? 8 : 4;
static_assert(CHUNK % ROW_TILE == 0 && H % GRADIENT_UNITS == 0 && I % INPUT_TILE == 0);

// As in the files.
struct Parameters {
  V w0[I * H], b0[H], w1[H], b1;
};
constexpr int COUNT = sizeof(Parameters) / sizeof(V);

V* all(Parameters& p) { return reinterpret_cast<V*>(&p); }
const V* all(const Parameters& p) { return reinterpret_cast<const V*>(&p); }

struct Samples {
  const double *x, *y;
  int rows;
};

// a [rows × H] = tanh(x w + b). Rows are a multiple of ROW_TILE.
void hidden(const Parameters& p, const double* __restrict x, int rows, V* __restrict a) {
  for (int r = 0; r < rows; r += ROW_TILE) {
    for (int j0 = 0; j0 < H; j0 += UNIT_TILE) {
      V sums[ROW_TILE][UNIT_TILE];
      for (auto& row : sums) std::copy_n(p.b0 + j0, UNIT_TILE, row);
      for (int k = 0; k < I; k++) {
        for (int i = 0; i < ROW_TILE; i++) {
          for (int j = 0; j < UNIT_TILE; j++) sums[i][j] += x[(r + i) * I + k] * p.w0[k * H + j0 + j];
        }
      }
      narrow::Tanh().operator()<ROW_TILE * UNIT_TILE>(&sums[0][0]);
      for (int i = 0; i < ROW_TILE; i++) std::copy_n(sums[i], UNIT_TILE, a + (r + i) * H + j0);
    }
  }
}

// The output less the target.
VECTORS_INLINE V errorOf(const Parameters& p, const V* a, double y) {
  V sums[4] = {p.b1 - y, {}, {}, {}};
  for (int j = 0; j < H; j++) sums[j % 4] += a[j] * p.w1[j];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// Σ (a - y)² over the rows.
V squaredErrors(const Parameters& p, const Samples& samples) {
  V a[CHUNK * H], total{};
  for (int r = 0; r < samples.rows; r += CHUNK) {
    const int n = std::min(CHUNK, samples.rows - r);
    hidden(p, samples.x + r * I, n, a);
    for (int i = 0; i < n; i++) {
      const V error = errorOf(p, a + i * H, samples.y[r + i]);
      total += error * error;
    }
  }
  return total;
}

// The gradients of a batch; returns the squared errors.
V gradients(const Parameters& p, const double* x, const double* y, int rows, Parameters& g) {
  V a[CHUNK * H], total{};
  g = Parameters{};
  for (int first = 0; first < rows; first += CHUNK, x += CHUNK * I, y += CHUNK) {
    const int n = std::min(CHUNK, rows - first);
    hidden(p, x, n, a);
    // a becomes dL/dz.
    for (int i = 0; i < n; i++) {
      V* row = a + i * H;
      const V error = errorOf(p, row, y[i]);
      total += error * error;
      const V d = error * (2.0 / rows);
      g.b1 += d;
      for (int j = 0; j < H; j++) {
        g.w1[j] += row[j] * d;
        row[j] = d * p.w1[j] * (1.0 - row[j] * row[j]);
        g.b0[j] += row[j];
      }
    }
    for (int j0 = 0; j0 < H; j0 += GRADIENT_UNITS) {
      for (int k0 = 0; k0 < I; k0 += INPUT_TILE) {
        V sums[INPUT_TILE][GRADIENT_UNITS];
        for (int k = 0; k < INPUT_TILE; k++) std::copy_n(g.w0 + (k0 + k) * H + j0, GRADIENT_UNITS, sums[k]);
        for (int i = 0; i < n; i++) {
          for (int k = 0; k < INPUT_TILE; k++) {
            for (int j = 0; j < GRADIENT_UNITS; j++) sums[k][j] += x[i * I + k0 + k] * a[i * H + j0 + j];
          }
        }
        for (int k = 0; k < INPUT_TILE; k++) std::copy_n(sums[k], GRADIENT_UNITS, g.w0 + (k0 + k) * H + j0);
      }
    }
  }
  return total;
}

struct AdamOptions {
  double beta1, beta2, epsilon;
};

// Adam with a learning rate for each network.
struct Adam {
  V rate;
  V means[COUNT]{}, squares[COUNT]{};
  double power1 = 1, power2 = 1;

  void step(const AdamOptions& o, V* __restrict p, const V* __restrict g) {
    power1 *= o.beta1;
    power2 *= o.beta2;
    const V scaled = rate / (1 - power1);
    const double correction = 1 / std::sqrt(1 - power2);
    for (int i = 0; i < COUNT; i++) {
      means[i] = o.beta1 * means[i] + (1 - o.beta1) * g[i];
      squares[i] = o.beta2 * squares[i] + (1 - o.beta2) * g[i] * g[i];
      p[i] -= scaled * means[i] * vectors::reciprocal(vectors::root(squares[i]) * correction + o.epsilon);
    }
  }
};

// A group's parameters between the files' order, member after member, and lanes. Lanes without a member repeat the last
// one.
void load(const std::vector<double>& flat, int first, int members, Parameters& p) {
  for (int lane = 0; lane < kLanes; lane++) {
    const double* one = &flat[static_cast<std::size_t>(std::min(first + lane, members - 1)) * COUNT];
    for (int i = 0; i < COUNT; i++) all(p)[i][lane] = one[i];
  }
}

void store(const Parameters& p, int first, int members, std::vector<double>& flat) {
  for (int lane = 0; lane < kLanes && first + lane < members; lane++) {
    for (int i = 0; i < COUNT; i++) flat[static_cast<std::size_t>(first + lane) * COUNT + i] = all(p)[i][lane];
  }
}

}  // namespace

void population(const protocol::Workload& w) {
  const int members = static_cast<int>(protocol::number(w.json, "members"));
  const std::vector<double> rates = protocol::doubles(w.directory + "learning-rates.f64");
  const std::vector<double> x = protocol::doubles(w.directory + "x-validation.f64");
  const std::vector<double> y = protocol::doubles(w.directory + "y-validation.f64");
  const Samples training{w.x.data(), w.y.data(), static_cast<int>(w.rows)};
  const Samples validation{x.data(), y.data(), static_cast<int>(y.size())};
  if (w.batchSize != BATCH || training.rows % ROW_TILE != 0 || validation.rows % ROW_TILE != 0) {
    protocol::skip("written for batches of " + std::to_string(BATCH));
  }
  const AdamOptions options{protocol::number(w.json, "beta1"), protocol::number(w.json, "beta2"),
                            protocol::number(w.json, "epsilon")};
  static Parameters p, g;

  const auto train = [&](std::vector<double>& parameters, std::size_t epochs, std::vector<double>& validationLosses) {
    std::vector<V> history(epochs);
    for (int first = 0; first < members; first += kLanes) {
      load(parameters, first, members, p);
      Adam adam{};
      for (int i = 0; i < kLanes; i++) adam.rate[i] = rates[static_cast<std::size_t>(std::min(first + i, members - 1))];
      V total{};
      for (V& loss : history) {
        loss = V{};
        for (int r = 0; r < training.rows; r += BATCH) {
          const int n = std::min(BATCH, training.rows - r);
          loss += gradients(p, training.x + r * I, training.y + r, n, g);
          adam.step(options, all(p), all(g));
        }
        loss *= 1.0 / training.rows;
        total += squaredErrors(p, validation);
      }
      store(p, first, members, parameters);
      total *= 1.0 / (validation.rows * static_cast<double>(epochs));
      for (int i = 0; i < kLanes && first + i < members; i++)
        validationLosses[static_cast<std::size_t>(first + i)] = total[i];
    }
  };
  const auto loss = [&](const std::vector<double>& parameters) {
    double total = 0;
    for (int first = 0; first < members; first += kLanes) {
      load(parameters, first, members, p);
      const V squares = squaredErrors(p, training);
      for (int i = 0; i < kLanes && first + i < members; i++) total += squares[i] / training.rows;
    }
    return total / members;
  };
  protocol::serveAnswers(protocol::compiler(), "", true, [&](std::size_t start, std::size_t epochs) {
    std::vector<double> parameters = w.starts.at(start), validationLosses(static_cast<std::size_t>(members));
    const double seconds = protocol::secondsOf([&] { train(parameters, epochs, validationLosses); });
    return protocol::Answer{seconds, loss(parameters), validationLosses};
  });
}
