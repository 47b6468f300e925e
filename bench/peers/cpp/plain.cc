// Plain C++: hand-written programs for exactly these networks.

#include "plain.h"

#include <utility>

int main(int argc, char** argv) {
  constexpr std::pair<const char*, void (*)(const protocol::Workload&)> kPrograms[] = {
      {"2-2-1 sigmoid sigmoid halfSquaredError sgd", experiment},
      {"16-64-64-3 relu relu softmax categoricalCrossentropy adam", tabular},
      {"784-128-10 relu softmax categoricalCrossentropy sgd", digits},
      {"24-8-2 tanh tanh meanSquaredError sgd", chainsSmall},
      {"4-32-16-4 tanh tanh linear meanSquaredError adam", chains},
      {"10-46-46-10 relu relu softmax categoricalCrossentropy adam", cliff},
      {"24-16-3 batchNormalization relu softmax categoricalCrossentropy sgd", sensor},
      {"9-16-1 tanh linear meanSquaredError adam", population},
  };
  const protocol::Workload w = protocol::load(argc, argv);
  for (const auto& [shape, program] : kPrograms) {
    if (w.shape == shape) {
      program(w);
      return 0;
    }
  }
  protocol::skip("not written for " + w.shape);
}
