#include "pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#if defined(__x86_64__) || defined(_M_X64)
#include <immintrin.h>
#endif

#include "floating_point.h"

namespace lockstep {
namespace {

// How long a thread looks before it sleeps: some times what sleeping and waking cost in a virtual machine. By the
// clock, as a pause takes 10 nanoseconds on some processors and 40 on others.
constexpr std::chrono::microseconds kLookingTime(100);
// How often it looks before it looks at the clock.
constexpr int kLooks = 32;

#if defined(__x86_64__) || defined(_M_X64)
void breathe() { _mm_pause(); }
#elif defined(__aarch64__)
void breathe() { __asm__ volatile("yield"); }
#else
void breathe() {}
#endif

// Where the threads of a team wait for each other: they look for a while, then sleep.
class Barrier {
 public:
  explicit Barrier(int size) : size(size), looks(size <= static_cast<int>(std::thread::hardware_concurrency())) {}

  void wait() {
    const uint32_t turn = turns.load();
    if (arrived.fetch_add(1) + 1 == size) {
      arrived.store(0);
      turns.store(turn + 1);
      // Whoever is not counted as asleep yet will see the new turn before it sleeps.
      if (asleep.load() == 0) return;
      { const std::lock_guard<std::mutex> lock(mutex); }
      wake.notify_all();
      return;
    }
    if (looks && comesSoon(turn)) return;
    std::unique_lock<std::mutex> lock(mutex);
    asleep.fetch_add(1);
    wake.wait(lock, [&] { return turns.load() != turn; });
    asleep.fetch_sub(1);
  }

 private:
  // Whether all have come before this thread should sleep.
  bool comesSoon(uint32_t turn) const {
    const auto end = std::chrono::steady_clock::now() + kLookingTime;
    do {
      for (int i = 0; i < kLooks; i++) {
        if (turns.load(std::memory_order_acquire) != turn) return true;
        breathe();
      }
    } while (std::chrono::steady_clock::now() < end);
    return false;
  }

  const int size;
  // Not where more threads than processors would look in each other's time.
  const bool looks;
  std::mutex mutex;
  std::condition_variable wake;
  // Apart from each other: one is written by all who come, the other read by all who wait.
  alignas(64) std::atomic<int> arrived{0};
  std::atomic<int> asleep{0};
  alignas(64) std::atomic<uint32_t> turns{0};
};

void waitAt(void* barrier) { static_cast<Barrier*>(barrier)->wait(); }

using Work = std::function<void(const Team&)>;

// One call of runTogether.
struct Job {
  Job(const Work& work, int size) : work(work), size(size), barrier(size), words(2 * static_cast<size_t>(size)) {}

  void run(int index) noexcept {
    const StrictFloatingPoint strict;
    try {
      work(Team{index, size, waitAt, &barrier, words.data()});
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failing);
      if (failure == nullptr) failure = std::current_exception();
    }
  }

  const Work& work;
  const int size;
  Barrier barrier;
  std::vector<int> words;
  std::mutex failing;
  // The first exception of a thread.
  std::exception_ptr failure;
};

// A thread that sleeps until it is given a job.
class Worker {
 public:
  Worker() : thread([this] { loop(); }) {}

  ~Worker() {
    give(nullptr, 0, true);
    thread.join();
  }

  void give(Job* newJob, int newIndex, bool last = false) {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      job = newJob;
      index = newIndex;
      ended = last;
    }
    changed.notify_all();
  }

  // Returns when the job is done.
  void finish() {
    std::unique_lock<std::mutex> lock(mutex);
    changed.wait(lock, [this] { return job == nullptr; });
  }

 private:
  void loop() {
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
      changed.wait(lock, [this] { return ended || job != nullptr; });
      if (ended) return;
      lock.unlock();
      job->run(index);
      lock.lock();
      job = nullptr;
      changed.notify_all();
    }
  }

  std::mutex mutex;
  std::condition_variable changed;
  Job* job = nullptr;
  int index = 0;
  bool ended = false;
  // Last, so that the others are there when it begins.
  std::thread thread;
};

struct Pool {
  std::mutex mutex;
  int holders = 0;
  int size = 0;
  std::vector<std::unique_ptr<Worker>> idle;

  // Up to `count` threads, new ones only as long as the pool is smaller than that.
  std::vector<std::unique_ptr<Worker>> take(int count) {
    std::vector<std::unique_ptr<Worker>> taken;
    taken.reserve(static_cast<size_t>(count));
    const std::lock_guard<std::mutex> lock(mutex);
    while (static_cast<int>(taken.size()) < count) {
      if (!idle.empty()) {
        taken.push_back(std::move(idle.back()));
        idle.pop_back();
        continue;
      }
      if (size >= count) break;
      try {
        // So that giving back needs no memory.
        idle.reserve(static_cast<size_t>(size) + 1);
        taken.push_back(std::make_unique<Worker>());
        size++;
      } catch (const std::exception&) {
        break;
      }
    }
    return taken;
  }

  void giveBack(std::vector<std::unique_ptr<Worker>>& workers) noexcept {
    const std::lock_guard<std::mutex> lock(mutex);
    for (auto& worker : workers) idle.push_back(std::move(worker));
  }
};

// Never destroyed: its last holder ends its threads, and the end of the process may come before that.
Pool& pool() {
  static Pool* const only = new Pool;
  return *only;
}

// Threads of the pool, given back at the end.
struct TakenWorkers {
  explicit TakenWorkers(int count) : workers(pool().take(count)) {}
  ~TakenWorkers() { pool().giveBack(workers); }
  TakenWorkers(const TakenWorkers&) = delete;
  TakenWorkers& operator=(const TakenWorkers&) = delete;

  std::vector<std::unique_ptr<Worker>> workers;
};

}  // namespace

void runTogether(int threads, const Work& work) {
  const TakenWorkers taken(threads - 1);
  const auto& workers = taken.workers;
  // All memory is there before the first of them begins.
  Job job(work, static_cast<int>(workers.size()) + 1);
  for (size_t i = 0; i < workers.size(); i++) workers[i]->give(&job, static_cast<int>(i) + 1);
  job.run(0);
  for (auto& worker : workers) worker->finish();
  if (job.failure != nullptr) std::rethrow_exception(job.failure);
}

int poolSize() {
  const std::lock_guard<std::mutex> lock(pool().mutex);
  return pool().size;
}

void holdPool() {
  const std::lock_guard<std::mutex> lock(pool().mutex);
  pool().holders++;
}

void releasePool() noexcept {
  std::vector<std::unique_ptr<Worker>> ended;
  const std::lock_guard<std::mutex> lock(pool().mutex);
  if (--pool().holders > 0) return;
  pool().size -= static_cast<int>(pool().idle.size());
  std::swap(ended, pool().idle);
}

}  // namespace lockstep
