"""Imputes a table with scikit-learn: peers of MissBGM for the benchmarks.

    impute.py METHOD INPUT OUTPUT ROWS COLUMNS SEED DRAWS

INPUT is row-major float64, NaN where a cell is missing; OUTPUT gets DRAWS completed tables;
standard output gets the seconds of processor time. METHOD is knn (KNNImputer, 5 neighbours), iterative
(IterativeImputer, 10 rounds of Bayesian ridge) or iterative-draws (the same, sampling from the posterior: DRAWS imputations).
"""
import sys
import time
import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer

warnings.filterwarnings("ignore", category=ConvergenceWarning)
method, source, target = sys.argv[1:4]
rows, columns, seed, draws = map(int, sys.argv[4:8])
table = np.fromfile(source, "<f8").reshape(rows, columns)

imputers = {
    "knn": lambda draw: KNNImputer(n_neighbors=5),
    "iterative": lambda draw: IterativeImputer(max_iter=10, random_state=seed),
    "iterative-draws": lambda draw: IterativeImputer(max_iter=10, sample_posterior=True, random_state=1000 * seed + draw),
}
start = time.process_time()
completed = np.stack([imputers[method](draw).fit_transform(table) for draw in range(draws)])
print(time.process_time() - start)
completed.tofile(target)
