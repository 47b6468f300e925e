"""Prints a small public table that comes with scikit-learn as JSON, an array of rows. Usage: export.py NAME"""
import json
import sys

from sklearn import datasets

LOADERS = {'wine': datasets.load_wine, 'breast-cancer': datasets.load_breast_cancer, 'diabetes': datasets.load_diabetes}

name = sys.argv[1]
data = LOADERS[name](**({'scaled': False} if name == 'diabetes' else {}))
labels = getattr(data, 'target_names', None)
targets = data.target.tolist() if labels is None else [str(labels[i]) for i in data.target]
columns = [*map(str, data.feature_names), 'target']
print(json.dumps([dict(zip(columns, [*values, target])) for values, target in zip(data.data.tolist(), targets)]))
