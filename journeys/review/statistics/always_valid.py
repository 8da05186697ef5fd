"""A verdict that holds whenever it is looked at: the mixture sequential probability ratio test."""

from math import exp, log, sqrt
from typing import NamedTuple

from journeys.engine.proportions import Group
from journeys.review.statistics.intervals import Interval

ALPHA = 0.05
# How large differences are thought to be before anybody looks, as a share of the rate of both groups: the deviation of
# the mixture. It decides how soon a test of a given size ends, never how often it is wrong.
THOUGHT = 0.1


class AlwaysValid(NamedTuple):
    """`p` may be looked at after every person; `interval` covers the true difference at all times together."""

    p: float
    interval: Interval


def deviation(first: Group, second: Group) -> float:
    """Return sqrt(p1 q1 / n1 + p2 q2 / n2), and 0 where one of the groups is empty."""
    if not first.people or not second.people:
        return 0.0
    shares = ((group.rate, group.people) for group in (first, second))
    return sqrt(sum(rate * (1 - rate) / people for rate, people in shares))


def thought(first: Group, second: Group) -> float:
    """Return the deviation τ of the mixture for two groups: THOUGHT of the rate of both together."""
    people = first.people + second.people
    return THOUGHT * (first.converted + second.converted) / people if people else 0.0


def judge(first: Group, second: Group, alpha: float = ALPHA, tau: float | None = None) -> AlwaysValid:
    """Return the always-valid p and interval of p1 - p2 = d, with s² = p1 q1 / n1 + p2 q2 / n2:

    Λ = sqrt(s² / (s² + τ²)) exp(τ² d² / (2 s² (s² + τ²))), p = min(1, 1/Λ), and the interval is every difference whose
    Λ stays below 1/α: d ± s sqrt((s² + τ²) / τ² (2 ln(1/α) + ln((s² + τ²) / s²))).

    Source: Johari, Koomen, Pekelis, Walsh, Always Valid Inference: Continuous Monitoring of A/B Tests, Operations
    Research 70 (2022), 1806-1821, the test of two streams, with V/n written as s² so that groups may differ in size. The
    bound is that of Robbins, Annals of Mathematical Statistics 41 (1970), 1397-1409. Shares are taken as normal, so it
    holds from some tens of conversions on; before, `judgeable` says no.
    """
    width = thought(first, second) if tau is None else tau
    return judge_difference(first.rate - second.rate, deviation(first, second), width, alpha)


def judge_difference(between: float, s: float, tau: float, alpha: float = ALPHA) -> AlwaysValid:
    """The same of a difference that is known with the deviation `s`."""
    if not s or not tau:
        return AlwaysValid(1.0, Interval(-1.0, 1.0))
    total = s * s + tau * tau
    log_ratio = log(s / sqrt(total)) + tau * tau * between * between / (2 * s * s * total)
    reach = bound(s, tau, alpha)
    p = min(1.0, exp(-log_ratio)) if log_ratio < 700 else 0.0
    # No difference of shares is larger than 1: cut there, the interval covers as often.
    return AlwaysValid(p, Interval(max(-1.0, between - reach), min(1.0, between + reach)))


def bound(s: float, tau: float, alpha: float = ALPHA) -> float:
    """Return how large a difference must be, at a deviation `s` of it, for its Λ to reach 1/α."""
    total = s * s + tau * tau
    return s * sqrt(total) / tau * sqrt(2 * log(1 / alpha) + log(total / (s * s)))


def growth_needed(between: float, s: float, tau: float, alpha: float = ALPHA) -> float | None:
    """Return how many times as many people it takes until the present difference, if it stays, is found.

    At k times the people s is s / sqrt(k). 1 where it is found already, None where there is no difference to find.
    """
    if not s or not tau or not between:
        return None
    low, high = 1.0, 1.0
    while bound(s / sqrt(high), tau, alpha) > abs(between):
        low, high = high, high * 2
        if high > 2**40:
            return None
    # The bound falls with every person, so halving finds the one. Found already, there is nothing to halve.
    for _ in range(60 if high > 1 else 0):
        middle = (low + high) / 2
        low, high = (middle, high) if bound(s / sqrt(middle), tau, alpha) > abs(between) else (low, middle)
    return high


def judgeable(first: Group, second: Group, few: int = 10) -> bool:
    """Tell whether shares may be taken as normal: at least `few` people of each group converted, and as many did not."""
    return all(min(group.converted, group.people - group.converted) >= few for group in (first, second))
