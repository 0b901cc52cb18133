"""The runtime's speed and memory, in one run on one bundle; bench/runtime/run calls it.

    python3 bench/runtime/measure.py MODEL TABLE.csv LARGE_TABLE.csv SPEED_PROGRAM [ROWS] > report.md

Processor seconds are of whole processes (start, loading, warm-up, diagnostics and writing included), so that other work on the machine does not count.
"""
import csv
import datetime
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM = os.environ.get("MISSBGM", "bin/missbgm").split()
model, table, large, speed, *rest = sys.argv[1:]
rows = rest[0] if rest else "0:64"


def impute(data, folder, *options):
    """Processor seconds, wall seconds and peak MB of one run."""
    command = [*PROGRAM, "impute", "--model", model, "--data", data, "--out", os.path.join(folder, "completed.csv"), "--quiet", *options]
    started = time.time()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.time() - started
    if status:
        sys.exit(f"{' '.join(command)} ended with status {status}")
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024


def sampler_row(sampler, folder):
    cells = os.path.join(folder, "cells.csv")
    seconds, wall, _ = impute(table, folder, "--intervals", cells, "--sampler", sampler, "--rows", rows, "--threads", "1")
    with open(cells, newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["ess"]]
    ess = [float(line["ess"]) for line in lines]
    stuck = sum(float(line["rhat"]) > 1.01 for line in lines)
    print(f"| {sampler} | {seconds:.1f} | {min(ess):.0f} | {statistics.median(ess):.0f} | {min(ess) / seconds:.2f} | {statistics.median(ess) / seconds:.1f} | {stuck} of {len(ess)} |", flush=True)
    return min(ess) / seconds, statistics.median(ess) / seconds


def new_row(folder):
    """A row the fit has not seen: means of the first rows, one cell missing."""
    with open(table, newline="") as file:
        reader = csv.reader(file)
        header, first = next(reader), next(reader)
    path = os.path.join(folder, "row.csv")
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows([header, ["" if i == len(header) - 1 else value and f"{float(value) + 0.01:.6f}" for i, value in enumerate(first)]])
    return path


def machine():
    with open("/proc/cpuinfo") as file:
        name = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "unknown processor")
    commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{name}, {os.cpu_count()} cores; load before the run {load}; commit {commit}; {datetime.date.today()}"


with tempfile.TemporaryDirectory() as folder:
    print(f"# The runtime\n\n    bench/runtime/run\n\n{machine()}.\n")
    print("Fit: `configs/paper/synthetic.yaml` on the paper's synthetic table of 5,000 rows, 50 columns, 20 % missing (seed 1).\n")
    result = json.loads(subprocess.run([speed, "sampler", model, table], check=True, capture_output=True, text=True).stdout)
    print("## The joint sampler's use of the machine\n\nOne thread, 64 rows x 4 chains, processor time; bare products: ONNX Runtime's matrix products of the gradient's shapes and nothing else.\n")
    print("| what | measured | aim |\n|---|---|---|")
    print(f"| bare products | {result['bare_gflops']:.0f} GFLOP/s | |")
    print(f"| gradient of the joint log density | {result['gradient_gflops']:.0f} GFLOP/s, {result['gradient_share']:.0%} of bare | 60 % |")
    print(f"| whole sweeps, summaries included | {result['sweeps_per_second']:.0f} sweeps of 256 chains a second, {result['sweep_gflops']:.0f} GFLOP/s, {result['sweep_share']:.0%} of bare | |")
    print(f"| two threads against one | {result['two_thread_speed_up']:.2f} times as fast; {result['two_thread_processor_time']:.2f} times the processor time | 1.8 |", flush=True)

    print("\n## The joint sampler against the paper's\n\n4 chains of 1,000 + 1,000 sweeps, one thread, rows " + rows + ".\n")
    print("| sampler | CPU s | ESS min | ESS median | min / CPU s | median / CPU s | R-hat > 1.01 |\n|---|---|---|---|---|---|---|")
    paper, joint = sampler_row("paper", folder), sampler_row("joint", folder)
    print(f"\nEffective samples per second, joint over paper: median {joint[1] / paper[1]:.1f} (aim: 5), minimum {joint[0] / paper[0]:.0f}.", flush=True)

    print("\n## Memory and start\n\n| what | measured | aim |\n|---|---|---|")
    seconds, _, peak = impute(large, folder, "--draws", "1000", "--chains", "4", "--burn-in", "1", "--leapfrog-steps", "1", "--intervals", os.path.join(folder, "cells.csv"))
    print(f"| peak memory: all 10,000 x 50, 4 chains of 1,000 draws (memory does not depend on warm-up and trajectory, which are cut to one sweep and one step) | {peak:.0f} MB, {seconds:.0f} CPU s | < 1,000 MB |", flush=True)
    row = new_row(folder)
    runs = sorted(impute(row, folder, "--map-only") for _ in range(9))
    walls = sorted(wall for _, wall, _ in runs)
    print(f"| one new row, mode only, process start to result: median and best of 9 | {statistics.median(walls):.2f} and {walls[0]:.2f} s; {runs[4][0]:.2f} CPU s | < 0.5 s |")
