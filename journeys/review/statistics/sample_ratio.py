"""Whether the groups of an experiment are as large as its weights say: if not, its figures must not be believed."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from scipy.special import chdtrc

# Fabijan et al., Diagnosing Sample Ratio Mismatch in Online Controlled Experiments, KDD 2019: a bound far below 0.05,
# because the check is made on every look. 0.001 is that of Kohavi, Tang, Xu, chapter 21.
SUSPICIOUS = 0.001
# Cochran, Some methods for strengthening the common χ² tests, Biometrics 10 (1954), 417-451.
SMALLEST_EXPECTED = 5.0


class Stratum(NamedTuple):
    """People by group while the weights were the same. Weights need not sum to anything."""

    people: Mapping[str, int]
    weights: Mapping[str, float]


class SampleRatio(NamedTuple):
    """`statistic` is χ² with `degrees` of freedom; all of it None where there are too few people to judge."""

    verdict: Literal["ok", "mismatch", "too_few"]
    statistic: float | None
    degrees: int
    p: float | None
    expected: Mapping[str, float]


def check(strata: Sequence[Stratum]) -> SampleRatio:
    """Return Pearson's χ² = Σ (observed - expected)² / expected, and the chance of one as large.

    Source: Pearson 1900; as a check of experiments Kohavi, Tang, Xu, Trustworthy Online Controlled Experiments (2020),
    chapter 21. Where the weights changed, the χ² and the degrees of freedom of each stratum are added, which is exact
    for independent people. A stratum with less than five people expected in a group is left out.
    """
    statistic, degrees = 0.0, 0
    expected: dict[str, float] = {}
    for stratum in strata:
        wanted = _expected(stratum)
        if len(wanted) < 2 or min(wanted.values()) < SMALLEST_EXPECTED:
            continue
        # Whom no weight allowed: with an expectation of nobody, one person is proof enough.
        if any(people and name not in wanted for name, people in stratum.people.items()):
            return SampleRatio("mismatch", None, 0, 0.0, wanted)
        statistic += sum((stratum.people.get(name, 0) - people) ** 2 / people for name, people in wanted.items())
        degrees += len(wanted) - 1
        for name, people in wanted.items():
            expected[name] = expected.get(name, 0.0) + people
    if not degrees:
        return SampleRatio("too_few", None, 0, None, {})
    p = float(chdtrc(degrees, statistic))
    return SampleRatio("mismatch" if p < SUSPICIOUS else "ok", statistic, degrees, p, expected)


def _expected(stratum: Stratum) -> dict[str, float]:
    total, weight = sum(stratum.people.values()), sum(stratum.weights.values())
    return {name: total * share / weight for name, share in stratum.weights.items() if share > 0}
