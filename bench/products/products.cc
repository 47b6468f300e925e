// Measures the tiled products of one kernel set, called as in native/kernels/training/graph.inl, and the processor's
// bounds with registers of that width. Built once for each set, with the flags of CMakeLists.txt.
//
// Answers requests, a line each, with a line:
//   check PRODUCT M K N        `same` if every output has the bits of three plain loops, otherwise the first
//                              output that differs
//   time PRODUCT M K N TIMES   the processor time in seconds of this many after a first one, and their operations
//   bound strict TIMES         the same for separate multiplications and additions, half of each, all in registers
//   bound fused TIMES          … for fused ones, two operations each; `none` if the processor has none
// A product sums over K: forward, gradient, last and backward are those of TiledNetwork; `last+lanes` and
// `backward+lanes` include the conversions of rows to lanes and back.

#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <vector>

#include "bounds.h"
#include "shapes.h"

namespace lockstep {
namespace {

void check(Product& product) {
  const auto [m, k, n] = product.shape;
  product.run();
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      double sum = product.start(j);
      for (int64_t s = 0; s < k; s++) sum = sum + product.left(i, s) * product.right(s, j);
      if (bitsOf(sum) == bitsOf(product.result(i, j))) continue;
      std::printf("row %" PRId64 ", column %" PRId64 ": %a instead of %a\n", i, j, product.result(i, j), sum);
      return;
    }
  }
  std::puts("same");
}

// The processor time of this process: other processes affect it less than the wall-clock time.
template <class F>
void time(double operations, F run) {
  const std::clock_t begin = std::clock();
  run();
  const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%.9g %.17g\n", seconds, operations);
}

void timeProduct(Product& product, int64_t times) {
  const auto [m, k, n] = product.shape;
  product.run();
  time(2.0 * m * k * n * times, [&] {
    for (int64_t t = 0; t < times; t++) product.run();
  });
}

// All 1, but unknown to the compiler: all results stay normal numbers.
void bound(const char* name, int64_t times) {
  std::vector<double> memory(2 * V::registers * V::lanes, 1.0);
  const int64_t rounds = times * kRounds;
  const double each = 2.0 * V::lanes * static_cast<double>(rounds);
  if (std::strcmp(name, "strict") == 0) {
    time(each * kStrictChains, [&] { strictRounds(rounds, memory.data()); });
  } else if (fuses()) {
    time(each * kFusedChains, [&] { fusedRounds(rounds, memory.data()); });
  } else {
    std::puts("none");
  }
}

bool answer(const char* line) {
  char name[32];
  Shape shape;
  int64_t times = 1;
  if (std::sscanf(line, "bound %31s %" SCNd64, name, &times) == 2) {
    bound(name, times);
    return true;
  }
  char what[8];
  const int read = std::sscanf(line, "%7s %31s %" SCNd64 " %" SCNd64 " %" SCNd64 " %" SCNd64, what, name, &shape.m,
                               &shape.k, &shape.n, &times);
  const std::unique_ptr<Product> product = read >= 5 ? makeProduct(name, shape) : nullptr;
  if (product == nullptr) return false;
  if (read == 6) {
    timeProduct(*product, times);
  } else {
    check(*product);
  }
  return true;
}

}  // namespace
}  // namespace lockstep

int main() {
  char line[256];
  while (std::fgets(line, sizeof line, stdin) != nullptr) {
    if (!lockstep::answer(line)) {
      std::fprintf(stderr, "not a request: %s", line);
      return 2;
    }
    std::fflush(stdout);
  }
}
