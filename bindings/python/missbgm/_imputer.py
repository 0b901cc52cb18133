"""MissBgmImputer."""
import csv
import os
import subprocess
import tempfile

import numpy as np

from ._library import Model

try:
    from sklearn.base import BaseEstimator, TransformerMixin
except ImportError:
    class BaseEstimator:
        """Stands in where scikit-learn is not installed."""

    class TransformerMixin:
        """Likewise."""

        def fit_transform(self, X, y=None):
            return self.fit(X, y).transform(X)


class MissBgmImputer(TransformerMixin, BaseEstimator):
    """Fills missing cells with a fitted MissBGM model.

    Parameters
    ----------
    model : path of a bundle, or None to fit one in `fit` by the program missbgm-train (or MISSBGM_TRAIN)
    mechanism : of the fit: auto, ignorable, self, selection or paper
    sample_posterior : fill with one draw instead of posterior means and most probable levels
    alpha : intervals cover 1 - alpha
    chains, draws : of the sampler; None for the model's own
    random_state : seed of the fit and of the draws
    n_jobs : threads
    """

    def __init__(self, model=None, *, mechanism="auto", sample_posterior=False, alpha=0.05, chains=None, draws=None, random_state=42, n_jobs=1):
        self.model = model
        self.mechanism = mechanism
        self.sample_posterior = sample_posterior
        self.alpha = alpha
        self.chains = chains
        self.draws = draws
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Fits a model to X, or loads the given one and checks that X has its columns."""
        names, rows = _names(X), _rows(X)
        if self.model is None:
            if len(rows) == 1:
                raise ValueError("Found an array with n_samples=1, and a model is fitted to 2 rows at least.")
            self._forget()
            self._bundle = _train(names, rows, self.mechanism, self.random_state)
        self._load()
        self.n_features_in_ = rows.shape[1]
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.asarray(names, dtype=object)
        self._places(names)
        return self

    def transform(self, X, return_std=False):
        """X with its missing cells filled; with return_std also the standard deviations, 0 where observed and NaN of levels."""
        if self.sample_posterior:
            filled = self._impute(X, 1)
            return (filled[1][0], filled[2]) if return_std else filled[1][0]
        filled = self._impute(X, 0)
        return (filled[0], filled[2]) if return_std else filled[0]

    def sample(self, X, imputations):
        """As many completed tables, each of one draw, for multiple imputation."""
        return self._impute(X, imputations)[1]

    def interval(self, X):
        """Lower and upper ends of the intervals, as arrays of the columns that are numbers to the model; the value where a cell is observed."""
        return self._impute(X, 0)[3:]

    def get_feature_names_out(self, input_features=None):
        """The columns that come out: those that come in."""
        if input_features is not None:
            return np.asarray(input_features, dtype=object)
        return getattr(self, "feature_names_in_", np.asarray([f"x{j}" for j in range(self.n_features_in_)], dtype=object))

    def _load(self):
        if self.model is not None and getattr(self, "_loaded_path", None) != self.model:
            self.model_, self._loaded_path = Model(self.model), self.model
        elif self.model is None and not hasattr(self, "model_"):
            with tempfile.TemporaryDirectory(prefix="missbgm-") as folder:
                path = os.path.join(folder, "model.zip")
                with open(path, "wb") as file:
                    file.write(self._bundle)
                self.model_ = Model(path)

    # What is of this process alone.
    def _forget(self):
        for name in ("model_", "_loaded_path"):
            self.__dict__.pop(name, None)

    def __getstate__(self):
        return {name: value for name, value in self.__dict__.items() if name not in ("model_", "_loaded_path")}

    def __setstate__(self, state):
        self.__dict__.update(state)

    def _more_tags(self):
        return {"allow_nan": True, "X_types": ["2darray", "string"]}

    def _impute(self, X, imputations):
        if self.model is None and not hasattr(self, "_bundle"):
            raise ValueError("This MissBgmImputer has no model: give one, or call fit.")
        self._load()
        rows, places = _rows(X), self._places(_names(X))
        if rows.shape[1] < len(places) or (not hasattr(X, "columns") and rows.shape[1] != getattr(self, "n_features_in_", rows.shape[1])):
            raise ValueError(f"X has {rows.shape[1]} features, but MissBgmImputer is expecting {len(places)} features as input.")
        options = {name: value for name, value in (("chains", self.chains), ("draws", self.draws)) if value is not None}
        values = np.column_stack([_code(rows[:, place], self.model_.levels[j], self.model_.columns[j]) for j, place in enumerate(places)])
        found = self.model_.impute(values, imputations, seed=self.random_state or 0, alpha=self.alpha, threads=self.n_jobs or 1, **options)
        back = lambda completed: self._back(X, rows, places, values, completed)
        spread = lambda array, fill: _spread(array, places, rows.shape, fill)
        return (
            back(found["completed"]), [back(table) for table in found["imputations"]],
            spread(found["standard_deviation"], 0.0), spread(found["lower"], np.nan), spread(found["upper"], np.nan),
        )

    def _places(self, names):
        """Where each of the model's columns stands; a table without names has them in order."""
        if names is None:
            return list(range(len(self.model_.columns)))
        missing = [name for name in self.model_.columns if name not in names]
        if missing:
            raise ValueError(f"The table lacks the columns {', '.join(missing)}, which the model has.")
        return [names.index(name) for name in self.model_.columns]

    def _back(self, X, rows, places, values, completed):
        """The completed cells in a copy of the table, of its own kind."""
        copy = X.copy() if hasattr(X, "columns") else np.array(rows)
        for j, place in enumerate(places):
            gaps = np.isnan(values[:, j])
            if not gaps.any():
                continue
            levels = self.model_.levels[j]
            filled = completed[gaps, j] if levels is None else np.array([_level(levels[int(code)], rows[~gaps, place]) for code in completed[gaps, j]], dtype=object)
            if hasattr(copy, "iloc"):
                copy.isetitem(place, _filled(copy.iloc[:, place], gaps, filled))
            else:
                copy[gaps, place] = filled
        return copy


