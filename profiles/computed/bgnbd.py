"""The BG/NBD model: who is still a customer, and how often they will buy. Pure.

Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005): "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD
Model. Marketing Science 24(2), 275-284. While alive, somebody buys as a Poisson process; rates are gamma(r, alpha) over
people; after each purchase they leave with a probability that is beta(a, b) over people. Equation numbers are the paper's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

Values = NDArray[np.float64]

# The search goes over logarithms; beyond these, a parameter says that the data do not determine it.
LARGEST_LOG: Final = 9.0
# The cost of parameters for which the likelihood is no number.
NOTHING: Final = 1e10
NO_MAXIMUM: Final = "The likelihood has no maximum inside the region that was searched."
STARTS: Final = ((1.0, 1.0, 1.0, 1.0), (0.25, 4.0, 0.8, 2.5), (0.5, 0.1, 0.5, 5.0))


class FitFailed(ValueError):
    """The likelihood has no maximum that was found, or one at the edge of what was searched."""

    code = "fit_failed"


@dataclass(frozen=True, slots=True)
class Customers:
    """What the model sees of people: `x` repeat purchases, the last one `t_x` after the first,
    which is `age` ago (the paper's T).

    One unit of time throughout. `weight`: how many people have this row.
    """

    x: Values
    t_x: Values
    age: Values
    weight: Values | None = None


@dataclass(frozen=True, slots=True)
class BgNbd:
    """Fitted parameters; `alpha` is in the unit of time of the customers. `log_likelihood` is at the maximum."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = float("nan")

    @classmethod
    def fit(cls, customers: Customers) -> "BgNbd":
        """Maximise the likelihood, from the same starts each time. Raises FitFailed."""
        # Times near 1 keep the search in the same region for days and for weeks.
        scale = max(float(np.max(customers.age)), 1e-9) / 10
        scaled = Customers(customers.x, customers.t_x / scale, customers.age / scale, customers.weight)
        weight = np.ones_like(customers.x) if customers.weight is None else customers.weight
        people = float(np.sum(weight))
        counts = Counts.of(customers.x)

        def cost(logs: Values) -> float:
            with np.errstate(over="ignore", invalid="ignore"):
                found = -float(np.sum(weight * log_likelihoods(np.exp(logs), scaled, counts))) / people
            return found if np.isfinite(found) else NOTHING

        bounds = [(-LARGEST_LOG, LARGEST_LOG)] * 4
        tries = [minimize(cost, np.log(start), method="L-BFGS-B", bounds=bounds) for start in STARTS]
        best = min(tries, key=lambda one: float(one.fun))
        if _at_the_edge(best.x):
            raise FitFailed(NO_MAXIMUM)
        fine = minimize(
            cost, best.x, method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-7, "fatol": 1e-12, "maxiter": 800}
        )
        logs = fine.x if float(fine.fun) <= float(best.fun) else best.x
        if cost(logs) >= NOTHING or _at_the_edge(logs):
            raise FitFailed(NO_MAXIMUM)
        r, alpha, a, b = (float(one) for one in np.exp(logs))
        # The density of x purchases at given times is per unit of time, for each of them.
        shift = float(np.sum(weight * customers.x)) * np.log(scale)
        return cls(r, alpha * scale, a, b, -cost(logs) * people - float(shift))

    @classmethod
    def of(cls, values: Mapping[str, float]) -> "BgNbd":
        return cls(values["r"], values["alpha"], values["a"], values["b"])

    def probability_alive(self, customers: Customers) -> Values:
        """P(alive | x, t_x, T): 1 for who has bought once only, who can leave only after a repeat purchase."""
        return 1.0 / (1.0 + self._odds_left(customers))

    def expected_purchases(self, customers: Customers, time: float) -> Values:
        """Expected number of purchases in the next `time`, given the history (equation 10).

        With Euler's transformation of the hypergeometric function: its terms stay small for people with many purchases,
        where those of the paper's form overflow.
        """
        r, alpha, a, b, x = self.r, self.alpha, self.a, self.b, customers.x
        # At a = 1 the formula is 0/0; a step aside changes less than rounding shows.
        a = a + 1e-7 if abs(a - 1.0) < 1e-7 else a
        z = time / (alpha + customers.age + time)
        inner = (1.0 - z) ** (a - 1.0) * hyp2f1(a + b - 1.0 - r, a - 1.0, a + b + x - 1.0, z)
        return np.asarray((a + b + x - 1.0) / (a - 1.0) * (1.0 - inner) / (1.0 + self._odds_left(customers)))

    def _odds_left(self, customers: Customers) -> Values:
        x, t_x, age = customers.x, customers.t_x, customers.age
        logs = (
            np.log(self.a)
            - np.log(self.b + np.maximum(x, 1.0) - 1.0)
            + (self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + t_x))
        )
        return np.where(x > 0, np.exp(np.minimum(logs, 700.0)), 0.0)


def _at_the_edge(logs: Values) -> bool:
    return bool(np.any(np.abs(logs) > LARGEST_LOG - 0.01))


@dataclass(frozen=True, slots=True)
class Counts:
    """The different numbers of purchases, and which of them each person has: there are few, so the slow functions are too."""

    x: Values
    place: NDArray[np.intp]

    @classmethod
    def of(cls, x: Values) -> "Counts":
        return cls(*np.unique(x, return_inverse=True))


def log_likelihoods(parameters: Values, customers: Customers, counts: Counts | None = None) -> Values:
    """The logarithm of each person's likelihood by r, alpha, a, b (equation 6)."""
    r, alpha, a, b = parameters
    known = counts or Counts.of(customers.x)
    n, t_x, age = known.x, customers.t_x, customers.age
    shared = (gammaln(r + n) - gammaln(r) + r * np.log(alpha) - betaln(a, b))[known.place]
    stays = betaln(a, b + n)[known.place]
    goes = np.where(n > 0, betaln(a + 1.0, b + np.maximum(n, 1.0) - 1.0), -np.inf)[known.place]
    power = r + customers.x
    alive, left = stays - power * np.log(alpha + age), goes - power * np.log(alpha + t_x)
    return np.asarray(shared + np.logaddexp(alive, left))
