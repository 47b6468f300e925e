"""A loop over configurations of the sweep of bench:search by Optuna, one after the other on one thread: sweep.py sklearn|torch

Reads {"x", "y", "inputs", "epochs", "batch", "patience", "share"} as a line of JSON and answers {"ready", "version"}. For each
further line {"configurations": [{"hidden", "rate", "seed"}]} it answers {"ms", "epochs", "best"}: the epochs of all trainings
together, and the best validation loss. That of scikit-learn is null, as it measures R² on rows of its own.
"""

import json
import sys
import time
import warnings

import numpy as np
import optuna

warnings.filterwarnings("ignore")
optuna.logging.set_verbosity(optuna.logging.WARNING)


def answer(line):
    print(json.dumps(line), flush=True)


given = json.loads(sys.stdin.readline())
x = np.array(given["x"]).reshape(-1, given["inputs"])
y = np.array(given["y"])
trained = len(x) - round(given["share"] * len(x))
EPOCHS, BATCH, PATIENCE = given["epochs"], given["batch"], given["patience"]
counted = 0


def with_sklearn(units, rate, seed):
    global counted
    model = MLPRegressor(
        hidden_layer_sizes=units, learning_rate_init=rate, random_state=seed, batch_size=BATCH, max_iter=EPOCHS, alpha=0,
        early_stopping=True, validation_fraction=given["share"], n_iter_no_change=PATIENCE, tol=0,
    )
    model.fit(x, y)
    counted += model.n_iter_
    return -max(model.validation_scores_)


def with_torch(units, rate, seed):
    global counted
    torch.manual_seed(seed)
    layers, width = [], given["inputs"]
    for count in units:
        layers += [torch.nn.Linear(width, count), torch.nn.ReLU()]
        width = count
    model = torch.nn.Sequential(*layers, torch.nn.Linear(width, 1)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=rate)
    best, waited = float("inf"), 0
    for _ in range(EPOCHS):
        order = torch.randperm(trained)
        for start in range(0, trained, BATCH):
            rows = order[start : start + BATCH]
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(model(inputs[rows]), targets[rows]).backward()
            optimizer.step()
        counted += 1
        with torch.no_grad():
            loss = torch.nn.functional.mse_loss(model(inputs[trained:]), targets[trained:]).item()
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == PATIENCE:
            break
    return best


if sys.argv[1] == "sklearn":
    import sklearn
    from sklearn.neural_network import MLPRegressor

    train, version = with_sklearn, f"scikit-learn {sklearn.__version__}"
else:
    import torch

    torch.set_num_threads(1)
    inputs, targets = torch.tensor(x), torch.tensor(y)[:, None]
    train, version = with_torch, f"PyTorch {torch.__version__}"

answer({"ready": True, "version": f"Optuna {optuna.__version__}, {version}"})
for line in sys.stdin:
    configurations = json.loads(line)["configurations"]
    hidden = sorted({tuple(one["hidden"]) for one in configurations})
    rates = sorted({one["rate"] for one in configurations})

    def objective(trial):
        units = hidden[trial.suggest_int("hidden", 0, len(hidden) - 1)]
        return train(units, trial.suggest_categorical("rate", rates), trial.suggest_int("seed", 0, 2**31))

    counted = 0
    start = time.perf_counter()
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    for one in configurations:
        study.enqueue_trial({**one, "hidden": hidden.index(tuple(one["hidden"]))})
    study.optimize(objective, n_trials=len(configurations))
    ms = 1000 * (time.perf_counter() - start)
    answer({"ms": ms, "epochs": counted, "best": study.best_value if sys.argv[1] == "torch" else None})
