"""python3 impute.py BUNDLE TABLE.csv COMPLETED.csv: imputes a table by the bundle's impute.onnx, with NumPy and onnxruntime alone."""
import csv, json, sys
import numpy as np
import onnxruntime


def read_manifest(bundle):
    with open(f"{bundle}/manifest.json", encoding="utf-8") as file:
        try:
            manifest = json.load(file)
        except ValueError as fault:
            raise ValueError(f"{bundle}/manifest.json is no JSON ({fault}); export the bundle again") from fault
    kind, version = (manifest.get("kind"), manifest.get("format_version")) if isinstance(manifest, dict) else (None, None)
    if (kind, version) != ("missbgm", 1):
        raise ValueError(f"{bundle} is of kind {kind}, format {version}; this example knows kind missbgm, format 1")
    if not isinstance(manifest.get("columns"), list) or "impute.onnx" not in manifest.get("graphs", {}):
        raise ValueError(f"{bundle}/manifest.json has no columns, or no impute.onnx among its graphs; export the bundle again")
    return manifest


def main(bundle, table, completed):
    manifest = read_manifest(bundle)
    inputs = {port["name"]: port for port in manifest["graphs"]["impute.onnx"]["inputs"]}
    levels = {column["name"]: column.get("levels") for column in manifest["columns"]}
    tokens = set(manifest["missing_tokens"])
    header, *rows = csv.reader(open(table, newline="", encoding="utf-8"))

    def values(port, missing, read):
        names = inputs[port]["columns"]
        if absent := [name for name in names if name not in header]:
            raise ValueError(f"{table}: the table lacks the columns {', '.join(absent)}")
        return np.array([[missing if row[header.index(name)] in tokens else read(i, name, row[header.index(name)]) for name in names] for i, row in enumerate(rows)])

    def number(i, name, text):
        try:
            return float(text)
        except ValueError:
            raise ValueError(f"{table}: data row {i}, column '{name}': '{text}' is not a number") from None

    def level(i, name, text):
        if text not in levels[name]:
            raise ValueError(f"{table}: data row {i}, column '{name}': '{text}' is no level of the column; allowed: {', '.join(levels[name])}")
        return levels[name].index(text)

    # Models whose draws are chains discard the first sweeps; each draw of Bayesian weights has a chain of its own.
    draws, warm_up = 500, 500 * max(1, manifest.get("weight_draws", 0)) if "warm_up" in inputs else 0
    feeds = {"noise": np.random.default_rng(42).random((warm_up + draws, len(rows), int(inputs["noise"]["shape"][2])))}
    feeds |= {"numbers": values("numbers", np.nan, number), "probabilities": np.array([0.025, 0.975])} if "numbers" in inputs else {}
    feeds |= {"levels": values("levels", -1, level)} if "levels" in inputs else {}
    feeds |= {"fit_noise": (np.arange(draws) + 0.5) / draws} if "fit_noise" in inputs else {}
    feeds |= {"warm_up": np.array(warm_up)} if warm_up > 0 else {}
    session = onnxruntime.InferenceSession(f"{bundle}/impute.onnx", providers=["CPUExecutionProvider"])
    found = dict(zip((output.name for output in session.get_outputs()), session.run(None, feeds)))
    for i, row in enumerate(rows):
        for port, result in (("numbers", "mean"), ("levels", "level")):
            for j, name in enumerate(inputs[port]["columns"] if port in inputs else []):
                if row[at := header.index(name)] in tokens:
                    row[at] = f"{found[result][i, j]:.7g}" if port == "numbers" else levels[name][found[result][i, j]]
    with open(completed, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as fault:
        sys.exit(f"impute.py: {fault}.")
