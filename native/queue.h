// Trainings off the main thread, of all environments of the process: they run in the order in which they came, on a
// bounded number of threads.
#pragma once

namespace lockstep {

// Something to be run by a thread of the queue. It must not be destroyed between `enqueue` and the return of
// `withdraw`.
class Task {
 public:
  virtual ~Task() = default;
  // What is to be done, on a thread of the queue.
  virtual void run() noexcept = 0;

 private:
  friend struct Queue;
  enum class State { kOutside, kWaiting, kRunning };
  State state = State::kOutside;
  // The neighbours among those that wait.
  Task* previous = nullptr;
  Task* next = nullptr;
};

// Makes sure that there is a thread for `enqueue`. Throws std::system_error or std::bad_alloc where none can be had.
void prepareQueue();

// Runs the task as soon as those before it leave a thread free. `prepareQueue` comes first.
void enqueue(Task& task) noexcept;

// Takes the task back: one that waits never runs; for one that runs this waits until it has ended.
void withdraw(Task& task) noexcept;

// How many tasks run at once at most: one for each processor but one, which is left to the event loop.
int queueLimit();

// How many threads the queue has.
int queueSize();

// The queue keeps its threads as long as somebody holds it: each environment that has loaded the addon does. Its last
// holder ends them; no task may be left then.
void holdQueue();
void releaseQueue() noexcept;

}  // namespace lockstep
