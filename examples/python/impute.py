"""python3 impute.py BUNDLE TABLE.csv COMPLETED.csv: imputes a table by the bundle's impute.onnx, with NumPy and onnxruntime alone."""
import csv, json, sys
import numpy as np
import onnxruntime

bundle, table, completed = sys.argv[1:]
manifest = json.load(open(f"{bundle}/manifest.json"))
if (manifest["kind"], manifest["format_version"]) != ("missbgm", 1):
    sys.exit(f"{bundle} is of kind {manifest['kind']}, format {manifest['format_version']}; this example knows kind missbgm, format 1.")
session = onnxruntime.InferenceSession(f"{bundle}/impute.onnx", providers=["CPUExecutionProvider"])
inputs = {port["name"]: port for port in manifest["graphs"]["impute.onnx"]["inputs"]}
levels = {column["name"]: column.get("levels") for column in manifest["columns"]}
header, *rows = csv.reader(open(table, newline=""))
S, W, random, feeds, cell = 500, 500 if "warm_up" in inputs else 0, np.random.default_rng(42), {}, {}
for port, missing, read in (("numbers", np.nan, lambda name, text: float(text)), ("levels", -1, lambda name, text: levels[name].index(text))):
    if port in inputs:
        places = [(name, header.index(name)) for name in inputs[port]["columns"]]
        cell |= {place: (port, j) for j, (_, place) in enumerate(places)}
        feeds[port] = np.array([[missing if row[at] in manifest["missing_tokens"] else read(name, row[at]) for name, at in places] for row in rows])
feeds["noise"] = random.random((W + S, len(rows), int(inputs["noise"]["shape"][2])))
feeds |= {"fit_noise": (np.arange(S) + 0.5) / S} if "fit_noise" in inputs else {}
feeds |= {"warm_up": np.array(W)} if W > 0 else {}
feeds |= {"probabilities": np.array([0.025, 0.975])} if "numbers" in inputs else {}
found = dict(zip((output.name for output in session.get_outputs()), session.run(None, feeds)))
for i, row in enumerate(rows):
    for at, (port, j) in cell.items():
        if row[at] in manifest["missing_tokens"]:
            row[at] = f"{found['mean'][i, j]:.7g}" if port == "numbers" else levels[header[at]][found["level"][i, j]]
csv.writer(open(completed, "w", newline="")).writerows([header, *rows])
