// Matrix products for layers of many units: lib/kernels/products/product.ts. A tile of outputs, `height` rows by
// `width` vectors, is computed in registers. Its sums run through all terms in index order; terms are taken in blocks,
// and a sum continues from the value that it had reached.
#pragma once

#include "../support/vectors.inl"

namespace lockstep {
namespace {

// Where the terms of a sum are in the rows of the first factor: term s of output row i is rows[i][s] or rows[s][i].
enum class Terms { kAlongRows, kAcrossRows };

// Rows of vectors: vector v of row i begins at at + i * rowStride + v * vectorStride. Without an `at` every value is
// -0, the start of a sum without a bias.
template <class Number>
struct VectorsOf {
  Number* at;
  int64_t rowStride;
  int64_t vectorStride;

  LOCKSTEP_INLINE Number* vector(int64_t row, int64_t v) const { return at + row * rowStride + v * vectorStride; }
  LOCKSTEP_INLINE VectorsOf plus(int64_t offset) const {
    return {at == nullptr ? at : at + offset, rowStride, vectorStride};
  }
  LOCKSTEP_INLINE VectorsOf from(int64_t row, int64_t v) const { return plus(row * rowStride + v * vectorStride); }
  operator VectorsOf<const double>() const { return {at, rowStride, vectorStride}; }
};

using Vectors = VectorsOf<const double>;
using Sums = VectorsOf<double>;

// The number of terms in a block. A block of the second factor stays in the first-level cache while all rows of the
// first factor use it. Measured: 128 to 200 are about equally fast, 64 and 256 slower for some layers.
constexpr int64_t kTermBlock = 200;

// One tile: sums[i][v] = start[i][v] + Σ_s first(i, s) · b[s][v]
template <class T, Terms order, int height, int width>
LOCKSTEP_INLINE void tile(const double* const* rows, int64_t firstRow, int64_t firstTerm, int64_t terms,
                          const Vectors& b, const Sums& sums, const Vectors& start) {
  T sum[height][width];
  const bool overwrite = start.at == nullptr;
  each(Fixed<height>{}, [&](auto i) LOCKSTEP_LAMBDA {
    each(Fixed<width>{},
         [&](auto v) LOCKSTEP_LAMBDA { sum[i][v] = overwrite ? T::splat(-0.0) : T::load(start.vector(i, v)); });
  });
  const double* along[height];
  if constexpr (order == Terms::kAlongRows) {
    each(Fixed<height>{}, [&](auto i) LOCKSTEP_LAMBDA { along[i] = rows[firstRow + i] + firstTerm; });
  }
  const double* from = b.at;
  LOCKSTEP_UNROLL_2
  for (int64_t s = 0; s < terms; s++, from += b.rowStride) {
    T vectors[width];
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { vectors[v] = T::load(from + v * b.vectorStride); });
    const double* column = nullptr;
    // Prefetches what the next tile reads, which may be in another core's cache.
    if constexpr (order == Terms::kAcrossRows) {
      column = rows[firstTerm + s] + firstRow;
      LOCKSTEP_PREFETCH(column + height);
    } else {
      each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { LOCKSTEP_PREFETCH(from + (width + v) * b.vectorStride); });
    }
    each(Fixed<height>{}, [&](auto i) LOCKSTEP_LAMBDA {
      const double* const first = order == Terms::kAlongRows ? along[i] + s : column + i;
      each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[i][v] = sum[i][v] + mulBroadcast(vectors[v], first); });
    });
  }
  each(Fixed<height>{}, [&](auto i) LOCKSTEP_LAMBDA {
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[i][v].store(sums.vector(i, v)); });
  });
}

// The height of a tile of two vectors: its sums and factors fill the registers.
template <class V>
constexpr int kTileRows = V::registers > 16 ? 8 : 6;

// f(Fixed<height>, i) for `count` rows: tiles of `height` rows, then of 4, 2 and 1.
template <int height, class F>
LOCKSTEP_INLINE void eachHeight(int64_t count, int64_t i, F f) {
  for (; i + height <= count; i += height) f(Fixed<height>{}, i);
  if constexpr (height > 1) eachHeight<(height > 4 ? 4 : height / 2)>(count, i, f);
}

// `count` rows of the first factor, from `first` on.
struct Rows {
  const double* const* rows;
  int64_t first;
  int64_t count;
};

