"""Measures the same products by NumPy's BLAS. Takes the requests of products.cc, without conversions to lanes.

The first line of output names the BLAS. `time call 1 1 1 TIMES` measures a call from Python.
"""

import sys
import time

import numpy as np

try:
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    print(f"{blas['name']} {blas['version']}, NumPy {np.__version__}", flush=True)
except (KeyError, TypeError):
    print(f"unknown, NumPy {np.__version__}", flush=True)

random = np.random.default_rng(1)


def operands(name: str, m: int, k: int, n: int):
    """Matrices with the library's memory layout; a transposed one is a view, which NumPy passes on without a copy."""
    a = random.uniform(-1, 1, (k, m)).T if name == "gradient" else random.uniform(-1, 1, (m, k))
    b = random.uniform(-1, 1, (n, k)).T if name == "backward" else random.uniform(-1, 1, (k, n))
    return a, b


for line in sys.stdin:
    what, name, *numbers = line.split()
    m, k, n, times = map(int, numbers)
    a, b = operands(name, m, k, n)
    out = np.empty((m, n))
    np.dot(a, b, out=out)
    begin = time.process_time()
    for _ in range(times):
        np.dot(a, b, out=out)
    seconds = time.process_time() - begin
    print(seconds, 2.0 * m * k * n * times, flush=True)
