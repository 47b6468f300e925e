// A kernel set: the program for several widths of one instruction set, the narrowest that holds a batch taken.
#pragma once

#include "../plan.h"
#include "list.h"
#include "math.inl"
#include "activations.inl"
#include "losses.inl"
#include "optimizers.inl"
#include "random.inl"
#include "dense.inl"
#include "network.inl"
#include "program.inl"

namespace lockstep {
namespace {

// Widths, narrowest first; the first one also serves the networks of fixed size.
template <class... Widths>
struct KernelSetOf;

template <class N, class... Wider>
struct KernelSetOf<N, Wider...> {
  template <class F>
  static LOCKSTEP_INLINE auto withWidth(int64_t rows, F f) {
    if constexpr (sizeof...(Wider) == 0) {
      return f(Lanes<N>{});
    } else {
      return rows <= N::lanes ? f(Lanes<N>{}) : KernelSetOf<Wider...>::withWidth(rows, f);
    }
  }

  static int64_t predictionWorkspace(const Plan& plan) {
    return withWidth(plan.rows,
                     [&](auto width) { return Pass<typename decltype(width)::type>::predictionWorkspace(plan); });
  }

  static int64_t evaluationWorkspace(const Plan& plan) { return predictionWorkspace(plan); }

  static int64_t trainingWorkspaceOf(const Plan& plan) {
    return withWidth(plan.batchSize,
                     [&](auto width) { return trainingWorkspace<typename decltype(width)::type>(plan); });
  }

  static void predict(const Plan& plan, const double* p, const double* x, double* output, double* workspace) {
    withWidth(plan.rows,
              [&](auto width) { Pass<typename decltype(width)::type>::predict(plan, p, x, output, workspace); });
  }

  static double evaluate(const Plan& plan, const double* p, const double* x, const double* y, double* workspace) {
    return withWidth(plan.rows, [&](auto width) {
      return Pass<typename decltype(width)::type>::evaluate(plan, p, x, y, workspace);
    });
  }

  static TrainingOutcome trainOf(const Plan& plan, const TrainingArrays& arrays, const volatile int* cancelled) {
    if (SmallNetwork<N, 2, 2, 1>::fits(plan)) return trainSmall<N, 2, 2, 1>(plan, arrays, cancelled);
    return withWidth(plan.batchSize,
                     [&](auto width) { return trainAny<typename decltype(width)::type>(plan, arrays, cancelled); });
  }

  static int optimizerSlots(int optimizer, const double* options) {
    int slots = 0;
    Optimizers::with(optimizer, [&](auto entry) { slots = entry.slots(options); });
    return slots;
  }

  static int optimizerScalars(int optimizer) {
    int scalars = 0;
    Optimizers::with(optimizer, [&](auto entry) { scalars = entry.scalars; });
    return scalars;
  }

  static int lossFusedWith(int loss) {
    int activation = -1;
    Losses::with(loss, [&](auto entry) { activation = entry.fusedWith; });
    return activation;
  }

  static constexpr KernelSet set = {
      predictionWorkspace,
      evaluationWorkspace,
      trainingWorkspaceOf,
      predict,
      evaluate,
      trainOf,
      optimizerSlots,
      optimizerScalars,
      lossFusedWith,
      Activations::table,
      Losses::table,
      Optimizers::table,
  };
};

}  // namespace
}  // namespace lockstep
