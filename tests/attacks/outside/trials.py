"""What attacks from outside share: the programs, trials that are counted, and parts of them."""

import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("MISSBGM_BIN", ROOT / "bin"))
MISSBGM, TRAINER = BIN / "missbgm", BIN / "missbgm-train"
NANO = ROOT / "models" / "pfn-nano"

# Seconds by the clock after which a program is taken to hang; many, for it may share the processor with others.
PATIENCE = 600

# What a user never sees: a stack trace, a type of an exception, a core dump's word.
TRACE = re.compile(r"^\s+at [\w.<>`]+\(|\bSystem\.\w+Exception|Unhandled exception|core dumped|Aborted", re.MULTILINE)


class Trials:
    """Counts trials, tells those that fail, and takes every n-th where a part is asked for (--part 2/5)."""

    def __init__(self, description):
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("--part", default="1/1", help="K/N: the K-th of N equal parts")
        parser.add_argument("--only", default="", help="trials whose name matches this pattern")
        parser.add_argument("--verbose", action="store_true", help="tell of every trial")
        arguments = parser.parse_args()
        self.part, self.parts = (int(n) for n in arguments.part.split("/"))
        self.only, self.verbose = re.compile(arguments.only), arguments.verbose
        self.seen = self.tried = self.failed = 0
        # What is ended early tells how far it has come.
        signal.signal(signal.SIGTERM, lambda *_: self.end())

    def takes(self, name):
        """Whether this trial is of this run."""
        if not self.only.search(name):
            return False
        self.seen += 1
        return (self.seen - 1) % self.parts == self.part - 1

    def record(self, name, fault):
        """Counts a trial; a fault is a sentence, or None."""
        self.tried += 1
        if fault:
            self.failed += 1
        if fault or self.verbose:
            print(f"{'FAILED' if fault else 'ok'}: {name}{': ' + fault if fault else ''}", file=sys.stderr, flush=True)

    def end(self):
        """Says how many were tried and failed; the exit code says whether any did."""
        print(f"tried: {self.tried} failed: {self.failed}")
        sys.exit(1 if self.failed else 0)


def command(*words, **options):
    """Runs a program to its end, within PATIENCE."""
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, errors="replace", timeout=PATIENCE, **options)


def processor_seconds(process):
    """What a program has used so far, all its threads together; also of one that has ended and was not waited for."""
    times = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(int(ticks) for ticks in times) / os.sysconf("SC_CLK_TCK")


def fitted(folder):
    """A small fitted model of two numbers, a binary and a categorical column, and its table."""
    folder = pathlib.Path(folder)
    table, model = folder / "table.csv", folder / "fitted"
    levels = ["red", "green", "blue"]
    lines = [f"{i * 7 % 23 + 0.5},{'' if i % 4 == 0 else i * 5 % 19},{'' if i % 6 == 0 else ['no', 'yes'][i % 2]},{levels[i % 3]}" for i in range(60)]
    table.write_text("a,b,c,d\n" + "\n".join(lines) + "\n")
    config = folder / "fit.yaml"
    config.write_text("mechanism: ignorable\nz_dim: 1\ncollapsed: {proper: false, generator: mixtures}\n")
    done = command(TRAINER, "fit", "--data", table, "--out", model, "--config", config, "--quiet")
    if done.returncode != 0:
        sys.exit(f"the model of the attacks cannot be fitted: {done.stderr}")
    return model, table


def temporaries(folder):
    """What a run has left that it should have cleared."""
    return [str(path.relative_to(folder)) for path in pathlib.Path(folder).rglob(".missbgm-*")]


def new_folder():
    """A folder that goes when the program ends."""
    return tempfile.TemporaryDirectory(prefix="missbgm-attack-")
