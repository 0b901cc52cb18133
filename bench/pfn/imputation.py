#!/usr/bin/python3
"""Imputation of complete tables with hidden cells (PFN-Flow's second benchmark): mean absolute error on hidden cells of standardised columns.

    bench/pfn/imputation.py --data DIR [--model pfn-nano=models/pfn-nano] [--masks 10] [--methods pfn-nano,mean,...] [--tables a,b]

70/30 split; cells of the test rows are hidden by missbgm-train simulate (MNAR_logistic_M2M and MCAR, rate 0.3); peers are fitted to the complete
training rows, standardised; missbgm impute gets all rows as one table in its own units, as a user would give it. A method is a peer's name or that of a --model NAME=PATH. Each finished (table, mechanism, mask, method) is a line of
results/imputation.csv; runs that are there are not repeated, and results/imputation.md is written again at the end.
Debian 12: python3-sklearn python3-pandas.
"""
import argparse, csv, os, subprocess, sys, tempfile, time, warnings
os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np, pandas as pd
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = ["blood", "breast_wisconsin_original", "concrete", "diabetes442", "german_credit", "glass", "ionosphere", "iris", "pima", "sonar", "vehicle",
          "wine", "winequality_red"]
MECHANISMS = {"mnar_m2m": "mnar-m2m", "mcar": "mcar"}
MODELS = {name: os.path.join(HERE, "../../models", name) for name in ("pfn-nano", "pfn-small")}
CHAINS = os.path.join(HERE, "../peers/chains.py")
# missForest sees training and test rows as one table, as the network does; the others are fitted to the training rows.
MISSFOREST = "missforest"
PEERS = {"mean": lambda: SimpleImputer(), "knn": lambda: KNNImputer(), "iterative": lambda: IterativeImputer(random_state=0), MISSFOREST: None}


def load(folder, name):
    """Numeric feature columns that vary."""
    table = pd.read_csv(os.path.join(folder, name + ".csv")).drop(columns="label", errors="ignore").select_dtypes("number").astype(float)
    return table.loc[:, table.nunique() > 1]


def split(table, mask):
    """Training and test rows in their own units, and mean and standard deviation of the training rows' columns."""
    order = np.random.default_rng(mask).permutation(len(table))
    cut = int(0.7 * len(table))
    train, test = table.iloc[order[:cut]], table.iloc[order[cut:]]
    keep = train.columns[train.std(ddof=0) > 0]
    return train[keep], test[keep], train[keep].mean(), train[keep].std(ddof=0)


