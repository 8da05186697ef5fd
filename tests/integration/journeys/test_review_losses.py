"""The waterfall against an obvious count of the same runs, one by one, in plain Python."""

from collections import Counter, defaultdict
from uuid import UUID, uuid4

import pytest

from journeys.models import Launch
from journeys.review.credits.definition import goals_of
from journeys.review.losses.behind import behind
from journeys.review.losses.waterfall import losses
from journeys.review.paths.filters import Filters
from tests.fixtures.review_drawn import ab_test_of, generated
from tests.fixtures.review_runs import Ran, store
from tests.fixtures.world import HOUR, T0, World


@pytest.fixture
def world(db: None) -> World:
    """Its rows are the review's alone, so there is no log to compare them with."""
    return World()


def passed(run: Ran) -> list[str]:
    """The bars that a run passed, as sentences of the documentation, one after the other."""
    if run.held_out:
        return []
    best: list[str] = ["entered"]
    for _, channel, state, reason in run.sends:
        bars = ["entered", "asked"]
        refused = reason if state == "blocked" else ""
        for bar, reasons in (
            ("consented", ("no_consent", "opted_out")),
            ("identified", ("no_identity",)),
            ("in_hours", ("quiet_hours",)),
            ("under_caps", ("frequency_cap",)),
            ("in_quota", ("quota",)),
        ):
            if refused in reasons:
                break
            bars.append(bar)
        else:
            bars += onward(channel, state, reason)
        best = max(best, bars, key=len)
    return best


def onward(channel: str, state: str, reason: str) -> list[str]:
    left = state in ("accepted", "delivered", "read", "clicked", "replied", "unknown")
    left = left or reason in ("delivery", "no_answer")
    if not left:
        return []
    arrived = state in ("delivered", "read", "clicked", "replied") or (state == "accepted" and channel == "email")
    if not arrived:
        return ["sent"]
    clicked = state in ("clicked", "replied") or channel == "call"
    return ["sent", "delivered", "engaged", *(["clicked"] if clicked else [])]


@pytest.mark.parametrize(("seed", "again"), [(6, False), (7, True)])
def test_the_waterfall_counts_what_an_obvious_count_does(world: World, seed: int, again: bool) -> None:
    journey = ab_test_of(world)
    runs = generated(journey, seed, again)
    store(journey, runs)
    found = losses(journey, Filters(), goals_of(journey)[0])
    of_person: dict[UUID, list[Ran]] = defaultdict(list)
    for run in runs:
        of_person[run.profile].append(run)
    furthest = {person: max((passed(run) for run in own), key=len) for person, own in of_person.items()}
    buyers = {run.profile for run in runs if any(one.counted and one.goal == "bought" for one in run.met)}
    expected = Counter(bar for bars in furthest.values() for bar in bars)
    expected["converted"] = sum("clicked" in bars and person in buyers for person, bars in furthest.items())
    assert {bar.key: bar.people for bar in found.bars[1:]} == {bar.key: expected[bar.key] for bar in found.bars[1:]}
    for before, bar in zip(found.bars[1:], found.bars[2:]):
        assert (before.people or 0) - (bar.people or 0) == bar.lost == sum(loss.people for loss in bar.reasons)
    # Every buyer stands somewhere: at the end, or among those who were lost and bought all the same.
    anyway = sum(loss.converted for bar in found.bars for loss in bar.reasons)
    assert anyway + expected["converted"] == len(buyers)


def test_the_people_behind_a_bar_are_those_that_it_counts(world: World) -> None:
    journey = ab_test_of(world)
    runs = generated(journey, 8, again=False)
    store(journey, runs)
    goal = goals_of(journey)[0]
    found = losses(journey, Filters(), goal)
    for bar in found.bars[2:]:
        assert behind(journey, Filters(), goal, bar.key).count() == bar.lost
        for loss in bar.reasons:
            alike = sum(one.people for one in bar.reasons if one.code == loss.code)
            assert behind(journey, Filters(), goal, bar.key, loss.code).count() == alike
    assert behind(journey, Filters(), goal, "converted", "converted").count() == found.bars[-1].people


def test_refusals_at_the_entry_are_those_of_launches(world: World) -> None:
    journey = ab_test_of(world)
    version = journey.versions.get()
    store(journey, [Ran(uuid4(), version.pk, T0 + number * HOUR, held_out=number == 0) for number in range(4)])
    unknown = losses(journey, Filters(), None)
    assert (unknown.bars[0].people, unknown.bars[1].lost) == (None, None)
    assert "refusals_not_recorded" in [one["code"] for one in unknown.notes]
    refused = {"entry_rule": 5, "limit_per_day": 9, "already_enrolled": 100}
    Launch.objects.create(
        workspace=journey.workspace,
        journey=journey,
        version=version,
        due_at=T0,
        people=117,
        admitted=3,
        refused=refused,
        state="done",
    )
    found = losses(journey, Filters(), None)
    assert [(bar.key, bar.people, bar.lost) for bar in found.bars[:2]] == [("eligible", 18, 0), ("entered", 3, 15)]
    assert [(loss.code, loss.people, loss.avoidable) for loss in found.bars[1].reasons] == [
        ("limit_per_day", 9, True),
        ("entry_rule", 5, False),
        ("held_out", 1, False),
    ]
    assert found.largest is not None
    assert "当天进入人数已达上限" in found.largest.messages["zh-CN"]
    assert [one["code"] for one in found.notes] == ["refusals_of_launches_only"]
    assert losses(journey, Filters(channel="sms"), None).bars[0].people is None
