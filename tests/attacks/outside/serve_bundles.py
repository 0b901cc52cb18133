"""Bundles that are replaced by broken ones while they serve, and services that cannot start or must live with little."""

import os
import pathlib
import shutil
import socket
import subprocess
import time

from serve_clients import HONEST
from service import Service, request
from trials import MISSBGM, TRACE, command

QUICK = ("--reload", "0.2", "--drain", "0")


def put(model, name, content):
    """Puts bytes in a file's place."""
    (model / name).unlink(missing_ok=True)
    (model / name).write_bytes(content)


def special(model, make):
    """Puts something that is no file into the manifest's place."""
    path = model / "manifest.json"
    path.unlink()
    make(path)


BREAKS = {
    "an empty manifest": lambda model: put(model, "manifest.json", b""),
    "a manifest that is none": lambda model: put(model, "manifest.json", b"{"),
    "a manifest of nulls": lambda model: put(model, "manifest.json", b"null"),
    "a manifest of 65 MB": lambda model: put(model, "manifest.json", b" " * (65 << 20)),
    "a manifest 100,000 deep": lambda model: put(model, "manifest.json", b"[" * 100_000),
    "a manifest that is a pipe": lambda model: special(model, os.mkfifo),
    "a manifest that is a folder": lambda model: special(model, os.mkdir),
    "a manifest that leads to itself": lambda model: special(model, lambda path: path.symlink_to(path)),
    "a manifest that leads nowhere": lambda model: special(model, lambda path: path.symlink_to("/no/such/file")),
    "a manifest that is /dev/zero": lambda model: special(model, lambda path: path.symlink_to("/dev/zero")),
    "a manifest that is a socket": lambda model: special(model, lambda path: socket.socket(socket.AF_UNIX).bind(str(path))),
    "no manifest": lambda model: (model / "manifest.json").unlink(),
    "no graph": lambda model: next(model.glob("*.onnx")).unlink(),
    "a graph cut off": lambda model: put(model, next(model.glob("*.onnx")).name, b"\x08\x08"),
    "another graph of the same length": lambda model: put(model, (g := next(model.glob("*.onnx"))).name, b"\xff" * g.stat().st_size),
    "an empty folder": lambda model: (shutil.rmtree(model), model.mkdir()),
    "no folder": shutil.rmtree,
    "a file": lambda model: (shutil.rmtree(model), model.write_bytes(b"PK\x03\x04")),
    "a folder that leads to itself": lambda model: (shutil.rmtree(model), model.symlink_to(model)),
    "a folder of ten thousand files": lambda model: [(model / f"{i}").write_bytes(b"") for i in range(10_000)],
}


def replaced(name, model):
    """A bundle breaks while it serves, and is healed: the old one serves meanwhile, and the new one after."""
    place = model.parent / "served"
    shutil.rmtree(place, ignore_errors=True)
    if place.is_symlink() or place.exists():
        place.unlink()
    shutil.copytree(model, place)
    service = Service([f"fitted={place}"], *QUICK)
    try:
        before = service.ask(HONEST)
        BREAKS[name](place)
        time.sleep(1.5)
        during = service.ask(HONEST)
        if during.status != 200 or during.body != before.body:
            return f"meanwhile: {during.status} {during.body[:200]}"
        told = service.ask(request("GET", "/v1/models/fitted"))
        if "ten thousand" not in name and b"reload_fault" not in told.body:
            return f"nothing is told of it: {told.body[:300]}"
        if told.fault({200}) or TRACE.search(told.body.decode()):
            return f"told with a trace: {told.body[:300]}"
        if place.is_symlink() or place.is_file():
            place.unlink()
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(model, place)
        for _ in range(50):
            time.sleep(0.2)
            if b"reload_fault" not in service.ask(request("GET", "/v1/models/fitted")).body:
                break
        else:
            return "the healed bundle does not serve"
        after = service.ask(HONEST)
        if after.body != before.body:
            return f"after: {after.status} {after.body[:200]}"
        return service.dead() or service.stop()
    finally:
        service.process.kill()


def refused(words, says, code=2, **options):
    """A service that cannot start: exit code and a sentence."""
    done = command(*words, **options)
    if done.returncode != code or says not in done.stderr or TRACE.search(done.stderr) or not done.stderr.startswith("error: "):
        return f"exit code {done.returncode}: {done.stderr[:400]}"
    return None


