"""
The workloads in NumPy: vectorised matrix operations over a batch, like the original experiment's Python program. A population's
arrays have one axis more, the members, and are trained in groups whose arrays stay in the cache.
"""

import protocol
from protocol import np

options = protocol.arguments()
dtype = np.float32 if options.float32 else np.float64
workload = protocol.load(options.workload, dtype)
batches = workload.batches


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0)


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# The second function gives dL/dz from a and dL/da. Softmax has none: with cross-entropy dL/dz is simply p - y.
ACTIVATIONS = {
    "sigmoid": (sigmoid, lambda a, d: d * a * (1 - a)),
    "tanh": (np.tanh, lambda a, d: d * (1 - a * a)),
    "relu": (relu, lambda a, d: d * (a > 0)),
    "linear": (lambda z: z, lambda a, d: d),
    "softmax": (softmax, lambda a, d: d),
}


class Dense:
    """In these shapes a population has the members before all other axes."""

    def __init__(self, weights, bias, activation):
        self.trained = [weights, bias]
        self.activate, self.back = ACTIVATIONS[activation]

    def forward(self, x, training):
        weights, bias = self.trained
        self.x, self.a = x, self.activate(x @ weights + bias[..., None, :])
        return self.a

    def backward(self, d, needs_input):
        """Returns the gradients of the parameters, and dL/dx if something needs it."""
        d = self.back(self.a, d)
        gradients = [np.swapaxes(self.x, -1, -2) @ d, d.sum(axis=-2)]
        return gradients, d @ np.swapaxes(self.trained[0], -1, -2) if needs_input else None


class BatchNormalization:
    """The first layer: nothing needs dL/dx."""

    def __init__(self, gamma, beta, mean, variance, momentum, epsilon):
        self.trained = [gamma, beta]
        self.mean, self.variance = mean, variance
        self.momentum, self.epsilon = momentum, epsilon

    def forward(self, x, training):
        mean, variance = self.mean, self.variance
        if training:
            mean, variance = x.mean(axis=0), x.var(axis=0)
            self.mean = self.mean * self.momentum + mean * (1 - self.momentum)
            self.variance = self.variance * self.momentum + variance * (1 - self.momentum)
        self.normalized = (x - mean) / np.sqrt(variance + self.epsilon)
        gamma, beta = self.trained
        return gamma * self.normalized + beta

    def backward(self, d, needs_input):
        return [(d * self.normalized).sum(axis=0), d.sum(axis=0)], None


def half_squared_error(prediction, y):
    error = (prediction - y).ravel()
    return 0.5 * error.dot(error)


def mean_squared_error(prediction, y):
    error = prediction - y
    return np.einsum("...ij,...ij->...", error, error) / y.shape[1]


def cross_entropy(prediction, y):
    return -np.log(prediction[y != 0]).sum()


# The sum over the rows, for each member; the caller divides by their number. The factor is of the gradient prediction - y.
total_loss, loss_factor = {
    "halfSquaredError": (half_squared_error, 1),
    "meanSquaredError": (mean_squared_error, 2 / workload.y.shape[1]),
    "categoricalCrossentropy": (cross_entropy, 1),
}[workload.loss]


def forward(layers, x, training=False):
    for layer in layers:
        x = layer.forward(x, training)
    return x


def backward(layers, prediction, y):
    """Returns the gradients in the order of the parameters: weights, bias, weights, bias, ..."""
    gradients = []
    d = (prediction - y) * (loss_factor / len(y))
    for i in reversed(range(len(layers))):
        own, d = layers[i].backward(d, i > 0)
        gradients = own + gradients
    return gradients


class Sgd:
    def __init__(self, parameters, learningRate):
        self.parameters = parameters
        self.rate = learningRate

    def step(self, gradients):
        for p, g in zip(self.parameters, gradients):
            p -= self.rate * g


class Adam:
    def __init__(self, parameters, learningRate, beta1, beta2, epsilon):
        self.parameters = parameters
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        # Of a population one for each member, in the shape of each parameter.
        self.rates = [np.reshape(learningRate, (-1,) + (1,) * (p.ndim - 1)).astype(p.dtype) for p in parameters]
        self.means = [np.zeros_like(p) for p in parameters]
        self.squares = [np.zeros_like(p) for p in parameters]
        self.steps = 0

    def step(self, gradients):
        self.steps += 1
        factor = 1 / (1 - self.beta1**self.steps)
        root = (1 - self.beta2**self.steps) ** 0.5
        for p, g, mean, square, rate in zip(self.parameters, gradients, self.means, self.squares, self.rates):
            mean *= self.beta1
            mean += (1 - self.beta1) * g
            square *= self.beta2
            square += (1 - self.beta2) * g * g
            p -= factor * rate * mean / (np.sqrt(square) / root + self.epsilon)


def optimizer_of(layers, **changed):
    parameters = [array for layer in layers for array in layer.trained]
    hyper = {key: value for key, value in workload.optimizer.items() if key != "name"}
    return {"sgd": Sgd, "adam": Adam}[workload.optimizer["name"]](parameters, **hyper, **changed)


def make(start):
    layers = []
    for spec, arrays in zip(workload.layers, start):
        copies = [array.copy() for array in arrays]
        if spec["type"] == "dense":
            layers.append(Dense(*copies, spec["activation"]))
        else:
            layers.append(BatchNormalization(*copies, spec["momentum"], spec["epsilon"]))
    return layers


def fit(layers, optimizer, epochs, after_epoch=lambda: None):
    data = [(workload.x[rows], workload.y[rows]) for rows in batches]  # views
    history = []
    for _ in range(epochs):
        total = 0.0
        for x, y in data:
            prediction = forward(layers, x, True)
            total += total_loss(prediction, y)
            optimizer.step(backward(layers, prediction, y))
        history.append(total / len(workload.x))
        after_epoch()
    return layers


def loss(layers):
    return total_loss(forward(layers, workload.x), workload.y) / len(workload.x)


GROUP = 50


def groups_of(start):
    members = len(workload.population.learning_rates)
    for first in range(0, members, GROUP):
        members_of_group = slice(first, first + GROUP)
        yield make([[array[members_of_group] for array in arrays] for arrays in start]), members_of_group


def fit_population(groups, epochs):
    """Returns each group's layers, and the sums of its members' validation losses."""
    population = workload.population
    result = []
    for layers, members in groups:
        optimizer = optimizer_of(layers, learningRate=population.learning_rates[members])
        validation = np.zeros(len(layers[0].trained[0]))

        def validate():
            nonlocal validation
            validation += total_loss(forward(layers, population.x), population.y) / len(population.x)

        fit(layers, optimizer, epochs, validate)
        result.append((layers, validation / epochs))
    return result


def loss_of_population(groups):
    losses = np.concatenate([loss(layers) for layers, _ in groups])
    return losses.mean(), np.concatenate([validation for _, validation in groups])


blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
protocol.serve(
    workload,
    f"NumPy {np.__version__}, {blas['name']}, {protocol.PYTHON}",
    (lambda start: list(groups_of(start))) if workload.population else make,
    fit_population if workload.population else lambda layers, epochs: fit(layers, optimizer_of(layers), epochs),
    loss_of_population if workload.population else loss,
    bits=32 if options.float32 else 64,
)
