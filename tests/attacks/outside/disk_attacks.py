#!/usr/bin/env python3
"""Every command that writes, on a disk that is full, at three sizes, over old outputs and none, in a folder that may only be read, and where files may not
grow: exit code 2 with the path and what it needs, old outputs untouched, nothing else left. Needs root for the disks."""

import os
import pathlib
import resource
import subprocess

from commands import prepare
from trials import TRACE, Trials, command, new_folder

# Kilobytes that are free; an old output takes four besides.
SIZES = {"full": 8, "almost full": 48, "with some room": 160}
FOLDERS = {"model", "simulated", "prior", "pretrained", "model.zip"}


def contents(folder):
    """All files with their bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def fault(words, place, said=("needs", "needed"), **options):
    """What is wrong; None also where it fits."""
    before = contents(place)
    done = command(*(word.replace("{D}", str(place)) for word in words), **options)
    after = contents(place)
    if done.returncode == 0:
        return None
    if done.returncode != 2 or TRACE.search(done.stderr) or "came upon" in done.stderr:
        return f"exit code {done.returncode}: {done.stderr[-400:]}"
    if str(place) not in done.stderr or not any(word in done.stderr for word in said):
        return f"it does not say where, or what it needs: {done.stderr[-400:]}"
    if changed := [name for name in before if after.get(name) != before[name]]:
        return f"changed: {changed}"
    # What a pretraining has learned so far is kept.
    if left := [name for name in after if name not in before and not name.startswith("pretrained.run/") or ".missbgm-" in name]:
        return f"left: {left[:5]}"
    return None


def on_a_disk(words, outputs, size, old):
    """On a disk of its own."""
    with new_folder() as name:
        place = pathlib.Path(name)
        present = [output for output in outputs if old and output not in FOLDERS]
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size + 4 * len(present)}k", "tmpfs", place], check=True)
        try:
            for output in present:
                (place / output).parent.mkdir(exist_ok=True)
                (place / output).write_text("old")
            return fault(words, place)
        finally:
            subprocess.run(["umount", place], check=True)


def read_only(words):
    """In a folder of a disk that may only be read."""
    with new_folder() as name:
        place = pathlib.Path(name)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", place], check=True)
        try:
            return fault(words, place, said=("read-only", "read only", "may not", "cannot be written", "may write"))
        finally:
            subprocess.run(["umount", place], check=True)


def short_files(words, length):
    """Where no file may be longer; .NET keeps its own code in a file."""
    with new_folder() as name:
        return fault(words, pathlib.Path(name), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (length, length)),
                     env={**os.environ, "DOTNET_EnableWriteXorExecute": "0"})


def main():
    trials = Trials(__doc__)
    with new_folder() as folder:
        for name, (words, outputs) in prepare(pathlib.Path(folder)).items():
            if not outputs:
                continue
            for state, size in SIZES.items():
                for old in (False, True):
                    if trials.takes(trial := f"{name}, disk {state}{', old outputs' if old else ''}"):
                        trials.record(trial, on_a_disk(words, outputs, size, old))
            if trials.takes(trial := f"{name}, read only"):
                trials.record(trial, read_only(words))
            for length in (1000, 20_000):
                if trials.takes(trial := f"{name}, files of {length} bytes"):
                    trials.record(trial, short_files(words, length))
    trials.end()


if __name__ == "__main__":
    main()
