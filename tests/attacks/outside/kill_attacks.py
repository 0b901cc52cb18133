#!/usr/bin/env python3
"""Kills outright, as by a power cut: a hundred each of both kinds of fits, of imputations and of pretrainings, at every step of the writing, between the renames
too, and at random moments. What stands there is the old or the new output, whole; the same command run again, from its checkpoint where there is one, ends in
the undisturbed run's bytes, and nothing else is left."""

import hashlib
import os
import pathlib
import random
import shutil
import subprocess
import time

from commands import TINY
from trials import MISSBGM, PATIENCE, TRACE, TRAINER, Trials, fitted, new_folder, temporaries

KILLS, KILLED = 100, -9
PAPER = ("mechanism: paper\nz_dim: 2\npaper:\n  epochs: 2\n  g_units: [6]\n  missingness_units: [5]\n"
         "  egm_init: {n_iter: 3, e_units: [6], dz_units: [4], dx_units: [4]}\n")
COLLAPSED = "mechanism: ignorable\nz_dim: 1\ncollapsed: {proper: false}\n"
# Steps of the writing that are named: before the exchange, between renames, in the middle of a file.
NAMED = ["1:put the folder into its place", "1:put it into its place", "2:put it into its place", "4:put it into its place", "1:write", "2:write", "5:write",
         "1:make the temporary folder", "1:make the temporary file", "1:bring it to the disk", "3:bring it to the disk"]


def contents(place):
    """The hash of each file."""
    return {str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(place.rglob("*")) if path.is_file() and ".missbgm-" not in str(path.relative_to(place))}


def run(words, kill="", after=None):
    """Its exit code; killed at a step, or after so many seconds."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **({"MISSBGM_TEST_FAULT": f"kill:{kill}"} if kill else {})}
    with subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", env=environment) as process:
        try:
            said = process.communicate(timeout=after or PATIENCE)[1]
        except subprocess.TimeoutExpired:
            process.kill()
            said = process.communicate()[1]
        if TRACE.search(said):
            raise RuntimeError(said)
        return process.returncode


class Work:
    """A command whose outputs are killed: its words for a seed or a name, and where they go."""

    def __init__(self, words, place, old_words=None, is_bundle=False, resumes=None):
        self.words, self.place, self.is_bundle, self.resumes = words, place, is_bundle, resumes
        self.earlier = place.parent / "earlier"
        if old_words:
            assert run(old_words) == 0
            shutil.copytree(place, self.earlier)
            self.old = contents(place)
        else:
            self.earlier.mkdir()
            self.old = {}
        began = time.time()
        assert run(words) == 0
        self.seconds, self.good = time.time() - began, contents(place)
        assert self.good and self.good != self.old

    def trial(self, kill, after):
        """What is wrong after a kill, and whether it came before the end."""
        shutil.rmtree(self.place, ignore_errors=True)
        if self.resumes:
            self.resumes.unlink(missing_ok=True)
        if self.old:
            shutil.copytree(self.earlier, self.place)
        code = run(self.words, kill, after)
        present = contents(self.place) if self.place.exists() else {}
        if self.is_bundle:
            if present not in (self.old, self.good):
                return f"the bundle is neither the old nor the new one (exit code {code})", code
        elif wrong := [name for name, value in present.items() if value not in (self.old.get(name), self.good.get(name))]:
            return f"neither old nor new: {wrong} (exit code {code})", code
        again = run([*self.words, *(["--resume"] if self.resumes and self.resumes.exists() else [])])
        if again != 0 or contents(self.place) != self.good:
            return f"run again: exit code {again}, other bytes", code
        left = temporaries(self.place.parent)
        return f"left: {left}" if left else None, code


def works(folder):
    """The kinds, each made when it is asked for."""
    table = folder / "table.csv"
    table.write_text("a,b,c\n1,2.5,7\n2,,7\n,3.5,7\n4,4.25,7\n5,,7\n,,7\n3,3,7\n")

    def fit(name, config):
        place = folder / name
        place.mkdir()
        (place / "c.yaml").write_text(config)

        def words(seed):
            return [TRAINER, "fit", "--data", table, "--out", place / "model", "--config", place / "c.yaml", "--quiet", "--seed", seed]

        return Work(words(8), place / "model", words(7), is_bundle=True, resumes=place / "model.checkpoint.npz")

    def impute():
        place = folder / "impute" / "out"
        place.parent.mkdir()
        model, rows = fitted(place.parent)

        def words(seed):
            return [MISSBGM, "impute", "--model", model, "--data", rows, "--out", place / "completed.csv", "--intervals", place / "cells.csv", "--draws-out", place / "draws.npy",
                    "--multiple", "3", "--multiple-dir", place / "imputed", "--draws", "8", "--burn-in", "0", "--threads", "1", "--quiet", "--seed", seed]

        return Work(words(2), place, words(1))

    def pretrain():
        place = folder / "pretrain"
        place.mkdir()
        config = folder / "tiny.yaml"
        config.write_text(TINY)
        return Work([TRAINER, "pretrain", "--config", config, "--out", place / "model", "--threads", "1", "--quiet"], place / "model", is_bundle=True,
                    resumes=place / "model.run" / "checkpoint.npz")

    return {"fit": lambda: fit("collapsed", COLLAPSED), "fit, paper": lambda: fit("paper", PAPER), "impute": impute, "pretrain": pretrain}


def main():
    trials = Trials(__doc__)
    with new_folder() as name:
        for kind, make in works(pathlib.Path(name)).items():
            chance, work, died, tried = random.Random(5), None, 0, 0
            for number in range(KILLS):
                at_random = number >= len(NAMED) and number % 2 == 0
                share, step = chance.random(), chance.randrange(1, 61)
                if not trials.takes(trial := f"{kind}, kill {number}"):
                    continue
                work = work or make()
                kill = "" if at_random else NAMED[number] if number < len(NAMED) else str(step)
                fault, code = work.trial(kill, share * 1.1 * work.seconds + 0.01 if at_random else None)
                died, tried = died + (code == KILLED), tried + 1
                trials.record(f"{trial} ({kill or 'at random'})", fault)
            if tried:
                print(f"{kind}: {died} of {tried} died before they were done")
    trials.end()


if __name__ == "__main__":
    main()