def hide(test, mechanism, mask, options):
    with tempfile.TemporaryDirectory() as folder:
        test.to_csv(folder + "/test.csv", index=False)
        subprocess.run([options.train, "simulate", "--kind", MECHANISMS[mechanism], "--data", folder + "/test.csv", "--rate", "0.3", "--seed", str(mask + 1),
                        "--out", folder + "/out"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return np.load(folder + "/out/observed.npy").astype(bool)


def missforest(train, test):
    """Completed test rows: forests iterated by missForest's stopping rule on all rows (bench/peers/chains.py)."""
    rows = np.vstack([train, test])
    with tempfile.TemporaryDirectory() as folder:
        rows.astype("<f8").tofile(folder + "/in")
        subprocess.run([sys.executable, CHAINS, MISSFOREST, folder + "/in", folder + "/out", *map(str, rows.shape), ",".join("n" * rows.shape[1])],
                       check=True, stdout=subprocess.DEVNULL)
        return np.fromfile(folder + "/out", "<f8").reshape(rows.shape)[len(train):]


def pfn(model, train, test, options):
    """Completed test rows, and lower and upper ends of the 95 % intervals by (row, column)."""
    with tempfile.TemporaryDirectory() as folder:
        pd.concat([train, test]).convert_dtypes().to_csv(folder + "/in.csv", index=False)
        subprocess.run([options.missbgm, "impute", "--model", model, "--data", folder + "/in.csv", "--out", folder + "/out.csv", "--quiet",
                        "--intervals", folder + "/cells.csv",
                        "--rows", f"{len(train)}:{len(train) + len(test)}"], check=True, stdout=subprocess.DEVNULL)
        return pd.read_csv(folder + "/out.csv"), pd.read_csv(folder + "/cells.csv")


def impute(method, train, test, observed, mean, sd, options):
    """Completed, standardised test rows; for a model also the share of the hidden numbers that lie in their 95 % intervals."""
    scale = lambda table: ((table - mean) / sd).to_numpy()
    if method == MISSFOREST:
        return missforest(scale(train), np.where(observed, scale(test), np.nan)), ""
    if method in PEERS:
        return PEERS[method]().fit(scale(train)).transform(np.where(observed, scale(test), np.nan)), ""
    filled, cells = pfn(options.models[method], train, test.where(observed), options)
    cells = cells[cells.lower.notna()]
    hidden = test.to_numpy()[cells.row - len(train), test.columns.get_indexer(cells.column)]
    return scale(filled), f"{((cells.lower <= hidden) & (hidden <= cells.upper)).mean():.4f}"


def beside_peers(errors, method):
    """A model's average rank where it is the only model; nothing for a peer, whose rank depends on which."""
    return "" if method in PEERS else f"{errors[[method, *(m for m in PEERS if m in errors)]].rank(axis=1).mean()[method]:.2f}"


def report(path, rows):
    scores = pd.DataFrame(rows).astype({"mae": float, "mask": int})
    scores["coverage"] = pd.to_numeric(scores.coverage)
    # Methods are compared on the masks that all of them have; one that has not been through all tables yet is left out.
    tables = scores.groupby("method").table.nunique()
    scores = scores[scores.method.isin(tables.index[tables == tables.max()])]
    share = scores.groupby(["table", "mechanism", "mask"]).method.transform("nunique")
    scores = scores[share == scores.method.nunique()]
    methods = [m for m in [*MODELS, *scores.method.unique()] if m in set(scores.method)]
    methods = list(dict.fromkeys([m for m in methods if m not in PEERS] + list(PEERS)))
    lines = ["# Imputation", "", f"Mean absolute error on hidden cells of standardised columns, mean over {scores['mask'].nunique()} masks.", ""]
    for mechanism in MECHANISMS:
        table = scores[scores.mechanism == mechanism].pivot_table(index="table", columns="method", values="mae", aggfunc="mean")
        table = table[[m for m in methods if m in table]]
        whole = table.dropna()
        covered = scores[scores.mechanism == mechanism].groupby("method").coverage.mean()
        lines += [f"## {mechanism}, {len(whole)} tables", "", "| table | " + " | ".join(table) + " |", "|---|" + "---|" * len(table.columns)]
        lines += [f"| {name} | " + " | ".join("" if np.isnan(v) else f"{v:.4f}" for v in row) + " |" for name, row in table.iterrows()]
        lines += ["| **mean** | " + " | ".join(f"{v:.4f}" for v in whole.mean()) + " |",
                  "| **average rank, all** | " + " | ".join(f"{v:.2f}" for v in whole.rank(axis=1).mean()) + " |",
                  "| **average rank, with the peers alone** | " + " | ".join(beside_peers(whole, m) for m in whole) + " |",
                  "| 95 % intervals cover | " + " | ".join("" if np.isnan(covered[m]) else f"{covered[m]:.3f}" for m in whole) + " |", ""]
    open(path, "w").write("\n".join(lines))
    print("\n".join(line for line in lines if line.startswith(("##", "| **", "| table"))))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", action="append", default=[], metavar="NAME=PATH", help="a PFN-Flow bundle to run under a name")
    parser.add_argument("--missbgm", default=os.path.join(HERE, "../../bin/missbgm"))
    parser.add_argument("--train", default=os.path.join(HERE, "../../bin/missbgm-train"))
    parser.add_argument("--masks", type=int, default=10)
    parser.add_argument("--methods", default=",".join([*MODELS, *PEERS]))
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--again", default="")
    parser.add_argument("--results", default=os.path.join(HERE, "results"))
    options = parser.parse_args()
    options.models = MODELS | dict(model.split("=", 1) for model in options.model)
    warnings.filterwarnings("ignore")
    os.makedirs(options.results, exist_ok=True)
    path = os.path.join(options.results, "imputation.csv")
    fields = ["table", "mechanism", "mask", "method", "mae", "coverage", "seconds"]
    rows = [r for r in csv.DictReader(open(path)) if r["method"] != options.again] if os.path.exists(path) else []
    done = {(r["table"], r["mechanism"], int(r["mask"]), r["method"]) for r in rows}
    for name in options.tables.split(","):
        table = load(options.data, name)
        for mechanism in MECHANISMS:
            for mask in range(options.masks):
                missing = [m for m in options.methods.split(",") if (name, mechanism, mask, m) not in done]
                if not missing:
                    continue
                train, test, mean, sd = split(table, mask)
                truth = ((test - mean) / sd)
                observed = hide(truth, mechanism, mask, options)
                for method in missing:
                    started = time.perf_counter()
                    filled, coverage = impute(method, train, test, observed, mean, sd, options)
                    seconds = time.perf_counter() - started
                    error = np.abs(filled - truth.to_numpy())[~observed].mean()
                    rows.append(dict(table=name, mechanism=mechanism, mask=mask, method=method, mae=f"{error:.6f}", coverage=coverage, seconds=f"{seconds:.3f}"))
            with open(path + ".tmp", "w", newline="") as file:
                writer = csv.DictWriter(file, fields, lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
            os.replace(path + ".tmp", path)
            print(name, mechanism, {m: round(np.mean([float(r["mae"]) for r in rows if (r["table"], r["mechanism"], r["method"]) == (name, mechanism, m)]), 4)
                                    for m in options.methods.split(",")}, flush=True)
    report(os.path.join(options.results, "imputation.md"), rows)


if __name__ == "__main__":
    sys.exit(main())
