// 24, batch normalization, 16 ReLU, 3 softmax, SGD: batches are small, so units are in the lanes, and a row of the
// output layer only where softmax needs it. The statistics are computed again for each batch, as if its rows were new.

#include "narrow.h"
#include "plain.h"

namespace {

using narrow::kLanes;
using narrow::V;

constexpr int I = 24, H = 16, O = 3;
constexpr int BATCH = 16;
constexpr int IV = I / kLanes, HV = H / kLanes, BV = BATCH / kLanes;
// Rows, and inputs, whose sums are in registers together.
constexpr int ROW_TILE = 4, INPUT_TILE = 6;
static_assert(BATCH % ROW_TILE == 0 && I % INPUT_TILE == 0);

struct Parameters {
  V gamma[IV], beta[IV], movingMean[IV], movingVariance[IV];
  V w0[I * HV], b0[HV];
  V w1[O * HV];  // transposed
  double b1[O];
};

// Vectors that are in the files' order.
constexpr int IN_ORDER = 4 * IV + I * HV + HV;

struct Values {
  V normalized[BATCH * IV], a0[BATCH * IV], a1[BATCH * HV], d1[BATCH * HV];
  V z[O * BV];  // [outputs × rows], then dL/dz
};

struct Options {
  double momentum, epsilon, rate;
};

void unpack(const double* flat, Parameters& p) {
  auto* all = reinterpret_cast<V*>(&p);
  for (int i = 0; i < IN_ORDER; i++, flat += kLanes) all[i] = vectors::load(flat);
  for (int k = 0; k < H; k++) {
    for (int j = 0; j < O; j++) p.w1[j * HV + k / kLanes][k % kLanes] = flat[k * O + j];
  }
  std::copy_n(flat + H * O, O, p.b1);
}

void pack(const Parameters& p, double* flat) {
  const auto* all = reinterpret_cast<const V*>(&p);
  for (int i = 0; i < IN_ORDER; i++, flat += kLanes) vectors::store(flat, all[i]);
  for (int k = 0; k < H; k++) {
    for (int j = 0; j < O; j++) flat[k * O + j] = p.w1[j * HV + k / kLanes][k % kLanes];
  }
  std::copy_n(p.b1, O, flat + H * O);
}

// The batch's mean and variance; the moving ones follow them.
void batchStatistics(int rows, const double* x, const Options& options, Parameters& p, V* mean, V* variance) {
  for (int i = 0; i < IV; i++) {
    V sum{}, squares{};
    for (int r = 0; r < rows; r++) sum += vectors::load(x + r * I + i * kLanes);
    mean[i] = sum * (1.0 / rows);
    for (int r = 0; r < rows; r++) {
      const V difference = vectors::load(x + r * I + i * kLanes) - mean[i];
      squares += difference * difference;
    }
    variance[i] = squares * (1.0 / rows);
    p.movingMean[i] = options.momentum * p.movingMean[i] + (1 - options.momentum) * mean[i];
    p.movingVariance[i] = options.momentum * p.movingVariance[i] + (1 - options.momentum) * variance[i];
  }
}

void normalize(int rows, const double* x, const V* mean, const V* variance, double epsilon, const Parameters& p,
               Values& v) {
  for (int i = 0; i < IV; i++) {
    const V inverse = vectors::reciprocal(vectors::root(variance[i] + epsilon));
    for (int r = 0; r < rows; r++) {
      const V value = (vectors::load(x + r * I + i * kLanes) - mean[i]) * inverse;
      v.normalized[r * IV + i] = value;
      v.a0[r * IV + i] = p.gamma[i] * value + p.beta[i];
    }
  }
}

// Both dense layers and the loss, from v.a0; rows that are missing in the batch are computed too, and count nothing.
double dense(int rows, const double* y, const Parameters& p, Values& v) {
  const auto* a0 = reinterpret_cast<const double*>(v.a0);
  for (int r = 0; r < rows; r += ROW_TILE) {
    V sums[ROW_TILE][HV];
    for (auto& row : sums) std::copy_n(p.b0, HV, row);
    for (int k = 0; k < I; k++) {
      for (int i = 0; i < ROW_TILE; i++) {
        for (int j = 0; j < HV; j++) sums[i][j] += a0[(r + i) * I + k] * p.w0[k * HV + j];
      }
    }
    for (int i = 0; i < ROW_TILE; i++) {
      for (int j = 0; j < HV; j++) v.a1[(r + i) * HV + j] = vectors::larger(sums[i][j], V{});
    }
  }
  V total{};
  for (int b = 0; b < narrow::vectorsOf(rows); b++) {
    V z[O], targets[O];
    for (int o = 0; o < O; o++) {
      V products[kLanes];
      for (int r = 0; r < kLanes; r++) {
        products[r] = v.a1[(b * kLanes + r) * HV] * p.w1[o * HV];
        for (int j = 1; j < HV; j++) products[r] += v.a1[(b * kLanes + r) * HV + j] * p.w1[o * HV + j];
        const int row = b * kLanes + r;
        targets[o][r] = row < rows ? y[row * O + o] : 0;
      }
      z[o] = narrow::sumsOfLanes(products) + p.b1[o];
    }
    const V largest = vectors::larger(vectors::larger(z[0], z[1]), z[2]);
    V sum{}, target{};
    for (int o = 0; o < O; o++) {
      z[o] = vectors::larger(z[o] - largest, narrow::broadcast(-700));
      target += targets[o] * z[o];
      z[o] = vectors::exp(z[o]);
      sum += z[o];
    }
    const V valid = narrow::rowsOf(rows, b), inverse = vectors::reciprocal(sum), scale = valid * (1.0 / rows);
    for (int o = 0; o < O; o++) v.z[o * BV + b] = (z[o] * inverse - targets[o]) * scale;
    total += valid * (vectors::log(sum) - target);
  }
  return vectors::sum(total);
}

void update(int rows, double rate, Parameters& p, Values& v) {
  const auto* dz = reinterpret_cast<const double*>(v.z);
  const auto* normalized = reinterpret_cast<const double*>(v.normalized);
  V g1[O * HV]{}, gb0[HV]{};
  double gb1[O]{};
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < HV; j++) {
      const V a = v.a1[r * HV + j];
      V d{};
      for (int o = 0; o < O; o++) {
        g1[o * HV + j] += a * dz[o * BATCH + r];
        d += p.w1[o * HV + j] * dz[o * BATCH + r];
      }
      d *= narrow::ReluDerivative()(a);
      v.d1[r * HV + j] = d;
      gb0[j] += d;
    }
    for (int o = 0; o < O; o++) gb1[o] += dz[o * BATCH + r];
  }
  // q = Σ normalized d over the rows: dL/dw = gamma q + beta gb, dL/dgamma = Σ w q and dL/dbeta = Σ w gb over the
  // units.
  V dGamma[I], dBeta[I];
  for (int k0 = 0; k0 < I; k0 += INPUT_TILE) {
    V q[INPUT_TILE][HV]{};
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < INPUT_TILE; k++) {
        for (int j = 0; j < HV; j++) q[k][j] += normalized[r * I + k0 + k] * v.d1[r * HV + j];
      }
    }
    for (int k = 0; k < INPUT_TILE; k++) {
      const int input = k0 + k;
      const double gamma = p.gamma[input / kLanes][input % kLanes], beta = p.beta[input / kLanes][input % kLanes];
      dGamma[input] = dBeta[input] = V{};
      for (int j = 0; j < HV; j++) {
        V& w = p.w0[input * HV + j];
        dGamma[input] += w * q[k][j];
        dBeta[input] += w * gb0[j];
        w -= rate * (gamma * q[k][j] + beta * gb0[j]);
      }
    }
  }
  for (int i = 0; i < IV; i++) {
    p.gamma[i] -= rate * narrow::sumsOfLanes(dGamma + i * kLanes);
    p.beta[i] -= rate * narrow::sumsOfLanes(dBeta + i * kLanes);
  }
  for (int j = 0; j < HV; j++) p.b0[j] -= rate * gb0[j];
  for (int i = 0; i < O * HV; i++) p.w1[i] -= rate * g1[i];
  for (int o = 0; o < O; o++) p.b1[o] -= rate * gb1[o];
}

}  // namespace

