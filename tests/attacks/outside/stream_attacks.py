#!/usr/bin/env python3
"""Every command with its standard streams closed, full, or read to the first line: the work is done, or refused with exit code 2 where the result goes there;
nothing breaks and nothing is left."""

import pathlib
import subprocess

from commands import prepare
from trials import PATIENCE, TRACE, Trials, new_folder, temporaries

STREAMS = [">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full", "| head -n 1", "| true", "2>&1 | true"]


def fault(words, streams, place):
    """What is wrong."""
    line = " ".join("'" + word.replace("{D}", str(place)).replace("'", "'\\''") + "'" for word in words)
    piped = "|" in streams
    errors = "" if "2>" in streams else f"2>'{place}/said'"
    script = f"set -o pipefail; {line} {errors} {streams}; exit {'${PIPESTATUS[0]}' if piped else '$?'}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, errors="replace", timeout=PATIENCE)
    said = (place / "said").read_text(errors="replace") if (place / "said").exists() else done.stderr
    if done.returncode not in (0, 2) or TRACE.search(said) or "came upon" in said:
        return f"exit code {done.returncode}: {said[-300:]}"
    left = temporaries(place)
    return f"left: {left}" if left else None


def main():
    trials = Trials(__doc__)
    with new_folder() as folder:
        for name, (words, _) in prepare(pathlib.Path(folder)).items():
            for streams in STREAMS:
                if trials.takes(trial := f"{name} {streams}"):
                    with new_folder() as place:
                        trials.record(trial, fault(words, streams, pathlib.Path(place)))
    trials.end()


if __name__ == "__main__":
    main()
