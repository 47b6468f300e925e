// Calls the forms of one kernel set directly, and asks KernelSet which of them it would choose. Linked with the objects
// of the kernel set that is built, LOCKSTEP_MEASURED.
//
// Answers requests, a line each, with a line:
//   plan NUMBERS            a training in the library's encoding; all later requests are about it. Answers with the
//   form
//                           that KernelSet chooses on 1, 2, … threads, the number of these that it can use and that
//                           `auto` uses, and the form of a prediction of a batch:
//                           `train FORM … usable THREADS … useful THREADS … predict FORM cost UNITS barriers COUNT`;
//                           cost and barriers are those of a step, on one thread and on two
//   check STEPS             `same` if all forms end these steps with the same bits, on every number of threads
//   train THREADS SECONDS   the least time of a step in each form, in nanoseconds: `FORM=NS …`. Short runs of the forms
//                           alternate for these seconds
//   predict SECONDS         the same for a prediction of as many rows as a batch has
//   choose                  how many nanoseconds one choice takes
#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "arrays.h"
#include "codec/plan_codec.h"
#include "isa/sets.h"
#include "pool.h"

namespace lockstep {

// A refused plan ends the program: it is the bench that makes them.
void endRefusedCall(const char* message) {
  std::fprintf(stderr, "%s\n", message);
  std::exit(2);
}
int writeDouble(double value, char* to, int size) { return std::snprintf(to, static_cast<size_t>(size), "%g", value); }

namespace {

#define LOCKSTEP_JOINED(set, part) k##set##part
#define LOCKSTEP_PART_OF(set, part) LOCKSTEP_JOINED(set, part)
const TiledKernels& tiled = LOCKSTEP_PART_OF(LOCKSTEP_MEASURED, Tiled);
const LaneKernels& lanes = LOCKSTEP_PART_OF(LOCKSTEP_MEASURED, Lanes);
const KernelSet kernels(tiled, lanes, LOCKSTEP_PART_OF(LOCKSTEP_MEASURED, Ensemble));

constexpr int kMaxThreads = 2;
constexpr ThreadContext kOneThread = {0, 1, nullptr, nullptr, nullptr};

enum Form { kLanes, kTiled, kRows, kForms };
const char* const kNames[kForms] = {"lanes", "tiled", "rows"};
Form formOf(bool isTiled) { return isTiled ? kTiled : kLanes; }

using Clock = std::chrono::steady_clock;
double nanosecondsSince(Clock::time_point from) {
  return std::chrono::duration<double, std::nano>(Clock::now() - from).count();
}

// The clock of a training: reads the time after each interval of `grant` steps, and ends the training after some.
struct Stopwatch : Pace {
  Stopwatch(int64_t grant, int intervals) : grant(grant), left(intervals) {
    steps = grant;
    next = [](Pace& pace) { return static_cast<Stopwatch&>(pace).read(); };
  }
  int64_t read() {
    if (isStarted) least = std::min(least, nanosecondsSince(start) / static_cast<double>(grant));
    isStarted = true;
    if (left-- == 0) return 0;
    start = Clock::now();
    return grant;
  }
  const int64_t grant;
  int left;
  // The first steps warm up.
  bool isStarted = false;
  Clock::time_point start;
  double least = std::numeric_limits<double>::infinity();
};

// One plan with everything that its trainings and predictions need.
class Subject {
 public:
  explicit Subject(const std::vector<double>& encoded)
      : owned({encoded.data(), static_cast<int64_t>(encoded.size())}, Purpose::kTrain, kernels),
        plan(owned.get()),
        batch(plan),
        start(startOf(plan)),
        x(numbers(plan.rows * plan.inputs, 2)),
        y(targets(plan)),
        parameters(start),
        current(start),
        // Zeros, then powers, which start at 1.
        startState(static_cast<size_t>(kernels.stateLength(plan)), 0.0),
        losses(static_cast<size_t>(kMaxEpochs)) {
    std::fill_n(startState.rbegin(), kernels.optimizerScalars(plan.optimizer), 1.0);
    state = currentState = startState;
    batch.rows = std::max(plan.batchSize, plan.lastBatchSize);
    output.resize(static_cast<size_t>(batch.rows * batch.outputs));
    int64_t length = kernels.predictionWorkspace(batch);
    for (int threads = 1; threads <= kMaxThreads; threads++) {
      length = std::max(length, lanes.trainingWorkspace(plan, threads));
      length = std::max(length, tiled.trainingWorkspace(plan, {0, threads, nullptr, nullptr, nullptr}));
    }
    workspace = WorkspaceArray(length);
  }

