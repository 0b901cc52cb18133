"""A service under attack: it is started, asked honestly, asked dishonestly, and watched."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import time

from trials import MISSBGM, TRACE

MEMBERS = {"type", "title", "status", "detail", "trace_id"}


class Answer:
    """An answer of HTTP: its status, headers and body; status 0 where the connection ended without one."""

    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        found = re.match(r"HTTP/1\.[01] (\d{3})", lines[0])
        self.status = int(found.group(1)) if found else 0
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        self.raw = raw
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            self.body = unchunk(self.body)

    def fault(self, allowed, bare=False):
        """Why it is not a problem of RFC 9457 of an allowed status, or an honest answer where 200 is allowed. What is no HTTP at all may be refused barely."""
        text = self.body.decode("utf-8", "replace")
        if TRACE.search(text):
            return f"a stack trace: {text[:300]}"
        if self.status not in allowed:
            return f"status {self.status}, allowed {sorted(allowed)}: {text[:300]}"
        if self.status < 400 or (bare and not self.body):
            return None
        if self.headers.get("content-type", "").split(";")[0] != "application/problem+json":
            return f"status {self.status} of type {self.headers.get('content-type')}: {text[:200]}"
        problem = json.loads(text)
        if not MEMBERS <= problem.keys() or problem["status"] != self.status or len(problem["detail"]) < 10:
            return f"no problem: {text[:300]}"
        return None if len(text) < 30_000 else f"a problem of {len(text)} bytes: {text[:200]}"


def unchunk(body):
    """A chunked body's bytes."""
    parts = []
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size.split(b";")[0] or b"0", 16)
        if length == 0:
            break
        parts.append(body[:length])
        body = body[length + 2:]
    return b"".join(parts)


def request(method, path, body=b"", **headers):
    """A request's bytes; header names have underscores for hyphens."""
    fields = {"Host": "localhost", "Connection": "close", "Content-Length": len(body), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value is not None)
    return head.encode("utf-8", "surrogateescape") + b"\r\n" + body


def post(model, body, kind="application/json", query="", method="impute"):
    """A request to a model."""
    body = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return request("POST", f"/v1/models/{model}:{method}{query}", body, Content_Type=kind)


class Service:
    """A running service."""

    def __init__(self, models, *options, wrap=(), **popen):
        words = [*wrap, str(MISSBGM), "serve", *(word for model in models for word in ("--model", str(model))), "--port", "0", *options]
        self.process = subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, **popen)
        self.said, self.port = b"", None
        end = time.time() + 60
        while self.port is None and time.time() < end and self.process.poll() is None:
            self.listen(0.5)
            found = re.search(rb"listening on http://[^:]+:(\d+)", self.said)
            self.port = int(found.group(1)) if found else None
        if self.port is None:
            raise RuntimeError(f"the service does not start: {self.said.decode('utf-8', 'replace')}")

    def listen(self, seconds=0.0):
        """Reads what it says."""
        while self.process.stderr and select.select([self.process.stderr], [], [], seconds)[0]:
            part = os.read(self.process.stderr.fileno(), 65536)
            if not part:
                break
            self.said += part
            seconds = 0.0

    def connect(self, timeout=20.0):
        """A connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def ask(self, raw, timeout=70.0, shut=False):
        """Sends bytes and reads until the connection ends."""
        try:
            link = self.connect(timeout)
        except ConnectionRefusedError:
            return Answer(b"")
        with link:
            try:
                link.sendall(raw)
                if shut:
                    link.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # It need not read to the end what it refuses.
            parts = []
            try:
                while part := link.recv(1 << 16):
                    parts.append(part)
            except ConnectionResetError:
                pass
            return Answer(b"".join(parts))

    def memory(self):
        """The most memory that it has held, in megabytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1)) / 1024

    def forget_peak(self):
        """From now on the most memory is counted anew."""
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as references:
            references.write("5")

    def dead(self):
        """Why it is not as well as it was; None if it is."""
        if self.process.poll() is not None:
            self.listen()
            return f"the process has ended with {self.process.returncode}: {self.said[-500:].decode('utf-8', 'replace')}"
        answer = self.ask(request("GET", "/health/ready"))
        return None if answer.status == 200 else f"it is not ready: {answer.status} {answer.body[:200]}"

    def stop(self):
        """Ends it; says what is wrong with how it ends."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return "it does not end within 15 seconds of SIGTERM"
        self.listen()
        said = self.said.decode("utf-8", "replace")
        if self.process.returncode != 0:
            return f"exit code {self.process.returncode}: {said[-500:]}"
        return f"a stack trace: {said[:1500]}" if TRACE.search(said) or "unforeseen" in said else None
