// The steps of a dense network as plain loops over fixed sizes, ordered so that the compiler vectorises the innermost.
// That loop runs over neighbouring outputs, never over the terms of a sum. Matrices are row-major.
#pragma once

#include <algorithm>
#include <cmath>

#include "narrow.h"

// z = a w + b. The sums of a row stay in the L1 cache while the loop reads the weights.
template <int inputs, int units>
void denseForward(int rows, const double* __restrict a, const double* __restrict w, const double* __restrict b,
                  double* __restrict z) {
  for (int r = 0; r < rows; r++) {
    double sums[units];
    for (int j = 0; j < units; j++) sums[j] = b[j];
    for (int k = 0; k < inputs; k++) {
      const double ark = a[r * inputs + k];
      for (int j = 0; j < units; j++) sums[j] += ark * w[k * units + j];
    }
    for (int j = 0; j < units; j++) z[r * units + j] = sums[j];
  }
}

// The same for wide layers, in tiles of rows and neighbouring units whose sums stay in registers: the weights are read
// once for some rows.
template <int inputs, int units>
void wideForward(int rows, const double* __restrict a, const double* __restrict w, const double* __restrict b,
                 double* __restrict z) {
  constexpr int kVectors = narrow::kTileVectors, kWide = kVectors * vectors::kLanes;
  static_assert(units % kWide == 0);
  for (int j0 = 0; j0 < units; j0 += kWide) {
    narrow::inTiles<narrow::kTileUnits>(rows, [&](auto high, int r0) {
      constexpr int tile = high;
      vectors::V sums[tile][kVectors];
      for (int r = 0; r < tile; r++) {
        for (int v = 0; v < kVectors; v++) sums[r][v] = vectors::load(b + j0 + v * vectors::kLanes);
      }
      for (int k = 0; k < inputs; k++) {
        for (int v = 0; v < kVectors; v++) {
          const vectors::V weights = vectors::load(w + k * units + j0 + v * vectors::kLanes);
          for (int r = 0; r < tile; r++) sums[r][v] += a[(r0 + r) * inputs + k] * weights;
        }
      }
      for (int r = 0; r < tile; r++) {
        for (int v = 0; v < kVectors; v++) vectors::store(z + (r0 + r) * units + j0 + v * vectors::kLanes, sums[r][v]);
      }
    });
  }
}

// gw = aᵀ d and gb for wide layers, in tiles of inputs and neighbouring units.
template <int inputs, int units>
void wideGradients(int rows, const double* __restrict a, const double* __restrict d, double* __restrict gw,
                   double* __restrict gb) {
  constexpr int kVectors = narrow::kTileVectors, kWide = kVectors * vectors::kLanes;
  static_assert(units % kWide == 0);
  for (int j0 = 0; j0 < units; j0 += kWide) {
    narrow::inTiles<inputs, narrow::kTileUnits>([&](auto high, int k0) {
      constexpr int tile = high;
      vectors::V sums[tile][kVectors] = {};
      for (int r = 0; r < rows; r++) {
        for (int v = 0; v < kVectors; v++) {
          const vectors::V delta = vectors::load(d + r * units + j0 + v * vectors::kLanes);
          for (int k = 0; k < tile; k++) sums[k][v] += a[r * inputs + k0 + k] * delta;
        }
      }
      for (int k = 0; k < tile; k++) {
        for (int v = 0; v < kVectors; v++) vectors::store(gw + (k0 + k) * units + j0 + v * vectors::kLanes, sums[k][v]);
      }
    });
  }
  for (int j = 0; j < units; j++) gb[j] = 0;
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < units; j++) gb[j] += d[r * units + j];
  }
}

// gw = aᵀ d, gb = the sums of d's columns.
template <int inputs, int units>
void denseGradients(int rows, const double* __restrict a, const double* __restrict d, double* __restrict gw,
                    double* __restrict gb) {
  for (int k = 0; k < inputs; k++) {
    double sums[units] = {};
    for (int r = 0; r < rows; r++) {
      const double ark = a[r * inputs + k];
      for (int j = 0; j < units; j++) sums[j] += ark * d[r * units + j];
    }
    for (int j = 0; j < units; j++) gw[k * units + j] = sums[j];
  }
  for (int j = 0; j < units; j++) gb[j] = 0;
  for (int r = 0; r < rows; r++) {
    for (int j = 0; j < units; j++) gb[j] += d[r * units + j];
  }
}

// dIn = d wᵀ where the previous layer's ReLU gave a > 0, otherwise 0. The weights are transposed first, so that the
// innermost loop runs over the inputs.
template <int inputs, int units>
void denseBackward(int rows, const double* __restrict d, const double* __restrict w, const double* __restrict a,
                   double* __restrict dIn) {
  static double turned[units * inputs];
  for (int k = 0; k < inputs; k++) {
    for (int j = 0; j < units; j++) turned[j * inputs + k] = w[k * units + j];
  }
  for (int r = 0; r < rows; r++) {
    double sums[inputs] = {};
    for (int j = 0; j < units; j++) {
      const double drj = d[r * units + j];
      for (int k = 0; k < inputs; k++) sums[k] += drj * turned[j * inputs + k];
    }
    for (int k = 0; k < inputs; k++) dIn[r * inputs + k] = a[r * inputs + k] > 0 ? sums[k] : 0;
  }
}

inline void relu(int count, double* a) {
  for (int i = 0; i < count; i++) a[i] = a[i] > 0 ? a[i] : 0;
}

// Converts logits to probabilities; returns the sum of the rows' cross-entropies, -Σ y log p.
template <int units>
double softmaxCrossEntropy(int rows, double* z, const double* y) {
  double total = 0;
  for (int r = 0; r < rows; r++, z += units, y += units) {
    const double largest = *std::max_element(z, z + units);
    double sum = 0, target = 0, weight = 0;
    for (int j = 0; j < units; j++) {
      const double shifted = z[j] - largest;
      target += y[j] * shifted;
      weight += y[j];
      z[j] = std::exp(shifted);
      sum += z[j];
    }
    for (int j = 0; j < units; j++) z[j] /= sum;
    total += weight * std::log(sum) - target;
  }
  return total;
}
