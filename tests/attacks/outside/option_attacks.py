#!/usr/bin/env python3
"""Options of every command with values out of the ordinary: each ends within seconds, in bounded memory, with a result or a sentence."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from commands import prepare
from trials import PATIENCE, TRACE, Trials, new_folder, processor_seconds, temporaries

LONGEST, MOST_MEGABYTES = 20, 600
CODES = {0, 2, 3, 4}
NUMBERS = ["-2147483648", "-1", "0", "2147483647", "2147483648", "4294967296", "9223372036854775807", "18446744073709551615", "18446744073709551616", "NaN", "inf", "-inf", "1e308",
           "1e400", "1e-320", "0.5", "", "1_000", "٣", "0x10", "+5", "-0"]
TEXTS = ["", ",", ",,", "x" * 100_000, "..", "/dev/null", "/dev/zero", "\n", "\"", "a,a", "nosuch", "[markup]", "\udcff", "-"]
OPTIONS = {
    "impute with imputations": ("--draws --burn-in --chains --leapfrog-steps --alpha --seed --threads --multiple --rows",
                                "--rows --keep-empty --missing-tokens --encoding --decimal --comment --sampler --id --ignore --device --intervals --draws-out --out --data --model "
                                "--multiple-dir"),
    "impute, pretrained": ("--draws --burn-in --chains --leapfrog-steps --alpha --seed --threads --rows", "--id --ignore --keep-empty --missing-tokens --decimal --comment"),
    "predict": ("--ensemble --context-rows --seed --threads", "--target --id --ignore --train --test --out --comment"),
    "sensitivity": ("--multiple --draws --alpha --seed --threads --values", "--columns --values --statistic --conclusion --parameter --out --svg"),
    "pool": ("--complete-df --alpha", "--estimates"),
    "inspect": ("", "--model"),
    "evaluate": ("", "--truth --data --cells --missing-tokens"),
    "fit": ("--seed --sample-rows", "--id --ignore --keep-empty --missing-tokens --encoding --decimal --comment --mechanism --config --device --data --out"),
    "simulate": ("--rate --rows --columns --anchors --alpha --seed", "--kind --out --data"),
    "prior": ("--tasks --rows --seed", "--show --config"),
    "pretrain": ("--minutes --threads", "--config --run --start-from --device"),
    "report": ("", "--sensitivity --out --device"),
    "plot": ("", "--kind --out --columns --sensitivity --model --data"),
    "plot of a distribution": ("--draws --threads", "--columns"),
    "analyse": ("--multiple --alpha --threads", "--formula --family --weights --out --multiple-dir"),
}


def run(words, folder):
    """Exit code (None where it does not end), what it said, seconds, and the most memory it held."""
    with tempfile.TemporaryFile() as said:
        began = time.time()
        process = subprocess.Popen([word.encode("utf-8", "surrogateescape") for word in words], stdout=subprocess.DEVNULL, stderr=said, stdin=subprocess.DEVNULL, cwd=folder,
                                   env={**os.environ, "OMP_NUM_THREADS": "1"})
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.time() - began > PATIENCE or processor_seconds(process) > 3 * LONGEST:
                process.kill()
                os.wait4(process.pid, 0)
                return None, "", time.time() - began, 0
            time.sleep(0.01)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return process.returncode, said.read().decode("utf-8", "replace"), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def fault(words, folder):
    """What is wrong."""
    code, said, seconds, megabytes = run(words, folder)
    if code not in CODES or TRACE.search(said) or "came upon" in said:
        return f"exit code {code} after {seconds:.0f} s: {said[-300:]}"
    if seconds > LONGEST or megabytes > MOST_MEGABYTES:
        return f"{seconds:.0f} processor seconds, {megabytes:.0f} MB: {said[-200:]}"
    left = temporaries(folder)
    return f"left: {left}" if left else None


def main():
    trials = Trials(__doc__)
    with new_folder() as folder:
        commands = prepare(pathlib.Path(folder))
        for name, (numbers, texts) in OPTIONS.items():
            words, _ = commands[name]
            for option, values in [(each, NUMBERS) for each in numbers.split()] + [(each, TEXTS) for each in texts.split()]:
                for value in values:
                    # Standard input that is empty sets nothing: the paper's own network, which trains for days, as a note says.
                    if (name, option, value) == ("pretrain", "--config", "-"):
                        continue
                    if not trials.takes(trial := f"{name} {option} {value[:20]!r}"):
                        continue
                    place = pathlib.Path(tempfile.mkdtemp(prefix="missbgm-attack-"))
                    line = [word.replace("{D}", str(place)) for word in words]
                    if option in line:
                        line[line.index(option) + 1] = value
                    else:
                        line += [option, value]
                    trials.record(trial, fault(line, place))
                    shutil.rmtree(place, ignore_errors=True)
    trials.end()


if __name__ == "__main__":
    main()
