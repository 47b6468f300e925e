// The measured functions: the distribution of their points, the results of special values, and the C library's
// functions of long double as references.
#pragma once

#include <cfloat>
#include <cinttypes>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "simd/scalar.h"
#include "kernels/math.inl"

#if FLT_EVAL_METHOD != 0
#error "This compiler computes double in another format: the kernels would not give their bits."
#endif

namespace {

using lockstep::bitsOf;
using lockstep::ofBits;
using lockstep::Scalar;

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kMax = std::numeric_limits<double>::max();
constexpr double kNormal = std::numeric_limits<double>::min();
constexpr double kSubnormal = std::numeric_limits<double>::denorm_min();
constexpr double kLn2 = 0x1.62e42fefa39efp-1;
// The last x before e^x passes the largest double, half the smallest subnormal, and the smallest normal double.
constexpr double kOverflow = 0x1.62e42fefa39efp+9;
constexpr double kUnderflow = -0x1.74910d52d3051p+9;
constexpr double kGradual = -0x1.6232bdd7abcd2p+9;

double nextUp(double x) { return std::nextafter(x, kInf); }
double nextDown(double x) { return std::nextafter(x, -kInf); }

// The generators of points. The C++ standard fixes the numbers of std::mt19937_64, but not its distributions, so these
// use the bits.
class Source {
 public:
  explicit Source(uint64_t seed) : engine(seed) {}

  uint64_t bits() { return engine(); }
  uint64_t below(uint64_t count) { return bits() % count; }
  double sign() { return bits() >> 63 ? -1 : 1; }
  // About uniform from low to high; the last bits are drawn again, as small numbers would otherwise end in zeros.
  double uniform(double low, double high) {
    return near(low + (high - low) * (static_cast<double>(bits() >> 11) * 0x1p-53), 20);
  }
  // 2^e (1 + f) with an integer e from low to high, each equally likely, and f uniform in [0, 1).
  double binades(int low, int high) {
    const int e = low + static_cast<int>(below(static_cast<uint64_t>(high - low + 1)));
    return std::ldexp(1 + static_cast<double>(bits() >> 12) * 0x1p-52, e);
  }
  // The same with either sign.
  double signedBinades(int low, int high) {
    const double size = binades(low, high);
    return sign() * size;
  }
  // Any bits of a finite number: every exponent equally likely, subnormal numbers included, both signs.
  double finite() {
    for (;;) {
      const double x = ofBits(bits());
      if (std::isfinite(x)) return x;
    }
  }
  double subnormal() { return ofBits(bits() >> 12); }
  // n doubles above or below x, where n has up to `length` bits, each length equally likely.
  double near(double x, int length) {
    const int shift = 64 - static_cast<int>(below(static_cast<uint64_t>(length) + 1));
    const int64_t distance = shift == 64 ? 0 : static_cast<int64_t>(bits() >> shift);
    return ofOrder(order(x) + (bits() >> 63 ? -distance : distance));
  }
  double nearOneOf(const std::vector<double>& values) { return near(values[below(values.size())], 46); }

 private:
  // Doubles as integers in the same order; both zeros are 0.
  static int64_t order(double x) {
    const int64_t magnitude = static_cast<int64_t>(bitsOf(std::fabs(x)));
    return std::signbit(x) ? -magnitude : magnitude;
  }
  static double ofOrder(int64_t order) {
    const double magnitude = ofBits(static_cast<uint64_t>(order < 0 ? -order : order));
    return order < 0 ? -magnitude : magnitude;
  }

  std::mt19937_64 engine;
};

// One kind of points and its share in percent.
struct Kind {
  const char* name;
  int share;
  std::function<double(Source&)> draw;
};

// The required result, to the bit (but any NaN for NaN).
struct Special {
  double x;
  double expected;
};

struct Function {
  const char* name;
  double (*kernel)(double);
  long double (*reference)(long double);
  // Whether x is in the domain of the function.
  bool (*takes)(double);
  std::vector<Kind> kinds;
  std::vector<Special> specials;
};

bool anyNumber(double) { return true; }

long double softplusReference(long double z) { return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z)); }

// By definition 0 where e^-z overflows.
long double sigmoidReference(long double z) { return z < -kOverflow ? 0 : 1 / (1 + std::exp(-z)); }

