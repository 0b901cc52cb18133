#!/usr/bin/python3
"""Classification with native missing cells (PFN-Flow's first benchmark): AUC, log loss and calibration over repeated stratified 70/30 splits, peers beside missbgm predict.

    bench/pfn/classification.py --data DIR [--model pfn-nano=models/pfn-nano] [--splits 5] [--methods pfn-nano,xgboost,...] [--tables a,b]

DIR holds the labelled tables. A method is a peer's name or that of a --model NAME=PATH. Each finished (table, split, method) is a line of results/classification.csv; runs that are there are not repeated
(--again A,B repeats these methods), and results/classification.md is written again at the end. Debian 12: python3-xgboost python3-sklearn python3-pandas.
"""
import argparse, csv, os, subprocess, sys, tempfile, time, warnings
os.environ.setdefault("OMP_NUM_THREADS", "1")
import numpy as np, pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = os.path.dirname(os.path.abspath(__file__))
TABLES = ["autompg", "breast_w", "colic", "credit_approval", "cylinder_bands", "dermatology", "heart_c", "heart_h", "labor", "pbc", "penguins",
          "pima_missing", "rossi_recidivism", "soybean", "titanic1309", "vote"]
# Columns that leak the label or identify the row.
DROP = {"pbc": ["id", "time"], "rossi_recidivism": ["week"]}
MODELS = {name: os.path.join(HERE, "../../models", name) for name in ("pfn-nano", "pfn-small")}


def load(folder, name):
    table = pd.read_csv(os.path.join(folder, name + ".csv"), keep_default_na=False, na_values=[""])
    drop = DROP.get(name, []) + [c for c in table if name == "rossi_recidivism" and c.startswith("emp")]
    return table.drop(columns=drop)


def codes(train, test):
    """Categories as ordinal codes of the training table's texts, missing and unseen cells as NaN."""
    a, b = train.copy(), test.copy()
    for column in train:
        if train[column].dtype == object:
            order = {text: code for code, text in enumerate(sorted(train[column].dropna().astype(str).unique()))}
            a[column], b[column] = train[column].astype(str).map(order), test[column].astype(str).map(order)
            a.loc[train[column].isna(), column] = np.nan
            b.loc[test[column].isna(), column] = np.nan
    return a.astype(float), b.astype(float)


def boosted(model):
    def predict(train, y, test, options):
        a, b = codes(train, test)
        return model().fit(a.to_numpy(), y).predict_proba(b.to_numpy())
    return predict


def xgboost():
    from xgboost import XGBClassifier
    return XGBClassifier(n_jobs=1, verbosity=0)


def logistic(train, y, test, options):
    texts = [c for c in train if train[c].dtype == object]
    numbers = [c for c in train if c not in texts and train[c].notna().any()]
    prepare = ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="mean"), StandardScaler()), numbers),
        ("texts", OneHotEncoder(handle_unknown="ignore"), texts)])
    shown = lambda t: t.assign(**{c: t[c].astype(str).where(t[c].notna(), "missing") for c in texts})
    return make_pipeline(prepare, LogisticRegression(max_iter=2000)).fit(shown(train), y).predict_proba(shown(test))


def forest(model):
    """Trees on mean-imputed numbers, an indicator of each gap, and one-hot texts, to which a gap is a category of its own."""
    def predict(train, y, test, options):
        texts = [c for c in train if train[c].dtype == object]
        numbers = [c for c in train if c not in texts and train[c].notna().any()]
        prepare = ColumnTransformer([
            ("numbers", SimpleImputer(strategy="mean", add_indicator=True), numbers), ("texts", OneHotEncoder(handle_unknown="ignore"), texts)],
            sparse_threshold=0)
        shown = lambda t: t.assign(**{c: t[c].astype(str).where(t[c].notna(), "missing") for c in texts})
        return make_pipeline(prepare, model(500, random_state=0, n_jobs=1)).fit(shown(train), y).predict_proba(shown(test))
    return predict


def pfn(model, train, y, test, options):
    with tempfile.TemporaryDirectory() as folder:
        paths = [os.path.join(folder, n) for n in ("train.csv", "test.csv", "out.csv")]
        train.assign(label=y).to_csv(paths[0], index=False)
        test.to_csv(paths[1], index=False)
        subprocess.run([options.missbgm, "predict", "--model", model, "--train", paths[0], "--test", paths[1], "--target", "label",
                        "--out", paths[2], "--quiet", "--ensemble", str(options.ensemble)], check=True, stdout=subprocess.DEVNULL)
        return pd.read_csv(paths[2]).drop(columns="predicted")[[str(k) for k in range(y.max() + 1)]].to_numpy()


PEERS = {"xgboost": boosted(xgboost), "histgb": boosted(lambda: HistGradientBoostingClassifier(random_state=0)), "logistic": logistic,
         "random_forest": forest(RandomForestClassifier), "extra_trees": forest(ExtraTreesClassifier)}


def predict(method, train, y, test, options):
    return PEERS[method](train, y, test, options) if method in PEERS else pfn(options.models[method], train, y, test, options)


def auc(y, probabilities):
    if probabilities.shape[1] == 2:
        return roc_auc_score(y, probabilities[:, 1])
    # One class against the rest, averaged over the classes that the test rows have.
    return np.mean([roc_auc_score(y == k, probabilities[:, k]) for k in range(probabilities.shape[1]) if 0 < (y == k).sum() < len(y)])


