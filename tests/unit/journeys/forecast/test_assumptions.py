"""What is assumed of people and messages: shares that come true, draws that repeat, outcomes that fit together."""

from collections import Counter
from datetime import timedelta

import pytest
from pydantic import ValidationError

from journeys.forecast.assumptions import MOST_STEPS, Receipts, occurrences
from journeys.forecast.request import Assumptions

PEOPLE = [f"person {number}" for number in range(4000)]


def assumed(**event: object) -> Assumptions:
    return Assumptions.model_validate({"events": [{"name": "order_paid", **event}]})


@pytest.mark.parametrize("probability", [0.0, 0.1, 0.5, 1.0])
def test_an_event_happens_to_the_share_that_is_assumed(probability: float) -> None:
    (event,) = occurrences(assumed(probability=probability))
    had = sum(event.drawn("salt", person) is not None for person in PEOPLE)
    assert had == pytest.approx(probability * len(PEOPLE), abs=100 if 0 < probability < 1 else 0)


def test_draws_repeat_and_differ_between_assumptions() -> None:
    twice = {"events": [{"name": name, "probability": 0.5} for name in ("a", "b")]}
    first, second = occurrences(Assumptions.model_validate(twice))
    of_first = [first.drawn("salt", person) for person in PEOPLE]
    assert of_first == [first.drawn("salt", person) for person in PEOPLE]
    assert of_first != [second.drawn("salt", person) for person in PEOPLE]
    assert of_first != [first.drawn("another", person) for person in PEOPLE]


def test_more_probable_means_the_same_people_and_more() -> None:
    (few,), (many,) = occurrences(assumed(probability=0.2)), occurrences(assumed(probability=0.4))
    had_few = {person for person in PEOPLE if few.drawn("salt", person) is not None}
    had_many = {person for person in PEOPLE if many.drawn("salt", person) is not None}
    assert had_few < had_many


def test_an_event_is_spread_evenly_over_its_time_in_few_steps() -> None:
    (event,) = occurrences(assumed(probability=1, after="P1D", within="P10D"))
    delays = [delay for person in PEOPLE if (delay := event.drawn("salt", person)) is not None]
    day = timedelta(days=1)
    assert min(delays) >= day
    assert max(delays) < 11 * day
    assert len(set(delays)) <= MOST_STEPS
    halves = Counter(delay < 6 * day for delay in delays)
    assert halves[True] == pytest.approx(len(PEOPLE) / 2, abs=150)


def test_without_a_span_everybody_has_it_at_once() -> None:
    (event,) = occurrences(assumed(probability=1, after="PT90M"))
    assert {event.drawn("salt", person) for person in PEOPLE} == {timedelta(minutes=90)}


def test_messages_of_which_nothing_is_assumed_are_accepted_at_once() -> None:
    assert Receipts([]).drawn("sms", "salt", "message") == [("accepted", timedelta())]


def test_outcomes_come_in_their_shares_and_never_contradict_each_other() -> None:
    shares = {"delivered": 0.8, "read": 0.3, "failed": 0.15, "unknown": 0.05}
    given = [{"channel": "sms", "outcome": outcome, "probability": share} for outcome, share in shares.items()]
    receipts = Receipts(Assumptions.model_validate({"receipts": given}).receipts)
    drawn = [{receipt.outcome for receipt in receipts.drawn("sms", "salt", message)} for message in PEOPLE]
    for outcome, share in shares.items():
        found = sum(outcome in outcomes for outcomes in drawn)
        assert found == pytest.approx(share * len(PEOPLE), abs=120), outcome
    assert all("delivered" in outcomes for outcomes in drawn if "read" in outcomes)
    assert not [outcomes for outcomes in drawn if len(outcomes & {"delivered", "failed", "unknown"}) > 1]
    assert all("accepted" in outcomes for outcomes in drawn)


def test_news_come_in_the_order_in_which_they_happen() -> None:
    given = [
        {"channel": "sms", "outcome": "read", "probability": 1, "after": "PT1H"},
        {"channel": "sms", "outcome": "delivered", "probability": 1, "after": "PT1M"},
    ]
    receipts = Receipts(Assumptions.model_validate({"receipts": given}).receipts)
    assert [one.outcome for one in receipts.drawn("sms", "salt", "m")] == ["accepted", "delivered", "read"]


def test_a_reply_is_a_receipt() -> None:
    assumptions = Assumptions.model_validate({"replies": [{"channel": "sms", "probability": 1, "after": "PT2H"}]})
    drawn = Receipts(assumptions.of_messages).drawn("sms", "salt", "m")
    assert drawn[-1] == ("replied", timedelta(hours=2))


def test_more_than_all_messages_are_refused() -> None:
    given = [
        {"channel": "sms", "outcome": "read", "probability": 0.6},
        {"channel": "sms", "outcome": "failed", "probability": 0.3},
        {"channel": "sms", "outcome": "expired", "probability": 0.2},
    ]
    with pytest.raises(ValidationError, match="sms"):
        Assumptions.model_validate({"receipts": given})
