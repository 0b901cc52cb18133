"""Writes a table as pandas does, and checks what became of it: tables.py write KIND FILE | check KIND FILE COMPLETED."""
import sys

import numpy as np
import pandas as pd

TEXT = {"plain": {}, "semicolons": {"sep": ";", "decimal": ",", "encoding": "cp1252"}, "tabs": {"sep": "\t"}, "gzip": {}, "zeros": {"na_rep": "nan"}}
frame = pd.DataFrame({
    "who": ["Zoë", '"quoted", comma', "two\nlines", "=1+1", "last"],
    "a": [1.5, np.nan, 2.25, -4.0, 0.1 + 0.2],
    "when": pd.to_datetime(["2021-03-01", "2021-03-02", "2021-03-03", "2021-03-04", "2021-03-05"]),
    "b": [2.0, 3.0, np.nan, 1e-7, 12345.678],
    "count": [1, 2, 3, 4, 5],
    "flag": [True, False, True, True, False],
})


def write(kind, path):
    if kind == "excel":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, **TEXT[kind])


def read(kind, path):
    options = {key: value for key, value in TEXT.get(kind, {}).items() if key != "na_rep"}
    return pd.read_csv(path, parse_dates=["when"], **options)


def check(kind, path, completed):
    before = pd.read_excel(path) if kind == "excel" else read(kind, path)
    after = read(kind, completed)
    assert list(after.columns) == list(frame.columns), after.columns
    assert len(after) == len(frame), len(after)
    for name in frame.columns:
        assert after[name].dtype == before[name].dtype, (name, before[name].dtype, after[name].dtype)
        seen = before[name].notna()
        assert (after[name][seen] == before[name][seen]).all(), (name, before[name], after[name])
    assert after[["a", "b"]].notna().all(axis=None), after
    print("same")


{"write": write, "check": check}[sys.argv[1]](*sys.argv[2:])
