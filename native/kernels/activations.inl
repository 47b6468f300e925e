// The table of activations: lib/kernels/activations.ts for any vector type. `value` and `gradient` are those of one
// unit, with z before and a after the activation and d = dL/da.
#pragma once

#include "../simd/common.h"
#include "math.inl"
#include "support/activation_entry.inl"
#include "support/option_values.inl"
#include "support/table.inl"

namespace lockstep {
namespace {

struct AlphaOption {
  static constexpr const char* names[] = {"alpha"};
  static constexpr int count = 1;
};

struct Linear : Elementwise<Linear> {
  static constexpr const char* name = "linear";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return z;
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N, N, N d, OptionValues<0>) {
    return d;
  }
};

struct Sigmoid : Elementwise<Sigmoid> {
  static constexpr const char* name = "sigmoid";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return sigmoid(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N, N a, N d, OptionValues<0>) {
    return d * (a * (N::splat(1) - a));
  }
};

struct Tanh : Elementwise<Tanh> {
  static constexpr const char* name = "tanh";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return tanh(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N, N a, N d, OptionValues<0>) {
    return d * (N::splat(1) - a * a);
  }
};

struct Relu : Elementwise<Relu> {
  static constexpr const char* name = "relu";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return select(less(z, N::splat(0)), N::splat(0), z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
    return select(less(N::splat(0), z), d, N::splat(0));
  }
};

struct LeakyRelu : Elementwise<LeakyRelu> {
  static constexpr const char* name = "leakyRelu";
  using Options = AlphaOption;
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<1> options) {
    const double alpha = options[0];
    return select(less(z, N::splat(0)), N::splat(alpha) * z, z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<1> options) {
    const double alpha = options[0];
    return select(less(N::splat(0), z), d, N::splat(alpha) * d);
  }
};

struct Softplus : Elementwise<Softplus> {
  static constexpr const char* name = "softplus";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return softplus(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
    return d * sigmoid(z);
  }
};

struct Softmax {
  static constexpr const char* name = "softmax";
  using Options = NoOptions;
  static constexpr bool elementwise = false;

  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, Values options) {
    RowSums<N> sums;
    forward(z, a, units, options, sums);
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, Values, RowSums<N>& sums) {
    N largest = z[0];
    each(units, [&](auto j) LOCKSTEP_LAMBDA { largest = select(less(largest, z[j]), z[j], largest); });
    each(units, [&](auto j) LOCKSTEP_LAMBDA { a[j] = exp(z[j] - largest); });
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + a[j]; });
    each(units, [&](auto j) LOCKSTEP_LAMBDA { a[j] = a[j] / sum; });
    sums.largest = largest;
    sums.total = sum;
  }
  template <class N, class Units, class Values>
  static LOCKSTEP_INLINE void backward(const N*, const N* a, N* d, Units units, Values) {
    N sum = N::splat(-0.0);
    each(units, [&](auto j) LOCKSTEP_LAMBDA { sum = sum + d[j] * a[j]; });
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = a[j] * (d[j] - sum); });
  }
};

struct Elu : OutlinedElementwise<Elu> {
  static constexpr const char* name = "elu";
  using Options = AlphaOption;
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<1> options) {
    const double alpha = options[0];
    return select(less(N::splat(0), z), z, N::splat(alpha) * expm1Negative(z));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N a, N d, OptionValues<1> options) {
    const double alpha = options[0];
    return select(less(N::splat(0), z), d, d * (a + N::splat(alpha)));
  }
};

constexpr double kSeluScale = 1.0507009873554805;
constexpr double kSeluScaleAlpha = 1.7580993408473768;

struct Selu : OutlinedElementwise<Selu> {
  static constexpr const char* name = "selu";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return select(less(N::splat(0), z), N::splat(kSeluScale) * z, N::splat(kSeluScaleAlpha) * expm1Negative(z));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N a, N d, OptionValues<0>) {
    return select(less(N::splat(0), z), d * N::splat(kSeluScale), d * (a + N::splat(kSeluScaleAlpha)));
  }
};

constexpr double kRootHalf = 0.7071067811865476;

struct Gelu : OutlinedElementwise<Gelu> {
  static constexpr const char* name = "gelu";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return N::splat(0.5) * z * (N::splat(1) + erf(z * N::splat(kRootHalf)));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
    return d * (N::splat(0.5) * (N::splat(1) + erf(z * N::splat(kRootHalf))) + z * normalDensity(z));
  }
};

struct Silu : OutlinedElementwise<Silu> {
  static constexpr const char* name = "silu";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return z * sigmoid(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
    const N s = sigmoid(z);
    return d * (s * (N::splat(1) + z * (N::splat(1) - s)));
  }
};

struct Softsign : OutlinedElementwise<Softsign> {
  static constexpr const char* name = "softsign";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return z / (N::splat(1) + abs(z));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
    const N size = N::splat(1) + abs(z);
    return d / (size * size);
  }
};

struct HardSigmoid : OutlinedElementwise<HardSigmoid> {
  static constexpr const char* name = "hardSigmoid";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    const N between = select(less(N::splat(3), z), N::splat(1), (z + N::splat(3)) / N::splat(6));
    return select(less(z, N::splat(-3)), N::splat(0), between);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
    const N below = select(less(z, N::splat(3)), d / N::splat(6), N::splat(0));
    return select(less(N::splat(-3), z), below, N::splat(0));
  }
};

struct Relu6 : OutlinedElementwise<Relu6> {
  static constexpr const char* name = "relu6";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return select(less(z, N::splat(0)), N::splat(0), select(less(N::splat(6), z), N::splat(6), z));
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
    const N below = select(less(z, N::splat(6)), d, N::splat(0));
    return select(less(N::splat(0), z), below, N::splat(0));
  }
};

struct Mish : OutlinedElementwise<Mish> {
  static constexpr const char* name = "mish";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    N u, n, m;
    parts(z, u, n, m);
    return z * (n / m);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
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
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    return exp(z);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N, N a, N d, OptionValues<0>) {
    return d * a;
  }
};

struct HardSwish : OutlinedElementwise<HardSwish> {
  static constexpr const char* name = "hardSwish";
  template <class N>
  static LOCKSTEP_INLINE N value(N z, OptionValues<0>) {
    const N between = select(less(N::splat(3), z), z, z * (z + N::splat(3)) / N::splat(6));
    return select(less(z, N::splat(-3)), N::splat(0), between);
  }
  template <class N>
  static LOCKSTEP_INLINE N gradient(N z, N, N d, OptionValues<0>) {
    const N slope = (N::splat(2) * z + N::splat(3)) / N::splat(6);
    const N above = select(less(z, N::splat(3)), d * slope, d);
    return select(less(N::splat(-3), z), above, N::splat(0));
  }
};

using Activations = Table<Linear, Sigmoid, Tanh, Relu, LeakyRelu, Softplus, Softmax, Elu, Selu, Gelu, Silu, Softsign,
                          HardSigmoid, Relu6, Mish, Exponential, HardSwish>;

}  // namespace
}  // namespace lockstep
