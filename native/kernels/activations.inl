// The table of activations: lib/kernels/activations.ts for any vector type. One vector holds a unit's values for
// several samples; a layer is an array of vectors. `value` and `gradient` are those of one unit, with z before and a
// after the activation and d = dL/da.
#pragma once

#include "../simd/common.h"
#include "math.inl"
#include "support/table.inl"

namespace lockstep {
namespace {

struct AlphaOption {
  static constexpr const char* names[] = {"alpha"};
  static constexpr int count = 1;
};

// Two results of softmax for each lane's row, which the loss reuses: the largest z and Σ exp(z − largest).
template <class N>
struct RowSums {
  N largest;
  N total;
};

// Makes the functions of a layer from those of a unit. Long formulas are `outlined`: compiled once for each vector type
// and any number of units, not into every form of a network.
template <class Unit, bool outlined = false>
struct Elementwise {
  using Options = NoOptions;
  static constexpr bool elementwise = true;

  template <class N, class Units>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, double alpha) {
    if constexpr (outlined) return forwardOutlined(z, a, static_cast<int>(units), alpha);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { a[j] = Unit::value(z[j], alpha); });
  }
  template <class N, class Units>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, double alpha, RowSums<N>&) {
    forward(z, a, units, alpha);
  }
  template <class N, class Units>
  static LOCKSTEP_INLINE void backward(const N* z, const N* a, N* d, Units units, double alpha) {
    if constexpr (outlined) return backwardOutlined(z, a, d, static_cast<int>(units), alpha);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = Unit::gradient(z[j], a[j], d[j], alpha); });
  }

 private:
  template <class N>
  static LOCKSTEP_NOINLINE void forwardOutlined(const N* z, N* a, int units, double alpha) {
    for (int j = 0; j < units; j++) a[j] = Unit::value(z[j], alpha);
  }
  template <class N>
  static LOCKSTEP_NOINLINE void backwardOutlined(const N* z, const N* a, N* d, int units, double alpha) {
    for (int j = 0; j < units; j++) d[j] = Unit::gradient(z[j], a[j], d[j], alpha);
  }
};

template <class Unit>
using OutlinedElementwise = Elementwise<Unit, true>;

struct Linear : Elementwise<Linear> {
  static constexpr const char* name = "linear";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return z;
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N, N, N d, double) {
    return d;
  }
};

struct Sigmoid : Elementwise<Sigmoid> {
  static constexpr const char* name = "sigmoid";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return sigmoid(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N, N a, N d, double) {
    return d * (a * (N::splat(1) - a));
  }
};

struct Tanh : Elementwise<Tanh> {
  static constexpr const char* name = "tanh";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return tanh(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N, N a, N d, double) {
    return d * (N::splat(1) - a * a);
  }
};

struct Relu : Elementwise<Relu> {
  static constexpr const char* name = "relu";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return select(less(z, N::splat(0)), N::splat(0), z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double) {
    return select(less(N::splat(0), z), d, N::splat(0));
  }
};

struct LeakyRelu : Elementwise<LeakyRelu> {
  static constexpr const char* name = "leakyRelu";
  using Options = AlphaOption;
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double alpha) {
    return select(less(z, N::splat(0)), N::splat(alpha) * z, z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double alpha) {
    return select(less(N::splat(0), z), d, N::splat(alpha) * d);
  }
};

struct Softplus : Elementwise<Softplus> {
  static constexpr const char* name = "softplus";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return softplus(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double) {
    return d * sigmoid(z);
  }
};

struct Softmax {
  static constexpr const char* name = "softmax";
  using Options = NoOptions;
  static constexpr bool elementwise = false;

  template <class N, class Units>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, double alpha) {
    RowSums<N> sums;
    forward(z, a, units, alpha, sums);
  }
  template <class N, class Units>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, double, RowSums<N>& sums) {
    N largest = z[0];
    each(units, [&](auto j) LOCKSTEP_LAMBDA { largest = select(less(largest, z[j]), z[j], largest); });
    each(units, [&](auto j) LOCKSTEP_LAMBDA { a[j] = exp(z[j] - largest); });
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + a[j]; });
    each(units, [&](auto j) LOCKSTEP_LAMBDA { a[j] = a[j] / sum; });
    sums.largest = largest;
    sums.total = sum;
  }
  template <class N, class Units>
  static LOCKSTEP_INLINE void backward(const N*, const N* a, N* d, Units units, double) {
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + d[j] * a[j]; });
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = a[j] * (d[j] - sum); });
  }
};

