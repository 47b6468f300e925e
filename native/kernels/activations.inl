// The table of activations: lib/kernels/activations.ts for any vector type. A unit's values for several samples are one
// vector; a layer is an array of them. `value` and `gradient` are those of one unit.
#pragma once

namespace lockstep {
namespace {

struct NoOptions {
  static constexpr const char* const* names = nullptr;
  static constexpr int count = 0;
};

// What a row activation found on its way for each lane's row, and the loss behind it need not compute again: the
// largest of z and Σ exp(z − largest).
template <class N>
struct RowSums {
  N largest;
  N total;
};

// Turns functions of one unit into those of a layer.
template <class Unit>
struct Elementwise {
  using Options = NoOptions;
  static constexpr bool elementwise = true;

  template <class N, class Units>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, double alpha) {
    each(units, [&](auto j) LOCKSTEP_LAMBDA { a[j] = Unit::value(z[j], alpha); });
  }
  template <class N, class Units>
  static LOCKSTEP_INLINE void forward(const N* z, N* a, Units units, double alpha, RowSums<N>&) {
    forward(z, a, units, alpha);
  }
  template <class N, class Units>
  static LOCKSTEP_INLINE void backward(const N* z, const N* a, N* d, Units units, double alpha) {
    each(units, [&](auto j) LOCKSTEP_LAMBDA { d[j] = Unit::gradient(z[j], a[j], d[j], alpha); });
  }
};

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
  struct Options {
    static constexpr const char* names[] = {"alpha"};
    static constexpr int count = 1;
  };
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

using Activations = List<Linear, Sigmoid, Tanh, Relu, LeakyRelu, Softplus, Softmax>;

}  // namespace
}  // namespace lockstep
