// Rows of numbers into panels with a row in each lane, and back. A panel holds V::lanes rows.
#pragma once

namespace lockstep {
namespace {

// to[k] lane i = rows[i][k] for `count` rows; the lanes beyond are 0.
template <class V>
LOCKSTEP_APART void toLanes(const double* const* rows, int64_t count, double* to, int64_t columns) {
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

// The way back, for rows that are `stride` apart.
template <class V>
LOCKSTEP_APART void fromLanes(const double* from, double* to, int64_t stride, int64_t count, int64_t columns) {
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

// The rows of a block, and which of them are a thread's own: whole panels.
struct BlockRows {
  int64_t count;
  Share panels;
  Share own;
};

template <class V>
BlockRows rowsFor(int64_t count, const Together& threads) {
  const Share panels = shareOf(piecesOf(count, V::lanes), threads);
  const int64_t end = panels.to * V::lanes;
  return {count, panels, {panels.from * V::lanes, end < count ? end : count}};
}

// f(panel, rows in it) over a thread's own.
template <class V, class F>
LOCKSTEP_INLINE void eachPanel(const BlockRows& rows, F f) {
  for (int64_t v = rows.panels.from; v < rows.panels.to; v++) {
    const int64_t left = rows.count - v * V::lanes;
    f(v, left < V::lanes ? left : V::lanes);
  }
}

// A thread's own rows of [rows × columns] into panels, each with room for so many columns; and back.
template <class V>
LOCKSTEP_APART void rowsToLanes(const BlockRows& rows, const double* from, int64_t columns, double* lanes,
                                int64_t room) {
  const double* samples[V::lanes];
  eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
    for (int64_t i = 0; i < count; i++) samples[i] = from + (v * V::lanes + i) * columns;
    toLanes<V>(samples, count, lanes + v * room * V::lanes, columns);
  });
}

template <class V>
LOCKSTEP_APART void rowsFromLanes(const BlockRows& rows, const double* lanes, int64_t room, double* to,
                                  int64_t columns) {
  eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
    fromLanes<V>(lanes + v * room * V::lanes, to + v * V::lanes * columns, columns, count, columns);
  });
}

}  // namespace
}  // namespace lockstep
