// What the forms of a network cost, for the choice between them. The unit is the time of one multiplication and
// addition of vectors, about 0.3 ns on the processor that was measured. Work that takes all forms the same time is left
// out, such as the update of the parameters. `npm run bench:forms` compares the choices with measured times.
#pragma once

#include "plan.h"

namespace lockstep {

// vectors: what the samples of a step or of a prediction cost, in full vectors (LaneKernels); lanes: those of a vector.
double laneTrainingCost(const Plan& plan, double vectors, int lanes);
double lanePredictionCost(const Plan& plan, double vectors);

// For the widest vectors, of these lanes.
double tiledTrainingCost(const Plan& plan, int lanes);
double tiledPredictionCost(const Plan& plan, int lanes);

// The number of times that the threads of a team wait for each other in a step, on average over an epoch. lanes: those
// of the widest block, and those of a vector.
double laneBarriers(const Plan& plan, int threads, int lanes);
double tiledBarriers(const Plan& plan, int threads, int lanes, int64_t blockRows);

// Whether a team is faster than one thread, for which a step costs this.
bool isTeamUseful(double cost, double barriers, int threads);

}  // namespace lockstep
