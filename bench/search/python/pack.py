"""Many networks of one shape with options of their own, trained at once by PyTorch, and the best ones as an ensemble.

The members are the first axis of all tensors, so that a step of all is a few batched products; each has its learning rate, weight
decay and dropout. Reads lines of JSON: {"x", "y", "inputs", "test", "validation", "units", "epochs", "batch", "candidates",
"size", "threads", "seed", "members": [{"rate", "decay", "dropout"}]}, with a rate of dropout for each hidden layer. Answers
{"ready", "version"} at the start, and
{"ms", "single", "ensemble"} to each: predictions of the test rows by the best member, and by the ensemble.
"""

import json
import math
import sys
import time

import torch

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8


def answer(line):
    print(json.dumps(line), flush=True)


def starts(widths, members):
    """He's normal weights: [members, inputs, units] and [members, 1, units] for each layer."""
    parameters = []
    for inputs, units in zip(widths, widths[1:]):
        parameters += [torch.randn(members, inputs, units) * math.sqrt(2 / inputs), torch.zeros(members, 1, units)]
    return [one.requires_grad_() for one in parameters]


def predict(parameters, rows, keep=None):
    """[members, rows]. `keep`: for each hidden layer [members, 1, 1], the probability that a unit is kept; None: no dropout."""
    members = len(parameters[0])
    values = rows.expand(members, *rows.shape)
    for layer, (weights, bias) in enumerate(zip(parameters[0:-2:2], parameters[1:-2:2])):
        values = torch.relu(torch.baddbmm(bias, values, weights))
        if keep is not None:
            values = values * (torch.rand_like(values) < keep[layer]) / keep[layer]
    return torch.baddbmm(parameters[-1], values, parameters[-2])[:, :, 0]


def errors(predictions, targets):
    """The mean squared error of each member."""
    return ((predictions - targets) ** 2).mean(dim=-1)


class AdamW:
    """The rates and decays are [members, 1, 1]: those of torch.optim are one number for all."""

    def __init__(self, parameters, rates, decays):
        self.parameters, self.rates, self.decays = parameters, rates, decays
        self.first = [torch.zeros_like(one) for one in parameters]
        self.second = [torch.zeros_like(one) for one in parameters]
        self.steps = 0

    @torch.no_grad()
    def step(self):
        self.steps += 1
        rates = self.rates / (1 - BETA1**self.steps)
        root = math.sqrt(1 - BETA2**self.steps)
        for one, first, second in zip(self.parameters, self.first, self.second):
            first.lerp_(one.grad, 1 - BETA1)
            second.mul_(BETA2).addcmul_(one.grad, one.grad, value=1 - BETA2)
            one.mul_(1 - self.rates * self.decays)
            one.sub_(rates * first / (second.sqrt().div_(root).add_(EPSILON)))
            one.grad = None


def train(given, x, y, validation):
    """The parameters of each member after its best epoch, and its validation error then."""
    column = lambda name: torch.tensor([one[name] for one in given["members"]])[:, None, None]
    parameters = starts([given["inputs"], *given["units"], 1], len(given["members"]))
    optimizer = AdamW(parameters, column("rate"), column("decay"))
    keep = [1 - rates[:, None, None] for rates in torch.tensor([one["dropout"] for one in given["members"]]).T]
    best = torch.full((len(given["members"]),), float("inf"))
    kept = [one.detach().clone() for one in parameters]
    for _ in range(given["epochs"]):
        for rows in torch.randperm(len(x)).split(given["batch"]):
            # Members do not depend on each other: the gradient of the sum has the gradient of each.
            errors(predict(parameters, x[rows], keep), y[rows]).sum().backward()
            optimizer.step()
        with torch.no_grad():
            now = errors(predict(parameters, validation[0]), validation[1])
            better = now < best
            best = torch.where(better, now, best)
            for old, new in zip(kept, parameters):
                old[better] = new[better]
    return kept, best


def chosen(predictions, targets, order, size):
    """Greedy selection with replacement (Caruana et al. 2004): the members, some of them several times."""
    members, total = [], torch.zeros_like(targets)
    for _ in range(size):
        scores = errors((total + predictions[order]) / (len(members) + 1), targets)
        members.append(int(order[int(scores.nan_to_num(nan=float("inf")).argmin())]))
        total = total + predictions[members[-1]]
    return members


answer({"ready": True, "version": f"PyTorch {torch.__version__}"})
for line in sys.stdin:
    given = json.loads(line)
    torch.set_num_threads(given["threads"])
    torch.manual_seed(given["seed"])
    x = torch.tensor(given["x"]).reshape(-1, given["inputs"])
    test = torch.tensor(given["test"]).reshape(-1, given["inputs"])
    y = torch.tensor(given["y"])
    start = time.perf_counter()
    trained = len(x) - given["validation"]
    validation = (x[trained:], y[trained:])
    parameters, scores = train(given, x[:trained], y[:trained], validation)
    with torch.no_grad():
        order = scores.argsort()[: given["candidates"]]
        members = chosen(predict(parameters, validation[0]), validation[1], order, given["size"])
        outputs = predict(parameters, test)
        single, ensemble = outputs[order[0]], outputs[members].mean(dim=0)
    ms = 1000 * (time.perf_counter() - start)
    answer({"ms": ms, "single": single.tolist(), "ensemble": ensemble.tolist()})
