// What all kinds of layers share: the interface of a kind, the rows of a block and their division between threads, and
// panels of lanes. The partner is lib/kernels/layers/layer.ts.
#pragma once

#include "../../kernel_set.h"
#include "../../plan.h"
#include "../support/arena.inl"
#include "../support/option_values.inl"
#include "../support/thread_team.inl"
#include "../support/transpose.inl"
#include "../support/unit_sharding.inl"

namespace lockstep {
namespace {

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

// What a TiledNetwork computes. Only a training has dropout, statistics of batches, and the pieces of a team.
enum class Mode {
  kPredict,
  kTrain,
  // Gradients of a prediction: of the parameters, or of the samples too.
  kParameterGradients,
  kInputGradients,
};

constexpr bool hasBackward(Mode mode) { return mode != Mode::kPredict; }

// What the layers of a TiledNetwork share, as one thread sees it.
template <class V>
struct LayerContext {
  const Plan& plan;
  // The parameters, at a fixed address.
  const double* p;
  // In training the same array, whose moving statistics are updated; otherwise nullptr.
  double* moving;
  Mode mode;
  // The largest number of rows in a block.
  int64_t maxRows;
  ThreadTeam& threads;
  const UnitSharding<V>& sharding;
  // Scratch for one layer at a time: panels with space for `widest` units of all rows of a block, at the same place for
  // all layers, because one thread may be a layer ahead of another; and arrays of this thread.
  int64_t widest;
  double* lanes = nullptr;
  double* moreLanes = nullptr;
  double* piece = nullptr;
  double* panels = nullptr;

  // Whole vectors of samples.
  int64_t laneRows() const { return ceilDiv(maxRows, V::lanes) * V::lanes; }
  V* panel(double* lanes, int64_t v) const { return reinterpret_cast<V*>(lanes + v * widest * V::lanes); }
};

// How much scratch a layer needs.
struct Scratch {
  bool lanes = false;
  int64_t piece = 0;
  int64_t panels = 0;
};

// The largest number of layers that a layer reads.
constexpr int kMaxInputs = 2;

// A kind of layer is a struct with the members below and `name`; those here are the most frequent ones. For the check
// of a plan a kind has `outputUnits`, `tensorCount` and `tensor`, for a block of rows `forward` and `backward`, and if
// it has tensors `gradients`. Arrays of a block are [rows × units]; inputs[i][row] is the address of a row of an input.
struct LayerEntry {
  using Options = NoOptions;
  static constexpr int inputCount = 1;
  // Whether the caller may choose an activation.
  static constexpr bool activated = false;
  // Whether it must be the first layer.
  static constexpr bool firstOnly = false;
  // Whether its option is a list, of any length.
  static constexpr bool hasOptionList = false;
  // Whether predictions omit it: then its output is its input.
  static constexpr bool trainingOnly = false;
  static bool optionsFit(const LayerPlan&) { return true; }
  static int tensorCount(const LayerPlan&) { return 0; }
  static TensorShape tensor(const LayerPlan&, int) { return {}; }
  // Whether training needs the whole batch of a step at once.
  static bool needsWholeBatch(const LayerPlan&) { return false; }

  // What a thread keeps for a layer.
  struct State {};
  template <class V>
  static Scratch scratch(const LayerContext<V>&, int) {
    return {};
  }
  template <class V>
  static State allocate(const LayerContext<V>&, int, Arena&) {
    return {};
  }
  // Begins a step of the training, by its number.
  template <class V, class Own>
  static void begin(const LayerContext<V>&, int, Own&, uint32_t) {}
  // What `backward` and `gradients` share, from d = dL/dz.
  template <class V, class Own>
  static void summarize(const LayerContext<V>&, int, Own&, const BlockRows&, const double*) {}
  // Gradients, once all threads have been through `backward`: of this thread's range of the parameters, into g or added
  // to it. finished(tensor, at, g, count) is called for each piece of parameters as soon as its gradients are complete.
  // If the step `discards` its gradients, they may be stored anywhere.
  template <class V, class Own, class F>
  static void gradients(const LayerContext<V>&, int, Own&, const BlockRows&, const double* const* const*, const double*,
                        double*, bool, bool, F) {}
};

// dL/da of an input: a layer's part of it, or the sum of that and what later layers added.
template <class T>
LOCKSTEP_INLINE void storeDerivative(T value, double* to, bool overwrite) {
  (overwrite ? value : T::load(to) + value).store(to);
}

}  // namespace
}  // namespace lockstep