  // Whether a form can compute the plan on this many threads.
  bool has(Form form, int threads) const {
    if (form == kRows) return false;
    if (form == kLanes) return plan.isDenseChain && lanes.usableThreads(plan) >= threads;
    return kernels.canBeTiled(plan) && tiled.usableThreads(plan) >= threads;
  }

  void printChoice() const {
    std::printf("train");
    for (int threads = 1; threads <= kMaxThreads; threads++)
      std::printf(" %s", kNames[formOf(kernels.trainsInTiles(plan))]);
    std::printf(" usable");
    for (int threads = 1; threads <= kMaxThreads; threads++) std::printf(" %d", kernels.usableThreads(plan, threads));
    std::printf(" useful");
    for (int threads = 1; threads <= kMaxThreads; threads++) std::printf(" %d", kernels.usefulThreads(plan, threads));
    std::printf(" predict %s", kNames[predictionForm()]);
    std::printf(" cost %.6g barriers %.6g\n", kernels.trainingCost(plan), kernels.barriers(plan, kMaxThreads));
  }

  Form predictionForm() const {
    const PredictFunction chosen = kernels.predictFunction(batch);
    return chosen == lanes.predictRows ? kRows : formOf(chosen == tiled.predict);
  }

  void check(int64_t steps) {
    std::vector<double> expected;
    for (int threads = 1; threads <= kMaxThreads; threads++) {
      for (int form = 0; form < kForms; form++) {
        if (!has(Form(form), threads)) continue;
        train(Form(form), threads, steps, nullptr);
        if (expected.empty()) expected = current;
        if (std::memcmp(expected.data(), current.data(), expected.size() * sizeof(double)) == 0) continue;
        std::printf("%s on %d threads\n", kNames[form], threads);
        return;
      }
    }
    std::puts("same");
  }

  void timeTraining(int threads, double seconds) {
    int64_t grants[kForms] = {};
    for (int form = 0; form < kForms; form++) {
      if (has(Form(form), threads)) grants[form] = grantOf(Form(form), threads);
    }
    timeForms(seconds, [&](Form form) {
      if (grants[form] == 0) return std::numeric_limits<double>::infinity();
      Stopwatch watch(grants[form], kIntervals);
      train(form, threads, watch.grant, &watch);
      return watch.least;
    });
  }

  void timePrediction(double seconds) {
    timeForms(seconds, [&](Form form) {
      // Row by row: slower for more rows, whatever their number.
      const bool has = form == kRows ? batch.rows <= kFewRows : this->has(form, 1);
      if (!has) return std::numeric_limits<double>::infinity();
      const PredictFunction predict = form == kRows    ? lanes.predictRows
                                      : form == kTiled ? tiled.predict
                                                       : lanes.predict;
      predict(batch, start.data(), x.data(), output.data(), workspace);
      int64_t times = 1;
      for (;; times *= 2) {
        const auto from = Clock::now();
        for (int64_t i = 0; i < times; i++) predict(batch, start.data(), x.data(), output.data(), workspace);
        const double taken = nanosecondsSince(from);
        if (taken >= kIntervalNanoseconds) return taken / static_cast<double>(times);
      }
    });
  }

  // The choices of an open session and of a predictor.
  void timeChoice() {
    constexpr int kTimes = 100;
    double least = std::numeric_limits<double>::infinity();
    int64_t sum = 0;
    for (int run = 0; run < 20; run++) {
      const Clock::time_point from = Clock::now();
      for (int i = 0; i < kTimes; i++) sum += kernels.usefulThreads(plan, kMaxThreads) + predictionForm();
      least = std::min(least, nanosecondsSince(from) / kTimes);
    }
    // Unless the sum is used, the compiler may leave out the choices.
    std::printf("%.1f\n", sum > 0 ? least : 0);
  }

 private:
  // An interval between two readings of the clock: short, so that some are not interrupted by other processes.
  static constexpr double kIntervalNanoseconds = 150000;
  static constexpr int kIntervals = 4;
  static constexpr int64_t kFewSteps = 16;
  static constexpr int64_t kFewRows = 8;
  static constexpr int64_t kMaxEpochs = 1 << 20;