void sensor(const protocol::Workload& w) {
  if (w.batchSize != BATCH || w.rows % ROW_TILE != 0)
    protocol::skip("written for batches of 16 rows, or multiples of 4");
  const int rows = static_cast<int>(w.rows);
  const Options options{protocol::number(w.json, "momentum"), protocol::number(w.json, "epsilon"), w.learningRate};
  static Values values;
  static Parameters parameters;

  const auto train = [&](double* flat, std::size_t epochs) {
    unpack(flat, parameters);
    std::vector<double> history(epochs);
    for (double& loss : history) {
      double total = 0;
      for (int r = 0; r < rows; r += BATCH) {
        const int n = std::min(BATCH, rows - r);
        const double *x = &w.x[r * I], *y = &w.y[r * O];
        V mean[IV], variance[IV];
        batchStatistics(n, x, options, parameters, mean, variance);
        normalize(n, x, mean, variance, options.epsilon, parameters, values);
        total += dense(n, y, parameters, values);
        update(n, options.rate, parameters, values);
      }
      loss = total / rows;
    }
    pack(parameters, flat);
  };
  protocol::serve(w, protocol::compiler(), "", train, [&](const double* flat) {
    unpack(flat, parameters);
    double total = 0;
    for (int r = 0; r < rows; r += BATCH) {
      const int n = std::min(BATCH, rows - r);
      normalize(n, &w.x[r * I], parameters.movingMean, parameters.movingVariance, options.epsilon, parameters, values);
      total += dense(n, &w.y[r * O], parameters, values);
    }
    return total / rows;
  });
}
