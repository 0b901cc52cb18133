"""Rank-normalised split R-hat, bulk and tail effective sample size by ArviZ's definitions (Vehtari et al. 2021),
written with NumPy and SciPy alone: the reference that tests/MissBgm.Runtime.Tests/Diagnostics compares with.

    python3 bench/diagnostics/convergence_fixtures.py > tests/MissBgm.Runtime.Tests/Diagnostics/convergence.json
"""
import json
import sys

import numpy as np
from scipy import stats


def split(x):
    half = x.shape[1] // 2
    return np.vstack([x[:, :half], x[:, -half:]])


def z_scale(x):
    return stats.norm.ppf((stats.rankdata(x).reshape(x.shape) - 0.375) / (x.size + 0.25))


def rhat_of(x):
    n = x.shape[1]
    between = n * x.mean(axis=1).var(ddof=1)
    within = x.var(axis=1, ddof=1).mean()
    return np.sqrt((between / within + n - 1) / n)


def ess_of(x):
    if np.ptp(x) < np.finfo(float).resolution:
        return float(x.size)
    m, n = x.shape
    centred = x - x.mean(axis=1, keepdims=True)
    spectrum = np.fft.rfft(centred, 2 * n)
    acov = (np.fft.irfft(spectrum * spectrum.conj())[:, :n] / n).mean(axis=0)
    within = acov[0] * n / (n - 1)
    total = acov[0] + x.mean(axis=1).var(ddof=1)
    rho = 1 - (within - acov) / total
    rho[0] = 1
    kept = np.zeros(n)
    kept[:2] = rho[:2]
    even, odd, t = 1.0, rho[1], 1
    while t < n - 3 and even + odd > 0:
        even, odd = rho[t + 1], rho[t + 2]
        if even + odd >= 0:
            kept[t + 1], kept[t + 2] = even, odd
        t += 2
    last = t - 2
    if even > 0:
        kept[last + 1] = even
    for t in range(1, last - 1, 2):
        if kept[t + 1] + kept[t + 2] > kept[t - 1] + kept[t]:
            kept[t + 1] = kept[t + 2] = (kept[t - 1] + kept[t]) / 2
    tau = -1 + 2 * kept[: last + 1].sum() + kept[last + 1]
    return x.size / max(tau, 1 / np.log10(x.size))


def case(name, draws):
    x = draws.astype(np.float32).astype(float)
    halves = split(x)
    tail = min(ess_of(split((x <= np.quantile(x, q)).astype(float))) for q in (0.05, 0.95))
    return {
        "name": name,
        "chains": x.shape[0],
        "draws": [float(v) for v in np.float32(x).ravel()],
        "r_hat": float(max(rhat_of(z_scale(halves)), rhat_of(z_scale(np.abs(halves - np.median(halves)))))),
        "bulk_ess": float(ess_of(z_scale(halves))),
        "tail_ess": float(tail),
    }


def autoregressive(rng, chains, draws, slope):
    x = rng.standard_normal((chains, draws))
    for t in range(1, draws):
        x[:, t] += slope * x[:, t - 1]
    return x


rng = np.random.default_rng(7)
json.dump([
    case("independent draws", rng.standard_normal((4, 120))),
    case("slow chains", autoregressive(rng, 4, 150, 0.9)),
    case("antithetic chains", autoregressive(rng, 4, 100, -0.7)),
    case("one chain, odd length", autoregressive(rng, 1, 101, 0.5)),
    case("heavy tails", rng.standard_cauchy((2, 90))),
    case("a chain elsewhere", rng.standard_normal((4, 60)) + np.array([[0], [0], [0], [2]])),
    case("ties", rng.integers(0, 4, (3, 80)).astype(float)),
    case("few draws", rng.standard_normal((2, 8))),
], sys.stdout, indent=1)
