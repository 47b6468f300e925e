"""A peer of npm run bench:tables: trains on the folds that the bench asks for, and answers with predictions.

README.md of the folder above has the protocol. Usage: peer.py mlp|trees|realmlp
"""
import json
import os
import sys
import time
import warnings

warnings.filterwarnings('ignore')
answers = os.fdopen(os.dup(1), 'w')
# What a package prints must not mix with the answers.
os.dup2(2, 1)


def answer(line):
    answers.write(json.dumps(line) + '\n')
    answers.flush()


try:
    import sklearn
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    import frames

    if sys.argv[1] == 'realmlp':
        import importlib.metadata

        import pandas as pd
        import torch
        from pytabkit import RealMLP_TD_S_Classifier, RealMLP_TD_S_Regressor

        torch.set_num_threads(1)
except ImportError as error:
    answer({'skipped': str(error), 'installed': False})
    sys.exit()


def mlp(table, seed):
    if table.task == 'label':
        network = MLPClassifier(early_stopping=True, random_state=seed)
    else:
        network = TransformedTargetRegressor(MLPRegressor(early_stopping=True, random_state=seed), transformer=StandardScaler())
    return make_pipeline(frames.dense(table), network)


def trees(table, seed):
    options = {'categorical_features': list(range(len(table.categories))), 'random_state': seed}
    model = HistGradientBoostingClassifier if table.task == 'label' else HistGradientBoostingRegressor
    return make_pipeline(frames.ordinal(table), model(**options))


class RealMLP:
    """RealMLP-TD-S with its defaults; it takes no missing numbers."""

    def __init__(self, table, seed):
        model = RealMLP_TD_S_Classifier if table.task == 'label' else RealMLP_TD_S_Regressor
        self.model = model(device='cpu', random_state=seed, n_threads=1, verbosity=0)
        self.table = table
        self.transformer = frames.imputed(table)

    def categorical(self, x):
        return x.astype({name: 'category' for name in self.table.categories})

    def fit(self, x, y):
        self.model.fit(self.categorical(self.transformer.fit_transform(x)), y.astype(float) if self.table.task == 'number' else y)
        return self

    def predict_proba(self, x):
        return self.model.predict_proba(self.categorical(self.transformer.transform(x)))

    def predict(self, x):
        return self.model.predict(self.categorical(self.transformer.transform(x)))


MODELS = {'mlp': mlp, 'trees': trees, 'realmlp': RealMLP}


def version():
    if sys.argv[1] == 'realmlp':
        return f'pytabkit {importlib.metadata.version("pytabkit")}, torch {torch.__version__}'
    return f'scikit-learn {sklearn.__version__}'


answer({'ready': True, 'version': version()})
tables = {}
for line in sys.stdin:
    request = json.loads(line)
    path = request['table']
    if path not in tables:
        tables[path] = frames.Table(path)
    table = tables[path]
    x, y, test = table.parts(request['fold'])
    begin = time.process_time()
    model = MODELS[sys.argv[1]](table, request['seed']).fit(x, y)
    if table.task == 'label':
        # Labels are the numbers from 0, and each has training rows, so that the columns are in their order.
        predictions = model.predict_proba(test)
    else:
        predictions = model.predict(test).reshape(-1, 1)
    seconds = time.process_time() - begin
    answer({'seconds': seconds, 'predictions': predictions.tolist()})
