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

// How long a thread spins before it blocks: at most a few times what blocking and waking cost in a virtual machine. It
// is a time, not a count, because a pause takes 10 ns on some processors and 40 ns on others. Each wait in vain halves
// it, because the system may have put two threads of a team on one processor, where spinning only delays the other
// one; each success doubles it.
constexpr std::chrono::nanoseconds kMaxSpinTime(100000);
constexpr std::chrono::nanoseconds kMinSpinTime(3000);
// The number of spins between two readings of the clock.
constexpr int kSpinsPerClockRead = 32;

#if defined(__x86_64__) || defined(_M_X64)
void cpuPause() { _mm_pause(); }
#elif defined(__aarch64__)
void cpuPause() { __asm__ volatile("yield"); }
#else
void cpuPause() {}
#endif

// The barrier of a team: a waiting thread spins for a while, then blocks.
class Barrier {
 public:
  explicit Barrier(int size) : size(size), spins(size <= static_cast<int>(std::thread::hardware_concurrency())) {}

  void wait() {
    const uint32_t phase = phases.load();
    if (arrived.fetch_add(1) + 1 == size) {
      arrived.store(0);
      phases.store(phase + 1);
      // A thread that is not yet counted as blocked reads the new phase before it blocks.
      if (blocked.load() == 0) return;
      { const std::lock_guard<std::mutex> lock(mutex); }
      wake.notify_all();
      return;
    }
    if (spins && spinUntilReleased(phase)) return;
    std::unique_lock<std::mutex> lock(mutex);
    blocked.fetch_add(1);
    wake.wait(lock, [&] { return phases.load() != phase; });
    blocked.fetch_sub(1);
  }

 private:
  // Whether all threads arrived while this one was spinning.
  bool spinUntilReleased(uint32_t phase) {
    const std::chrono::nanoseconds time(spinTime.load(std::memory_order_relaxed));
    const auto end = std::chrono::steady_clock::now() + time;
    do {
      for (int i = 0; i < kSpinsPerClockRead; i++) {
        if (phases.load(std::memory_order_acquire) != phase) {
          if (time < kMaxSpinTime) setSpinTime(2 * time);
          return true;
        }
        cpuPause();
      }
    } while (std::chrono::steady_clock::now() < end);
    setSpinTime(time / 2);
    return false;
  }

  void setSpinTime(std::chrono::nanoseconds time) {
    spinTime.store(std::clamp(time, kMinSpinTime, kMaxSpinTime).count(), std::memory_order_relaxed);
  }

  const int size;
  // False if there are more threads than processors: spinning would take time from the threads that are awaited.
  const bool spins;
  std::mutex mutex;
  std::condition_variable wake;
  // In cache lines of their own: every arriving thread writes the first, every waiting thread reads the last.
  alignas(64) std::atomic<int> arrived{0};
  std::atomic<int> blocked{0};
  std::atomic<std::chrono::nanoseconds::rep> spinTime{kMaxSpinTime.count()};
  alignas(64) std::atomic<uint32_t> phases{0};
};

void waitAt(void* barrier) { static_cast<Barrier*>(barrier)->wait(); }

using Work = std::function<void(const ThreadContext&)>;

// One call of runOnThreads.
struct Job {
  Job(const Work& work, int size) : work(work), size(size), barrier(size), flags(2 * static_cast<size_t>(size)) {}

  void run(int index) noexcept {
    const StrictFloatingPoint strict;
    try {
      work(ThreadContext{index, size, waitAt, &barrier, flags.data()});
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failing);
      if (failure == nullptr) failure = std::current_exception();
    }
  }

  const Work& work;
  const int size;
  Barrier barrier;
  std::vector<int> flags;
  std::mutex failing;
  // The first exception of any thread.
  std::exception_ptr failure;
};

// A thread that blocks until it gets a job.
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
  // The last member: the thread uses the others as soon as it starts.
  std::thread thread;
};

struct Pool {
  std::mutex mutex;
  int holders = 0;
  int size = 0;
  std::vector<std::unique_ptr<Worker>> idle;

  // Up to `count` threads. Creates new ones only while the pool is smaller than that.
  std::vector<std::unique_ptr<Worker>> acquire(int count) {
    std::vector<std::unique_ptr<Worker>> acquired;
    acquired.reserve(static_cast<size_t>(count));
    const std::lock_guard<std::mutex> lock(mutex);
    while (static_cast<int>(acquired.size()) < count) {
      if (!idle.empty()) {
        acquired.push_back(std::move(idle.back()));
        idle.pop_back();
        continue;
      }
      if (size >= count) break;
      try {
        // Reserved here, so that release() allocates nothing.
        idle.reserve(static_cast<size_t>(size) + 1);
        acquired.push_back(std::make_unique<Worker>());
        size++;
      } catch (const std::exception&) {
        break;
      }
    }
    return acquired;
  }

  void release(std::vector<std::unique_ptr<Worker>>& workers) noexcept {
    const std::lock_guard<std::mutex> lock(mutex);
    for (auto& worker : workers) idle.push_back(std::move(worker));
  }
};

// Never destroyed: the last holder ends the threads, and the process may end before that.
Pool& pool() {
  static Pool* const only = new Pool;
  return *only;
}

// Threads of the pool, released by the destructor.
struct AcquiredWorkers {
  explicit AcquiredWorkers(int count) : workers(pool().acquire(count)) {}
  ~AcquiredWorkers() { pool().release(workers); }
  AcquiredWorkers(const AcquiredWorkers&) = delete;
  AcquiredWorkers& operator=(const AcquiredWorkers&) = delete;

  std::vector<std::unique_ptr<Worker>> workers;
};

}  // namespace

void runOnThreads(int threads, const Work& work) {
  const AcquiredWorkers acquired(threads - 1);
  const auto& workers = acquired.workers;
  // Everything is allocated before the first thread starts.
  Job job(work, static_cast<int>(workers.size()) + 1);
  for (size_t i = 0; i < workers.size(); i++) workers[i]->give(&job, static_cast<int>(i) + 1);
  job.run(0);
  for (auto& worker : workers) worker->finish();
  if (job.failure != nullptr) std::rethrow_exception(job.failure);
}

void runOnThreadsOrOne(int threads, const Work& work) {
  try {
    runOnThreads(threads, work);
  } catch (...) {
    // No thread has started.
    work(ThreadContext{0, 1, nullptr, nullptr, nullptr});
  }
}

void preparePool(int threads) {
  if (threads > 1) const AcquiredWorkers grown(threads - 1);
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