// The tiles of all rows for `width` vectors. Row 0 of sums and start is the first of the rows.
template <class T, Terms order, int height, int width>
LOCKSTEP_NOINLINE void tileColumn(Rows rows, int64_t firstTerm, int64_t terms, Vectors b, Sums sums, Vectors start) {
  eachHeight<height>(rows.count, 0, [&](auto tileHeight, int64_t i) LOCKSTEP_LAMBDA {
    tile<T, order, decltype(tileHeight){}, width>(rows.rows, rows.first + i, firstTerm, terms, b, sums.from(i, 0),
                                                  start.from(i, 0));
  });
}

// f(firstTerm, terms, start) for each block of terms. After the first block the sums themselves are the start.
template <class F>
LOCKSTEP_INLINE void eachTermBlock(int64_t terms, const Sums& sums, const Vectors& start, F f) {
  for (int64_t first = 0; first < terms; first += kTermBlock) {
    const int64_t left = terms - first;
    f(first, left < kTermBlock ? left : kTermBlock, first == 0 ? start : Vectors(sums));
  }
}

// With few registers tiles are small, and each number of the second factor serves few sums. Vectors of four then wait
// for it unless it is in the first-level cache, where distant rows evict each other. So two vectors of each row are
// copied into a contiguous panel. Measured for 64×784×128: 1.2 to 1.3 times as fast with AVX2, no gain with narrower
// vectors or taller tiles.
template <class V>
constexpr bool kMayPack = V::lanes == 4;

inline bool isWorthPacking(int64_t rows, int64_t terms, const Vectors& b) {
  return rows >= 32 && terms * b.rowStride > 2048;
}

template <class V>
LOCKSTEP_INLINE Vectors packed(const Vectors& b, int64_t terms, double* panel) {
  for (int64_t s = 0; s < terms; s++) {
    each(Fixed<2>{}, [&](auto v) LOCKSTEP_LAMBDA { V::load(b.vector(s, v)).store(panel + (2 * s + v) * V::lanes); });
  }
  return {panel, 2 * V::lanes, V::lanes};
}

// The product for the first `columns` columns, which are contiguous. A few rows use tiles of many vectors instead.
template <class V, Terms order>
LOCKSTEP_INLINE void productByColumns(const Rows& rows, int64_t terms, const Vectors& b, const Sums& sums,
                                      const Vectors& start, int64_t columns) {
  constexpr int height = kTileRows<V>;
  constexpr int fewRows = 2;
  alignas(64) double panel[kMayPack<V> ? kTermBlock * 2 * V::lanes : 1];
  eachTermBlock(terms, sums, start, [&](int64_t first, int64_t count, const Vectors& begin) LOCKSTEP_LAMBDA {
    const Vectors block = b.from(first, 0);
    const bool packs = kMayPack<V> && isWorthPacking(rows.count, count, b);
    int64_t j = 0;
    if (rows.count <= fewRows) {
      for (; j + 8 * V::lanes <= columns; j += 8 * V::lanes) {
        tileColumn<V, order, 1, 8>(rows, first, count, block.plus(j), sums.plus(j), begin.plus(j));
      }
    }
    for (; j + 2 * V::lanes <= columns; j += 2 * V::lanes) {
      const Vectors vectors = packs ? packed<V>(block.plus(j), count, panel) : block.plus(j);
      tileColumn<V, order, height, 2>(rows, first, count, vectors, sums.plus(j), begin.plus(j));
    }
    eachVector<V>(columns - j, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      tileColumn<T, order, height, 1>(rows, first, count, block.plus(j + i), sums.plus(j + i), begin.plus(j + i));
    });
  });
}

// The product for the vectors `from` … `to` - 1, at any distance.
template <class V, Terms order>
LOCKSTEP_INLINE void productByVectors(const Rows& rows, int64_t terms, const Vectors& b, const Sums& sums,
                                      const Vectors& start, int64_t from, int64_t to) {
  constexpr int height = kTileRows<V>;
  eachTermBlock(terms, sums, start, [&](int64_t first, int64_t count, const Vectors& begin) LOCKSTEP_LAMBDA {
    int64_t v = from;
    for (; v + 2 <= to; v += 2) {
      tileColumn<V, order, height, 2>(rows, first, count, b.from(first, v), sums.from(0, v), begin.from(0, v));
    }
    for (; v < to; v++) {
      tileColumn<V, order, height, 1>(rows, first, count, b.from(first, v), sums.from(0, v), begin.from(0, v));
    }
  });
}

}  // namespace
}  // namespace lockstep
