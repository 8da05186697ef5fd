"""Any valid graph: the walk ends or waits, the same facts give the same stream, and the stream is the state."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.engine.bucketing import position
from journeys.engine.decision import (
    Branch,
    Choice,
    EventArrived,
    ExitMatch,
    HistoryNeed,
    MessageChanged,
    Rendered,
    RenderNeed,
    SendFacts,
    ValueNeed,
    WebhookCall,
    Zones,
)
from journeys.engine.enrollment import Enrollment, Event, fold
from journeys.engine.entrance import enter
from journeys.engine.plan import Plan, PlanNode, compile_plan
from journeys.engine.upcast import schema_of
from journeys.engine.validation.validate import is_publishable, validate
from journeys.projections.counters import count_events
from journeys.runtime.member import Member, News
from journeys.runtime.replay_facts import Stored
from journeys.runtime.replay_stream import Tally, replay_stream
from journeys.runtime.walk import MOST_STEPS, walk
from journeys.store.rows import context_of, state_of
from profiles.rules.ast import Rule
from profiles.rules.durations import parse
from tests.fixtures.random_graphs import HAPPENINGS, valid_graphs

T0 = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MOST_ROUNDS = 60
Happenings = list[tuple[int, str, Any]]


class HashedFacts:
    """Facts that depend on nothing but who is asked about, where, and for the how-many-eth time."""

    def __init__(self, happenings: Sequence[EventArrived]) -> None:
        self.happenings = happenings
        self.asked: Counter[str] = Counter()

    def _hash(self, node: PlanNode, member: Member) -> float:
        self.asked[node.id] += 1
        return position(f"{node.id}/{self.asked[node.id]}", member.enrollment.id)

    def branches(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[Branch]:
        ids = [branch.id for branch in node.config.branches]  # type: ignore[attr-defined]  # a split's
        chosen = [int(self._hash(node, member) / 100 * (len(ids) + 1)) for member in members]
        return [
            Branch(
                ids[place] if place < len(ids) else None,
                [[["attribute", id_, "yes" if id_ == [*ids, None][place] else "no"]] for id_ in ids],
            )
            for place in chosen
        ]

    def sends(self, node: PlanNode, members: Sequence[Member], now: datetime) -> list[SendFacts]:
        return [self._send(self._hash(node, member), node, now) for member in members]

    def _send(self, hashed: float, node: PlanNode, now: datetime) -> SendFacts:
        message = str(uuid5(NAMESPACE_OID, f"{node.id}/{self.asked[node.id]}"))
        if hashed < 30:
            return SendFacts(message, "blocked", "no_consent", "consent", {"consent": None}, None, {})
        if hashed < 50:
            return SendFacts(message, "held", "quiet_hours", "quiet_hours", {}, now + timedelta(hours=9), {})
        return SendFacts(message, "allowed", "", "", {}, None, {})

    def history(self, need: HistoryNeed, members: Sequence[Member], now: datetime) -> list[list[EventArrived]]:
        since = now - parse(need.look_back).fixed
        found = [event for event in self.happenings if event.name in need.names and since <= event.occurred_at <= now]
        return [found for _ in members]

    def exits(
        self, conditions: Sequence[tuple[int, Rule]], members: Sequence[Member], now: datetime
    ) -> list[ExitMatch | None]:
        self.asked["exits"] += 1
        hashed = [position(f"exit/{self.asked['exits']}", member.enrollment.id) for member in members]
        return [ExitMatch(conditions[0][0], [["attribute", "city", "上海"]]) if one < 5 else None for one in hashed]

    def rendered(self, need: RenderNeed, members: Sequence[Member], now: datetime) -> list[Rendered]:
        self.asked["rendered"] += len(members)
        ids = [
            str(uuid5(NAMESPACE_OID, f"rendered/{self.asked['rendered']}/{member}")) for member in range(len(members))
        ]
        return [Rendered(id_, dict(need.sources)) for id_ in ids]

    def choice(self, node: PlanNode, journey: str, now: datetime) -> Choice | None:
        return None

    def values(self, need: ValueNeed, members: Sequence[Member], now: datetime) -> list[Any]:
        self.asked["values"] += 1
        days = position(need.key, str(self.asked["values"])) - 50
        return [(T0 + timedelta(days=days)).isoformat() if days < 30 else None for _ in members]


HEARERS = {"wait_event", "send", "webhook"}


def run(plan: Plan, happenings: Happenings) -> tuple[Member, list[Enrollment]]:
    """Let one person pass in virtual time. Returns them and their state after every round."""
    events = [
        EventArrived(name, {"amount": amount}, T0 + timedelta(minutes=after), f"event {place}")
        for place, (after, name, amount) in enumerate(happenings)
    ]
    blank = Enrollment("enrollment", "profile", plan.journey, plan.version, T0, {})
    step = enter(blank, plan, T0, {"trigger": "api"})
    member = Member(step.enrollment, plan, Zones(None, "profile", "Asia/Shanghai"))
    member.events.extend(step.events)
    facts = HashedFacts(events)
    states, coming, now = [], list(events), T0
    for _ in range(MOST_ROUNDS):
        walk([member], facts, now)
        states.append(member.enrollment)
        # Every second message is never heard of again, nor is every second call.
        news: list[EventArrived | MessageChanged] = [
            MessageChanged(request.effect.message, "delivered", now)
            for number, request in enumerate(member.requests)
            if isinstance(request.effect, SendFacts) and request.effect.verdict == "allowed" and number % 2 == 0
        ]
        news += [
            MessageChanged(request.effect.id, "success" if request.effect.id < "8" else "failure", now)
            for number, request in enumerate(member.requests)
            if isinstance(request.effect, WebhookCall) and number % 2 == 0
        ]
        member.requests.clear()
        member.steps, member.rests = 0, False
        due = member.enrollment.due_at
        if not news and coming and (due is None or coming[0].occurred_at <= due):
            news = [coming.pop(0)]
            now = max(now, news[0].occurred_at)  # type: ignore[union-attr]  # it is an event
        elif not news and due is not None:
            now = max(now, due)
        elif not news:
            break
        member.news = [News(number, item) for number, item in enumerate(news)]
    return member, states


# Four parts, so that they can run beside each other: 2,000 graphs.
@pytest.mark.parametrize("part", range(4))
@settings(max_examples=500, deadline=None)
@given(valid_graphs(), HAPPENINGS)
def test_any_valid_graph_ends_or_waits_and_its_stream_is_its_state(
    part: int, graph: dict[str, Any], happenings: Happenings
) -> None:
    assert is_publishable(validate(graph)), validate(graph)
    plan = compile_plan("journey", "version", graph)
    member, states = run(plan, happenings)
    for state in states:
        # Only who waits for a step to be stored stands at a node that has not decided.
        assert state.state in {"waiting", "completed", "exited", "converted_exit"} or state.due_at is not None
        # A person who waits can be woken: by a time, by an event, or by news of a message.
        assert state.state != "waiting" or state.due_at or plan.nodes[state.node].type.type in HEARERS
    assert not [event for event in member.events if event.kind == "step_failed"]
    assert len(member.events) < MOST_STEPS

    blank = Enrollment("enrollment", "profile", "journey", "version", T0, {})
    assert fold(blank, member.events) == member.enrollment
    assert fold(blank, [as_stored(event) for event in member.events]) == member.enrollment
    assert member.enrollment.seq == len(member.events)
    for state in states:
        assert as_claimed(state) == state

    tally = Tally()
    stream = [Stored(seq, schema_of(event.kind), as_stored(event)) for seq, event in enumerate(member.events, start=1)]
    replay_stream(member.enrollment, stream, {"version": plan}.__getitem__, tally)
    assert tally.differences == []
    # A wait for a birthday.
    assert set(tally.folded) <= {"a value that identifies people"}
    assert tally.decided + tally.folded.total() == len(member.events)

    again, _ = run(compile_plan("journey", "version", graph), happenings)
    assert again.events == member.events


@settings(max_examples=100, deadline=None)
@given(valid_graphs(), HAPPENINGS)
def test_at_every_node_no_more_leave_than_have_come(graph: dict[str, Any], happenings: Happenings) -> None:
    member, _ = run(compile_plan("journey", "version", graph), happenings)
    counts: Counter[tuple[str, str, str]] = Counter()
    for event in member.events:
        count_events(counts, "version", [event])
        assert min(counts.values()) >= 0
        inside = sum(_inside(counts, node["id"]) for node in graph["nodes"])
        assert all(_inside(counts, node["id"]) >= 0 for node in graph["nodes"])
        assert inside in {0, 1}
    assert inside == (1 if member.enrollment.is_live else 0)


def _inside(counts: Counter[tuple[str, str, str]], node: str) -> int:
    left = sum(value for (_, at, metric), value in counts.items() if at == node and metric.startswith("left:"))
    return counts["version", node, "entered"] - left - counts["version", node, "ended"]


def as_stored(event: Event) -> Event:
    """The event as the log gives it back."""
    return event._replace(data=orjson.loads(orjson.dumps(event.data)))


def as_claimed(state: Enrollment) -> Enrollment:
    """The state as a claim reads it from the row that was written for it."""
    row = state._asdict() | {
        "profile_id": state.profile,
        "journey_id": state.journey,
        "version_id": state.version,
        "context": orjson.dumps(context_of(state)),
        "properties": orjson.dumps(state.properties),
    }
    return state_of(row)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1), st.text(min_size=1))
def test_a_bucket_is_stable_and_within_a_hundred(salt: str, subject: str) -> None:
    bucket = position(salt, subject)
    assert 0 <= bucket < 100
    assert bucket == position(salt, subject) == round(bucket, 4)
