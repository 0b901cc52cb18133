"""Runs anywhere: start, single rows, throughput, browser, in one run; bench/anywhere/run calls it.

    python3 bench/anywhere/measure.py WINE_MODEL TABLE_MODEL TABLE.csv CALLS_PROGRAM > report.md

Run it on a quiet machine: wall seconds are told. Processor seconds are of whole processes.
"""
import csv
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

wine, model, table, calls = sys.argv[1:]
here = os.getcwd()
folder = tempfile.mkdtemp(prefix="missbgm-anywhere-")


def run(command, **options):
    """Wall seconds, processor seconds, peak MB and what was printed."""
    started = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(map(str, command))} ended with status {status}")
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed


def several(name, command, times=21):
    runs = [run(command) for _ in range(times)]
    wall, processor, peak = (statistics.median(found[k] for found in runs) for k in range(3))
    print(f"| {name} | {wall:.3f} | {processor:.3f} | {peak:.0f} |", flush=True)


def megabytes(*files):
    return sum(os.path.getsize(file) for file in files) / 2**20


def head(source, rows, name):
    path = os.path.join(folder, name)
    with open(source, newline="") as file:
        lines = [line for line, _ in zip(csv.reader(file), range(rows + 1))]
    with open(path, "w", newline="") as file:
        csv.writer(file).writerows(lines)
    return path


out = os.path.join(folder, "out.csv")
row = head("data/wine_mnar20.csv", 1, "row.csv")
print(f"Load of the machine at the start: {os.getloadavg()[0]:.1f}\n\n## Start to the mode of one row (wine), medians of 21\n")
print("| program | wall s | processor s | peak MB |\n|---|---|---|---|")
mode = ["impute", "--map-only", "--model", wine, "--data", row, "--out", out, "--quiet", "--threads", "1"]
several("missbgm, compiled ahead of time", ["bin/native/missbgm", *mode])
several("missbgm on .NET", ["bin/missbgm", *mode])
several("C program over libmissbgm", [calls, wine, 0, 1, 1])
print(f"\nOn disk: missbgm {megabytes('bin/native/missbgm'):.1f} MB, libmissbgm {megabytes('bin/lib/libmissbgm.so'):.1f}, ONNX Runtime {megabytes('bin/native/libonnxruntime.so'):.1f}.")

print("\n## Calls of the library (wine, default draws)\n")
for count, threads, rows in ((1000, 1, 1), (1000, 2, 1), (1000, 4, 1), (100, 1, 64), (100, 2, 64), (10000, 1, 1)):
    print("- " + run([calls, wine, count, threads, rows])[3].strip(), flush=True)

print("\n## Throughput of impute, the default bundle\n")
print("| host | rows | wall s | processor s | peak MB | rows a second |\n|---|---|---|---|---|---|")
part = head(table, 1000, "part.csv")
for name, program in (("missbgm, compiled ahead of time", "bin/native/missbgm"), ("missbgm on .NET", "bin/missbgm")):
    for threads in (1, 2):
        wall, processor, peak, _ = run([program, "impute", "--model", model, "--data", part, "--out", out, "--quiet", "--threads", threads])
        print(f"| {name}, threads {threads} | 1000 | {wall:.1f} | {processor:.1f} | {peak:.0f} | {1000 / wall:.1f} |", flush=True)
small = head(table, 100, "small.csv")
wall, processor, peak, _ = run(["node", "examples/node/impute.mjs", model, small, out])
print(f"| Node, 1 thread | 100 | {wall:.1f} | {processor:.1f} | {peak:.0f} | {100 / wall:.1f} |", flush=True)

print("\n## Browser, 100 rows of wine in headless Chromium\n")
printed = run(["node", "examples/browser/drive.mjs", wine, head("data/wine_mnar20.csv", 100, "wine.csv")])[3]
print("- " + re.search(r"Done:[^\"]*", printed).group())
print(f"\nLoad of the machine at the end: {os.getloadavg()[0]:.1f}")
