"""The workloads in JAX, in the faster of two forms. Small batches are faster with samples in rows, the others in columns."""

import protocol

LARGE_BATCH = 100

options = protocol.arguments()
workload = protocol.load(options.workload)
plain = all(layer["type"] == "dense" for layer in workload.layers) and workload.population is None
if plain and workload.batch_size < LARGE_BATCH:
    import jax_rows
else:
    import jax_columns
