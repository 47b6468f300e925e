// The experiment's network by hand; bench/experiment/rivals/xor.h has the training.

#include "../../experiment/rivals/xor.h"

#include "plain.h"

void experiment(const protocol::Workload& w) {
  if (w.rows != 4 || w.batchSize != 4) protocol::skip("written for one batch of 4 rows");
  std::vector<double> history;
  protocol::serve(
      w, protocol::compiler(), "",
      [&](double* parameters, std::size_t epochs) {
        history.resize(epochs);
        xor_rival::train(parameters, w.x.data(), w.y.data(), history.data(), epochs, w.learningRate);
      },
      [&](const double* parameters) { return xor_rival::lossOf(parameters, w.x.data(), w.y.data()); });
}
