"""The workloads in NumPy: vectorised matrix operations over a batch, like the original experiment's Python program."""

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
    "relu": (relu, lambda a, d: d * (a > 0)),
    "softmax": (softmax, lambda a, d: d),
}
layers = [ACTIVATIONS[name] for name in workload.activations]


def half_squared_error(prediction, y):
    error = (prediction - y).ravel()
    return 0.5 * error.dot(error)


def cross_entropy(prediction, y):
    return -np.log(prediction[y != 0]).sum()


# The sum over the rows; the caller divides by their number.
total_loss = {"halfSquaredError": half_squared_error, "categoricalCrossentropy": cross_entropy}[workload.loss]


def forward(parameters, x):
    """Returns the values of every layer, the samples first."""
    values = [x]
    for (weights, bias), (activate, _) in zip(parameters, layers):
        values.append(activate(values[-1] @ weights + bias))
    return values


def backward(parameters, values, y):
    """Returns the gradients in the order of the parameters: weights, bias, weights, bias, ..."""
    gradients = []
    d = (values[-1] - y) / len(y)
    for i in reversed(range(len(layers))):
        d = layers[i][1](values[i + 1], d)
        gradients += [d.sum(axis=0), values[i].T @ d]
        if i > 0:
            d = d @ parameters[i][0].T
    return gradients[::-1]


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
        self.rate, self.beta1, self.beta2, self.epsilon = learningRate, beta1, beta2, epsilon
        self.means = [np.zeros_like(p) for p in parameters]
        self.squares = [np.zeros_like(p) for p in parameters]
        self.steps = 0

    def step(self, gradients):
        self.steps += 1
        rate = self.rate / (1 - self.beta1**self.steps)
        root = (1 - self.beta2**self.steps) ** 0.5
        for p, g, mean, square in zip(self.parameters, gradients, self.means, self.squares):
            mean *= self.beta1
            mean += (1 - self.beta1) * g
            square *= self.beta2
            square += (1 - self.beta2) * g * g
            p -= rate * mean / (np.sqrt(square) / root + self.epsilon)


def prepare(start):
    return [(weights.copy(), bias.copy()) for weights, bias in start]


def train(parameters, epochs):
    flat = [array for layer in parameters for array in layer]
    hyper = {key: value for key, value in workload.optimizer.items() if key != "name"}
    optimizer = {"sgd": Sgd, "adam": Adam}[workload.optimizer["name"]](flat, **hyper)
    data = [(workload.x[rows], workload.y[rows]) for rows in batches]  # views
    history = np.empty(epochs)
    for epoch in range(epochs):
        total = 0.0
        for x, y in data:
            values = forward(parameters, x)
            total += total_loss(values[-1], y)
            optimizer.step(backward(parameters, values, y))
        history[epoch] = total / len(workload.x)
    return parameters


def loss(parameters):
    return total_loss(forward(parameters, workload.x)[-1], workload.y) / len(workload.x)


blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
protocol.serve(
    workload,
    f"NumPy {np.__version__}, {blas['name']}, {protocol.PYTHON}",
    prepare,
    train,
    loss,
    bits=32 if options.float32 else 64,
)
