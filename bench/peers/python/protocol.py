"""Shared by the Python peers: reads a workload, and answers requests line by line on standard output."""

import json
import math
import os
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

# The harness says so in the variables that limit libraries of linear algebra.
THREADS = int(os.environ.get("OMP_NUM_THREADS", "1"))


@dataclass
class Population:
    learning_rates: np.ndarray  # [members]
    x: np.ndarray  # [validation rows, inputs]
    y: np.ndarray  # [validation rows, outputs]


@dataclass
class Workload:
    layers: list[dict]  # as in workload.json, all with "type"
    loss: str
    optimizer: dict
    batch_size: int
    x: np.ndarray  # [rows, inputs]
    y: np.ndarray  # [rows, outputs]
    # For each start and each layer: weights [inputs, units] and bias [units], or gamma, beta, moving mean and variance [inputs].
    # In a population each array has a first axis more, the members.
    starts: list[list[tuple[np.ndarray, ...]]]
    population: Population | None

    @property
    def activations(self) -> list[str]:
        """Those of the dense layers."""
        return [layer["activation"] for layer in self.layers if layer["type"] == "dense"]

    @property
    def batches(self) -> list[slice]:
        """The rows of each batch, the last of which may be smaller; the order is the same in every epoch."""
        return [slice(i, min(i + self.batch_size, len(self.x))) for i in range(0, len(self.x), self.batch_size)]


def arguments():
    parser = ArgumentParser(description="Trains a workload; see README.md of bench/peers for what it reads and prints.")
    parser.add_argument("workload", type=Path, help="the directory with workload.json")
    parser.add_argument("--float32", action="store_true", help="compute in float32 instead of float64")
    parser.add_argument("--compile", action="store_true", help="PyTorch: compile the steps")
    return parser.parse_args()


def load(directory: Path, dtype=np.float64) -> Workload:
    description = json.loads((directory / "workload.json").read_text())
    layers = [{"type": "dense", **layer} for layer in description["layers"]]
    inputs, outputs = description["inputs"], layers[-1]["units"]
    members = description.get("members")

    def numbers(name: str, columns: int) -> np.ndarray:
        return np.fromfile(directory / f"{name}.f64", dtype="<f8").astype(dtype).reshape(-1, columns)

    population = None
    if members is not None:
        validation = numbers("x-validation", inputs), numbers("y-validation", outputs)
        population = Population(numbers("learning-rates", members)[0], *validation)
    starts = []
    for i in count():
        if not (directory / f"parameters-{i}.f64").exists():
            break
        flat = numbers(f"parameters-{i}", 1).reshape(members or 1, -1)
        start = split(flat, inputs, layers)
        starts.append([tuple(array[0] for array in layer) for layer in start] if members is None else start)
    return Workload(
        layers=layers,
        loss=description["loss"],
        optimizer=description["optimizer"],
        batch_size=description["batchSize"],
        x=numbers("x", inputs),
        y=numbers("y", outputs),
        starts=starts,
        population=population,
    )


def split(flat: np.ndarray, width: int, layers: list[dict]) -> list[tuple[np.ndarray, ...]]:
    """Splits [members, parameters] into the arrays of each layer."""
    result = []
    for layer in layers:
        units = layer.get("units", width)
        shapes = [(width, units), (units,)] if layer["type"] == "dense" else [(units,)] * 4
        arrays = []
        for shape in shapes:
            part, flat = np.split(flat, [math.prod(shape)], axis=1)
            arrays.append(np.ascontiguousarray(part.reshape(-1, *shape)))
        result.append(tuple(arrays))
        width = units
    return result


def serve(workload, version, prepare, train, loss, note="", bits=64, same_work=True) -> None:
    """
    Only `train` is timed: `prepare` makes its argument from a copy of a start, `loss` reads its result. Of a population, `loss`
    returns the mean of the members' losses and each member's mean validation loss.
    """
    train(prepare(workload.starts[0]), 1)  # a library may load or compile code at its first step
    say(ready=True, version=version, note=note, float=bits, sameStart=True, sameWork=same_work)
    for line in sys.stdin:
        request = json.loads(line)
        epochs = request["epochs"]
        model = prepare(workload.starts[request["start"]])
        begin = time.perf_counter()
        trained = train(model, epochs)
        seconds = time.perf_counter() - begin
        result = loss(trained)
        after, validation = result if workload.population else (result, None)
        more = {} if validation is None else {"validationLosses": [float(one) for one in validation]}
        after = float(after)
        say(seconds=seconds, loss=after if math.isfinite(after) else None, epochs=epochs, **more)  # JSON has no NaN
