#!/usr/bin/env python3
"""Attacks the service from outside: whatever is sent is answered honestly or refused with a problem (RFC 9457), never with a stack trace; it stays up,
answers honest requests as before, and holds little memory. Prints its peak, and how many attacks were tried and failed."""

import time

import serve_bodies
import serve_bundles
import serve_clients
import serve_protocol
from service import Service
from trials import NANO, Trials, fitted, new_folder, temporaries

LONGEST = 70  # Seconds: the service's own timeout, and some.
MOST_MEGABYTES = 2500


def attack(service, name, raw, allowed, bare=False, shut=False):
    """What is wrong with the answer, and with the service after it."""
    began = time.time()
    try:
        answer = service.ask(raw, LONGEST, shut)
    except TimeoutError:
        return service.dead() or f"no answer in {LONGEST} s"
    fault = answer.fault(allowed, bare)
    if fault is None and name.startswith("smuggled") and serve_protocol.smuggled(answer):
        fault = f"what is hidden in a body was answered: {answer.raw[-300:]}"
    if fault is None and time.time() - began > LONGEST:
        fault = f"{time.time() - began:.0f} s"
    return fault or (service.dead() if service.process.poll() is not None else None)


def main():
    trials = Trials(__doc__)
    with new_folder() as folder:
        model, _ = fitted(folder)
        models = [f"fitted={model}", f"nano={NANO}"]
        service = Service(models)
        honest = service.ask(serve_clients.HONEST)
        assert honest.status == 200, honest.raw
        peak = 0.0

        def well(name, fault):
            nonlocal service, peak
            if fault is None and (again := service.ask(serve_clients.HONEST)).body != honest.body:
                fault = f"an honest request has another answer: {again.status} {again.body[:200]}"
            trials.record(name, fault)
            if service.process.poll() is not None:
                service = Service(models)
            peak = max(peak, service.memory())

        for name, raw, allowed in serve_bodies.attacks():
            if trials.takes(name):
                well(name, attack(service, name, raw, allowed))
        for name, raw, allowed, shut in serve_protocol.attacks():
            if trials.takes(name):
                well(name, attack(service, name, raw, allowed, bare=True, shut=shut))
        for name, act in serve_clients.attacks():
            if trials.takes(name):
                well(name, act(service) or service.dead())
        if trials.tried and trials.takes("memory"):
            trials.record("memory", None if peak < MOST_MEGABYTES else f"it held {peak:.0f} MB")
        if trials.takes("the end"):
            trials.record("the end", service.stop())
        service.process.kill()
        for name in serve_bundles.BREAKS:
            if trials.takes(f"bundle: {name}"):
                trials.record(f"bundle: {name}", serve_bundles.replaced(name, model))
        for name, act in serve_bundles.starts(model):
            if trials.takes(f"start: {name}"):
                trials.record(f"start: {name}", act())
        if trials.takes("nothing is left"):
            trials.record("nothing is left", ", ".join(temporaries(folder)) or None)
        print(f"peak {peak:.0f} MB")
    trials.end()


if __name__ == "__main__":
    main()
