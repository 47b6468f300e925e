"""Shared by the Python peers: reads a workload, and answers requests line by line on standard output."""

import json
import math
import platform
import sys
import time
from argparse import ArgumentParser
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import NoReturn


def say(**message) -> None:
    print(json.dumps(message), flush=True)


def skip(reason: str, **more) -> NoReturn:
    say(skipped=reason, **more)
    sys.exit(0)


def not_installed(error: Exception) -> NoReturn:
    """The harness names the command that installs it."""
    skip(str(error), installed=False)


try:
    import numpy as np
except ImportError as error:
    not_installed(error)

PYTHON = f"Python {platform.python_version()}"


@dataclass
class Workload:
    activations: list[str]
    loss: str
    optimizer: dict
    batch_size: int
    x: np.ndarray  # [rows, inputs]
    y: np.ndarray  # [rows, outputs]
    starts: list[list[tuple[np.ndarray, np.ndarray]]]  # for each start and each layer: weights [inputs, units], bias [units]

    @property
    def batches(self) -> list[slice]:
        """The rows of each batch, the last of which may be smaller; the order is the same in every epoch."""
        return [slice(i, min(i + self.batch_size, len(self.x))) for i in range(0, len(self.x), self.batch_size)]


def arguments():
    parser = ArgumentParser(description="Trains a workload; see README.md of bench/peers for what it reads and prints.")
    parser.add_argument("workload", type=Path, help="the directory with workload.json")
    parser.add_argument("--float32", action="store_true", help="compute in float32 instead of float64")
    return parser.parse_args()


def load(directory: Path, dtype=np.float64) -> Workload:
    description = json.loads((directory / "workload.json").read_text())
    sizes = [description["inputs"], *(layer["units"] for layer in description["layers"])]

    def numbers(path: Path) -> np.ndarray:
        return np.fromfile(path, dtype="<f8").astype(dtype)

    def layers(flat: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        result = []
        for inputs, units in zip(sizes, sizes[1:]):
            weights, bias, flat = np.split(flat, [inputs * units, (inputs + 1) * units])
            result.append((weights.reshape(inputs, units), bias))
        return result

    paths = (directory / f"parameters-{i}.f64" for i in count())
    starts = []
    for path in paths:
        if not path.exists():
            break
        starts.append(layers(numbers(path)))
    return Workload(
        activations=[layer["activation"] for layer in description["layers"]],
        loss=description["loss"],
        optimizer=description["optimizer"],
        batch_size=description["batchSize"],
        x=numbers(directory / "x.f64").reshape(-1, sizes[0]),
        y=numbers(directory / "y.f64").reshape(-1, sizes[-1]),
        starts=starts,
    )


def serve(workload, version, prepare, train, loss, note="", bits=64, same_work=True) -> None:
    """Only `train` is timed: `prepare` makes its argument from a copy of a start, `loss` reads its result."""
    train(prepare(workload.starts[0]), 1)  # a library may load or compile code at its first step
    say(ready=True, version=version, note=note, float=bits, sameStart=True, sameWork=same_work)
    for line in sys.stdin:
        request = json.loads(line)
        epochs = request["epochs"]
        model = prepare(workload.starts[request["start"]])
        begin = time.perf_counter()
        trained = train(model, epochs)
        seconds = time.perf_counter() - begin
        after = float(loss(trained))
        say(seconds=seconds, loss=after if math.isfinite(after) else None, epochs=epochs)  # JSON has no NaN
