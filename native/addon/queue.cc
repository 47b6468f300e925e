#include "queue.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "thread_priority.h"

namespace lockstep {

struct Queue {
  std::mutex mutex;
  // For the threads: there is a task, or they must end.
  std::condition_variable wake;
  // For `withdraw`: a task has left the queue.
  std::condition_variable ended;
  // The waiting tasks: the first one runs next.
  Task* first = nullptr;
  Task* last = nullptr;
  int waiting = 0;
  std::vector<std::thread> threads;
  // The number of these threads without a task.
  int idle = 0;
  int holders = 0;
  // Threads of an earlier generation end.
  int generation = 0;

  // The next three are called with the mutex held.
  void startThread() {
    threads.reserve(static_cast<size_t>(queueLimit()));
    threads.emplace_back([this, own = generation] { loop(own); });
    // Counted before it starts, so that the next task does not start another thread too early.
    idle++;
  }

  void append(Task& task) {
    task.state = Task::State::kWaiting;
    task.previous = last;
    task.next = nullptr;
    (last == nullptr ? first : last->next) = &task;
    last = &task;
    waiting++;
  }

  void unlink(Task& task) {
    (task.previous == nullptr ? first : task.previous->next) = task.next;
    (task.next == nullptr ? last : task.next->previous) = task.previous;
    waiting--;
  }

  void prioritize(Task& task) {
    const std::lock_guard<std::mutex> lock(mutex);
    if (task.state != Task::State::kWaiting || first == &task) return;
    unlink(task);
    task.previous = nullptr;
    task.next = first;
    first->previous = &task;
    first = &task;
    waiting++;
  }

  void withdraw(Task& task) {
    std::unique_lock<std::mutex> lock(mutex);
    if (task.state == Task::State::kWaiting) {
      unlink(task);
      task.state = Task::State::kOutside;
      return;
    }
    task.leaves = true;
    ended.wait(lock, [&] { return task.state == Task::State::kOutside; });
    task.leaves = false;
  }

  void loop(int own) {
    lowerThreadPriority();
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
      wake.wait(lock, [&] { return first != nullptr || generation != own; });
      if (generation != own) return;
      idle--;
      Task& task = *first;
      unlink(task);
      task.state = Task::State::kRunning;
      lock.unlock();
      const bool more = task.run();
      lock.lock();
      if (more && !task.leaves) {
        // Behind the tasks that wait. This thread takes the first of them at once, so that no other need wake.
        append(task);
      } else {
        task.state = Task::State::kOutside;
        ended.notify_all();
      }
      if (generation == own) idle++;
    }
  }
};

namespace {

// Never destroyed: the last holder ends the threads, and the process may end before that.
Queue& queue() {
  static Queue* const only = new Queue;
  return *only;
}

}  // namespace

int queueLimit() {
  const int processors = static_cast<int>(std::thread::hardware_concurrency());
  return processors > 2 ? processors - 1 : 1;
}

int queueSize() {
  const std::lock_guard<std::mutex> lock(queue().mutex);
  return static_cast<int>(queue().threads.size());
}

void prepareQueue() {
  const std::lock_guard<std::mutex> lock(queue().mutex);
  if (queue().threads.empty()) queue().startThread();
}

void enqueue(Task& task) noexcept {
  {
    const std::lock_guard<std::mutex> lock(queue().mutex);
    queue().append(task);
    if (queue().waiting > queue().idle && static_cast<int>(queue().threads.size()) < queueLimit()) {
      try {
        queue().startThread();
      } catch (const std::exception&) {
        // An existing thread will run it.
      }
    }
  }
  queue().wake.notify_one();
}

void prioritize(Task& task) noexcept { queue().prioritize(task); }

void withdraw(Task& task) noexcept { queue().withdraw(task); }

void holdQueue() {
  const std::lock_guard<std::mutex> lock(queue().mutex);
  queue().holders++;
}

void releaseQueue() noexcept {
  std::vector<std::thread> last;
  {
    const std::lock_guard<std::mutex> lock(queue().mutex);
    if (--queue().holders > 0) return;
    queue().generation++;
    queue().idle = 0;
    std::swap(last, queue().threads);
  }
  queue().wake.notify_all();
  for (std::thread& thread : last) thread.join();
}

}  // namespace lockstep
