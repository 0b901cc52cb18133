"""Clients of the service that are slow, stop, or go away; each name with a function that says what is wrong."""

import random
import socket
import struct
import threading
import time

from serve_bodies import GOOD
from service import post, request

HONEST = post("fitted", GOOD, query="?map-only")
MANY_ROWS = "a,b,c,d\n" + "1,,,\n,2,no,\n" * 20_000
HEAD = b"POST /v1/models/fitted:impute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
PATIENCE = 45


def reset(link):
    """Closes a connection as a crash would: without a farewell."""
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.close()


def until_cut(link, part, pause):
    """Sends a part again and again until the service ends the connection; how long that took."""
    start = time.time()
    link.settimeout(pause)
    while time.time() - start < PATIENCE:
        try:
            link.sendall(part)
            if not link.recv(4096):
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.time() - start


def slow(service, start, part, pause, count):
    """So many slow clients at once: honest requests are answered meanwhile, and each slow client is cut off."""
    links, times = [], []
    for _ in range(count):
        link = service.connect()
        link.sendall(start)
        links.append(link)
    threads = [threading.Thread(target=lambda link=link: times.append(until_cut(link, part, pause))) for link in links]
    for thread in threads:
        thread.start()
    waits = []
    for _ in range(10):
        began = time.time()
        if (answer := service.ask(HONEST, 20)).status != 200:
            return f"an honest request beside {count} slow ones: {answer.status} {answer.body[:200]}"
        waits.append(time.time() - began)
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    for link in links:
        link.close()
    if max(waits) > 5:
        return f"an honest request waited {max(waits):.1f} s"
    return None if max(times) < PATIENCE else f"a slow client was let stay for {max(times):.0f} s"


def deaf(service, count):
    """Clients that ask for much and read nothing: they are cut off, and others are answered."""
    links = []
    for _ in range(count):
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link.settimeout(20)
        link.connect(("127.0.0.1", service.port))
        link.sendall(post("fitted", MANY_ROWS, "text/csv", "?map-only&output=cells"))
        links.append(link)
    for _ in range(5):
        if (answer := service.ask(HONEST, 60)).status not in (200, 429):
            return f"an honest request: {answer.status}"
        time.sleep(1)
    for link in links:
        link.close()
    return None


def dying(service, count, after):
    """Clients that go away, each at another moment."""
    chance = random.Random(5)
    whole = post("fitted", MANY_ROWS, "text/csv", "?map-only" if after == "response" else "?draws=50&chains=2&burn-in=0")
    for _ in range(count):
        link = service.connect()
        if after == "head":
            link.sendall(whole[:chance.randrange(1, 150)])
        elif after == "body":
            link.sendall(whole[:chance.randrange(200, len(whole))])
        else:
            link.sendall(whole)
            time.sleep(chance.random() * 0.2 if after == "request" else 0)
            if after == "response":
                link.settimeout(60)
                link.recv(chance.randrange(1, 2000))
        if chance.random() < 0.5:
            reset(link)
        else:
            link.close()
    # What nobody waits for is not computed to its end: an honest request has its turn soon.
    began, answer = time.time(), None
    while time.time() - began < 30:
        answer = service.ask(HONEST, 60)
        if answer.status == 200:
            return None
        time.sleep(0.5)
    return f"an honest request after {count} that went away: {answer.status} {answer.body[:200]}"


def heap(service, count, megabytes):
    """Clients that send bodies almost to their end and stop: what they have sent does not fill the memory."""
    links, part = [], b" " * (1 << 20)
    service.forget_peak()
    head = HEAD.replace(b"1000000", str(32 << 20).encode())
    try:
        for _ in range(count):
            link = service.connect(5)
            links.append(link)
            try:
                link.sendall(head)
                for _ in range(31):
                    link.sendall(part)
            except OSError:
                pass  # Refused, or held back.
        if (answer := service.ask(HONEST, 60)).status not in (200, 429, 503):
            return f"an honest request: {answer.status} {answer.body[:200]}"
    finally:
        for link in links:
            link.close()
    return None if service.memory() < megabytes else f"{count} bodies of 31 MB took it to {service.memory():.0f} MB"


def pipelined(service, count):
    """Requests sent one behind the other without waiting, on one connection: as many answers, in order."""
    raw = request("GET", "/health/live", Connection=None) * (count - 1) + request("GET", "/v1/models")
    answers = service.ask(raw).raw.count(b"HTTP/1.1 200")
    return None if answers == count else f"{answers} answers to {count} requests"


def crowd(service, count):
    """So many connections at once that say nothing; then they go, and all is well."""
    links = []
    for _ in range(count):
        try:
            links.append(service.connect(5))
        except OSError:
            break
    for link in links:
        link.close()
    for _ in range(20):
        time.sleep(0.5)
        if (answer := service.ask(HONEST)).status == 200:
            return None
    return f"after {len(links)} connections: {answer.status} {answer.body[:200]}"


def attacks():
    """Name, and what is done to a service."""
    for count in (1, 50, 200):
        yield f"{count} clients drip heads", lambda service, n=count: slow(service, b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n", 1.0, n)
        yield f"{count} clients drip bodies", lambda service, n=count: slow(service, HEAD, b" ", 1.0, n)
        yield f"{count} clients drip chunks", lambda service, n=count: slow(service, HEAD.replace(b"Content-Length: 1000000", b"Transfer-Encoding: chunked"), b"1\r\n \r\n", 1.0, n)
    yield "clients that read nothing", lambda service: deaf(service, 8)
    for after in ("head", "body", "request", "response"):
        yield f"30 clients go away in the middle of the {after}", lambda service, a=after: dying(service, 30, a)
    yield "60 bodies of 31 MB that never end", lambda service: heap(service, 60, 1500)
    yield "a hundred requests behind each other", lambda service: pipelined(service, 100)
    yield "a thousand requests behind each other", lambda service: pipelined(service, 1000)
    yield "1,500 connections", lambda service: crowd(service, 1500)
