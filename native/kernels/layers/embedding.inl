// Embeddings of categorical columns: lib/kernels/layers/embedding.ts. Tensor i is the table of entry i of the option
// `columns`: [categories × units].
#pragma once

#include "../../plan.h"
#include "layer.inl"

namespace lockstep {
namespace {

struct Embedding : LayerEntry {
  static constexpr const char* name = "embedding";
  struct Options {
    static constexpr const char* names[] = {"columns"};
    static constexpr int count = 1;
  };
  static constexpr bool firstOnly = true;
  static constexpr bool hasOptionList = true;

  // An entry of the option, which is three numbers.
  struct Column {
    int64_t column;
    int64_t categories;
    int64_t units;
  };
  static constexpr int kFields = 3;
  static constexpr double kMaxCount = 1 << 24;
  // Few enough to compare all pairs.
  static constexpr int kMaxColumns = 10'000;

  static int tensorCount(const LayerPlan& layer) { return layer.optionCount / kFields; }
  static Column columnOf(const LayerPlan& layer, int i) {
    const double* const fields = layer.options + kFields * i;
    return {static_cast<int64_t>(fields[0]), static_cast<int64_t>(fields[1]), static_cast<int64_t>(fields[2])};
  }
  static bool isInteger(double value, double min, double max) {
    return value >= min && value <= max && value == static_cast<double>(static_cast<int64_t>(value));
  }
  static bool optionsFit(const LayerPlan& layer) {
    const int count = tensorCount(layer);
    if (count < 1 || count > kMaxColumns || count > layer.inputs || layer.optionCount != kFields * count) return false;
    for (int i = 0; i < count; i++) {
      const double* const fields = layer.options + kFields * i;
      if (!isInteger(fields[0], 0, layer.inputs - 1)) return false;
      if (!isInteger(fields[1], 1, kMaxCount) || !isInteger(fields[2], 1, kMaxCount)) return false;
      for (int other = 0; other < i; other++) {
        if (layer.options[kFields * other] == fields[0]) return false;
      }
    }
    return true;
  }
  static int64_t outputUnits(const LayerPlan& layer, const int* inputUnits) {
    const int count = tensorCount(layer);
    int64_t units = inputUnits[0] - count;
    for (int i = 0; i < count; i++) units += columnOf(layer, i).units;
    return units;
  }
  static TensorShape tensor(const LayerPlan& layer, int i) {
    const Column column = columnOf(layer, i);
    return {column.categories, column.units, false, false};
  }

  struct State {
    Column* columns;
    // The columns that have no table, in their order.
    int* others;
    int64_t otherCount;
  };

  template <class V>
  static State allocate(const LayerContext<V>& context, int l, Arena& arena) {
    const LayerPlan& layer = context.plan.layers[l];
    const int count = tensorCount(layer);
    State state = {arena.allocate<Column>(int64_t{context.threads.size()} * count),
                   arena.allocate<int>(int64_t{context.threads.size()} * layer.inputs), layer.inputs - count};
    if (state.columns == nullptr) return state;
    state.columns += int64_t{context.threads.index()} * count;
    state.others += int64_t{context.threads.index()} * layer.inputs;
    for (int k = 0; k < layer.inputs; k++) state.others[k] = 1;
    for (int i = 0; i < count; i++) {
      state.columns[i] = columnOf(layer, i);
      state.others[state.columns[i].column] = 0;
    }
    int64_t found = 0;
    for (int k = 0; k < layer.inputs; k++) {
      if (state.others[k] == 1) state.others[found++] = k;
    }
    return state;
  }

  // The row of the table for a value; the first for one that is not a category, so that nothing outside is read.
  static LOCKSTEP_INLINE int64_t categoryOf(double value, int64_t categories) {
    return value >= 0 && value < static_cast<double>(categories) ? static_cast<int64_t>(value) : 0;
  }

  template <class V>
  static LOCKSTEP_NOINLINE void forward(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                        const double* const* const* inputs, double* z) {
    const LayerPlan& layer = context.plan.layers[l];
    for (int64_t row = rows.own.from; row < rows.own.to; row++) {
      const double* const x = inputs[0][row];
      double* to = z + row * layer.units;
      for (int64_t k = 0; k < state.otherCount; k++) *to++ = x[state.others[k]];
      for (int i = 0; i < layer.tensorCount; i++) {
        const Column& column = state.columns[i];
        const int64_t category = categoryOf(x[column.column], column.categories);
        const double* const vector = context.p + layer.tensors[i].offset + category * column.units;
        eachVector<V>(column.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
          using T = typename decltype(lanes)::type;
          T::load(vector + j).store(to + j);
        });
        to += column.units;
      }
    }
  }

  // A category has the derivative 0.
  template <class V>
  static LOCKSTEP_NOINLINE void backward(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                         const double* d, double* const* dInputs, const bool* overwrite) {
    const LayerPlan& layer = context.plan.layers[l];
    for (int64_t row = rows.own.from; row < rows.own.to; row++) {
      double* const to = dInputs[0] + row * layer.inputs;
      for (int64_t k = 0; k < layer.inputs && overwrite[0]; k++) to[k] = 0;
      for (int64_t k = 0; k < state.otherCount; k++) {
        const double value = d[row * layer.units + k];
        to[state.others[k]] = overwrite[0] ? value : to[state.others[k]] + value;
      }
    }
  }

  // Each thread adds to its own rows of the tables: those of all samples, in order.
  template <class V, class F>
  static LOCKSTEP_INLINE void gradients(const LayerContext<V>& context, int l, State& state, const BlockRows& rows,
                                        const double* const* const* inputs, const double* d, double* g, bool overwrite,
                                        bool, F finished) {
    const LayerPlan& layer = context.plan.layers[l];
    const double* from = d + state.otherCount;
    for (int i = 0; i < layer.tensorCount; i++) {
      const Column& column = state.columns[i];
      const TensorPlan& tensor = layer.tensors[i];
      const Range own = partition(column.categories, context.threads);
      const int64_t at = tensor.offset + own.from * column.units;
      const int64_t count = (own.to - own.from) * column.units;
      if (count > 0) {
        addRows<V>(column, own, rows.count, inputs[0], from, layer.units, g + tensor.offset, overwrite);
        finished(tensor, at, g + at, count);
      }
      from += column.units;
    }
  }

 private:
  // d: the derivatives of this table's units, whose rows are `stride` apart.
  template <class V>
  static LOCKSTEP_NOINLINE void addRows(const Column& column, Range own, int64_t rows, const double* const* samples,
                                        const double* d, int64_t stride, double* g, bool overwrite) {
    if (overwrite) {
      double* const first = g + own.from * column.units;
      eachVector<V>((own.to - own.from) * column.units, [&](auto lanes, int64_t i) LOCKSTEP_LAMBDA {
        decltype(lanes)::type::splat(-0.0).store(first + i);
      });
    }
    for (int64_t row = 0; row < rows; row++) {
      const int64_t category = categoryOf(samples[row][column.column], column.categories);
      if (category < own.from || category >= own.to) continue;
      double* const to = g + category * column.units;
      eachVector<V>(column.units, [&](auto lanes, int64_t j) LOCKSTEP_LAMBDA {
        using T = typename decltype(lanes)::type;
        (T::load(to + j) + T::load(d + row * stride + j)).store(to + j);
      });
    }
  }
};

}  // namespace
}  // namespace lockstep