def _names(X):
    return [str(name) for name in X.columns] if hasattr(X, "columns") else None


def _rows(X):
    if hasattr(X, "tocsr"):
        raise TypeError("A sparse matrix was passed, and sparse input is not supported: its zeros would have to be told from gaps. Use X.toarray().")
    rows = X.to_numpy(dtype=object) if hasattr(X, "to_numpy") else np.asarray(X)
    if np.iscomplexobj(rows):
        raise ValueError("Complex data not supported.")
    if rows.ndim != 2:
        raise ValueError(f"Expected 2D array, got {rows.ndim}D array instead. Reshape your data.")
    for axis, what in enumerate(("sample(s)", "feature(s)")):
        if rows.shape[axis] == 0:
            raise ValueError(f"Found array with 0 {what} (shape={rows.shape}) while a minimum of 1 is required.")
    return rows


def _is_missing(value):
    return value is None or value != value or type(value).__name__ == "NAType" or value == ""


def _code(cells, levels, name):
    """A column's cells as numbers: NaN where missing, levels by number."""
    try:
        if levels is None:
            return np.array([np.nan if _is_missing(cell) else float(cell) for cell in cells])
    except (TypeError, ValueError) as fault:
        raise ValueError(f"Column '{name}' holds what is no number: {fault}.") from None
    numbers = {level: k for k, level in enumerate(levels)}
    numbers.update({number: k for k, level in enumerate(levels) if (number := _number(level)) is not None})
    codes = np.full(len(cells), np.nan)
    for i, cell in enumerate(cells):
        if not _is_missing(cell):
            found = numbers.get(str(cell), numbers.get(_number(cell)))
            if found is None:
                raise ValueError(f"Row {i}, column '{name}': {cell!r} is no level of the column; allowed: {', '.join(levels)}.")
            codes[i] = found
    return codes


def _number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def _level(level, observed):
    """A level as the column has its values: a number where they are numbers."""
    sample = next((cell for cell in observed if not _is_missing(cell)), None)
    return level if sample is None or isinstance(sample, str) else type(sample)(float(level)) if _number(level) is not None else level


def _filled(column, gaps, values):
    filled = column.astype(object).where(~gaps, None)
    filled[gaps] = list(values)
    return filled.astype(column.dtype)


def _spread(array, places, shape, fill):
    whole = np.full(shape, fill)
    whole[:, places] = array
    return whole


def _train(names, rows, mechanism, seed):
    """The bundle, a .zip, that missbgm-train fits to the rows."""
    with tempfile.TemporaryDirectory(prefix="missbgm-") as folder:
        table, path = os.path.join(folder, "table.csv"), os.path.join(folder, "model.zip")
        with open(table, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(names or [f"x{j}" for j in range(rows.shape[1])])
            writer.writerows([["" if _is_missing(cell) else cell for cell in row] for row in rows])
        program = os.environ.get("MISSBGM_TRAIN", "missbgm-train")
        done = subprocess.run(
            [program, "fit", "--data", table, "--out", path, "--mechanism", mechanism, "--seed", str(seed or 0), "--quiet"], capture_output=True, text=True)
        if done.returncode:
            raise ValueError(done.stderr.strip() or f"{program} ended with {done.returncode}.")
        with open(path, "rb") as file:
            return file.read()
