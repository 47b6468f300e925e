// Measures the elementary functions of native/kernels/math.inl, one per run, against the C library's functions of long
// double. With 64 bits of fraction or more these are 2^11 times finer than a double.
//
// Usage: measure FUNCTION POINTS SEED SAMPLE-SIZE SAMPLE-FILE
// Writes one line of JSON, with doubles as the hex digits of their bits. Writes about SAMPLE-SIZE evenly spaced points
// and all special values to the sample file, each as two doubles: x and the function's value. Exits
// with 2 for wrong arguments, with 3 where long double is not wider than double.

#include <cfloat>
#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "functions.h"

namespace {

// |computed - exact| in units in the last place. With 2^e <= |exact| < 2^(e+1) a unit is 2^(e-52), and 2^-1074 where
// that would be less. e is the exponent before the exact value is rounded to a double: just below a power of two the
// unit is the smaller one, so no error is smaller than with the rounded value's unit. Infinite if only one of the two
// overflows.
long double errorInUlps(double computed, long double exact) {
  const double rounded = static_cast<double>(exact);
  if (std::isnan(computed) || std::isinf(computed) || std::isinf(rounded)) {
    return computed == rounded ? 0 : std::numeric_limits<long double>::infinity();
  }
  int e = exact == 0 ? -1022 : std::ilogb(exact);
  if (e < -1022) e = -1022;
  return std::ldexp(std::fabs(static_cast<long double>(computed) - exact), 52 - e);
}

bool same(double a, double b) { return (std::isnan(a) && std::isnan(b)) || bitsOf(a) == bitsOf(b); }

struct Worst {
  long double error = -1;
  double x = 0;
  double computed = 0;
  double exact = 0;
};

class Sample {
 public:
  explicit Sample(const char* path) : file(std::fopen(path, "wb")) {
    if (file == nullptr) fail();
  }
  void add(double x, double result) {
    const double both[2] = {x, result};
    if (std::fwrite(both, sizeof both, 1, file) != 1) fail();
    count++;
  }
  int64_t close() {
    if (std::fclose(file) != 0) fail();
    return count;
  }

 private:
  [[noreturn]] static void fail() {
    std::perror("the sample file");
    std::exit(2);
  }
  std::FILE* file;
  int64_t count = 0;
};

// Points of one kind; points outside the function's domain are drawn again.
Worst measureKind(const Function& function, const Kind& kind, int64_t points, int64_t stride, Source& source,
                  Sample& sample) {
  Worst worst;
  for (int64_t i = 0; i < points; i++) {
    double x = kind.draw(source);
    while (!function.takes(x)) x = kind.draw(source);
    const double computed = function.kernel(x);
    const long double exact = function.reference(x);
    const long double error = errorInUlps(computed, exact);
    if (!(error <= worst.error)) worst = {error, x, computed, static_cast<double>(exact)};
    if (i % stride == 0) sample.add(x, computed);
  }
  return worst;
}

void measure(const Function& function, int64_t points, uint64_t seed, int64_t sampleSize, const char* path) {
  Source source(seed);
  Sample sample(path);
  const int64_t stride = points > sampleSize ? points / sampleSize : 1;
  int64_t done = 0;
  std::string kinds;
  for (const Kind& kind : function.kinds) {
    const bool last = &kind == &function.kinds.back();
    const int64_t share = last ? points - done : points * kind.share / 100;
    const Worst worst = measureKind(function, kind, share, stride, source, sample);
    done += share;
    char line[400];
    std::snprintf(line, sizeof line,
                  "%s{\"name\":\"%s\",\"points\":%" PRId64 ",\"ulps\":\"%.4Lf\",\"x\":\"%016" PRIx64
                  "\",\"computed\":\"%016" PRIx64 "\",\"exact\":\"%016" PRIx64 "\"}",
                  kinds.empty() ? "" : ",", kind.name, share, worst.error, bitsOf(worst.x), bitsOf(worst.computed),
                  bitsOf(worst.exact));
    kinds += line;
  }
  std::string wrong;
  for (const Special& special : function.specials) {
    const double computed = function.kernel(special.x);
    sample.add(special.x, computed);
    if (same(computed, special.expected)) continue;
    char line[200];
    std::snprintf(line, sizeof line,
                  "%s{\"x\":\"%016" PRIx64 "\",\"computed\":\"%016" PRIx64 "\",\"exact\":\"%016" PRIx64 "\"}",
                  wrong.empty() ? "" : ",", bitsOf(special.x), bitsOf(computed), bitsOf(special.expected));
    wrong += line;
  }
  std::printf("{\"bits\":%d,\"points\":%" PRId64 ",\"kinds\":[%s],\"specials\":%zu,\"wrong\":[%s],\"sampled\":%" PRId64
              "}\n",
              LDBL_MANT_DIG, done, kinds.c_str(), function.specials.size(), wrong.c_str(), sample.close());
}

}  // namespace

int main(int argc, char** argv) {
  // A pair of doubles, as on some PowerPC systems, has more bits but no more range: it is not fine enough either.
  if (LDBL_MANT_DIG < 64 || LDBL_MAX_EXP <= DBL_MAX_EXP) {
    std::fprintf(
        stderr,
        "long double has %d bits of fraction here, double has 53: there is nothing finer to measure against. "
        "Measure on x86-64 Linux (g++ or clang++), or wherever long double has at least 64 bits. The functions "
        "give the same bits on every platform, so the errors measured there hold here as well.\n",
        LDBL_MANT_DIG);
    return 3;
  }
  if (argc == 6) {
    const int64_t points = std::strtoll(argv[2], nullptr, 10);
    const uint64_t seed = std::strtoull(argv[3], nullptr, 10);
    const int64_t sampleSize = std::strtoll(argv[4], nullptr, 10);
    for (const Function& function : functions()) {
      if (std::strcmp(function.name, argv[1]) != 0 || points < 1 || sampleSize < 1) continue;
      measure(function, points, seed, sampleSize, argv[5]);
      return 0;
    }
  }
  std::fprintf(stderr, "usage: measure FUNCTION POINTS SEED SAMPLE-SIZE SAMPLE-FILE\n");
  return 2;
}
