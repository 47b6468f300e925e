#include "opened.h"

#include "../codec/extents.h"

namespace lockstep {
namespace {

OwnedMembers membersOf(const Plan& plan, const SessionArguments& given) {
  OwnedMembers members(given.encoded, plan, moduleKernels());
  if (members.count() != given.members) {
    refuse({"Expected ", given.members, " members but received the numbers of ", members.count(), "."});
  }
  return members;
}

// The most doubles in 4 GiB of memory.
constexpr int64_t kMaxLength = int64_t{1} << 29;

SessionArrays arraysOf(const Plan& plan, int members, const WatchPlan* watch, const SessionArguments& given) {
  const KernelSet& kernels = moduleKernels();
  const int64_t workspaceLength = Session::workspaceLength(kernels, plan, members, 1, watch);
  const SessionShape shape = {kernels, plan, members, workspaceLength, watch};
  const auto lengthOf = [&](int i) {
    return integer(given.lengths[i], {"the length of ", kSessionArrays[i]}, 0, kMaxLength);
  };
  const int64_t chunk = chunkOf(lengthOf(kSeries), shape);
  const ArrayRules rules = rulesOf(shape, chunk);
  double* places[kSessionArrayCount];
  std::vector<Extent> extents;
  for (int i = 0; i < kSessionArrayCount; i++) {
    const char* const name = kSessionArrays[i];
    const ArrayRule& rule = rules[static_cast<size_t>(i)];
    const int64_t length = lengthOf(i);
    // The caller allocates the workspace, so that a lack of memory is an error there and not a trap.
    const bool mayBeMissing = rule.optional && i != kWorkspace && length == 0;
    if (length != rule.length && !mayBeMissing && !(rule.atLeast && length > rule.length)) {
      refuse({"Expected the length ", rule.length, " for ", name, " but received ", length, "."});
    }
    places[i] = checkedArray(reinterpret_cast<double*>(given.places[i]), length, name);
    extents.push_back({name, places[i], length, isWritten(i)});
  }
  requireNoOverlap(extents);
  return sessionArraysAt(places, chunk);
}

}  // namespace

OpenSession::OpenSession(OpenPlan& openPlan, const SessionArguments& given)
    : Opened(kKind),
      plan(openPlan),
      members(membersOf(plan.get(Purpose::kTrain), given)),
      watch(given.watch, moduleKernels()),
      arrays(arraysOf(plan.get(Purpose::kTrain), members.count(), watch.get(), given)),
      session(moduleKernels(), plan.get(Purpose::kTrain), members.get(), members.count(), 1, watch.get()) {
  plan.openSessions++;
}

bool OpenSession::run(double from, double until, double milliseconds, bool continues) {
  if (isWhole()) {
    limits = checkedLimits(plan.get(Purpose::kTrain), members.count(), arrays, from, until, milliseconds);
  } else if (!continues || from != static_cast<double>(limits.from) || until != static_cast<double>(limits.until)) {
    // Its members may be at different epochs.
    refuse({"Expected the session to go on to epoch ", limits.until, " before another run."});
  }
  return session.run(arrays, limits.from, limits.until, timeAfter(milliseconds), cancellation, continues);
}

}  // namespace lockstep
