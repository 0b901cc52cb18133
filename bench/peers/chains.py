"""Completes a table of numbers and levels with chained trees or neighbours: peers of MissBGM for bench/run peers.

    chains.py METHOD INPUT OUTPUT ROWS COLUMNS KINDS

INPUT is row-major float64, NaN where a cell is missing, levels by number; KINDS says n (numbers) or c and a number of levels for each column; OUTPUT gets
the completed table; standard output gets the seconds of processor time. METHOD is

missforest  random forests of 100 trees, columns by ascending number of missing cells, until the change between rounds grows (Stekhoven and Buehlmann,
            Bioinformatics 28, 2012); mtry sqrt(p), nodes of five rows are not split for numbers, as R's missForest has it
extratrees  five rounds of extremely randomised trees, 100 a column
histgb      five rounds of histogram gradient boosting with its defaults
knn         five nearest neighbours on standardised numbers and indicators
"""
import sys
import time
import warnings

import numpy as np
from sklearn.ensemble import (
    ExtraTreesClassifier, ExtraTreesRegressor, HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor)
from sklearn.impute import KNNImputer

warnings.filterwarnings("ignore")
method, source, target = sys.argv[1:4]
rows, columns = map(int, sys.argv[4:6])
levels = [0 if kind == "n" else int(kind[1:]) for kind in sys.argv[6].split(",")]
table = np.fromfile(source, "<f8").reshape(rows, columns)
missing = np.isnan(table)


def model(column, seed):
    discrete = levels[column] > 0
    if method == "missforest":
        if discrete:
            return RandomForestClassifier(100, max_features="sqrt", random_state=seed)
        return RandomForestRegressor(100, max_features="sqrt", min_samples_split=6, random_state=seed)
    if method == "extratrees":
        return (ExtraTreesClassifier if discrete else ExtraTreesRegressor)(100, random_state=seed)
    return (HistGradientBoostingClassifier if discrete else HistGradientBoostingRegressor)(random_state=seed)


def start():
    filled = table.copy()
    for c in range(columns):
        seen = table[~missing[:, c], c]
        filled[missing[:, c], c] = np.bincount(seen.astype(int)).argmax() if levels[c] else seen.mean()
    return filled


def chained(rounds):
    filled, changes = start(), None
    order = np.argsort(missing.sum(0), kind="stable")
    for sweep in range(rounds):
        before = filled.copy()
        for c in order:
            gap = missing[:, c]
            if not gap.any():
                continue
            others = np.delete(filled, c, 1)
            if len(np.unique(table[~gap, c])) == 1:
                continue
            filled[gap, c] = model(c, 1000 * sweep + c).fit(others[~gap], table[~gap, c]).predict(others[gap])
        if method != "missforest":
            continue
        numbers = [c for c in range(columns) if not levels[c]]
        classes = [c for c in range(columns) if levels[c]]
        now = []
        if numbers:
            now.append(((filled - before)[:, numbers] ** 2).sum() / (filled[:, numbers] ** 2).sum())
        if classes:
            now.append((filled != before)[:, classes].sum() / max(1, missing[:, classes].sum()))
        if changes is not None and all(a > b for a, b in zip(now, changes)):
            return before
        changes = now
    return filled


def neighbours():
    parts, owners = [], []
    for c in range(columns):
        seen = table[~missing[:, c], c]
        if not levels[c]:
            deviation = seen.std() or 1.0
            parts.append(((table[:, c] - seen.mean()) / deviation)[:, None])
            owners.append((seen.mean(), deviation))
        else:
            indicators = np.eye(levels[c])[np.nan_to_num(table[:, c]).astype(int)] / np.sqrt(2)
            indicators[missing[:, c]] = np.nan
            parts.append(indicators)
            owners.append(None)
    coded = np.hstack(parts)
    done = KNNImputer(n_neighbors=5, keep_empty_features=True).fit_transform(coded)
    filled, at = table.copy(), 0
    for c in range(columns):
        width = parts[c].shape[1]
        own = done[:, at:at + width]
        at += width
        gap = missing[:, c]
        filled[gap, c] = own[gap].argmax(1) if levels[c] else own[gap, 0] * owners[c][1] + owners[c][0]
    return filled


begin = time.process_time()
completed = neighbours() if method == "knn" else chained(10 if method == "missforest" else 5)
print(time.process_time() - begin)
completed.tofile(target)