// ln cosh x without cosh: near 1 its logarithm loses digits. cosh x = 1 + 2 sinh²(x / 2).
long double logCoshReference(long double x) {
  const long double size = std::fabs(x);
  if (size > 1) return size - std::log(2.0L) + std::log1p(std::exp(-2 * size));
  const long double half = std::sinh(size / 2);
  return std::log1p(2 * half * half);
}

std::vector<Function> functions() {
  const std::vector<double> expThresholds = {0, 700, -700, kOverflow, kUnderflow, kGradual, kLn2 / 32, -kLn2 / 32};
  const std::vector<double> tanhThresholds = {0,  kLn2 / 64, -kLn2 / 64,         0.55, 1,
                                              -1, 18.7,      19.061547465398498, 350,  kOverflow / 2};
  const double root = 0x1.6a09e667f3bcdp-1;
  const double rootWord = 0x1.6a09ep-1;
  const std::vector<double> logThresholds = {1, 0.5, 2, root, 2 * root, rootWord, 2 * rootWord, kNormal, kMax};
  const std::vector<double> softplusThresholds = {
      0,   kLn2, -kLn2,      0.881373587019543, -0.881373587019543, 36.7368005696771, -36.7368005696771,
      700, -700, kUnderflow, kGradual};
  const std::vector<double> sigmoidThresholds = {
      0, 700, -700, -kOverflow, kGradual, 36.7368005696771, -36.7368005696771};
  const std::vector<double> erfThresholds = {0, 0.84375, -0.84375, 1, 4, -4, 5.9215871957945083, 6};
  const std::vector<double> expm1Thresholds = {0, -kLn2 / 32, -kLn2, -37, -38.12, -40, -kOverflow};
  const std::vector<double> logCoshThresholds = {0, 0.6, -0.6, 1, 19, 350, -kOverflow / 2};
  const std::vector<double> unitThresholds = {0, 0.41421356237309503, 0.5, 1, kNormal};

  return {
      {"exp",
       [](double x) { return lockstep::exp(Scalar{x}).v; },
       [](long double x) { return std::exp(x); },
       anyNumber,
       {{"uniform in [-708.3, 709.8]", 30, [](Source& s) { return s.uniform(-708.3, 709.8); }},
        {"uniform in [-1, 1]", 15, [](Source& s) { return s.uniform(-1, 1); }},
        {"size 2^-60 to 2^10", 15, [](Source& s) { return s.signedBinades(-60, 9); }},
        {"subnormal results", 10, [](Source& s) { return s.uniform(-745.2, kGradual); }},
        {"between two steps of the table", 15,
         [](Source& s) { return s.near((static_cast<double>(s.below(33600)) - 17199.5) * (kLn2 / 16), 20); }},
        {"thresholds", 10, [=](Source& s) { return s.nearOneOf(expThresholds); }},
        {"any bits", 5, [](Source& s) { return s.finite(); }}},
       {{0.0, 1},
        {-0.0, 1},
        {kInf, kInf},
        {-kInf, 0},
        {kNaN, kNaN},
        {kSubnormal, 1},
        {-kSubnormal, 1},
        {kNormal, 1},
        {-kNormal, 1},
        {kMax, kInf},
        {-kMax, 0},
        {nextUp(kOverflow), kInf},
        {kUnderflow, kSubnormal},
        {nextDown(kUnderflow), 0}}},
      {"log",
       [](double x) { return lockstep::log(Scalar{x}).v; },
       [](long double x) { return std::log(x); },
       [](double x) { return x > 0; },
       {{"any positive bits", 40, [](Source& s) { return std::fabs(s.finite()); }},
        {"uniform in [0, 10]", 15, [](Source& s) { return s.uniform(0, 10); }},
        {"1 more or less 2^-53 to 1/2", 15, [](Source& s) { return 1 + s.signedBinades(-53, -2); }},
        {"subnormal", 10, [](Source& s) { return s.subnormal(); }},
        {"powers of two times sqrt(1/2)", 10,
         [=](Source& s) {
           const double start = s.sign() < 0 ? root : rootWord;
           return s.near(std::ldexp(start, static_cast<int>(s.below(2040)) - 1018), 40);
         }},
        {"thresholds", 10, [=](Source& s) { return s.nearOneOf(logThresholds); }}},
       {{0.0, -kInf},
        {-0.0, -kInf},
        {kInf, kInf},
        {-kInf, kNaN},
        {kNaN, kNaN},
        {-1, kNaN},
        {-kSubnormal, kNaN},
        {-kMax, kNaN},
        {1, 0.0},
        {2, kLn2},
        {0.5, -kLn2},
        {kSubnormal, -0x1.74385446d71c3p+9},
        {kNormal, -0x1.6232bdd7abcd2p+9},
        {kMax, kOverflow}}},
      {"tanh",
       [](double x) { return lockstep::tanh(Scalar{x}).v; },
       [](long double x) { return std::tanh(x); },
       anyNumber,
       {{"uniform in [-20, 20]", 20, [](Source& s) { return s.uniform(-20, 20); }},
        {"uniform in [-1, 1]", 25, [](Source& s) { return s.uniform(-1, 1); }},
        {"size 2^-60 to 2^5", 25, [](Source& s) { return s.signedBinades(-60, 4); }},
        {"between two steps of the table", 10,
         [](Source& s) { return s.near((static_cast<double>(s.below(1800)) - 899.5) * (kLn2 / 32), 20); }},
        {"thresholds", 15, [=](Source& s) { return s.nearOneOf(tanhThresholds); }},
        {"any bits", 5, [](Source& s) { return s.finite(); }}},
       {{0.0, 0.0},
        {-0.0, -0.0},
        {kInf, 1},
        {-kInf, -1},
        {kNaN, kNaN},
        {kSubnormal, kSubnormal},
        {-kSubnormal, -kSubnormal},
        {kNormal, kNormal},
        {-kNormal, -kNormal},
        {kMax, 1},
        {-kMax, -1},
        {22, 1},
        {-22, -1},
        {350, 1},
        {nextUp(350), 1},
        {nextUp(kOverflow / 2), 1}}},
      {"softplus",
       [](double x) { return lockstep::softplus(Scalar{x}).v; },
       softplusReference,
       anyNumber,
       {{"uniform in [-40, 40]", 30, [](Source& s) { return s.uniform(-40, 40); }},
        {"uniform in [-745.2, 745.2]", 15, [](Source& s) { return s.uniform(-745.2, 745.2); }},
        {"uniform in [-2, 2]", 20, [](Source& s) { return s.uniform(-2, 2); }},
        {"size 2^-60 to 2^10", 10, [](Source& s) { return s.signedBinades(-60, 9); }},
        {"subnormal results", 5, [](Source& s) { return s.uniform(-745.2, kGradual); }},
        {"thresholds", 15, [=](Source& s) { return s.nearOneOf(softplusThresholds); }},
        {"any bits", 5, [](Source& s) { return s.finite(); }}},
       {{0.0, kLn2},
        {-0.0, kLn2},
        {kInf, kInf},
        {-kInf, 0},
        {kNaN, kNaN},
        {kSubnormal, kLn2},
        {-kSubnormal, kLn2},
        {kNormal, kLn2},
        {-kNormal, kLn2},
        {kMax, kMax},
        {-kMax, 0},
        {kUnderflow, kSubnormal},
        {nextDown(kUnderflow), 0}}},
      {"sigmoid",
       [](double x) { return lockstep::sigmoid(Scalar{x}).v; },
       sigmoidReference,
       anyNumber,
       {{"uniform in [-40, 40]", 20, [](Source& s) { return s.uniform(-40, 40); }},
        {"uniform in [-36.8, -36.7]", 10, [](Source& s) { return s.uniform(-36.8, -36.7); }},
        {"uniform in [-709.8, 40]", 20, [](Source& s) { return s.uniform(-709.8, 40); }},
        {"uniform in [-2, 2]", 20, [](Source& s) { return s.uniform(-2, 2); }},
        {"size 2^-60 to 2^10", 10, [](Source& s) { return s.signedBinades(-60, 9); }},
        {"thresholds", 15, [=](Source& s) { return s.nearOneOf(sigmoidThresholds); }},
        {"any bits", 5, [](Source& s) { return s.finite(); }}},
       {{0.0, 0.5},
        {-0.0, 0.5},
        {kInf, 1},
        {-kInf, 0},
        {kNaN, kNaN},
        {kSubnormal, 0.5},
        {-kSubnormal, 0.5},
        {kNormal, 0.5},
        {-kNormal, 0.5},
        {kMax, 1},
        {-kMax, 0},
        {709, 1},
        {nextDown(-kOverflow), 0}}},
      {"log1pUnit",
       [](double x) { return lockstep::log1pUnit(Scalar{x}).v; },
       [](long double x) { return std::log1p(x); },
       [](double x) { return x >= 0 && x <= 1 && !std::signbit(x); },
       {{"uniform in [0, 1]", 40, [](Source& s) { return s.uniform(0, 1); }},
        {"size 2^-60 to 1", 25, [](Source& s) { return s.binades(-60, -1); }},
        {"size 2^-1074 to 1", 10, [](Source& s) { return s.binades(-1074, -1); }},
        {"subnormal", 5, [](Source& s) { return s.subnormal(); }},
        {"thresholds", 20, [=](Source& s) { return s.nearOneOf(unitThresholds); }}},
       {{0.0, 0.0}, {1, kLn2}, {kNaN, kNaN}, {kSubnormal, kSubnormal}, {kNormal, kNormal}}},
      {"erf",
       [](double x) { return lockstep::erf(Scalar{x}).v; },
       [](long double x) { return std::erf(x); },
       anyNumber,
       {{"uniform in [-6.1, 6.1]", 30, [](Source& s) { return s.uniform(-6.1, 6.1); }},
        {"uniform in [-1, 1]", 25, [](Source& s) { return s.uniform(-1, 1); }},
        {"size 2^-60 to 2^3", 20, [](Source& s) { return s.signedBinades(-60, 2); }},
        {"subnormal", 5, [](Source& s) { return s.subnormal(); }},
        {"thresholds", 15, [=](Source& s) { return s.nearOneOf(erfThresholds); }},
        {"any bits", 5, [](Source& s) { return s.finite(); }}},
       {{0.0, 0.0},
        {-0.0, -0.0},
        {kInf, 1},
        {-kInf, -1},
        {kNaN, kNaN},
        {kSubnormal, kSubnormal},
        {-kSubnormal, -kSubnormal},
        {6, 1},
        {-6, -1},
        {kMax, 1},
        {-kMax, -1}}},
      {"expm1Negative",
       [](double x) { return lockstep::expm1Negative(Scalar{x}).v; },
       [](long double x) { return std::expm1(x); },
       [](double x) { return x <= 0; },
       {{"uniform in [-40, 0]", 25, [](Source& s) { return s.uniform(-40, 0); }},
        {"uniform in [-2, 0]", 30, [](Source& s) { return s.uniform(-2, 0); }},
        {"size 2^-60 to 2^10", 20, [](Source& s) { return -s.binades(-60, 9); }},
        {"subnormal", 5, [](Source& s) { return -s.subnormal(); }},
        {"thresholds", 15, [=](Source& s) { return -std::fabs(s.nearOneOf(expm1Thresholds)); }},
        {"any negative bits", 5, [](Source& s) { return -std::fabs(s.finite()); }}},
       {{-0.0, -0.0}, {-kInf, -1}, {kNaN, kNaN}, {-kNormal, -kNormal}, {-kMax, -1}, {-40, -1}, {-kOverflow, -1}}},
      {"logCosh",
       [](double x) { return lockstep::logCosh(Scalar{x}).v; },
       logCoshReference,
       anyNumber,
       {{"uniform in [-20, 20]", 25, [](Source& s) { return s.uniform(-20, 20); }},
        {"uniform in [-1, 1]", 30, [](Source& s) { return s.uniform(-1, 1); }},
        {"size 2^-60 to 2^10", 20, [](Source& s) { return s.signedBinades(-60, 9); }},
        {"thresholds", 20, [=](Source& s) { return s.nearOneOf(logCoshThresholds); }},
        {"any bits", 5, [](Source& s) { return s.finite(); }}},
       {{0.0, 0.0},
        {-0.0, 0.0},
        {kInf, kInf},
        {-kInf, kInf},
        {kNaN, kNaN},
        {kSubnormal, 0},
        {kNormal, 0},
        {kMax, kMax},
        {-kMax, kMax}}},
  };
}

}  // namespace
