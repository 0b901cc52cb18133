"""The commands of both programs on small inputs, each with the files that it writes; {D} stands for the folder of its outputs."""

import random

from trials import MISSBGM, NANO, TRAINER, command, fitted

TINY = """network: {features: 8, classes: 10, width: 16, layers: 1, heads: 2, feed_forward: 16, flow_layers: 1}
prior: {kind: structural, maximum_features: 6, few_features: 4}
rows: [32]
rows_per_step: 64
steps: 6
decay_steps: 2
warm_up_steps: 1
checkpoint_steps: 2
evaluation_steps: 6
"""


def prepare(folder):
    """Makes the inputs; the commands by name: words, and what stands at their outputs' places."""
    model, table = fitted(folder)
    chance = random.Random(5)
    labelled, full, cells, estimates, config = (folder / name for name in ("labelled.csv", "full.csv", "cells.csv", "estimates.csv", "tiny.yaml"))
    labelled.write_text("x,y,label\n" + "".join(f"{chance.random():.3f},{chance.random():.3f},{'pq'[i % 2]}\n" for i in range(400)))
    full.write_text("a,b,c,d\n" + "".join(f"{i * 7 % 23 + 0.5},{i * 5 % 19},{['no', 'yes'][i % 2]},{['red', 'green', 'blue'][i % 3]}\n" for i in range(60)))
    estimates.write_text("term,estimate,std_error\nx,1.5,0.1\nx,1.6,0.12\nx,1.4,0.11\n")
    config.write_text(TINY)
    draws = ["--draws", "5", "--burn-in", "0", "--threads", "1", "--quiet"]
    at = ["--model", model, "--data", table]
    done = command(MISSBGM, "impute", *at, "--out", folder / "completed.csv", "--intervals", cells, *draws)
    assert done.returncode == 0, done.stderr
    shards = []
    for part in (1, 2):
        record = folder / f"{part}.json"
        done = command(MISSBGM, "impute", *at, "--out", folder / f"part{part}.csv", "--shard", f"{part}/2", "--record", record, *draws)
        if done.returncode == 0:
            shards.append(record)
    commands = {
        "impute": ([MISSBGM, "impute", *at, "--out", "{D}/o.csv", *draws], ["o.csv"]),
        "impute with intervals": ([MISSBGM, "impute", *at, "--out", "{D}/o.csv", "--intervals", "{D}/c.csv", *draws], ["o.csv", "c.csv"]),
        "impute with draws": ([MISSBGM, "impute", *at, "--out", "{D}/o.csv", "--draws-out", "{D}/d.npy", "--draws", "500", *draws[2:]], ["o.csv", "d.npy"]),
        "impute with imputations": ([MISSBGM, "impute", *at, "--out", "{D}/o.csv", "--multiple", "3", "--multiple-dir", "{D}/mi", *draws],
                                    ["o.csv", "mi/imputation_1.csv", "mi/imputation_2.csv", "mi/imputation_3.csv"]),
        "impute with a report": ([MISSBGM, "impute", *at, "--out", "{D}/o.csv", "--report", "{D}/o.html", *draws], ["o.csv", "o.html"]),
        "impute, pretrained": ([MISSBGM, "impute", "--model", NANO, "--data", table, "--out", "{D}/o.csv", "--draws", "4", "--threads", "1", "--quiet"], ["o.csv"]),
        "predict": ([MISSBGM, "predict", "--model", NANO, "--train", labelled, "--test", labelled, "--target", "label", "--out", "{D}/p.csv", "--ensemble", "1", "--threads", "1",
                     "--quiet"], ["p.csv"]),
        "sensitivity": ([MISSBGM, "sensitivity", *at, "--draws", "5", "--multiple", "2", "--threads", "1", "--quiet", "--values", "0,1", "--out", "{D}/s.csv", "--svg", "{D}/s.svg"],
                        ["s.csv", "s.svg"]),
        "report": ([MISSBGM, "report", *at, "--out", "{D}/r.html", *draws], ["r.html"]),
        "plot": ([MISSBGM, "plot", "--kind", "missing", "--data", table, "--out", "{D}/m.svg", "--quiet"], ["m.svg"]),
        "plot of a distribution": ([MISSBGM, "plot", "--kind", "distribution", *at, "--out", "{D}/d.svg", "--draws", "5", "--threads", "1", "--quiet"], ["d.svg"]),
        "analyse": ([MISSBGM, "analyse", "--formula", "a ~ b", *at, "--multiple", "2", "--threads", "1", "--quiet", "--out", "{D}/a.csv"], ["a.csv"]),
        "inspect": ([MISSBGM, "inspect", "--model", model], []),
        "evaluate": ([MISSBGM, "evaluate", "--truth", full, "--data", table, "--cells", cells], []),
        "pool": ([MISSBGM, "pool", "--estimates", estimates], []),
        "completion": ([MISSBGM, "completion", "bash"], []),
        "fit": ([TRAINER, "fit", "--data", table, "--out", "{D}/model", "--mechanism", "ignorable", "--quiet"], ["model"]),
        "fit to a .zip": ([TRAINER, "fit", "--data", table, "--out", "{D}/model.zip", "--mechanism", "ignorable", "--quiet"], ["model.zip"]),
        "fit that is tried": ([TRAINER, "fit", "--dry-run", "--data", table, "--out", "{D}/none"], []),
        "simulate": ([TRAINER, "simulate", "--kind", "oracle", "--out", "{D}/simulated", "--rows", "500", "--columns", "20", "--quiet"], ["simulated"]),
        "prior": ([TRAINER, "prior", "--show", "{D}/prior", "--tasks", "2", "--rows", "200", "--quiet"], ["prior"]),
        "pretrain": ([TRAINER, "pretrain", "--config", config, "--out", "{D}/pretrained", "--threads", "1", "--quiet"], ["pretrained"]),
    }
    if len(shards) == 2:
        commands["merge"] = ([MISSBGM, "merge", *shards, "--out", "{D}/merged.csv", "--quiet"], ["merged.csv"])
    return {name: ([str(word) for word in words], outputs) for name, (words, outputs) in commands.items()}