BINS = 10


def calibration(y, probabilities):
    """For each tenth of the most probable class's probability: rows, sum of these probabilities, rows of that class."""
    top, right = probabilities.max(1), probabilities.argmax(1) == y
    place = np.minimum((top * BINS).astype(int), BINS - 1)
    return ";".join(f"{(place == k).sum()}:{top[place == k].sum():.4f}:{right[place == k].sum()}" for k in range(BINS))


def calibration_error(runs):
    """Expected calibration error (Guo et al., ICML 2017) of all test rows of all tables together."""
    bins = sum(np.array([[float(part) for part in one.split(":")] for one in run.split(";")]) for run in runs)
    return np.abs(bins[:, 1] - bins[:, 2]).sum() / bins[:, 0].sum()


def log_loss(y, probabilities):
    return -np.log(np.clip(probabilities[np.arange(len(y)), y], 1e-6, 1)).mean()


def beside_peers(scores, method):
    """A model's average rank where it is the only model; nothing for a peer, whose rank depends on which."""
    return "" if method in PEERS else f"{scores[[method, *(m for m in PEERS if m in scores)]].rank(axis=1, ascending=False).mean()[method]:.2f}"


def report(path, rows):
    scores = pd.DataFrame(rows).astype({"auc": float}).pivot_table(index="table", columns="method", values="auc", aggfunc="mean")
    scores = scores[[m for m in [*MODELS, *sorted(set(scores) - {*MODELS, *PEERS}), *PEERS] if m in scores]]
    # A method that has not been through all tables yet is left out of the comparison.
    scores = scores.loc[:, scores.notna().sum() == scores.notna().sum().max()]
    whole = scores.dropna()
    lines = ["# Classification with native missing cells", "", f"AUC, mean over splits; {len(whole)} tables that all methods have.", "",
             "| table | " + " | ".join(scores) + " |", "|---|" + "---|" * len(scores.columns)]
    lines += [f"| {name} | " + " | ".join("" if np.isnan(v) else f"{v:.4f}" for v in row) + " |" for name, row in scores.iterrows()]
    lines += ["| **mean** | " + " | ".join(f"{v:.4f}" for v in whole.mean()) + " |",
              "| **average rank, all** | " + " | ".join(f"{v:.2f}" for v in whole.rank(axis=1, ascending=False).mean()) + " |",
              "| **average rank, with the peers alone** | " + " | ".join(beside_peers(whole, m) for m in whole) + " |"]
    # Runs of before these were kept have neither.
    of = {m: [r for r in rows if r["method"] == m and r["table"] in whole.index] for m in whole}
    kept = {m: all(r.get("log_loss") for r in of[m]) for m in whole}
    lines += ["| log loss | " + " | ".join(f"{np.mean([float(r['log_loss']) for r in of[m]]):.4f}" if kept[m] else "" for m in whole) + " |",
              "| calibration error | " + " | ".join(f"{calibration_error([r['calibration'] for r in of[m]]):.4f}" if kept[m] else "" for m in whole) + " |", ""]
    open(path, "w").write("\n".join(lines))
    print("\n".join(lines[-6:]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--model", action="append", default=[], metavar="NAME=PATH", help="a PFN-Flow bundle to run under a name")
    parser.add_argument("--missbgm", default=os.path.join(HERE, "../../bin/missbgm"))
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--ensemble", type=int, default=8)
    parser.add_argument("--methods", default=",".join([*MODELS, *PEERS]))
    parser.add_argument("--tables", default=",".join(TABLES))
    parser.add_argument("--again", default="")
    parser.add_argument("--results", default=os.path.join(HERE, "results"))
    options = parser.parse_args()
    options.models = MODELS | dict(model.split("=", 1) for model in options.model)
    warnings.filterwarnings("ignore")
    os.makedirs(options.results, exist_ok=True)
    path = os.path.join(options.results, "classification.csv")
    fields = ["table", "split", "method", "auc", "seconds", "log_loss", "calibration"]
    rows = [r for r in csv.DictReader(open(path)) if r["method"] not in options.again.split(",")] if os.path.exists(path) else []
    done = {(r["table"], int(r["split"]), r["method"]) for r in rows}
    for name in options.tables.split(","):
        table = load(options.data, name)
        y = pd.factorize(table["label"], sort=True)[0]
        x = table.drop(columns="label")
        for split, (a, b) in enumerate(StratifiedShuffleSplit(options.splits, test_size=0.3, random_state=0).split(x, y)):
            for method in options.methods.split(","):
                if (name, split, method) in done:
                    continue
                started = time.perf_counter()
                probabilities = predict(method, x.iloc[a], y[a], x.iloc[b], options)
                seconds = time.perf_counter() - started
                rows.append(dict(table=name, split=split, method=method, auc=f"{auc(y[b], probabilities):.6f}", seconds=f"{seconds:.3f}",
                                 log_loss=f"{log_loss(y[b], probabilities):.6f}", calibration=calibration(y[b], probabilities)))
        with open(path + ".tmp", "w", newline="") as file:
            writer = csv.DictWriter(file, fields, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        os.replace(path + ".tmp", path)
        print(name, {m: round(np.mean([float(r["auc"]) for r in rows if r["table"] == name and r["method"] == m]), 4) for m in {r["method"] for r in rows}}, flush=True)
    report(os.path.join(options.results, "classification.md"), rows)


if __name__ == "__main__":
    sys.exit(main())
