#!/usr/bin/env python3
"""SIGINT, SIGTERM and SIGHUP at three moments of commands that take long, and SIGTERM at five of fits of 20,000 rows by every mechanism: each ends within seconds
with exit code 130, leaves old outputs as they were and nothing else. Before a program heeds signals the system ends it."""

import os
import pathlib
import random
import signal
import subprocess
import time

from commands import prepare
from trials import MISSBGM, NANO, ROOT, TRACE, TRAINER, Trials, new_folder, processor_seconds, temporaries

# Processor seconds, of all its threads, and seconds by the clock in which a program answers: others may hold the processor.
ANSWER, WAIT = 10, 60
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


def tall_fits(folder):
    """Fits of 20,000 rows and 20 columns, numbers and levels, by each mechanism."""
    chance = random.Random(3)
    table, config = folder / "tall.csv", folder / "few-epochs.yaml"
    config.write_text("mechanism: paper\npaper: {epochs: 3}\n")

    def cell(column, z):
        x = z[column % 3] + 0.5 * chance.gauss(0, 1)
        return "" if chance.random() < 0.15 else ("yes" if x > 0 else "no") if column % 7 == 5 else f"{x:.3f}"

    with open(table, "w") as lines:
        lines.write(",".join(f"v{j}" for j in range(20)) + "\n")
        for _ in range(20_000):
            z = [chance.gauss(0, 1) for _ in range(3)]
            lines.write(",".join(cell(j, z) for j in range(20)) + "\n")
    fit = [TRAINER, "fit", "--data", table, "--out", "{D}/model"]
    return {name: [*fit, "--mechanism", name] for name in ("auto", "ignorable", "selection", "self")} | {"paper": [*fit, "--config", config]}


def has_ended(process):
    """Whether it has, without waiting for it: what it used can be read still."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def fault(words, number, ready, place, longest):
    """What is wrong with how it ends after a signal that is sent when it is ready; the longest answers are kept."""
    for output in ("o.csv", "c.csv"):
        (place / output).write_text("old")
    process = subprocess.Popen([str(word).replace("{D}", str(place)) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                               preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in SIGNALS])
    try:
        ready(process)
        if has_ended(process):
            return f"it has ended by itself: {process.communicate()[1].decode()[-300:]}"
        heeded, before, began = heeds(process), processor_seconds(process), time.time()
        process.send_signal(number)
        while not has_ended(process):
            time.sleep(0.01)
            if time.time() - began > WAIT:
                return "it does not end"
        took, used = time.time() - began, processor_seconds(process) - before
        longest[:] = max(longest[0], took), max(longest[1], used)
        said = process.communicate()[1].decode("utf-8", "replace")
        if process.returncode != 130 and not (process.returncode == -number and not heeded):
            return f"exit code {process.returncode}: {said[-300:]}"
        if used > ANSWER or TRACE.search(said) or "came upon" in said:
            return f"{took:.1f} s, {used:.1f} processor seconds: {said[-300:]}"
        if left := temporaries(place):
            return f"left: {left}"
        return "an old output is another" if any((place / output).read_text() != "old" for output in ("o.csv", "c.csv")) else None
    finally:
        process.kill()


def after_it_heeds(moment):
    """Waits until the program has its handlers, and a while longer."""
    def ready(process):
        began = time.time()
        while moment > 0 and not has_ended(process) and not heeds(process) and time.time() - began < WAIT:
            time.sleep(0.01)
        time.sleep(moment)
    return ready


def after_work(seconds):
    """Waits until the program has used so many processor seconds."""
    def ready(process):
        while not has_ended(process) and processor_seconds(process) < seconds:
            time.sleep(0.05)
    return ready


def main():
    trials = Trials(__doc__)
    chance, longest = random.Random(1), [0.0, 0.0]

    def attempt(name, words, number, ready):
        if trials.takes(name):
            with new_folder() as place:
                trials.record(name, fault(words, number, ready, pathlib.Path(place), longest))

    with new_folder() as folder:
        for name, words in long_commands(pathlib.Path(folder)).items():
            for number in SIGNALS:
                for moment in (0, chance.uniform(0.01, 0.5), chance.uniform(0.5, 3)):
                    attempt(f"{name}, {number.name} {moment:.2f} s after it heeds them", words, number, after_it_heeds(moment))
        for name, words in tall_fits(pathlib.Path(folder)).items():
            for fifth in range(5):
                seconds = chance.uniform(2 * fifth + 0.5, 2 * fifth + 2.5)
                attempt(f"20,000 rows, {name}, SIGTERM after {seconds:.1f} processor seconds", words, signal.SIGTERM, after_work(seconds))
    print(f"longest answer: {longest[0]:.1f} s by the clock, {longest[1]:.1f} processor seconds")
    trials.end()


if __name__ == "__main__":
    main()
