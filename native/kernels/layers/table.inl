// The table of the kinds of layers, and the layers of one network: lib/kernels/layers/table.ts. A thread waits for the
// others where it needs their results.
#pragma once

#include "../../plan.h"
#include "../support/arena.inl"
#include "../support/table.inl"
#include "batch_normalization.inl"
#include "dense.inl"
#include "dropout.inl"
#include "embedding.inl"
#include "layer.inl"
#include "layer_normalization.inl"
#include "residual.inl"

namespace lockstep {
namespace {

// A code is a position in it.
using LayerTable = Table<Dense, Dropout, BatchNormalization, LayerNormalization, Residual, Embedding>;
static_assert(LayerTable::codeOf<Dense>() == kDense);

// f's result for the entry of a kind.
template <class F>
LOCKSTEP_INLINE auto ofKind(int kind, F f) {
  decltype(f(Dense{})) result{};
  LayerTable::with(kind, [&](auto entry) LOCKSTEP_LAMBDA { result = f(entry); });
  return result;
}

// Whether a training takes whole batches.
inline bool anyNeedsWholeBatch(const Plan& plan) {
  for (int l = 0; l < plan.layerCount; l++) {
    const LayerPlan& layer = plan.layers[l];
    if (ofKind(layer.kind, [&](auto entry) { return entry.needsWholeBatch(layer); })) return true;
  }
  return false;
}

// The layers of a TiledNetwork, as one thread sees them. See LayerEntry for the functions.
template <class V>
class TiledLayers {
 public:
  TiledLayers(const LayerContext<V>& shared, Arena& arena)
      : context(shared), layers(shared.plan.layers), states(arena.allocate<void*>(size() * shared.plan.layerCount)) {
    if (states != nullptr) states += context.threads.index() * context.plan.layerCount;
    Scratch most;
    for (int l = 0; l < context.plan.layerCount; l++) {
      LayerTable::with(layers[l].kind, [&](auto entry) {
        if (context.mode != Mode::kTrain && entry.trainingOnly) return;
        const Scratch scratch = entry.scratch(context, l);
        most.lanes |= scratch.lanes;
        most.piece = most.piece < scratch.piece ? scratch.piece : most.piece;
        most.panels = most.panels < scratch.panels ? scratch.panels : most.panels;
        using State = typename decltype(entry)::State;
        const State state = entry.allocate(context, l, arena);
        // Each in cache lines of its own.
        for (int thread = 0; thread < context.threads.size(); thread++) {
          State* const at = arena.allocate<State>(1);
          if (at == nullptr || thread != context.threads.index()) continue;
          *at = state;
          states[l] = at;
        }
      });
    }
    const int64_t lanes = most.lanes ? context.laneRows() * context.widest : 0;
    context.lanes = arena.allocate<double>(lanes);
    context.moreLanes = arena.allocate<double>(hasBackward(context.mode) ? lanes : 0);
    context.piece = arena.allocate<double>(size() * most.piece);
    context.panels = arena.allocate<double>(size() * most.panels);
    if (states == nullptr) return;
    context.piece += context.threads.index() * most.piece;
    context.panels += context.threads.index() * most.panels;
  }

  // Panels with space for `widest` units of all rows of a block.
  double* lanes() const { return context.lanes; }

  void begin(uint32_t step) {
    for (int l = 0; l < context.plan.layerCount; l++) {
      with(l, [&](auto entry, auto& state) { entry.begin(context, l, state, step); });
    }
  }

  void forward(int l, const BlockRows& rows, const double* const* const* inputs, double* z) {
    with(l, [&](auto entry, auto& state) LOCKSTEP_LAMBDA { entry.forward(context, l, state, rows, inputs, z); });
  }

  // Of the last layer, which is dense: z in lanes.
  void forwardLanes(int l, const BlockRows& rows, const double* const* const* inputs, double* inputLanes,
                    double* biasLanes, double* zLanes) {
    Dense::forwardLanes(context, l, *static_cast<Dense::State*>(states[l]), rows, inputs, inputLanes, biasLanes,
                        zLanes);
  }

  void summarize(int l, const BlockRows& rows, const double* d) {
    with(l, [&](auto entry, auto& state) LOCKSTEP_LAMBDA { entry.summarize(context, l, state, rows, d); });
  }

  // Into dInputs, unless none of them is needed.
  void backward(int l, const BlockRows& rows, const double* d, double* const* dInputs, const bool* overwrite) {
    with(l, [&](auto entry, auto& state)
                LOCKSTEP_LAMBDA { entry.backward(context, l, state, rows, d, dInputs, overwrite); });
  }

  template <class F>
  LOCKSTEP_INLINE void gradients(int l, const BlockRows& rows, const double* const* const* inputs, const double* d,
                                 double* g, bool overwrite, bool discards, F finished) {
    with(l, [&](auto entry, auto& state) LOCKSTEP_LAMBDA {
      entry.gradients(context, l, state, rows, inputs, d, g, overwrite, discards, finished);
    });
  }

 private:
  int64_t size() const { return context.threads.size(); }

  template <class F>
  LOCKSTEP_INLINE void with(int l, F f) {
    LayerTable::with(layers[l].kind, [&](auto entry) LOCKSTEP_LAMBDA {
      f(entry, *static_cast<typename decltype(entry)::State*>(states[l]));
    });
  }

  LayerContext<V> context;
  const LayerPlan* const layers;
  // Of each layer, what this thread keeps.
  void** states;
};

}  // namespace
}  // namespace lockstep
