"""Part of the sweep of bench:search by Optuna, with networks of scikit-learn and of PyTorch, one after the other on one thread.

Reads {"x", "y", "inputs", "trials"} from stdin and prints [{"way", "trainings", "ms"}]. The trials are drawn from the same 300
configurations; each trains up to 100 epochs with a fifth of the rows for validation and a patience of 10 epochs.
"""

import json
import sys
import time
import warnings

import numpy as np
import optuna
import torch
from sklearn.neural_network import MLPRegressor

HIDDEN = [[8], [16], [32], [16, 16], [32, 16]]
RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03]
EPOCHS, BATCH, PATIENCE, SHARE = 100, 32, 10, 0.2

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.WARNING)
torch.set_num_threads(1)

given = json.load(sys.stdin)
x = np.array(given["x"]).reshape(-1, given["inputs"])
y = np.array(given["y"])
trained = len(x) - round(SHARE * len(x))


def drawn(trial):
    units = HIDDEN[trial.suggest_int("hidden", 0, len(HIDDEN) - 1)]
    rate = trial.suggest_categorical("rate", RATES)
    return units, rate, trial.suggest_int("seed", 0, 9)


def with_sklearn(trial):
    units, rate, seed = drawn(trial)
    model = MLPRegressor(
        hidden_layer_sizes=units, learning_rate_init=rate, random_state=seed, batch_size=BATCH, max_iter=EPOCHS, alpha=0,
        early_stopping=True, validation_fraction=SHARE, n_iter_no_change=PATIENCE, tol=0,
    )
    model.fit(x, y)
    return -max(model.validation_scores_)


def with_torch(trial):
    units, rate, seed = drawn(trial)
    torch.manual_seed(seed)
    layers, width = [], given["inputs"]
    for count in units:
        layers += [torch.nn.Linear(width, count), torch.nn.ReLU()]
        width = count
    model = torch.nn.Sequential(*layers, torch.nn.Linear(width, 1)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    inputs, targets = torch.tensor(x), torch.tensor(y)[:, None]
    best, waited = float("inf"), 0
    for _ in range(EPOCHS):
        order = torch.randperm(trained)
        for start in range(0, trained, BATCH):
            rows = order[start : start + BATCH]
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(inputs[rows]), targets[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            loss = torch.nn.functional.mse_loss(model(inputs[trained:]), targets[trained:]).item()
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == PATIENCE:
            break
    return best


results = []
for way, objective in {"Optuna, scikit-learn": with_sklearn, "Optuna, PyTorch": with_torch}.items():
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    start = time.perf_counter()
    study.optimize(objective, n_trials=given["trials"])
    results.append({"way": way, "trainings": given["trials"], "ms": 1000 * (time.perf_counter() - start)})
print(json.dumps(results))
