"""
JAX with samples in columns: the whole training is one compiled function, compiled before the clock starts.

The form is the fastest of those tried: weights as [units, inputs], all parameters in one vector, short epochs unrolled, and
vectors of 512 bits where the processor has them. A population is one network's training under `vmap`, with the members in the
last axis and in groups whose arrays stay in the cache. On two threads, a population and large full batches are divided between
two devices: XLA's own threads do not make them faster.
"""

import os
import time

import protocol
from protocol import THREADS, np

options = protocol.arguments()
workload = protocol.load(options.workload, np.float32 if options.float32 else np.float64)
population = workload.population
rows, batch_size = len(workload.x), workload.batch_size
full_batch = batch_size == rows

LARGE_BATCH = 1000
devices = THREADS if population or (full_batch and rows >= LARGE_BATCH) else 1

# XLA reads these when it is loaded. NPROC is the size of its thread pool: its flags for the number of threads change nothing.
os.environ["NPROC"] = str(THREADS)
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = f"--xla_cpu_prefer_vector_width=512 --xla_force_host_platform_device_count={devices}"

try:
    import jax
    import jax.numpy as jnp
    from jax import lax
    from jax.flatten_util import ravel_pytree
    from jax.sharding import PartitionSpec as Part
except ImportError as error:
    protocol.not_installed(error)

jax.config.update("jax_enable_x64", not options.float32)

ACTIVATIONS = {
    "sigmoid": jax.nn.sigmoid,
    "tanh": jnp.tanh,
    "relu": jax.nn.relu,
    "linear": lambda z: z,
    "softmax": lambda z: z,  # the loss takes logits
}
hyper = workload.optimizer


def batched(data):
    """The full batches, [batches, columns, rows of a batch], because `scan` needs one shape; and the rest, [columns, rows]."""
    whole = rows - rows % batch_size
    parts = data[:whole].reshape(-1, batch_size, data.shape[1]), data[whole:]
    return tuple(jnp.asarray(np.ascontiguousarray(np.swapaxes(part, -1, -2))) for part in parts)


(x_batches, x_rest), (y_batches, y_rest) = batched(workload.x), batched(workload.y)


def arranged(start):
    """The trained arrays and the moving statistics of each layer; a population's have the members first."""
    trained, moving = [], []
    for layer, arrays in zip(workload.layers, start):
        dense = layer["type"] == "dense"
        trained.append((np.swapaxes(arrays[0], -1, -2), arrays[1]) if dense else arrays[:2])
        moving.append(() if dense else arrays[2:])
    return trained, moving


one_start = jax.tree.map(lambda array: array[0], workload.starts[0]) if population else workload.starts[0]
unravel = ravel_pytree(arranged(one_start)[0])[1]


def forward(flat, moving, x, training):
    """x: [inputs, rows]. Returns the logits or outputs, and the moving statistics after the batch."""
    after = []
    for layer, arrays, statistics in zip(workload.layers, unravel(flat), moving):
        if layer["type"] == "dense":
            weights, bias = arrays
            x = ACTIVATIONS[layer["activation"]](weights @ x + bias[:, None])
        else:
            gamma, beta = arrays
            if training:
                batch = x.mean(axis=1), x.var(axis=1)
                momentum = layer["momentum"]
                statistics, used = tuple(m * momentum + s * (1 - momentum) for m, s in zip(statistics, batch)), batch
            else:
                used = statistics
            mean, variance = used
            x = (gamma * lax.rsqrt(variance + layer["epsilon"]))[:, None] * (x - mean[:, None]) + beta[:, None]
        after.append(statistics)
    return x, after


def mean_loss(flat, moving, x, y, training=True):
    z, after = forward(flat, moving, x, training)
    outputs, count = y.shape
    if workload.loss == "categoricalCrossentropy":
        return -jnp.sum(y * jax.nn.log_softmax(z, axis=0)) / count, after
    return jnp.sum((z - y) ** 2) / {"halfSquaredError": 2 * count, "meanSquaredError": outputs * count}[workload.loss], after


def update(flat, state, gradient, rate):
    if hyper["name"] == "sgd":
        return flat - rate * gradient, state
    beta1, beta2, epsilon = hyper["beta1"], hyper["beta2"], hyper["epsilon"]
    mean, square, power1, power2 = state
    power1, power2 = power1 * beta1, power2 * beta2
    mean = beta1 * mean + (1 - beta1) * gradient
    square = beta2 * square + (1 - beta2) * gradient * gradient
    rate, per_root = rate / (1 - power1), 1 / jnp.sqrt(1 - power2)
    return flat - rate * (mean / (jnp.sqrt(square) * per_root + epsilon)), (mean, square, power1, power2)


