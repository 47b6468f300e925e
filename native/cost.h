// What the forms of a network cost, for the choice between them. The unit is the time of one multiplication and
// addition of the widest vectors, about 0.3 ns on the processor that was measured. Work that takes all forms the same
// time is left out, such as the update of the parameters. `npm run bench:forms` compares the choices with measured
// times.
#pragma once

#include "kernel_set.h"

namespace lockstep {

// Of a step of a training on one thread.
double laneTrainingCost(const Plan& plan, const LaneKernels& kernels);
double tiledTrainingCost(const Plan& plan, const LaneKernels& kernels);

// Of a prediction of all rows. In the row form: one row after the other.
double lanePredictionCost(const Plan& plan, const LaneKernels& kernels);
double tiledPredictionCost(const Plan& plan, const LaneKernels& kernels);
double rowPredictionCost(const Plan& plan, const LaneKernels& kernels);

// The number of times that the threads of a team wait for each other in a step, on average over an epoch. blockRows:
// the most rows of a block.
double laneBarriers(const Plan& plan, int threads);
double tiledBarriers(const Plan& plan, const LaneKernels& kernels, int threads, int64_t blockRows);

// Whether a team is faster than one thread, for which a step costs this.
bool isTeamUseful(double cost, double barriers, int threads);

}  // namespace lockstep
