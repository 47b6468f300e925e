// Products that leave out the terms whose input is 0: most pixels of an image, classes in one-hot form, units that a
// relu has turned off. For a block of up to 64 rows. lib/kernels/zeros.ts says why no bit depends on it.
#pragma once

namespace lockstep {
namespace {

// So many inputs, and rows, are bits of a word.
constexpr int64_t kWord = 64;

// Inputs that count are at least this large, and derivatives this far from 0: no product of two is so small that it
// becomes 0.
constexpr double kLeastFactor = 0x1p-500;

inline int64_t bitCount(uint64_t word) {
  word -= (word >> 1) & 0x5555555555555555;
  word = (word & 0x3333333333333333) + ((word >> 2) & 0x3333333333333333);
  word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0f;
  return static_cast<int64_t>((word * 0x0101010101010101) >> 56);
}

// Bit j of words[i] changes places with bit i of words[j]: halves of the matrix first, then of each quarter, …
inline void transposeBits(uint64_t (&words)[kWord]) {
  uint64_t low = 0xffffffff;
  for (int64_t half = kWord / 2; half > 0; half /= 2, low ^= low << half) {
    for (int64_t i = 0; i < kWord; i = (i + half + 1) & ~half) {
      const uint64_t changed = ((words[i] >> half) ^ words[i + half]) & low;
      words[i] ^= changed << half;
      words[i + half] ^= changed;
    }
  }
}

// How many vectors of columns go side by side: a word's rows of them fit the first cache.
constexpr int kColumnVectors = 8;

// f(Lanes<T>, Fixed<width>, j) over the columns, as many at once as possible.
template <class V, class F>
LOCKSTEP_INLINE void eachColumnBlock(int64_t columns, F f) {
  eachHeight<kColumnVectors>(columns / V::lanes, 0,
                             [&](auto width, int64_t v) LOCKSTEP_LAMBDA { f(Lanes<V>{}, width, v * V::lanes); });
  if constexpr (V::lanes > 1) {
    eachRest<typename V::Half>(columns / V::lanes * V::lanes, columns,
                               [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA { f(lanes, Fixed<1>{}, j); });
  }
}

// Which inputs of a block of rows are not 0.
struct NonZeros {
  NonZeros(const LayerPlan& layer, Room& room)
      : byRow(room.take<uint64_t>(piecesOf(layer.inputs, kWord) * kWord)),
        byInput(room.take<uint64_t>(piecesOf(layer.inputs, kWord) * kWord)),
        zeroSums(room.take<double>(layer.units)) {}

  // Of row i, those from 64 w on: byRow[64 w + i]. Of input k, the rows: byInput[k].
  uint64_t* byRow;
  uint64_t* byInput;
  // What the terms that are left out of a unit's gradients add up to: [units].
  double* zeroSums;
  bool found = false;
};

// How much room a word's rows of weights or derivatives need where they stand close together.
template <class V>
constexpr int64_t panelsOf(int64_t units) {
  constexpr int64_t least = kColumnVectors * V::lanes;
  return kWord * (units < least ? least : units);
}

// Whether so many inputs of these rows are 0 that leaving them out pays, and the others large enough. If so, they are
// noted in byRow.
template <class V>
LOCKSTEP_APART bool findNonZeros(const double* const* rows, int64_t count, int64_t inputs, const NonZeros& to) {
  int64_t found = 0;
  uint64_t unfit = 0;
  const auto wordOf = [&](const double* from, auto columns) LOCKSTEP_LAMBDA {
    uint64_t word = 0;
    eachVector<V>(columns, [&](auto lanes, int64_t k) LOCKSTEP_LAMBDA {
      using T = typename decltype(lanes)::type;
      const T value = T::load(from + k);
      const uint64_t large = bits(lessEqual(T::splat(kLeastFactor), value));
      unfit |= large ^ bits(isPositiveZero(value)) ^ ((uint64_t{1} << T::lanes) - 1);
      word |= large << k;
    });
    return word;
  };
  for (int64_t i = 0; i < count; i++) {
    int64_t first = 0;
    for (; first + kWord <= inputs; first += kWord) {
      to.byRow[first + i] = wordOf(rows[i] + first, Fixed<kWord>{});
      found += bitCount(to.byRow[first + i]);
    }
    if (first < inputs) {
      to.byRow[first + i] = wordOf(rows[i] + first, inputs - first);
      found += bitCount(to.byRow[first + i]);
    }
    // The first rows may be fuller than the others.
    if (unfit != 0 || found * 4 > (i + 4) * inputs * 3) return false;
  }
  return true;
}

// Notes them in byInput, as gradients need them.
inline void turnNonZeros(const NonZeros& nonZeros, int64_t count, int64_t inputs) {
  for (int64_t first = 0; first < inputs; first += kWord) {
    uint64_t words[kWord];
    for (int64_t i = 0; i < kWord; i++) words[i] = i < count ? nonZeros.byRow[first + i] : 0;
    transposeBits(words);
    for (int64_t k = 0; k < kWord; k++) nonZeros.byInput[first + k] = words[k];
  }
}

// Copies up to 64 rows of `width` vectors to where they stand close together. Returns whether all of them are finite.
template <class T, int width>
LOCKSTEP_INLINE bool pack(int64_t rows, const double* from, int64_t stride, double* to) {
  T zeros[width];
  each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { zeros[v] = T::splat(0); });
  for (int64_t i = 0; i < rows; i++, from += stride, to += width * T::lanes) {
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA {
      const T value = T::load(from + v * T::lanes);
      value.store(to + v * T::lanes);
      zeros[v] = zeros[v] + T::splat(0) * value;
    });
  }
  bool finite = true;
  each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { finite &= all(lessEqual(zeros[v], T::splat(0))); });
  return finite;
}

