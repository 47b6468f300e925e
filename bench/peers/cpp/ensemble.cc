// The experiment's ten trainings at once, by hand: the rival of an ensemble. bench/experiment/rivals/xor_ensemble.h has
// the training. A training's time is its share, as for the library's ensemble.

#include "../../experiment/rivals/xor_ensemble.h"

#include <algorithm>

#include "../../experiment/rivals/xor.h"
#include "protocol.h"

namespace {

constexpr int NETWORKS = 10, PARAMETERS = 9;

}  // namespace

int main(int argc, char** argv) {
  const protocol::Workload w = protocol::load(argc, argv);
  if (w.shape != "2-2-1 sigmoid sigmoid halfSquaredError sgd" || w.rows != 4 || w.batchSize != 4 ||
      w.starts.size() != NETWORKS) {
    protocol::skip("written for the ten starts of the experiment");
  }
  const std::string note = "trains all ten starts at once; a training's time is its share";
  std::vector<double> losses;
  protocol::serveAnswers(protocol::compiler(), note, true, [&](std::size_t start, std::size_t epochs) {
    double parameters[NETWORKS * PARAMETERS];
    for (std::size_t i = 0; i < NETWORKS; i++) std::copy_n(w.starts[i].data(), PARAMETERS, parameters + i * PARAMETERS);
    // With room for the unused lanes of the last vector.
    losses.resize(epochs * (NETWORKS + vectors::kLanes));
    const double seconds = protocol::secondsOf([&] {
      xor_rival::trainTogether<NETWORKS>(parameters, w.x.data(), w.y.data(), losses.data(), epochs, w.learningRate);
    });
    const double loss = xor_rival::lossOf(parameters + start * PARAMETERS, w.x.data(), w.y.data());
    return protocol::Answer{seconds / NETWORKS, loss, {}};
  });
  return 0;
}
