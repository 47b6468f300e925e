"""
PyTorch as functions of the parameters. With --compile a step, its backward pass and its update are one compiled function. A
population is one network's loss under `torch.func.vmap`, in groups whose arrays stay in the cache.
"""

import time

import protocol
from protocol import THREADS, np

try:
    import torch
    from torch.func import grad_and_value, vmap
except (ImportError, OSError, ValueError) as error:  # the latter two if libraries of its Linux wheel are missing
    protocol.not_installed(error)

options = protocol.arguments()
workload = protocol.load(options.workload, np.float32 if options.float32 else np.float64)
population = workload.population
torch.set_num_threads(THREADS)
torch.set_default_dtype(torch.float32 if options.float32 else torch.float64)
torch.set_grad_enabled(False)

x_all, y_all = torch.from_numpy(workload.x), torch.from_numpy(workload.y)
hyper = workload.optimizer
GROUP = 100

ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "linear": lambda z: z,
    "softmax": lambda z: z,  # the loss takes logits
}


def forward(trained, moving, x, training):
    """Returns the logits or outputs, and the moving statistics after the batch."""
    after = []
    for layer, (a, b), statistics in zip(workload.layers, trained, moving):
        if layer["type"] == "dense":
            x = ACTIVATIONS[layer["activation"]](x @ a + b)
        else:
            used = statistics
            if training:
                used = x.mean(dim=0), x.var(dim=0, correction=0)
                momentum = layer["momentum"]
                statistics = [m * momentum + s * (1 - momentum) for m, s in zip(statistics, used)]
            x = a * ((x - used[0]) * torch.rsqrt(used[1] + layer["epsilon"])) + b
        after.append(statistics)
    return x, after


def mean_loss(trained, moving, x, y, training):
    z, after = forward(trained, moving, x, training)
    if workload.loss == "categoricalCrossentropy":
        return -(y * torch.log_softmax(z, dim=1)).sum() / len(y), after
    return ((z - y) ** 2).sum() / (2 * len(y) if workload.loss == "halfSquaredError" else y.numel()), after


gradient = grad_and_value(mean_loss, has_aux=True)
if population is not None:
    gradient = vmap(gradient, in_dims=(0, None, None, None, None))


def step(trained, moving, state, rate, x, y):
    gradients, (value, moving) = gradient(trained, moving, x, y, True)
    # Of a population one for each member, in the shape of each parameter.
    shaped = lambda p: rate.reshape(-1, *[1] * (p.dim() - 1)) if population else rate
    each = lambda function, *lists: [tuple(map(function, *layers)) for layers in zip(*lists)]
    if hyper["name"] == "sgd":
        return each(lambda p, g: p - shaped(p) * g, trained, gradients), moving, state, value
    beta1, beta2, epsilon = hyper["beta1"], hyper["beta2"], hyper["epsilon"]
    means, squares, power1, power2 = state
    power1, power2 = power1 * beta1, power2 * beta2
    means = each(lambda m, g: beta1 * m + (1 - beta1) * g, means, gradients)
    squares = each(lambda s, g: beta2 * s + (1 - beta2) * g * g, squares, gradients)
    factor, root = 1 / (1 - power1), torch.sqrt(1 - power2)
    update = lambda p, m, s: p - shaped(p) * factor * (m / (torch.sqrt(s) / root + epsilon))
    return each(update, trained, means, squares), moving, (means, squares, power1, power2), value


validation_loss = lambda trained, x, y: mean_loss(trained, NO_STATISTICS, x, y, False)[0]
NO_STATISTICS = [() for _ in workload.layers]
if population is not None:
    validation_loss = vmap(validation_loss, in_dims=(0, None, None))
if options.compile:
    step = torch.compile(step, fullgraph=True, dynamic=False)
    validation_loss = torch.compile(validation_loss, fullgraph=True, dynamic=False)


def prepare(start):
    """The trained tensors, the moving statistics and the learning rates of each group; one without a population."""
    tensors = [[torch.from_numpy(array.copy()) for array in arrays] for arrays in start]
    if population is None:
        rate = torch.tensor(hyper["learningRate"])
        return [([tuple(arrays[:2]) for arrays in tensors], [tuple(arrays[2:]) for arrays in tensors], rate)]
    rates = torch.from_numpy(population.learning_rates)
    groups = range(0, len(rates), GROUP)
    part = lambda first: [tuple(array[first : first + GROUP] for array in arrays) for arrays in tensors]
    return [(part(first), NO_STATISTICS, rates[first : first + GROUP]) for first in groups]


def train(groups, epochs):
    return [fit(*group, epochs) for group in groups]


def fit(trained, moving, rate, epochs):
    state = ()
    if hyper["name"] == "adam":
        zeros = lambda: [tuple(map(torch.zeros_like, arrays)) for arrays in trained]
        state = zeros(), zeros(), torch.tensor(1.0), torch.tensor(1.0)
    batches = list(zip(x_all.split(workload.batch_size), y_all.split(workload.batch_size)))  # views
    if population is not None:
        validation = [torch.from_numpy(array) for array in (population.x, population.y)]
    validation_sum = 0
    for _ in range(epochs):
        for x, y in batches:
            trained, moving, state, _ = step(trained, moving, state, rate, x, y)
        if population is not None:
            validation_sum = validation_sum + validation_loss(trained, *validation)
    return trained, moving, validation_sum / epochs


def loss(groups):
    if population is None:
        [(trained, moving, _)] = groups
        return mean_loss(trained, moving, x_all, y_all, False)[0]
    losses = torch.cat([validation_loss(trained, x_all, y_all) for trained, _, _ in groups])
    return losses.mean(), torch.cat([validation for _, _, validation in groups])


begin = time.perf_counter()
train(prepare(workload.starts[0]), 1)
protocol.serve(
    workload,
    f"PyTorch {torch.__version__}, {protocol.PYTHON}",
    prepare,
    train,
    loss,
    note=f"compiled in {time.perf_counter() - begin:.1f} s, which are not timed" if options.compile else "",
    bits=32 if options.float32 else 64,
)
