"""BG/NBD and Gamma-Gamma against what their papers print, and against people who are made by their own assumptions."""

import numpy as np
import pytest

from profiles.computed.bgnbd import BgNbd, Customers, FitFailed, log_likelihoods
from profiles.computed.gamma_gamma import GammaGamma

# Fader, Hardie, Lee (2005), table 2: the parameters of the CDNOW sample (2,357 people, unit: a week).
CDNOW = BgNbd(0.243, 4.414, 0.793, 2.426)
# Fader, Hardie (2013): of the same people.
CDNOW_VALUE = GammaGamma(6.25, 3.74, 15.44)


def one(x: float, t_x: float, age: float) -> Customers:
    return Customers(np.array([x]), np.array([t_x]), np.array([age]))


def test_the_expectation_is_the_one_that_its_authors_print() -> None:
    """Fader, Hardie, Lee, 'Implementing the BG/NBD Model in Excel' (2005): somebody with x = 2, t_x = 30.43, T = 38.86."""
    expected = CDNOW.expected_purchases(one(2, 30.43, 38.86), 39.0)
    assert expected[0] == pytest.approx(1.226, abs=0.0005)


def test_who_has_bought_once_cannot_have_left() -> None:
    assert CDNOW.probability_alive(one(0, 0, 38.86))[0] == 1.0


def test_the_longer_the_silence_the_less_alive() -> None:
    silence = Customers(np.full(4, 5.0), np.array([38.0, 30.0, 20.0, 5.0]), np.full(4, 38.86))
    alive = CDNOW.probability_alive(silence)
    assert list(alive) == sorted(alive, reverse=True)
    assert 0 < alive[-1] < 0.2 < 0.7 < alive[0] < 1


def test_the_expectation_stays_finite_for_people_with_very_many_purchases() -> None:
    many = Customers(np.array([0.0, 100.0, 5_000.0, 50_000.0]), np.array([0.0, 38.8, 38.86, 38.86]), np.full(4, 38.86))
    expected = CDNOW.expected_purchases(many, 39.0)
    assert np.all(np.isfinite(expected))
    assert np.all(np.diff(expected) > 0)


def test_the_expectation_is_the_sum_over_those_who_are_alive() -> None:
    """Equation 10 against a simulation of people of these parameters with the same history (x = 1, late in the period)."""
    random = np.random.default_rng(7)
    people = simulate(CDNOW, 400_000, 38.86, random, after=39.0)
    like = (people["x"] == 1) & (people["t_x"] > 28) & (people["t_x"] < 32)
    history = Customers(*(people[name][like].astype(float) for name in ("x", "t_x", "age")))
    expected = CDNOW.expected_purchases(history, 39.0).mean()
    assert expected == pytest.approx(people["later"][like].mean(), rel=0.05)


def test_a_fit_recovers_the_parameters_of_simulated_people() -> None:
    random = np.random.default_rng(11)
    people = simulate(CDNOW, 20_000, 60.0, random)
    found = BgNbd.fit(Customers(people["x"].astype(float), people["t_x"], people["age"]))
    assert found.r == pytest.approx(CDNOW.r, rel=0.1)
    assert found.alpha == pytest.approx(CDNOW.alpha, rel=0.15)
    # The share who leave after a purchase is what the data determine best of a and b.
    assert found.a / (found.a + found.b) == pytest.approx(CDNOW.a / (CDNOW.a + CDNOW.b), rel=0.1)


def test_a_fit_does_not_depend_on_the_unit_of_time_nor_on_grouping() -> None:
    people = simulate(CDNOW, 2_000, 40.0, np.random.default_rng(3))
    x, t_x, age = people["x"].astype(float), np.round(people["t_x"]), np.round(people["age"])
    weeks, days = BgNbd.fit(Customers(x, t_x, age)), BgNbd.fit(Customers(x, t_x * 7, age * 7))
    assert days.alpha / 7 == pytest.approx(weeks.alpha, rel=1e-3)
    assert (days.r, days.a, days.b) == pytest.approx((weeks.r, weeks.a, weeks.b), rel=1e-3)
    different, counts = np.unique(np.stack([x, t_x, age], axis=1), axis=0, return_counts=True)
    grouped = BgNbd.fit(Customers(different[:, 0], different[:, 1], different[:, 2], counts.astype(float)))
    assert grouped.log_likelihood == pytest.approx(weeks.log_likelihood, rel=1e-9)


def test_the_likelihood_is_that_of_the_data_as_they_are_given() -> None:
    people = simulate(CDNOW, 500, 40.0, np.random.default_rng(5))
    customers = Customers(people["x"].astype(float), people["t_x"], people["age"])
    found = BgNbd.fit(customers)
    parameters = np.array([found.r, found.alpha, found.a, found.b])
    assert found.log_likelihood == pytest.approx(float(log_likelihoods(parameters, customers).sum()), rel=1e-9)


def test_the_same_data_give_the_same_fit() -> None:
    people = simulate(CDNOW, 500, 40.0, np.random.default_rng(5))
    customers = Customers(people["x"].astype(float), people["t_x"], people["age"])
    assert BgNbd.fit(customers) == BgNbd.fit(customers)


def test_data_that_determine_nothing_are_refused() -> None:
    """Everybody buys each day for ever: nobody ever leaves."""
    same = np.full(200, 30.0)
    with pytest.raises(FitFailed):
        BgNbd.fit(Customers(same, same, same))


def test_the_value_of_a_purchase_lies_between_ones_own_mean_and_everybodys() -> None:
    everybody = CDNOW_VALUE.expected_value(np.array([0.0]), np.array([0.0]))[0]
    assert everybody == pytest.approx(CDNOW_VALUE.p * CDNOW_VALUE.gamma / (CDNOW_VALUE.q - 1))
    few, many = CDNOW_VALUE.expected_value(np.array([1.0, 50.0]), np.array([100.0, 100.0]))
    assert everybody < few < many < 100


def test_a_fit_of_values_recovers_the_parameters_of_simulated_people() -> None:
    random = np.random.default_rng(13)
    nu = random.gamma(CDNOW_VALUE.q, 1 / CDNOW_VALUE.gamma, 20_000)
    x = random.integers(1, 8, 20_000).astype(float)
    m = random.gamma(CDNOW_VALUE.p * x, 1 / (nu * x))
    found = GammaGamma.fit(x, m)
    assert (found.p, found.q, found.gamma) == pytest.approx((6.25, 3.74, 15.44), rel=0.1)


def simulate(
    model: BgNbd, people: int, longest: float, random: np.random.Generator, after: float = 0.0
) -> dict[str, "np.ndarray[tuple[int], np.dtype[np.float64]]"]:
    """People who behave as the model says: what is seen of them in `longest`, and how often they buy in `after`."""
    rates = random.gamma(model.r, 1 / model.alpha, people)
    leaves = random.beta(model.a, model.b, people)
    x, t_x, later = np.zeros(people), np.zeros(people), np.zeros(people)
    clock, alive = np.zeros(people), np.ones(people, bool)
    while alive.any():
        clock[alive] += random.exponential(1 / np.maximum(rates[alive], 1e-300))
        seen, after_it = alive & (clock <= longest), alive & (clock > longest) & (clock <= longest + after)
        x[seen] += 1
        t_x[seen] = clock[seen]
        later[after_it] += 1
        alive &= (clock <= longest + after) & (random.random(people) >= leaves)
    return {"x": x, "t_x": t_x, "age": np.full(people, longest), "later": later}
