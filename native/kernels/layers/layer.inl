// What all kinds of layers share: the rows of a block and their division between threads, and panels of lanes. The
// partner is lib/kernels/layers/layer.ts.
#pragma once

#include "../../plan.h"
#include "../support/thread_team.inl"
#include "../support/transpose.inl"

namespace lockstep {
namespace {

inline bool hasOnlyDenseLayers(const Plan& plan) {
  for (int l = 0; l < plan.layerCount; l++) {
    if (plan.layers[l].kind != kDense) return false;
  }
  return true;
}

// The rows of a block. A thread's own rows are whole panels.
struct BlockRows {
  int64_t count;
  Range panels;
  Range own;
};

template <class V>
BlockRows rowsFor(int64_t count, const ThreadTeam& threads) {
  const Range panels = partition(ceilDiv(count, V::lanes), threads);
  const int64_t end = panels.to * V::lanes;
  return {count, panels, {panels.from * V::lanes, end < count ? end : count}};
}

// f(panel, rows in it) over a thread's own panels.
template <class V, class F>
LOCKSTEP_INLINE void eachPanel(const BlockRows& rows, F f) {
  for (int64_t v = rows.panels.from; v < rows.panels.to; v++) {
    const int64_t left = rows.count - v * V::lanes;
    f(v, left < V::lanes ? left : V::lanes);
  }
}

// Copies a thread's own rows of [rows × columns] into panels, each with space for `panelUnits` columns; and back.
template <class V>
LOCKSTEP_NOINLINE void rowsToLanes(const BlockRows& rows, const double* from, int64_t columns, double* lanes,
                                   int64_t panelUnits) {
  const double* samples[V::lanes];
  eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
    for (int64_t i = 0; i < count; i++) samples[i] = from + (v * V::lanes + i) * columns;
    toLanes<V>(samples, count, lanes + v * panelUnits * V::lanes, columns);
  });
}

template <class V>
LOCKSTEP_NOINLINE void rowsFromLanes(const BlockRows& rows, const double* lanes, int64_t panelUnits, double* to,
                                     int64_t columns) {
  eachPanel<V>(rows, [&](int64_t v, int64_t count) LOCKSTEP_LAMBDA {
    fromLanes<V>(lanes + v * panelUnits * V::lanes, to + v * V::lanes * columns, columns, count, columns);
  });
}

}  // namespace
}  // namespace lockstep
