#!/usr/bin/env python3
"""SIGINT, SIGTERM and SIGHUP at three moments of commands that take long: each ends within seconds with exit code 130, leaves old outputs as they were and
nothing else. Before a program heeds signals the system ends it."""

import pathlib
import random
import signal
import subprocess
import time

from commands import prepare
from trials import MISSBGM, NANO, ROOT, TRACE, TRAINER, Trials, new_folder, temporaries

PATIENCE = 10
SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]


def long_commands(folder):
    """Commands that would go on for long."""
    prepare(folder)
    chance = random.Random(5)
    table, labelled, wide = folder / "long.csv", folder / "long-labelled.csv", folder / "wide.csv"
    levels = ["red", "green", "blue"]
    table.write_text("a,b,c,d\n" + "".join(f"{i % 97 + 0.5},{'' if i % 3 == 0 else i % 89},{['no', 'yes'][i % 2]},{levels[i % 3]}\n" for i in range(200_000)))
    labelled.write_text("x,y,label\n" + "".join(f"{chance.random():.3f},{chance.random():.3f},{'pq'[i % 2]}\n" for i in range(20_000)))
    wide.write_text(",".join(f"v{j}" for j in range(30)) + "\n"
                    + "".join(",".join("" if chance.random() < 0.2 else f"{chance.gauss(0, 1):.3f}" for _ in range(30)) + "\n" for _ in range(5000)))
    paper = folder / "paper.yaml"
    paper.write_text("mechanism: paper\npaper:\n  epochs: 1000\n")
    at = ["--model", folder / "fitted", "--data", table]
    return {
        "impute": [MISSBGM, "impute", *at, "--out", "{D}/o.csv", "--intervals", "{D}/c.csv", "--draws", "5000", "--threads", "1"],
        "impute, pretrained": [MISSBGM, "impute", "--model", NANO, "--data", wide, "--out", "{D}/o.csv", "--threads", "1"],
        "predict": [MISSBGM, "predict", "--model", NANO, "--train", labelled, "--test", labelled, "--target", "label", "--out", "{D}/o.csv", "--threads", "1"],
        "sensitivity": [MISSBGM, "sensitivity", *at, "--threads", "1", "--out", "{D}/o.csv"],
        "report": [MISSBGM, "report", *at, "--out", "{D}/o.csv", "--draws", "5000", "--threads", "1"],
        "analyse": [MISSBGM, "analyse", "--formula", "a ~ b", *at, "--multiple", "20", "--threads", "1", "--out", "{D}/o.csv"],
        "fit": [TRAINER, "fit", "--data", wide, "--out", "{D}/model"],
        "fit, paper": [TRAINER, "fit", "--data", wide, "--out", "{D}/model", "--config", paper],
        "simulate": [TRAINER, "simulate", "--kind", "oracle", "--out", "{D}/simulated", "--rows", "2000000", "--columns", "60"],
        "prior": [TRAINER, "prior", "--show", "{D}/prior", "--tasks", "1000", "--rows", "20000"],
        "pretrain": [TRAINER, "pretrain", "--config", ROOT / "configs" / "pfn-nano.yaml", "--out", "{D}/pretrained", "--threads", "1"],
    }


def heeds(process):
    """Whether the program has its handlers: it catches SIGHUP, SIGINT and SIGTERM."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("SigCgt:"):
            return int(line.split()[1], 16) & 0x4003 == 0x4003
    return False


def fault(words, number, moment, place):
    """What is wrong with how it ends."""
    for output in ("o.csv", "c.csv"):
        (place / output).write_text("old")
    process = subprocess.Popen([str(word).replace("{D}", str(place)) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                               preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in SIGNALS])
    try:
        began = time.time()
        if moment > 0:
            while process.poll() is None and not heeds(process) and time.time() - began < 30:
                time.sleep(0.01)
            time.sleep(moment)
        if process.poll() is not None:
            return f"it has ended by itself with {process.returncode}: {process.stderr.read().decode()[-300:]}"
        heeded = heeds(process)
        process.send_signal(number)
        began = time.time()
        try:
            said = process.communicate(timeout=40)[1].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            return "it does not end"
        took = time.time() - began
        if process.returncode != 130 and not (process.returncode == -number and not heeded):
            return f"exit code {process.returncode}: {said[-300:]}"
        if took > PATIENCE or TRACE.search(said) or "came upon" in said:
            return f"{took:.1f} s: {said[-300:]}"
        if left := temporaries(place):
            return f"left: {left}"
        return "an old output is another" if any((place / output).read_text() != "old" for output in ("o.csv", "c.csv")) else None
    finally:
        process.kill()


def main():
    trials = Trials(__doc__)
    chance = random.Random(1)
    with new_folder() as folder:
        for name, words in long_commands(pathlib.Path(folder)).items():
            for number in SIGNALS:
                for moment in (0, chance.uniform(0.01, 0.5), chance.uniform(0.5, 3)):
                    if trials.takes(trial := f"{name}, {number.name} {moment:.2f} s after it heeds them"):
                        with new_folder() as place:
                            trials.record(trial, fault(words, number, moment, pathlib.Path(place)))
    trials.end()


if __name__ == "__main__":
    main()
