"""Rules over journeys and messages, at present and as of an instant, of some people and of everybody."""

from datetime import datetime, timedelta
from typing import Any

from channels_app.models import ChannelAccount, Message, Receipt
from profiles import rule_questions
from profiles.rules.codec import parse_rule
from tests.fixtures.graphs import graph, send, wait
from tests.fixtures.world import DAY, HOUR, T0, World

JUST_BEFORE = timedelta(microseconds=1)


def who(world: World, rule: dict[str, Any], at: datetime, *, as_of: bool = False) -> set[Any]:
    """Whom the rule holds for: asked of everybody, and of each."""
    parsed = parse_rule(rule)
    everybody = rule_questions.preview(world.workspace, parsed, at, sample=10, as_of=as_of)
    of_some = rule_questions.matching(world.workspace, parsed, everybody.sample, at, as_of=as_of)
    assert of_some == set(everybody.sample)
    assert everybody.people == len(of_some)
    denied = parse_rule({"op": "not", "arg": rule})
    assert of_some.isdisjoint(rule_questions.matching(world.workspace, denied, everybody.sample, at, as_of=as_of))
    return of_some


def test_where_people_are_in_a_journey_is_known_now_and_then(world: World) -> None:
    journey = world.journey(graph({"rest": wait("P2D")}, ["start -> rest"]))
    person, _ = world.people(2)
    world.enrolled(journey, person)
    world.tick(T0)
    world.tick(T0 + 2 * DAY)

    def inside(status: str, **more: Any) -> dict[str, Any]:
        return {"op": "journey", "id": str(journey.pk), "status": status, **more}

    later = T0 + 3 * DAY
    for status, holds in {"completed": True, "ended": True, "any": True, "waiting": False, "live": False}.items():
        assert who(world, inside(status), later) == ({person} if holds else set()), status
        assert who(world, inside(status), later, as_of=True) == ({person} if holds else set()), status
    assert who(world, inside("waiting"), T0 + DAY, as_of=True) == {person}
    assert who(world, inside("completed"), T0 + DAY, as_of=True) == set()
    assert who(world, inside("any"), T0 - JUST_BEFORE, as_of=True) == set()
    assert who(world, inside("completed", within="P1D"), later) == set(), "it is exactly a day old"
    assert who(world, inside("completed", within="P1D"), later - JUST_BEFORE) == {person}
    assert who(world, inside("any", within="P7D"), later) == {person}
    assert who(world, {**inside("any"), "id": "nonsense"}, later) == set()


def test_messages_count_from_when_they_came_so_far(db: None) -> None:
    # What becomes of the message is written by hand, so the log knows nothing of it.
    world = World()
    template = world.sms()
    journey = world.journey(graph({"sms": send()}, ["start -> sms"]))
    person = world.person(phone="+8613800000001")
    world.enrolled(journey, person)
    world.tick(T0)
    message = Message.objects.get()
    Message.objects.update(state="accepted", attempted_at=T0 + HOUR, accepted_at=T0 + HOUR, updated_at=T0 + HOUR)
    Receipt.objects.create(
        workspace=world.workspace,
        account=ChannelAccount.objects.get(),
        message_id=message.id,
        dedup_key="r1",
        outcome="read",
        reported_at=T0 + DAY,
        payload={},
    )

    def sent(outcome: str, **more: Any) -> dict[str, Any]:
        return {"op": "message", "outcome": outcome, **more}

    for outcome, at in {"requested": T0, "accepted": T0 + HOUR, "delivered": T0 + DAY, "read": T0 + DAY}.items():
        assert who(world, sent(outcome), at) == {person}, outcome
        assert who(world, sent(outcome), at - JUST_BEFORE) == set(), outcome
        assert who(world, sent(outcome, within="P1D"), at + DAY) == set(), outcome
    assert who(world, sent("clicked"), T0 + 9 * DAY) == set()
    assert who(world, sent("accepted", cmp="lt", value=1), T0 + DAY) == set()
    assert who(world, sent("accepted", cmp="eq", value=0), T0) == {person}
    assert who(world, sent("read", channel="sms", template=template.key), T0 + DAY) == {person}
    assert who(world, sent("read", channel="sms", template=str(template.pk)), T0 + DAY) == {person}
    assert who(world, sent("read", channel="email"), T0 + DAY) == set()


def test_a_split_asks_by_every_operator_and_records_what_it_saw(world: World) -> None:
    rules: list[dict[str, Any]] = [
        {"op": "sequence", "steps": [{"name": "cart_added"}, {"name": "order_paid"}]},
        {"op": "event", "name": "order_*", "agg": "sum", "property": "amount", "cmp": "gte", "value": 30},
        {"op": "event", "name": "order_paid", "select": "last", "has": [{"key": "amount", "cmp": "eq", "value": 20}]},
        {"op": "held", "key": "level", "value": "gold", "for": "P1D"},
        {"op": "identity", "type": "member_id"},
        {"op": "not", "arg": {"op": "consent", "channel": "sms", "purpose": "marketing"}},
        {"op": "bucket", "salt": "s", "from": 0, "to": 100},
        {"op": "message", "outcome": "read", "cmp": "eq", "value": 0},
        {"op": "not", "arg": {"op": "journey", "id": "none", "status": "any"}},
    ]
    branches = [{"id": "yes", "name": "是", "rule": {"op": "and", "args": rules}}]
    journey = world.journey(graph({"split": ("split", {"branches": branches})}, ["start -> split"]))
    person = world.person(level="gold")
    from profiles.models import Profile

    Profile.objects.update(updated_at=T0 - 2 * DAY)
    world.happen(person, "cart_added", T0 - DAY)
    world.happen(person, "order_paid", T0 - 2 * HOUR, amount="10")
    world.happen(person, "order_paid", T0 - HOUR, amount=20)
    (run,) = world.enrolled(journey, person)
    world.tick(T0)
    (taken,) = run.all("branch_taken")
    assert taken.data["branch"] == "yes", taken.data
