"""JAX with samples in rows: the whole training is one compiled function, compiled before the clock starts."""

import os
import time

import protocol
from protocol import THREADS, np

# XLA reads these when it is loaded. NPROC is the size of its thread pool: its flags for the number of threads change nothing.
os.environ["NPROC"] = str(THREADS)
os.environ["JAX_PLATFORMS"] = "cpu"

try:
    import jax
    import jax.numpy as jnp
except ImportError as error:
    protocol.not_installed(error)

options = protocol.arguments()
jax.config.update("jax_enable_x64", not options.float32)
workload = protocol.load(options.workload, np.float32 if options.float32 else np.float64)

ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu, "softmax": lambda z: z}  # the loss takes logits
activations = [ACTIVATIONS[name] for name in workload.activations]
hyper = workload.optimizer

rows = len(workload.x)
whole = rows - rows % workload.batch_size  # the rows of the full batches: `scan` needs one shape


def batched(data):
    return jnp.asarray(data[:whole].reshape(-1, workload.batch_size, data.shape[1])), jnp.asarray(data[whole:])


x_batches, x_rest = batched(workload.x)
y_batches, y_rest = batched(workload.y)


def mean_loss(parameters, x, y):
    for (weights, bias), activate in zip(parameters, activations):
        x = activate(x @ weights + bias)
    if workload.loss == "categoricalCrossentropy":
        return -jnp.sum(y * jax.nn.log_softmax(x)) / len(y)
    return jnp.sum((x - y) ** 2) / (2 * len(y))


def update(parameters, state, gradients):
    tree = jax.tree.map
    rate = hyper["learningRate"]
    if hyper["name"] == "sgd":
        return tree(lambda p, g: p - rate * g, parameters, gradients), state
    beta1, beta2, epsilon = hyper["beta1"], hyper["beta2"], hyper["epsilon"]
    means, squares, power1, power2 = state
    power1, power2 = power1 * beta1, power2 * beta2
    means = tree(lambda m, g: beta1 * m + (1 - beta1) * g, means, gradients)
    squares = tree(lambda s, g: beta2 * s + (1 - beta2) * g * g, squares, gradients)
    rate, root = rate / (1 - power1), jnp.sqrt(1 - power2)
    step = lambda p, m, s: p - rate * (m / (jnp.sqrt(s) / root + epsilon))
    return tree(step, parameters, means, squares), (means, squares, power1, power2)


def step(carry, batch):
    parameters, state = carry
    value, gradients = jax.value_and_grad(mean_loss)(parameters, *batch)
    return update(parameters, state, gradients), value * len(batch[0])


def epoch(_, carry, x_batches, y_batches, x_rest, y_rest):
    carry, losses = jax.lax.scan(step, carry[:2], (x_batches, y_batches))
    total = jnp.sum(losses)
    if len(x_rest) > 0:
        carry, last = step(carry, (x_rest, y_rest))
        total += last
    return *carry, total / rows


@jax.jit
def run(parameters, epochs, *data):
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    one = jnp.ones((), workload.x.dtype)
    state = () if hyper["name"] == "sgd" else (zeros, zeros, one, one)
    carry = (parameters, state, 0 * one)
    return jax.lax.fori_loop(0, epochs, lambda i, c: epoch(i, c, *data), carry)


def prepare(start):
    return jax.tree.map(jnp.asarray, start)


def train(parameters, epochs):
    parameters, _, last_loss = run(parameters, epochs, x_batches, y_batches, x_rest, y_rest)
    last_loss.block_until_ready()
    return parameters


def loss(parameters):
    return jax.jit(mean_loss)(parameters, workload.x, workload.y)


begin = time.perf_counter()
train(prepare(workload.starts[0]), 1)
protocol.serve(
    workload,
    f"JAX {jax.__version__} (CPU), {protocol.PYTHON}",
    prepare,
    train,
    loss,
    note=f"compiled in {time.perf_counter() - begin:.1f} s, which are not timed",
    bits=32 if options.float32 else 64,
)
