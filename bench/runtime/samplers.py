"""Effective samples per second of the joint sampler against the paper's, on the same bundle and table, with peak memory.

    python3 bench/runtime/samplers.py MODEL TABLE.csv [-- more options of missbgm impute]

Seconds are processor seconds of the whole process (start, loading, warm-up, diagnostics and writing included), so that other work on the
machine does not count.
"""
import csv
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = os.environ.get("MISSBGM", "bin/missbgm").split()


def measure(sampler, model, table, more):
    with tempfile.TemporaryDirectory() as folder:
        cells = os.path.join(folder, "cells.csv")
        command = [*PROGRAM, "impute", "--model", model, "--data", table, "--out", os.path.join(folder, "completed.csv"),
                   "--intervals", cells, "--sampler", sampler, "--quiet", *more]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.time()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.time() - started
        with open(cells, newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["ess"]]
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ess = [float(row["ess"]) for row in rows]
    unconverged = sum(float(row["rhat"]) > 1.01 for row in rows)
    return seconds, wall, min(ess), statistics.median(ess), unconverged, len(ess), after.ru_maxrss / 1024


model, table, *more = sys.argv[1:]
more = more[1:] if more[:1] == ["--"] else more
medians = {}
print("| sampler | CPU s | wall s | ESS min | ESS median | min / CPU s | median / CPU s | R-hat > 1.01 | peak MB so far |")
print("|---|---|---|---|---|---|---|---|---|")
for sampler in ("paper", "joint"):
    seconds, wall, least, median, unconverged, cells, peak = measure(sampler, model, table, more)
    medians[sampler] = median / seconds
    print(f"| {sampler} | {seconds:.1f} | {wall:.1f} | {least:.0f} | {median:.0f} | {least / seconds:.2f} | {median / seconds:.1f} "
          f"| {unconverged} of {cells} | {peak:.0f} |", flush=True)
print(f"\nmedian effective samples per second, joint over paper: {medians['joint'] / medians['paper']:.1f}")
