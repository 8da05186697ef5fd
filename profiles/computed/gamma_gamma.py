"""The Gamma-Gamma model: what a purchase of somebody is worth on average. Pure.

Fader, P. S., Hardie, B. G. S. (2013): The Gamma-Gamma Model of Monetary Value, http://www.brucehardie.com/notes/025/.
Amounts are gamma(p, nu) for a person, nu is gamma(q, gamma) over people, and independent of how often they buy.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from profiles.computed.bgnbd import FitFailed, Values

LARGEST_LOG: Final = 12.0
STARTS: Final = ((1.0, 2.0, 1.0), (6.0, 4.0, 15.0), (2.0, 5.0, 5.0))


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Fitted parameters; `gamma` is in the unit of money."""

    p: float
    q: float
    gamma: float
    log_likelihood: float = float("nan")

    @classmethod
    def fit(cls, x: Values, m: Values, weight: Values | None = None) -> "GammaGamma":
        """Maximise the likelihood of means `m` > 0 of `x` > 0 amounts. Raises FitFailed, also without a finite mean."""
        scale = float(np.mean(m)) / 20
        means = m / scale
        weights = np.ones_like(x) if weight is None else weight
        people = float(np.sum(weights))

        def cost(logs: Values) -> float:
            with np.errstate(over="ignore", invalid="ignore"):
                found = -float(np.sum(weights * log_likelihoods(np.exp(logs), x, means))) / people
            return found if np.isfinite(found) else 1e10

        bounds = [(-LARGEST_LOG, LARGEST_LOG)] * 3
        tries = [minimize(cost, np.log(start), method="L-BFGS-B", bounds=bounds) for start in STARTS]
        best = min(tries, key=lambda one: float(one.fun))
        fine = minimize(
            cost, best.x, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-7, "fatol": 1e-12, "maxiter": 800}
        )
        logs = fine.x if float(fine.fun) <= float(best.fun) else best.x
        p, q, gamma = (float(one) for one in np.exp(logs))
        if cost(logs) >= 1e10 or bool(np.any(np.abs(logs) > LARGEST_LOG - 0.01)) or q <= 1.0:
            raise FitFailed("The likelihood has no maximum with a finite mean.")
        return cls(p, q, gamma * scale, -cost(logs) * people - people * float(np.log(scale)))

    @classmethod
    def of(cls, values: Mapping[str, float]) -> "GammaGamma":
        return cls(values["p"], values["q"], values["gamma"])

    def expected_value(self, x: Values, m: Values) -> Values:
        """E(M | x, m) of the note: between the person's own mean and everybody's, which it is for x = 0."""
        return np.asarray(self.p * (self.gamma + x * m) / (self.p * x + self.q - 1.0))


def log_likelihoods(parameters: Values, x: Values, m: Values) -> Values:
    """The logarithm of the density of a mean m of x amounts, by p, q, gamma (equation 1a of the note)."""
    p, q, gamma = parameters
    return np.asarray(
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(gamma)
        + (p * x - 1.0) * np.log(m)
        + p * x * np.log(x)
        - (p * x + q) * np.log(gamma + m * x)
    )
