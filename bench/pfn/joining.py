#!/usr/bin/python3
"""What the average of a fit could gain from a pretrained network as one more member, at most.

    bench/pfn/joining.py --data DIR [--model models/pfn-small] [--tables a,b]

Of each table 30 % of the numbers are hidden (seed 11). Both complete it by their defaults; the weight of the network's completions is the one of 0, 0.05, ..., 1, for all columns alike, that is best for
the hidden cells themselves, so that one that is chosen by other cells gains less. Writes a table for results/joining.md. Debian 12: python3-pandas.
"""
import argparse, os, subprocess, tempfile
import numpy as np, pandas as pd

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
TABLES = ["autompg", "boys", "breast_w", "ozone_la", "pbc", "nhanes_sample", "credit_data", "cylinder_bands", "rossi_recidivism"]
SHARE = 0.3


def hidden_cells(table, random):
    """A mask of cells to hide, in columns of numbers with at least three values."""
    numbers = [c for c in table if pd.api.types.is_numeric_dtype(table[c]) and table[c].nunique() >= 3]
    chosen = pd.DataFrame(random.random(table.shape) < SHARE, columns=table.columns)
    return chosen & table.notna() & [c in numbers for c in table]


def completed(folder, name, *arguments):
    path = f"{folder}/{name}.csv"
    subprocess.run([f"{ROOT}/bin/missbgm", "impute", "--data", f"{folder}/data.csv", "--out", path, "--threads", "1", "--quiet", *arguments],
                   check=True, stdout=subprocess.DEVNULL)
    return pd.read_csv(path)


def compare(table, model):
    hidden = hidden_cells(table, np.random.default_rng(11))
    with tempfile.TemporaryDirectory() as folder:
        table.mask(hidden).to_csv(f"{folder}/data.csv", index=False)
        subprocess.run([f"{ROOT}/bin/missbgm-train", "fit", "--data", f"{folder}/data.csv", "--out", f"{folder}/fit", "--quiet"],
                       check=True, stdout=subprocess.DEVNULL)
        fit, network = completed(folder, "ours", "--model", f"{folder}/fit"), completed(folder, "networks", "--model", model)
    columns = [c for c in table if hidden[c].any()]

    def errors(other):
        return np.concatenate([((other[c] - table[c]) / table[c].std(ddof=0))[hidden[c]].to_numpy(float) for c in columns])

    ours, theirs = errors(fit), errors(network)
    rms = lambda x: np.sqrt(np.mean(x * x))
    weight = min(np.linspace(0, 1, 21), key=lambda w: rms((1 - w) * ours + w * theirs))
    best = rms((1 - weight) * ours + weight * theirs)
    return (f"{len(ours):,} | {rms(ours):.4f} | {rms(theirs):.4f} | {best:.4f} | {weight:.2f} | {100 * (1 - best / rms(ours)):.2f} % "
            f"| {np.corrcoef(ours, theirs)[0, 1]:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", default=f"{ROOT}/models/pfn-small")
    parser.add_argument("--tables", default=",".join(TABLES))
    options = parser.parse_args()
    print("| table | hidden | fit | network | best average | its weight | gain at most | correlation of errors |\n|---|---|---|---|---|---|---|---|")
    for name in options.tables.split(","):
        table = pd.read_csv(os.path.join(options.data, name + ".csv"), na_values=["NA", "?"], keep_default_na=True)
        print(f"| {name} | {compare(table, options.model)} |", flush=True)


if __name__ == "__main__":
    main()