def starts(model):
    """Name, and a function that says what is wrong."""
    serve = [MISSBGM, "serve", "--model", f"fitted={model}"]
    folder = model.parent
    taken = socket.create_server(("127.0.0.1", 0))
    short, open_to_all, good = folder / "short", folder / "open", folder / "token"
    short.write_text("x\n")
    open_to_all.write_text("0123456789abcdef0123\n")
    good.write_text("0123456789abcdef0123\n")
    for path, mode in ((short, 0o600), (open_to_all, 0o644), (good, 0o600)):
        path.chmod(mode)
    yield "a port in use", lambda: refused([*serve, "--port", taken.getsockname()[1]], "cannot be listened on")
    yield "an address of another machine", lambda: refused([*serve, "--host", "192.0.2.1"], "cannot be listened on")
    for option, value in [("--host", "x"), ("--host", ""), ("--host", "999.1.1.1"), ("--port", "-1"), ("--port", "65536"), ("--port", "x"), ("--port", "99999999999"), ("--max-body-mb", "0"),
                          ("--max-body-mb", "-1"), ("--max-body-mb", "2147483647"), ("--max-rows", "0"), ("--timeout", "0"), ("--timeout", "NaN"), ("--timeout", "-1"), ("--timeout", "1e300"),
                          ("--concurrency", "0"), ("--concurrency", "100000"), ("--queue", "-1"), ("--connections", "0"), ("--threads", "0"), ("--reload", "-1"), ("--reload", "Infinity"),
                          ("--drain", "1e9"), ("--otlp", "x"), ("--otlp", "ftp://x"), ("--log", "xml"), ("--device", "tpu"), ("--token-file", "/no/such/file"), ("--token-file", "/dev/zero"),
                          ("--token-file", str(folder)), ("--token-file", str(short)), ("--token-file", str(open_to_all)), ("--model", ""), ("--model", "x="), ("--model", "fitted=other"), ("--model", "a b=x"),
                          ("--nonsense", "1"), ("--port", "")]:
        yield f"{option} {value}", lambda o=option, v=value: refused([*serve, "--port", "0", o, v], "")
    for path in ("/no/such/model", "/dev/null", "/etc", "/etc/passwd", str(folder / "table.csv")):
        yield f"the model {path}", lambda p=path: refused([MISSBGM, "serve", "--model", f"m={p}", "--port", "0"], "", code=3)
    yield "no model", lambda: refused([MISSBGM, "serve"], "--model")
    if os.geteuid() == 0:
        folder.chmod(0o755)
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        yield "a port of the system's without the right to it", lambda: refused([*nobody, *serve, "--port", "81", "--host", "127.0.0.1"], "cannot be listened on")
        yield "a model that may not be read", lambda: closed(model, [*nobody, *serve, "--port", "0"])
    for streams in ("2>&-", ">&-", "<&- >&- 2>&-", "2>/dev/full", ">/dev/full 2>/dev/full"):
        yield f"streams {streams}", lambda s=streams: mute(serve, s)
    for files in (80, 100, 128, 160, 200, 256, 300, 400):
        yield f"{files} open files and 300 connections", lambda n=files: little(model, n)
    yield "a token", lambda: tokens(model, good)


def closed(model, words):
    """As another user, who may not read it."""
    (model / "manifest.json").chmod(0)
    try:
        done = command(*words)
        return None if done.returncode in (2, 3) and done.stderr.startswith("error: ") and not TRACE.search(done.stderr) else f"{done.returncode}: {done.stderr[:300]}"
    finally:
        (model / "manifest.json").chmod(0o644)


def mute(serve, streams):
    """Without standard error it cannot say where it listens: the port is chosen here."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = " ".join(f"'{word}'" for word in [*serve, "--port", port, "--drain", "0"])
    process = subprocess.Popen(["bash", "-c", f"exec {words} {streams}"])
    try:
        for _ in range(100):
            time.sleep(0.2)
            if process.poll() is not None:
                return f"it has ended with {process.returncode}"
            try:
                with socket.create_connection(("127.0.0.1", port), 20) as link:
                    link.sendall(HONEST)
                    answer = b""
                    while part := link.recv(65536):
                        answer += part
                    break
            except ConnectionRefusedError:
                continue
        else:
            return "it does not listen"
        if not answer.startswith(b"HTTP/1.1 200"):
            return f"{answer[:200]}"
        process.terminate()
        return None if process.wait(15) == 0 else f"exit code {process.returncode}"
    finally:
        process.kill()


def little(model, files):
    """With few open files it serves as many connections as it can, and all again when they have gone."""
    try:
        service = Service([f"fitted={model}"], *QUICK, wrap=("bash", "-c", f"ulimit -n {files}; exec \"$@\"", "-"))
    except RuntimeError as refusal:
        # Too few to begin with, and that is said.
        return None if "ulimit -n" in str(refusal) and not TRACE.search(str(refusal)) else str(refusal)
    links = []
    try:
        for _ in range(300):
            try:
                links.append(service.connect(2))
            except OSError:
                break
        time.sleep(1)
        used = sum(float(part) for part in pathlib.Path(f"/proc/{service.process.pid}/stat").read_text().split()[13:15])
        time.sleep(2)
        used = sum(float(part) for part in pathlib.Path(f"/proc/{service.process.pid}/stat").read_text().split()[13:15]) - used
        for link in links:
            link.close()
        for _ in range(20):
            time.sleep(0.5)
            if (answer := service.ask(HONEST)).status == 200:
                break
        else:
            return f"afterwards: {answer.status} {answer.body[:200]}"
        # In hundredths of a second of two: what cannot be let in must not be tried without a pause.
        if used > 100:
            return f"{used / 2:.0f} % of a processor while nothing is to be done"
        return service.dead() or service.stop()
    finally:
        for link in links:
            link.close()
        service.process.kill()


def tokens(model, file):
    """Only the right token lets in."""
    service = Service([f"fitted={model}"], "--token-file", str(file), *QUICK)
    try:
        for header in (None, "", "Bearer", "Bearer ", "Bearer x", "bearer 0123456789abcdef012", "Basic 0123456789abcdef0123", "Bearer 0123456789abcdef0123 x", "Bearer " + "0" * 8000):
            answer = service.ask(request("GET", "/v1/models", Authorization=header))
            if fault := answer.fault({401}):
                return f"{header}: {fault}"
        if service.ask(request("GET", "/v1/models", Authorization="Bearer 0123456789abcdef0123")).status != 200:
            return "the right one is refused"
        return service.stop()
    finally:
        service.process.kill()
