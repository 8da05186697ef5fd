"""Bounds for looks that were stated before: O'Brien and Fleming's, by Lan and DeMets' spending of α."""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

ALPHA = 0.05
Floats = NDArray[np.float64]
# Beyond this no z is believed; a look so early spends nothing (as in Reboussin et al.'s program).
FARTHEST = 8.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(512)


def spent(fraction: float, alpha: float = ALPHA) -> float:
    """Return how much of `alpha` may have been spent when `fraction` (0 to 1) of the people have come.

    Each of the two sides spends α/2 by 2 - 2 Φ(z_α/4 / sqrt(t)). Source: Lan and DeMets, Discrete sequential boundaries
    for clinical trials, Biometrika 70 (1983), 659-663; two-sided as in Reboussin et al.
    """
    if fraction <= 0:
        return 0.0
    return 4 * float(ndtr(-float(ndtri(1 - alpha / 4)) / sqrt(min(fraction, 1.0))))


def bounds(fractions: Sequence[float], alpha: float = ALPHA) -> list[float]:
    """Return, for looks at these growing fractions of the people, the |z| from which each look finds a difference.

    The density of the sum of what has come so far, for tests that go on, is integrated from look to look. Source:
    Armitage, McPherson, Rowe, Journal of the Royal Statistical Society A 132 (1969), 235-244; Reboussin, DeMets, Kim, Lan,
    Controlled Clinical Trials 21 (2000), 190-207. Raises ValueError for fractions that do not grow within (0, 1].
    """
    if not fractions or any(b <= a for a, b in pairwise((0.0, *fractions))) or fractions[-1] > 1:
        raise ValueError("fractions grow, from above 0 to 1 at most")
    found: list[float] = []
    places: Floats = np.zeros(1)
    density: Floats = np.ones(1)
    before, used = 0.0, 0.0
    for fraction in fractions:
        step = sqrt(fraction - before)
        excess = partial(_excess, places, density, step, spent(fraction, alpha) - used)
        reach = FARTHEST * sqrt(fraction)
        edge = reach if excess(reach) > 0 else float(brentq(excess, 0.0, reach, xtol=1e-12))
        found.append(edge / sqrt(fraction))
        nodes = edge * _NODES
        kernel = np.exp(-(((nodes[:, None] - places[None, :]) / step) ** 2) / 2) / (step * sqrt(2 * np.pi))
        places, density = nodes, (kernel @ density) * (edge * _WEIGHTS)
        before, used = fraction, spent(fraction, alpha)
    return found


def _excess(places: Floats, density: Floats, step: float, allowed: float, edge: float) -> float:
    """By how much the chance to be beyond `edge` after one more step is above what is allowed."""
    crossing = ndtr((places - edge) / step) + ndtr((-edge - places) / step)
    return float((density * crossing).sum()) - allowed
