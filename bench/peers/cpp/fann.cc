// The experiment with FANN (Fast Artificial Neural Network Library), its double version.

#include <cmath>
#include <memory>

#include <doublefann.h>

#include "protocol.h"

namespace {

using Network = std::unique_ptr<fann, decltype(&fann_destroy)>;

// Neurons are numbered layer by layer, each layer's bias last: 0 1 (2) - 3 4 (5) - 6.
constexpr unsigned int FROM_TO[9][2] = {{0, 3}, {0, 4}, {1, 3}, {1, 4}, {2, 3}, {2, 4}, {3, 6}, {4, 6}, {5, 6}};

Network make(double learningRate) {
  Network network(fann_create_standard(3, 2, 2, 1), fann_destroy);
  fann_set_training_algorithm(network.get(), FANN_TRAIN_BATCH);
  // Its sigmoid is 1 / (1 + e^(-2 steepness z)).
  fann_set_activation_function_hidden(network.get(), FANN_SIGMOID);
  fann_set_activation_function_output(network.get(), FANN_SIGMOID);
  fann_set_activation_steepness_hidden(network.get(), 0.5);
  fann_set_activation_steepness_output(network.get(), 0.5);
  // The default error function takes the arctanh of the error.
  fann_set_train_error_function(network.get(), FANN_ERRORFUNC_LINEAR);
  // A step is the learning rate times the mean over the rows, as in the workload.
  fann_set_learning_rate(network.get(), static_cast<float>(learningRate));
  return network;
}

void setParameters(const Network& network, const double* p) {
  for (int i = 0; i < 9; i++) fann_set_weight(network.get(), FROM_TO[i][0], FROM_TO[i][1], p[i]);
}

}  // namespace

int main(int argc, char** argv) {
  const protocol::Workload w = protocol::load(argc, argv);
  if (w.shape.find("softmax") != std::string::npos) protocol::skip("FANN has no softmax and no mini-batches");
  if (w.shape != "2-2-1 sigmoid sigmoid halfSquaredError sgd" || w.batchSize != w.rows) {
    protocol::skip("written for the experiment's network and full batches");
  }
  fann_train_data* data = fann_create_train(static_cast<unsigned int>(w.rows), 2, 1);
  for (std::size_t r = 0; r < w.rows; r++) {
    data->input[r][0] = w.x[2 * r];
    data->input[r][1] = w.x[2 * r + 1];
    data->output[r][0] = w.y[r];
  }

  // The first epoch allocates its training arrays; the network keeps them.
  const Network network = make(w.learningRate);
  protocol::serve(
      w, "FANN 2.2 (double)",
      "takes a sigmoid's derivative as if its value were between 0.01 and 0.99: other weights once a unit saturates",
      [&](double* p, std::size_t epochs) {
        setParameters(network, p);
        fann_train_on_data(network.get(), data, static_cast<unsigned int>(epochs), 0, 0);
      },
      [&](const double*) {
        double squares = 0;
        for (std::size_t r = 0; r < w.rows; r++) {
          const double error = fann_run(network.get(), data->input[r])[0] - w.y[r];
          squares += error * error;
        }
        return squares / (2.0 * static_cast<double>(w.rows));
      });
  fann_destroy_train(data);
  return 0;
}