divides_batches = devices > 1 and population is None
one_step = len(x_batches) == 1 and x_rest.size == 0
# Repeated in the code: each iteration of a loop costs a microsecond. Long steps don't notice, and take long to compile.
REPEATS = 5 if one_step and rows < LARGE_BATCH else 1
UNROLLED_BATCHES = 8


def train_network(flat, moving, rate, epochs, x_batches, y_batches, x_rest, y_rest, *validation):
    """Returns the parameters, the moving statistics, the last epoch's loss and the mean validation loss."""

    def step(carry, batch):
        flat, moving, state = carry
        (value, moving), gradient = jax.value_and_grad(mean_loss, has_aux=True)(flat, moving, *batch)
        if divides_batches:
            value, gradient = lax.pmean((value, gradient), "device")
        flat, state = update(flat, state, gradient, rate)
        return (flat, moving, state), value * batch[0].shape[1]

    def epoch(_, carry):
        carry, _, total = carry
        if one_step:
            carry, loss_sum = step(carry, (x_batches[0], y_batches[0]))
        else:
            carry, sums = lax.scan(step, carry, (x_batches, y_batches), unroll=len(x_batches) <= UNROLLED_BATCHES)
            loss_sum = jnp.sum(sums)
            if x_rest.size > 0:
                carry, last = step(carry, (x_rest, y_rest))
                loss_sum += last
        if validation:
            total += mean_loss(*carry[:2], *validation, training=False)[0]
        return carry, loss_sum / rows, total

    def epochs_together(_, carry):
        for _ in range(REPEATS):
            carry = epoch(None, carry)
        return carry

    zero = jnp.zeros((), flat.dtype)
    zeros = jnp.zeros_like(flat)
    state = () if hyper["name"] == "sgd" else (zeros, zeros, zero + 1, zero + 1)
    carry = (flat, moving, state), zero, zero
    carry = lax.fori_loop(0, epochs // REPEATS, epochs_together, carry)
    (flat, moving, _), last_loss, total = lax.fori_loop(0, epochs % REPEATS, epoch, carry)
    return flat, moving, last_loss, total / epochs


def group_of(members):
    """As many members together as keep the arrays of a step in the cache."""
    return max(size for size in range(1, 41) if members % (size * devices) == 0)


def train_population(groups, rates, epochs, *data):
    """groups: [groups, parameters, members of a group]; rates: [groups, members of a group]"""
    no_statistics = [() for _ in workload.layers]
    axes = -1, None, -1, None, *(None for _ in data)
    together = jax.vmap(train_network, in_axes=axes, out_axes=-1)
    return lax.map(lambda one: together(one[0], no_statistics, one[1], epochs, *data), (groups, rates))


data = x_batches, y_batches, x_rest, y_rest
everywhere, divided = Part(), Part("device")
if population:
    data += jnp.asarray(population.x.T), jnp.asarray(population.y.T)
    members = len(population.learning_rates)
    rates = jnp.asarray(population.learning_rates.reshape(-1, group_of(members)))
    function, parts, results = train_population, [everywhere] * len(data), divided
    parts = divided, divided, everywhere, *parts
else:
    rates = hyper["learningRate"]
    function, results = train_network, everywhere
    columns = Part(None, None, "device") if divides_batches else everywhere
    parts = everywhere, everywhere, everywhere, everywhere, columns, columns, everywhere, everywhere
if devices > 1:
    mesh = jax.make_mesh((devices,), ("device",))
    function = jax.shard_map(function, mesh=mesh, in_specs=parts, out_specs=results, check_vma=False)
run = jax.jit(function)


def placed(values, parts):
    """Puts arrays where the function expects them, so that this is not timed."""
    if devices == 1:
        return jax.tree.map(jnp.asarray, values)
    return tuple(jax.device_put(value, jax.NamedSharding(mesh, part)) for value, part in zip(values, parts))


data = placed(data, parts[4 if population is None else 3 :])


def prepare(start):
    trained, moving = arranged(start)
    if not population:
        return placed((ravel_pytree(trained)[0], moving, np.asarray(rates, workload.x.dtype)), parts)
    flat = jax.vmap(lambda one: ravel_pytree(one)[0])(jax.tree.map(jnp.asarray, trained))
    groups = jnp.swapaxes(flat.reshape(-1, group_of(members), flat.shape[1]), 1, 2)
    return placed((groups, rates), parts)


def train(start, epochs):
    return jax.block_until_ready(run(*start, epochs, *data))


x_all, y_all = workload.x.T, workload.y.T
evaluate = jax.jit(lambda flat, moving: mean_loss(flat, moving, x_all, y_all, training=False)[0])
evaluate_population = jax.jit(jax.vmap(lambda flat: evaluate(flat, [() for _ in workload.layers])))


def loss(trained):
    flat, moving, _, validation = trained
    if population is None:
        return evaluate(flat, moving)
    return jnp.mean(evaluate_population(jnp.swapaxes(flat, 1, 2).reshape(members, -1))), validation.ravel()


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
