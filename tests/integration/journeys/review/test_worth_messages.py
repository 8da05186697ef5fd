"""What became of messages: tallies of blocks against a count of every row, one by one."""

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from channels_app.models import ChannelAccount, Message
from journeys.models import Enrollment, Journey, ReviewMessageBlock, ReviewMessageTally
from journeys.review.paths.filters import Filters
from journeys.review.worth import message_tallies
from journeys.review.worth.message_tallies import refresh_messages
from journeys.review.worth.messages import message_review
from profiles.models import Consent
from tests.fixtures import graphs
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World
from tests.integration.journeys.review.worth_rows import began_at, message, reported, run_of

pytestmark = pytest.mark.django_db

SHANGHAI = ZoneInfo("Asia/Shanghai")
STATES = ["queued", "accepted", "delivered", "read", "clicked", "replied", "failed", "blocked", "expired", "unknown"]
SENT = {"accepted", "delivered", "read", "clicked", "replied"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def journey(world: World) -> Journey:
    graph = graphs.graph({"hi": graphs.send()}, ["start -> hi"], goals=[graphs.GOAL])
    world.template = world.sms()  # type: ignore[attr-defined]
    return began_at(world.journey(graph))


def slowly(journey: Journey) -> dict[str, Any]:
    """Every message of the journey, one by one."""
    counts: Counter[str] = Counter()
    hours: Counter[int] = Counter()
    failed: Counter[str] = Counter()
    blocked: Counter[str] = Counter()
    cost = Decimal(0)
    opted_out = unpriced = 0
    everything = list(Message.objects.filter(workspace=journey.workspace))
    for one in everything:
        if one.journey_id != journey.pk or one.test:
            continue
        counts[one.state] += 1
        hours[(one.attempted_at or one.requested_at).astimezone(SHANGHAI).hour] += 1
        if one.state in {"failed", "expired", "unknown"}:
            failed[one.reason or one.error_code or one.state] += 1
        if one.state == "blocked":
            blocked[one.reason or one.state] += 1
        cost += one.cost or 0
        unpriced += one.state in SENT and one.cost is None
        opted_out += _refused_after(one, everything)
    return {
        "counts": counts,
        "hours": hours,
        "failed": failed,
        "blocked": blocked,
        "cost": cost,
        "opted_out": opted_out,
        "unpriced": unpriced,
    }


def _refused_after(one: Message, everything: list[Message]) -> bool:
    if one.state not in SENT or one.attempted_at is None:
        return False
    for refusal in Consent.objects.filter(profile_id=one.profile_id, channel=one.channel, status="withdrawn"):
        named = refusal.proof.get("message")
        if refusal.at <= one.attempted_at or (named is not None and named != str(one.pk)):
            continue
        if named is None:
            before = [
                other
                for other in everything
                if other.profile_id == one.profile_id
                and other.channel == one.channel
                and other.state in SENT
                and other.attempted_at is not None
                and other.attempted_at < refusal.at
            ]
            last = max(before, key=lambda other: (other.attempted_at, other.pk))
            if last.pk != one.pk or refusal.at - one.attempted_at > 7 * DAY:
                continue
        return True
    return False


def check(journey: Journey) -> None:
    found, wanted = message_review(journey, Filters()), slowly(journey)
    total, counts = found["total"], wanted["counts"]
    assert total["asked"] == counts.total()
    assert total["sent"] == sum(counts[state] for state in SENT)
    assert total["delivered"] == sum(counts[state] for state in SENT - {"accepted"})
    assert total["read"] == counts["read"] + counts["clicked"] + counts["replied"]
    assert total["clicked"] == counts["clicked"] + counts["replied"]
    assert total["waiting"] == counts["queued"]
    assert {row["reason"]: row["messages"] for row in total["failed_by"]} == wanted["failed"]
    assert {row["reason"]: row["messages"] for row in total["blocked_by"]} == wanted["blocked"]
    assert sum((row["amount"] for row in total["cost"]), Decimal(0)) == wanted["cost"]
    assert (total["opted_out"], total["unpriced"]) == (wanted["opted_out"], wanted["unpriced"])
    assert {row["hour"]: row["asked"] for row in found["hours"] if row["asked"]} == wanted["hours"]
    for part in ("accounts", "templates", "nodes", "hours"):
        assert sum(row["asked"] for row in found[part]) == total["asked"]


@pytest.mark.parametrize("seed", range(4))
def test_tallies_of_any_history_are_those_of_every_row(
    world: World, journey: Journey, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(message_tallies, "MOST", 7)
    chance = random.Random(seed)
    other = began_at(world.journey(graphs.graph({"hi": graphs.send()}, ["start -> hi"])))
    runs = [run_of(world, chance.choice([journey, other]), who, T0) for who in world.people(6)]
    for turn in range(4):
        now = T0 + turn * DAY
        for _ in range(12):
            _something_happens(world, chance, runs, now)
        refresh_messages(journey.pk, now + 20 * HOUR)
        check(journey)
    assert ReviewMessageBlock.objects.filter(workspace_id=world.workspace.pk).count() > 2


def _something_happens(world: World, chance: random.Random, runs: list[Enrollment], now: Any) -> None:
    run, at = chance.choice(runs), now + chance.randrange(1000) * MINUTE
    sent = list(Message.objects.filter(workspace=world.workspace).order_by("id"))
    match chance.randrange(4):
        case 0 if sent:
            reported(chance.choice(sent), chance.choice(STATES[1:]), at)
        case 1:
            world.consent(run.profile_id, "withdrawn", at=at)
        case _:
            state = chance.choice(STATES)
            priced = Decimal("0.045") if chance.random() < 0.5 else None
            reason = chance.choice(["", "quota", "no_consent"])
            template = world.template  # type: ignore[attr-defined]
            message(template, run.journey, run, at, state, cost=priced, reason=reason, test=chance.random() < 0.1)


def test_what_nothing_was_said_about_since_is_not_read_again(
    world: World, journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_tallies, "MOST", 3)
    run = run_of(world, journey, world.person())
    template = world.template  # type: ignore[attr-defined]
    sent = [message(template, journey, run, T0 + number * MINUTE, "accepted") for number in range(8)]
    refresh_messages(journey.pk, T0 + DAY)
    first = {block.pk: block.as_of for block in ReviewMessageBlock.objects.order_by("first")}
    assert len(first) == 3
    old = set(ReviewMessageTally.objects.values_list("pk", "block_id"))

    reported(sent[4], "clicked", T0 + 2 * DAY)
    refresh_messages(journey.pk, T0 + 2 * DAY + HOUR)

    kept = {block for _, block in set(ReviewMessageTally.objects.values_list("pk", "block_id")) & old}
    assert kept == {min(first)}, "the block without news stands; the one with it, and the last, were counted again"
    check(journey)


def test_a_day_is_the_one_of_entry_and_an_hour_that_of_sending(world: World, journey: Journey) -> None:
    # Eleven at night in Shanghai, and an hour later.
    entered = T0.replace(hour=15)
    run = run_of(world, journey, world.person(), entered)
    message(world.template, journey, run, entered + HOUR, "delivered")  # type: ignore[attr-defined]
    refresh_messages(journey.pk, entered + DAY)

    found = message_review(journey, Filters(since=T0.date(), until=T0.date()))
    assert [row["hour"] for row in found["hours"] if row["sent"]] == [0]
    assert message_review(journey, Filters(since=T0.date() + timedelta(days=1)))["total"]["asked"] == 0


def test_a_new_zone_tells_all_hours_anew(world: World, journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message_tallies, "MOST", 1)
    run = run_of(world, journey, world.person())
    for number in range(3):
        message(world.template, journey, run, T0 + number * HOUR, "delivered")  # type: ignore[attr-defined]
    refresh_messages(journey.pk, T0 + DAY)
    world.workspace.timezone = "UTC"
    world.workspace.save()
    refresh_messages(journey.pk, T0 + 2 * DAY)
    assert [row["hour"] for row in message_review(journey, Filters())["hours"] if row["sent"]] == [2, 3, 4]


def test_costs_are_by_the_currency_of_the_account(world: World, journey: Journey) -> None:
    run = run_of(world, journey, world.person())
    ChannelAccount.objects.filter(workspace=world.workspace).update(currency="USD")
    message(world.template, journey, run, T0, "delivered", cost=Decimal("0.05"))  # type: ignore[attr-defined]
    refresh_messages(journey.pk, T0 + DAY)
    assert message_review(journey, Filters())["total"]["cost"] == [{"currency": "USD", "amount": Decimal("0.05")}]
