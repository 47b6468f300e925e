// Narrow layers with a row of the batch in each lane: an array of a layer is [units × vectors of rows], so no layer
// wastes lanes, whatever its width, and activations and softmax need no sums of lanes. The products are tiles of sums
// in registers. All sizes but the number of vectors are known to the compiler. Weights are [inputs × units], as in the
// files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "../../experiment/rivals/vectors.h"

namespace narrow {

using vectors::broadcast;
using vectors::kLanes;
using vectors::V;

// Sums that a tile keeps in registers: units × vectors. AVX-512 has 32 registers, AVX2 has 16.
constexpr int kTileUnits = kLanes == 8 ? 6 : 4, kTileVectors = kLanes == 8 ? 4 : 2;

// The loop body for units from `first` in tiles of `size`, and for those left at once: both counts are constants.
template <int count, int size, class Body>
VECTORS_INLINE void inTiles(Body body) {
  for (int first = 0; first + size <= count; first += size) body(std::integral_constant<int, size>(), first);
  if constexpr (count % size != 0) body(std::integral_constant<int, count % size>(), count - count % size);
}

// The same for a count of vectors that is not known, one at a time at its end.
template <int size, class Body>
VECTORS_INLINE void inTiles(int count, Body body) {
  int first = 0;
  for (; first + size <= count; first += size) body(std::integral_constant<int, size>(), first);
  for (; first < count; first++) body(std::integral_constant<int, 1>(), first);
}

// z = f(w a + b): a [inputs × stride], z [units × stride].
template <int inputs, int units, int stride, class F>
void forward(int count, const V* __restrict a, const double* __restrict w, const double* __restrict b, V* __restrict z,
             F f) {
  inTiles<kTileVectors>(count, [&](auto wide, int v0) {
    inTiles<units, kTileUnits>([&](auto high, int j0) {
      constexpr int vectors = wide, tile = high;
      V sums[tile][vectors];
      for (int j = 0; j < tile; j++) {
        for (int v = 0; v < vectors; v++) sums[j][v] = broadcast(b[j0 + j]);
      }
      for (int k = 0; k < inputs; k++) {
        for (int j = 0; j < tile; j++) {
          for (int v = 0; v < vectors; v++) sums[j][v] += w[k * units + j0 + j] * a[k * stride + v0 + v];
        }
      }
      f.template operator()<tile * vectors>(&sums[0][0]);
      for (int j = 0; j < tile; j++) {
        for (int v = 0; v < vectors; v++) z[(j0 + j) * stride + v0 + v] = sums[j][v];
      }
    });
  });
}

// dIn = (wᵀ d) f'(a), by a function of the layer's input a: dIn [inputs × stride].
template <int inputs, int units, int stride, class F>
void backward(int count, const V* __restrict d, const double* __restrict w, const V* __restrict a, V* __restrict dIn,
              F derivative) {
  inTiles<kTileVectors>(count, [&](auto wide, int v0) {
    inTiles<inputs, kTileUnits>([&](auto high, int k0) {
      constexpr int vectors = wide, tile = high;
      V sums[tile][vectors] = {};
      for (int j = 0; j < units; j++) {
        for (int k = 0; k < tile; k++) {
          for (int v = 0; v < vectors; v++) sums[k][v] += w[(k0 + k) * units + j] * d[j * stride + v0 + v];
        }
      }
      for (int k = 0; k < tile; k++) {
        for (int v = 0; v < vectors; v++) {
          dIn[(k0 + k) * stride + v0 + v] = sums[k][v] * derivative(a[(k0 + k) * stride + v0 + v]);
        }
      }
    });
  });
}

// The sums of the lanes of eight (or four) vectors, one in each lane.
VECTORS_INLINE V sumsOfLanes(const V* a) {
#if defined(LANES_OF_AVX512)
  __m512d pairs[4], fours[2];
  for (int i = 0; i < 4; i++) {
    const __m512d x = reinterpret_cast<__m512d>(a[2 * i]), y = reinterpret_cast<__m512d>(a[2 * i + 1]);
    pairs[i] = _mm512_add_pd(_mm512_unpacklo_pd(x, y), _mm512_unpackhi_pd(x, y));
  }
  const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 4, 5, 12, 13), high = _mm512_setr_epi64(2, 3, 10, 11, 6, 7, 14, 15);
  for (int i = 0; i < 2; i++) {
    fours[i] = _mm512_add_pd(_mm512_permutex2var_pd(pairs[2 * i], low, pairs[2 * i + 1]),
                             _mm512_permutex2var_pd(pairs[2 * i], high, pairs[2 * i + 1]));
  }
  return reinterpret_cast<V>(
      _mm512_add_pd(_mm512_shuffle_f64x2(fours[0], fours[1], 0x44), _mm512_shuffle_f64x2(fours[0], fours[1], 0xee)));
#else
  V sums;
  for (int i = 0; i < kLanes; i++) sums[i] = vectors::sum(a[i]);
  return sums;
#endif
}