struct Elu : OutlinedElementwise<Elu> {
  static constexpr const char* name = "elu";
  using Options = AlphaOption;
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double alpha) {
    return select(less(N::splat(0), z), z, N::splat(alpha) * expm1Negative(z));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N a, N d, double alpha) {
    return select(less(N::splat(0), z), d, d * (a + N::splat(alpha)));
  }
};

constexpr double kSeluScale = 1.0507009873554805;
constexpr double kSeluScaleAlpha = 1.7580993408473768;

struct Selu : OutlinedElementwise<Selu> {
  static constexpr const char* name = "selu";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return select(less(N::splat(0), z), N::splat(kSeluScale) * z, N::splat(kSeluScaleAlpha) * expm1Negative(z));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N a, N d, double) {
    return select(less(N::splat(0), z), d * N::splat(kSeluScale), d * (a + N::splat(kSeluScaleAlpha)));
  }
};

constexpr double kRootHalf = 0.7071067811865476;

struct Gelu : OutlinedElementwise<Gelu> {
  static constexpr const char* name = "gelu";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return N::splat(0.5) * z * (N::splat(1) + erf(z * N::splat(kRootHalf)));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double) {
    return d * (N::splat(0.5) * (N::splat(1) + erf(z * N::splat(kRootHalf))) + z * normalDensity(z));
  }
};

struct Silu : OutlinedElementwise<Silu> {
  static constexpr const char* name = "silu";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return z * sigmoid(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double) {
    const N s = sigmoid(z);
    return d * (s * (N::splat(1) + z * (N::splat(1) - s)));
  }
};

struct Softsign : OutlinedElementwise<Softsign> {
  static constexpr const char* name = "softsign";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return z / (N::splat(1) + abs(z));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double) {
    const N size = N::splat(1) + abs(z);
    return d / (size * size);
  }
};

struct HardSigmoid : OutlinedElementwise<HardSigmoid> {
  static constexpr const char* name = "hardSigmoid";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    const N between = select(less(N::splat(3), z), N::splat(1), (z + N::splat(3)) / N::splat(6));
    return select(less(z, N::splat(-3)), N::splat(0), between);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double) {
    const N below = select(less(z, N::splat(3)), d / N::splat(6), N::splat(0));
    return select(less(N::splat(-3), z), below, N::splat(0));
  }
};

struct Relu6 : OutlinedElementwise<Relu6> {
  static constexpr const char* name = "relu6";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return select(less(z, N::splat(0)), N::splat(0), select(less(N::splat(6), z), N::splat(6), z));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double) {
    const N below = select(less(z, N::splat(6)), d, N::splat(0));
    return select(less(N::splat(0), z), below, N::splat(0));
  }
};

struct Mish : OutlinedElementwise<Mish> {
  static constexpr const char* name = "mish";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    N u, n, m;
    parts(z, u, n, m);
    return z * (n / m);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, double) {
    N u, n, m;
    parts(z, u, n, m);
    const N slope = N::splat(4) * (select(less(N::splat(0), z), u * u, u) * (N::splat(1) + u)) / (m * m);
    return d * (n / m + z * slope);
  }

 private:
  template <class N>
  static LOCKSTEP_INLINE void parts(N z, N& u, N& n, N& m) {
    const auto above = less(N::splat(0), z);
    u = exp(-abs(z));
    n = select(above, N::splat(1) + N::splat(2) * u, u * (u + N::splat(2)));
    m = n + select(above, N::splat(2) * (u * u), N::splat(2));
  }
};

struct Exponential : OutlinedElementwise<Exponential> {
  static constexpr const char* name = "exponential";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, double) {
    return exp(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N, N a, N d, double) {
    return d * a;
  }
};

using Activations = Table<Linear, Sigmoid, Tanh, Relu, LeakyRelu, Softplus, Softmax, Elu, Selu, Gelu, Silu, Softsign,
                          HardSigmoid, Relu6, Mish, Exponential>;

}  // namespace
}  // namespace lockstep
