"""The workloads with scikit-learn's MLPClassifier, as closely as its interface allows."""

import warnings

import protocol
from protocol import np

try:
    import sklearn
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier
except ImportError as error:
    protocol.not_installed(error)

# It warns whenever it trains for the requested number of epochs.
warnings.simplefilter("ignore", ConvergenceWarning)

options = protocol.arguments()
if options.float32:
    protocol.skip("measured in float64 only")
workload = protocol.load(options.workload)
hyper = workload.optimizer
two_classes = workload.loss == "halfSquaredError"
classes = workload.y[:, 0].astype(int) if two_classes else workload.y.argmax(axis=1)
[hidden_activation] = set(workload.activations[:-1])

notes = []
if two_classes:
    # Only the classifier has a sigmoid output. The regressor's output is linear, and its gradient assumes that.
    notes.append("minimises the log loss, the one it has for a sigmoid output: another gradient at the output, so other weights")
if hyper["name"] == "adam":
    notes.append("Adam adds epsilon before the bias correction")


def prepare(start):
    model = MLPClassifier(
        hidden_layer_sizes=[len(bias) for _, bias in start[:-1]],
        activation={"sigmoid": "logistic", "relu": "relu"}[hidden_activation],
        solver=hyper["name"],
        learning_rate_init=hyper["learningRate"],
        beta_1=hyper.get("beta1", 0.9),
        beta_2=hyper.get("beta2", 0.999),
        epsilon=hyper.get("epsilon", 1e-8),
        momentum=0,
        nesterovs_momentum=False,
        alpha=0,
        batch_size=workload.batch_size,
        shuffle=False,
        warm_start=True,
        n_iter_no_change=np.inf,
        max_iter=1,
    )
    # One epoch creates its own weights, which are then replaced: a warm start begins with the current weights.
    model.fit(workload.x, classes)
    model.coefs_ = [weights.copy() for weights, _ in start]
    model.intercepts_ = [bias.copy() for _, bias in start]
    return model


def train(model, epochs):
    return model.set_params(max_iter=epochs).fit(workload.x, classes)


def loss(model):
    p = model.predict_proba(workload.x)
    if two_classes:
        return ((p[:, 1:] - workload.y) ** 2).sum() / (2 * len(p))
    return -np.log(p[workload.y != 0]).sum() / len(p)


version = f"scikit-learn {sklearn.__version__}, {protocol.PYTHON}"
protocol.serve(workload, version, prepare, train, loss, note="; ".join(notes), same_work=not notes)