// Adds to gw [inputs × units] = a dᵀ, gb [units] = the sums of d's rows.
template <int inputs, int units, int stride>
void gradients(int count, const V* __restrict a, const V* __restrict d, double* __restrict gw, double* __restrict gb) {
  // A tile's units are as many as lanes where the layer has them: so its sums of lanes are neighbours in gw.
  constexpr int kWide = units % kLanes == 0 ? kLanes : std::min(units, kTileUnits);
  constexpr int kHigh = std::max(1, kTileUnits * kTileVectors / kWide);
  inTiles<inputs, kHigh>([&](auto high, int k0) {
    inTiles<units, kWide>([&](auto wide, int j0) {
      constexpr int rows = high, columns = wide;
      constexpr int kSums = rows * columns, kPadded = (kSums + kLanes - 1) / kLanes * kLanes;
      V sums[kPadded] = {};
      for (int v = 0; v < count; v++) {
        for (int k = 0; k < rows; k++) {
          for (int j = 0; j < columns; j++) {
            sums[k * columns + j] += a[(k0 + k) * stride + v] * d[(j0 + j) * stride + v];
          }
        }
      }
      for (int i = 0; i < kPadded; i += kLanes) {
        const V total = sumsOfLanes(sums + i);
        if constexpr (columns == kLanes) {
          double* g = gw + (k0 + i / columns) * units + j0;
          vectors::store(g, vectors::load(g) + total);
        } else {
          for (int l = 0; l < kLanes && i + l < kSums; l++) {
            gw[(k0 + (i + l) / columns) * units + j0 + (i + l) % columns] += total[l];
          }
        }
      }
    });
  });
  inTiles<units, kLanes>([&](auto wide, int j0) {
    constexpr int columns = wide;
    V sums[kLanes] = {};
    for (int v = 0; v < count; v++) {
      for (int j = 0; j < columns; j++) sums[j] += d[(j0 + j) * stride + v];
    }
    const V total = sumsOfLanes(sums);
    for (int j = 0; j < columns; j++) gb[j0 + j] += total[j];
  });
}

// Activations of some vectors, and derivatives by the activation's value.
struct Linear {
  template <int count>
  VECTORS_INLINE void operator()(V*) const {}
};
struct Relu {
  template <int count>
  VECTORS_INLINE void operator()(V* z) const {
    for (int i = 0; i < count; i++) z[i] = vectors::larger(z[i], V{});
  }
};
struct Tanh {
  template <int count>
  VECTORS_INLINE void operator()(V* z) const {
    inTiles<count, kLanes == 8 ? 4 : 1>([&](auto tile, int first) { vectors::tanh<tile>(z + first); });
  }
};
struct ReluDerivative {
  VECTORS_INLINE V operator()(V a) const {
    return reinterpret_cast<V>(reinterpret_cast<vectors::Bits>(broadcast(1)) & (a > 0.0));
  }
};
struct TanhDerivative {
  VECTORS_INLINE V operator()(V a) const { return 1.0 - a * a; }
};

// Rows of a batch as vectors: [columns × stride] for each block of `stride` vectors, the rows beyond the last one zero.
class Blocks {
 public:
  Blocks(const std::vector<double>& values, std::size_t columns, std::size_t blockRows, int stride)
      : rows_(values.size() / columns), blockRows_(blockRows), size_(columns * static_cast<std::size_t>(stride)) {
    numbers_.resize((rows_ + blockRows - 1) / blockRows * size_);
    for (std::size_t row = 0; row < rows_; row++) {
      const std::size_t inBlock = row % blockRows;
      for (std::size_t c = 0; c < columns; c++) {
        V& v = numbers_[row / blockRows * size_ + c * static_cast<std::size_t>(stride) + inBlock / kLanes];
        v[inBlock % kLanes] = values[row * columns + c];
      }
    }
  }

  int count() const { return static_cast<int>((rows_ + blockRows_ - 1) / blockRows_); }
  int rows(int block) const {
    return static_cast<int>(std::min(blockRows_, rows_ - static_cast<std::size_t>(block) * blockRows_));
  }
  const V* operator[](int block) const { return numbers_.data() + static_cast<std::size_t>(block) * size_; }

 private:
  std::size_t rows_, blockRows_, size_;
  std::vector<V> numbers_;
};

constexpr int vectorsOf(int rows) { return (rows + kLanes - 1) / kLanes; }

// 1 for the lanes of vector v that hold a row.
VECTORS_INLINE V rowsOf(int rows, int v) {
  V mask;
  for (int i = 0; i < kLanes; i++) mask[i] = v * kLanes + i < rows ? 1 : 0;
  return mask;
}

}  // namespace narrow