  // The number of steps of an interval: whole epochs, if they have few steps, because the end of an epoch takes time.
  int64_t grantOf(Form form, int threads) {
    const int64_t unit = plan.stepsPerEpoch <= kFewSteps ? plan.stepsPerEpoch : 1;
    for (int64_t steps = unit;; steps *= 2) {
      Stopwatch watch(steps, 1);
      train(form, threads, steps, &watch);
      if (watch.least * static_cast<double>(steps) >= kIntervalNanoseconds) return steps;
    }
  }

  // A training from the same start. Without a stopwatch it makes these steps.
  void train(Form form, int threads, int64_t steps, Stopwatch* watch) {
    current = parameters = start;
    currentState = state = startState;
    const TrainingArrays arrays = {parameters.data(), state.data(),  current.data(), currentState.data(),
                                   workspace,         x.data(),      y.data(),       nullptr,
                                   nullptr,           losses.data(), kMaxEpochs};
    const TrainingRange range = {0, kMaxEpochs, steps, watch, false};
    TrainingPosition position = {0, 0, -0.0, -0.0};
    if (threads == 1) {
      runOne(form, arrays, range, position, kOneThread);
    } else {
      runOnThreads(threads, [&](const ThreadContext& context) { runOne(form, arrays, range, position, context); });
    }
    if (position.row == 0) current = parameters;
  }

  void runOne(Form form, const TrainingArrays& arrays, const TrainingRange& range, TrainingPosition& position,
              const ThreadContext& context) const {
    const volatile int cancelled = 0;
    if (form == kTiled) {
      tiled.train(plan, arrays, range, position, &cancelled, context);
    } else if (context.size == 1) {
      lanes.train(plan, arrays, range, position, &cancelled);
    } else {
      lanes.trainOnTeam(plan, arrays, range, position, &cancelled, context);
    }
  }

  // Calls least(form) for the forms alternately, and prints the least result of each.
  template <class F>
  static void timeForms(double seconds, F least) {
    double times[kForms];
    std::fill_n(times, kForms, std::numeric_limits<double>::infinity());
    const Clock::time_point from = Clock::now();
    do {
      for (int form = 0; form < kForms; form++) times[form] = std::min(times[form], least(Form(form)));
    } while (nanosecondsSince(from) < seconds * 1e9);
    for (int form = 0; form < kForms; form++) {
      if (times[form] < std::numeric_limits<double>::infinity()) std::printf("%s=%.6g ", kNames[form], times[form]);
    }
    std::puts("");
  }

  const OwnedPlan owned;
  const Plan& plan;
  // A prediction of as many rows as the largest batch has.
  Plan batch;
  const std::vector<double> start, x, y;
  std::vector<double> parameters, current, startState, state, currentState, losses, output;
  WorkspaceArray workspace;
};

bool answer(const std::string& line, std::unique_ptr<Subject>& subject) {
  std::istringstream words(line);
  std::string what;
  words >> what;
  if (what == "plan") {
    std::vector<double> encoded;
    // strtod, because >> reads no -0.
    for (std::string word; words >> word;) encoded.push_back(std::strtod(word.c_str(), nullptr));
    subject.reset();
    subject = std::make_unique<Subject>(encoded);
    subject->printChoice();
    return true;
  }
  if (subject == nullptr) return false;
  int threads;
  int64_t steps;
  double seconds;
  if (what == "check" && words >> steps) {
    subject->check(steps);
  } else if (what == "train" && words >> threads >> seconds && threads >= 1 && threads <= kMaxThreads) {
    subject->timeTraining(threads, seconds);
  } else if (what == "predict" && words >> seconds) {
    subject->timePrediction(seconds);
  } else if (what == "choose") {
    subject->timeChoice();
  } else {
    return false;
  }
  return true;
}

}  // namespace
}  // namespace lockstep

int main() {
  std::unique_ptr<lockstep::Subject> subject;
  for (std::string line; std::getline(std::cin, line);) {
    if (!lockstep::answer(line, subject)) {
      std::fprintf(stderr, "not a request: %.80s\n", line.c_str());
      return 2;
    }
    std::fflush(stdout);
  }
}
