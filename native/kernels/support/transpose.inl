// Transposes rows of numbers into panels with one row in each lane, and back. A panel holds V::lanes rows.
#pragma once

#include "../../simd/common.h"

namespace lockstep {
namespace {

// to[k] lane i = rows[i][k] for `count` rows; the other lanes are 0.
template <class V>
LOCKSTEP_NOINLINE void toLanes(const double* const* rows, int64_t count, double* to, int64_t columns) {
  int64_t k = 0;
  for (; k + V::lanes <= columns; k += V::lanes) {
    V square[V::lanes];
    each(Fixed<V::lanes>{},
         [&](auto i) LOCKSTEP_LAMBDA { square[i] = i < count ? V::load(rows[i] + k) : V::splat(0); });
    transpose(square);
    each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { square[i].store(to + (k + i) * V::lanes); });
  }
  for (; k < columns; k++) {
    for (int64_t i = 0; i < V::lanes; i++) to[k * V::lanes + i] = i < count ? rows[i][k] : 0;
  }
}

// The inverse: to[i][k] = from[k] lane i, for rows that are `stride` apart.
template <class V>
LOCKSTEP_NOINLINE void fromLanes(const double* from, double* to, int64_t stride, int64_t count, int64_t columns) {
  int64_t k = 0;
  for (; k + V::lanes <= columns; k += V::lanes) {
    V square[V::lanes];
    each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA { square[i] = V::load(from + (k + i) * V::lanes); });
    transpose(square);
    each(Fixed<V::lanes>{}, [&](auto i) LOCKSTEP_LAMBDA {
      if (i < count) square[i].store(to + i * stride + k);
    });
  }
  for (; k < columns; k++) {
    for (int64_t i = 0; i < V::lanes && i < count; i++) to[i * stride + k] = from[k * V::lanes + i];
  }
}

}  // namespace
}  // namespace lockstep
