// Work off the main thread, of all environments of the process, on a bounded number of threads. Tasks begin in the
// order in which they are queued, and take turns in slices, so that a long task does not delay short ones.
#pragma once

namespace lockstep {

// Work for the threads of the queue. It must not be destroyed between `enqueue` and the return of `withdraw`.
class Task {
 public:
  virtual ~Task() = default;
  // Does a slice of the work, on a thread of the queue. Returns whether there is more to do.
  virtual bool run() noexcept = 0;

 private:
  friend struct Queue;
  enum class State { kOutside, kWaiting, kRunning };
  State state = State::kOutside;
  // Whether it leaves the queue after its current slice.
  bool leaves = false;
  // The neighbours in the list of waiting tasks.
  Task* previous = nullptr;
  Task* next = nullptr;
};

// Ensures that `enqueue` finds a thread. Throws std::system_error or std::bad_alloc if none can be created.
void prepareQueue();

// Runs the task, slice by slice, once a thread is free for it. `prepareQueue` comes first.
void enqueue(Task& task) noexcept;

// A waiting task runs next.
void prioritize(Task& task) noexcept;

// Removes the task: a waiting task does not run again; if it is running, this waits until its slice has ended.
void withdraw(Task& task) noexcept;

// The maximal number of tasks that run at once: one a processor, less one for the event loop.
int queueLimit();

// The number of threads of the queue.
int queueSize();

// The queue keeps its threads while it is held; each environment that has loaded the addon holds it. The last release
// ends them; no task may be left then.
void holdQueue();
void releaseQueue() noexcept;

}  // namespace lockstep