// sum[v] += Σ value(i) · panel[i][v] over the bits i of a word.
template <class T, int width, class Value>
LOCKSTEP_INLINE void addTerms(T (&sum)[width], uint64_t word, const double* panel, Value value) {
  for (; word != 0; word &= word - 1) {
    const int64_t i = lowestBit(word);
    const double* const row = panel + i * (width * T::lanes);
    const T factor = T::splat(value(i));
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[v] = sum[v] + factor * T::load(row + v * T::lanes); });
  }
}

// sums[i][v] = start[v] + Σ_k rows[i][k] · weights[k][v], for `width` vectors of weights. Returns false where one of
// these is not finite.
template <class T, int width>
LOCKSTEP_APART bool sumsOfInputs(const NonZeros& nonZeros, double* panel, const double* const* rows, int64_t count,
                                 int64_t inputs, const double* weights, int64_t stride, const double* start,
                                 double* sums, int64_t sumStride) {
  for (int64_t first = 0; first < inputs; first += kWord) {
    const int64_t left = inputs - first;
    if (!pack<T, width>(left < kWord ? left : kWord, weights + first * stride, stride, panel)) return false;
    for (int64_t i = 0; i < count; i++) {
      const uint64_t word = nonZeros.byRow[first + i];
      if (word == 0 && first > 0) continue;
      double* const to = sums + i * sumStride;
      const double* const from = first == 0 ? start : to;
      T sum[width];
      each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[v] = T::load(from + v * T::lanes); });
      const double* const x = rows[i] + first;
      addTerms(sum, word, panel, [&](int64_t k) LOCKSTEP_LAMBDA { return x[k]; });
      each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[v].store(to + v * T::lanes); });
    }
  }
  return true;
}

// The same for all columns; false also where a sum would begin at -0.
template <class V>
LOCKSTEP_INLINE bool productOfNonZeros(const NonZeros& nonZeros, double* panel, const double* const* rows,
                                       int64_t count, int64_t inputs, const Vectors& weights, const double* start,
                                       const Sums& sums, int64_t columns) {
  for (int64_t j = 0; j < columns; j++) {
    if (bitsOf(start[j]) == bitsOf(-0.0)) return false;
  }
  bool done = true;
  eachColumnBlock<V>(columns, [&](auto lanes, auto width, int64_t j) LOCKSTEP_LAMBDA {
    done = done && sumsOfInputs<typename decltype(lanes)::type, decltype(width){}>(
                       nonZeros, panel, rows, count, inputs, weights.at + j, weights.rowStride, start + j, sums.at + j,
                       sums.rowStride);
  });
  return done;
}

template <class T, int width>
LOCKSTEP_APART bool packColumns(int64_t rows, const double* d, int64_t stride, double* to, double* zeroSums) {
  bool fit = true;
  T sum[width];
  each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[v] = T::splat(-0.0); });
  for (int64_t i = 0; i < rows; i++, d += stride, to += width * T::lanes) {
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA {
      const T derivative = T::load(d + v * T::lanes);
      derivative.store(to + v * T::lanes);
      const uint64_t between = bits(lessEqual(T::splat(kLeastFactor), abs(derivative))) &
                               bits(lessEqual(abs(derivative), T::splat(kLargest)));
      fit &= (between | bits(isPositiveZero(derivative))) == (uint64_t{1} << T::lanes) - 1;
      sum[v] = select(less(derivative, T::splat(0)), sum[v], T::splat(0));
    });
  }
  each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[v].store(zeroSums + v * T::lanes); });
  return fit;
}

// Copies the derivatives into panels, and works out the sums of the terms that gradients leave out. Returns false where
// a derivative does not allow that.
template <class V>
LOCKSTEP_INLINE bool packDerivatives(const NonZeros& nonZeros, double* panels, int64_t rows, const Vectors& d,
                                     int64_t columns) {
  bool fit = true;
  eachColumnBlock<V>(columns, [&](auto lanes, auto width, int64_t j) LOCKSTEP_LAMBDA {
    fit = fit && packColumns<typename decltype(lanes)::type, decltype(width){}>(
                     rows, d.at + j, d.rowStride, panels + j * kWord, nonZeros.zeroSums + j);
  });
  return fit;
}

template <class T, int width>
LOCKSTEP_APART void sumsOfRows(const NonZeros& nonZeros, Rows rows, const double* panel, const double* zeroSums,
                               double* sums, int64_t stride, bool anew) {
  for (int64_t k = rows.first; k < rows.first + rows.count; k++, sums += stride) {
    T sum[width];
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA {
      sum[v] = T::load(zeroSums + v * T::lanes);
      if (!anew) sum[v] = T::load(sums + v * T::lanes) + sum[v];
    });
    addTerms(sum, nonZeros.byInput[k], panel, [&](int64_t i) LOCKSTEP_LAMBDA { return rows.rows[i][k]; });
    each(Fixed<width>{}, [&](auto v) LOCKSTEP_LAMBDA { sum[v].store(sums + v * T::lanes); });
  }
}

// sums[k][j] = Σ_i rows[i][k] · d[i][j], continued unless `anew`, for the inputs of `rows`.
template <class V>
LOCKSTEP_INLINE void gradientsOfNonZeros(const NonZeros& nonZeros, const double* panels, const Rows& rows,
                                         const Sums& sums, bool anew, int64_t columns) {
  eachColumnBlock<V>(columns, [&](auto lanes, auto width, int64_t j) LOCKSTEP_LAMBDA {
    sumsOfRows<typename decltype(lanes)::type, decltype(width){}>(
        nonZeros, rows, panels + j * kWord, nonZeros.zeroSums + j, sums.at + j, sums.rowStride, anew);
  });
}

}  // namespace
}  // namespace lockstep
