"""Writes numpy_streams.json: hashes of NumPy's random streams, which the simulators must reproduce. Made with NumPy 1.24.2."""
import hashlib
import json

import numpy as np

N = 300_000


def sha(array):
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def streams(seed):
    new = lambda: np.random.default_rng(seed)
    normal = new().standard_normal(N)
    mixed = new()
    mix = []
    for i in range(20_000):
        mix += [mixed.standard_normal(), float(mixed.integers(0, 1 + i % 977)), mixed.uniform(-1.0, 3.0), float(mixed.binomial(1, (i % 101) / 100))]
    mix = np.array(mix)
    return {
        "seed": seed,
        "words": [str(w) for w in new().bit_generator.random_raw(4)],
        "random": sha(new().random(N)),
        "normal_float32": sha(normal.astype(np.float32)),
        "normal_body": sha(normal[np.abs(normal) < 3.6541528853610088]),
        "normal_tail": [float(x) for x in normal[np.abs(normal) >= 3.6541528853610088]],
        "binomial": sha(new().binomial(1, np.arange(N) / N)),
        "integers": sha(np.array([g.integers(0, 1 + i) for g in [new()] for i in range(20_000)])),
        "large_integers": sha(np.array([g.integers(0, 2**31 - 1 - i) for g in [new()] for i in range(20_000)])),
        "mixed_float32": sha(mix.astype(np.float32)),
    }


print(json.dumps([streams(seed) for seed in (0, 123, 2**33 + 7)], indent=1))
