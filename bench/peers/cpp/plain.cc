// Plain C++: hand-written programs for exactly these three networks.

#include "plain.h"

int main(int argc, char** argv) {
  const protocol::Workload w = protocol::load(argc, argv);
  if (w.shape == "2-2-1 sigmoid sigmoid halfSquaredError sgd") {
    experiment(w);
  } else if (w.shape == "16-64-64-3 relu relu softmax categoricalCrossentropy adam") {
    tabular(w);
  } else if (w.shape == "784-128-10 relu softmax categoricalCrossentropy sgd") {
    digits(w);
  } else {
    protocol::skip("not written for " + w.shape);
  }
  return 0;
}
