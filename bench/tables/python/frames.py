"""Tables of the bench as data frames: what a careful user of each package does before it, with the package's own means."""
import json

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

# HistGradientBoosting takes at most 255 categories; one is for the rare ones.
MOST_CATEGORIES = 254

# The value of a text cell that is missing.
MISSING = 'missing'


class Table:
    """A table of the folder that the bench wrote: rows, types of the columns, and folds. Dates are days."""

    def __init__(self, path):
        with open(path, encoding='utf-8') as file:
            table = json.load(file)
        self.task = table['task']
        self.folds = table['folds']
        dates = [name for name, kind in table['types'].items() if kind == 'date']
        self.numbers = [name for name, kind in table['types'].items() if kind == 'number'] + dates
        self.categories = [name for name, kind in table['types'].items() if kind == 'category']
        columns = {name: [row[i] for row in table['rows']] for i, name in enumerate(table['columns'])}
        for name in dates:
            columns[name] = (pd.to_datetime(pd.Series(columns[name])) - pd.Timestamp(0)) / pd.Timedelta(days=1)
        self.x = pd.DataFrame(
            {
                **{name: np.array(columns[name], dtype=float) for name in self.numbers},
                **{name: [MISSING if cell is None else str(cell) for cell in columns[name]] for name in self.categories},
            }
        )
        self.y = np.array(table['targets'])

    def parts(self, fold):
        """Samples and targets to train on, and the samples to predict."""
        train, test = self.folds[fold]['train'], self.folds[fold]['test']
        return self.x.iloc[train], self.y[train], self.x.iloc[test]


def dense(table):
    """Numbers with medians for missing cells, an indicator of them, standardized; categories one-hot, rare ones as one."""
    return ColumnTransformer(
        [
            ('numbers', make_pipeline(SimpleImputer(strategy='median', add_indicator=True), StandardScaler()), table.numbers),
            (
                'categories',
                OneHotEncoder(handle_unknown='infrequent_if_exist', min_frequency=2, sparse_output=False),
                table.categories,
            ),
        ]
    )


def ordinal(table):
    """Numbers as they are, missing cells too; categories as whole numbers, for trees that split by category."""
    encoder = OrdinalEncoder(
        handle_unknown='use_encoded_value', unknown_value=np.nan, max_categories=MOST_CATEGORIES, min_frequency=1
    )
    return ColumnTransformer([('categories', encoder, table.categories), ('numbers', 'passthrough', table.numbers)])


def imputed(table):
    """Numbers with medians for missing cells and an indicator of them; categories as they are, of pandas' own type."""
    transformer = ColumnTransformer(
        [
            ('numbers', SimpleImputer(strategy='median', add_indicator=True), table.numbers),
            ('categories', 'passthrough', table.categories),
        ],
        verbose_feature_names_out=False,
    )
    return transformer.set_output(transform='pandas')
