"""A forecast of people equals what the engine really does with the same people, where the assumptions are certain."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from channels_app.models import Message
from channels_app.ports import MessageChange, PendingSend
from journeys.engine.enrollment import Event
from journeys.engine.plan import compile_plan
from journeys.forecast.request import ForecastRequest
from journeys.forecast.result import result
from journeys.forecast.run import Run
from journeys.forecast.setup import asked, prepare
from journeys.forecast.tally import Tally
from journeys.models import Enrollment, EnrollmentEvent, Journey
from journeys.projections.counters import count_events
from journeys.runtime.drafts import create_draft
from journeys.runtime.exit_veto import ExitVeto
from journeys.runtime.message_news import message_changed
from profiles.models import Profile
from tests.fixtures.graphs import GOAL, ab, attribute, graph, leave, on_event, send, split, wait, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World


def forecast(world: World, journey: Journey, *, parts: int = 1, **body: Any) -> dict[str, Any]:
    """Forecast in this process, in as many parts as wanted, one after the other."""
    request = asked(journey, {"start": T0.isoformat(), **body}, T0).model_dump(mode="json")
    tally = None
    for part in range(parts):
        setup = prepare(world.workspace.id, journey.pk, request)
        counted = Run(setup.workspace, setup.plan, setup.request, part, parts).go()
        if tally is None:
            tally = counted
        else:
            tally.add(counted)
    assert tally is not None
    return result(setup.workspace, setup.plan, setup.request, tally)


class Reality:
    """The same days for real: ticks at the instants at which somebody is due, and a provider that does as is assumed."""

    def __init__(self, world: World, journey: Journey, delivered_after: timedelta | None) -> None:
        self.world = world
        self.journey = journey
        self.delivered_after = delivered_after
        self.happenings: dict[datetime, list[Callable[[], Any]]] = defaultdict(list)
        self.seen: set[UUID] = set()
        self.hours: Counter[tuple[datetime, str]] = Counter()

    def plan(self, at: datetime, happening: Callable[[], Any]) -> None:
        self.happenings[at].append(happening)

    def run(self, end: datetime) -> None:
        now = T0
        while now <= end:
            for happening in self.happenings.pop(now, []):
                happening()
            report = self.world.tick(now)
            self._send(now)
            upcoming = [at for at in (report.next_due, *self.happenings) if at is not None]
            if not upcoming:
                return
            now = max(min(upcoming), now)

    def _send(self, now: datetime) -> None:
        for message in self.world.messages(state="queued"):
            if message.pk not in self.seen:
                self.seen.add(message.pk)
                at = max(message.not_before, now)
                self.plan(at, partial(self._go_out, message.pk, at, at > now))

    def _go_out(self, message: UUID, at: datetime, was_held: bool) -> None:
        row = Message.objects.get(pk=message)
        assert row.enrollment_id is not None
        pending = PendingSend(message_id=message, enrollment_id=row.enrollment_id, node=row.node)
        if ExitVeto().vetoed(self.world.workspace.id, [pending], at):
            self._change(message, "blocked", at, "exited")
            return
        self.hours[at.replace(minute=0), "held" if was_held else "allowed"] += 1
        self._change(message, "accepted", at)
        if self.delivered_after is not None:
            later = at + self.delivered_after
            self.plan(later, partial(self._change, message, "delivered", later))

    def _change(self, message: UUID, state: str, at: datetime, reason: str = "") -> None:
        row = Message.objects.get(pk=message)
        Message.objects.filter(pk=message).update(state=state, reason=reason)
        change = MessageChange(
            message_id=row.pk,
            workspace_id=row.workspace_id,
            enrollment_id=row.enrollment_id,
            journey_id=row.journey_id,
            version_id=row.version_id,
            node=row.node,
            wants_outcome=row.wants_outcome,
            old_state=row.state,
            new_state=state,
            at=at,
            reason=reason,
        )
        message_changed([change])


def states(journey: Journey) -> dict[str, int]:
    return dict(Counter(Enrollment.objects.filter(journey=journey).values_list("state", flat=True)))


def left(journey: Journey) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str, str]] = Counter()
    rows = EnrollmentEvent.objects.filter(enrollment_id__in=Enrollment.objects.filter(journey=journey).values("id"))
    count_events(counts, "", [Event(row.kind, row.node, row.at, row.data) for row in rows])
    return {
        (node, metric.removeprefix("left:")): n for (_, node, metric), n in counts.items() if metric.startswith("left:")
    }


def foreseen(found: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(node, outcome): n for node, flow in found["flow"].items() for outcome, n in flow["left"].items()}


def full_graph() -> dict[str, Any]:
    """Everything at once: split by attribute and by event, A/B, held and blocked sends, waits in windows, a goal, an exit."""
    nodes = {
        "city": split(sh=attribute("city", "上海"), bj=attribute("city", "北京")),
        "evening": wait("PT1H", window={"from": "22:00", "to": "23:30"}),
        "ab": ab(a=60, b=40),
        "first": send(purpose="marketing"),
        "second": send(purpose="marketing", **{"await": {"for": "delivered", "timeout": "PT2H"}}),
        "order": wait_for("order_paid", timeout="P3D"),
        "seen": split(viewed={"op": "event", "name": "page_view", "since_enrollment": True}),
        "third": send(),
        "rest": wait("P2D"),
        "bye": leave("done"),
    }
    edges = [
        "start -> city",
        "city.sh -> evening",
        "city.bj -> ab",
        "city.else -> order",
        "evening -> ab",
        "ab.a -> first",
        "ab.b -> second",
        "first -> order",
        "second.success -> order",
        "second.failure -> third",
        "second.timeout -> third",
        "second.blocked -> bye",
        "order.order_paid -> third",
        "order.timeout -> seen",
        "seen.viewed -> rest",
        "seen.else -> bye",
        "third -> rest",
        "rest -> bye",
    ]
    settings = {
        "goals": [GOAL | {"exit": True, "event": "member_paid"}],
        "exit_rules": [{"event": "unsubscribed"}],
        "quiet_hours": {"from": "21:00", "to": "08:00", "policy": "hold"},
    }
    return graph(nodes, edges, **settings)


@pytest.fixture
def crowd(world: World) -> list[UUID]:
    """Forty people of every kind: cities, zones, with and without a phone or a consent."""
    people = []
    for number in range(40):
        zone = {"timezone": "America/New_York"} if number % 7 == 0 else {}
        phone = f"+861380000{number:04}" if number % 5 else None
        person = world.person(phone=phone, city=("上海", "北京", "杭州")[number % 3], **zone)
        if number % 4:
            world.consent(person, "withdrawn" if number % 8 == 1 else "granted", at=T0 - DAY)
        people.append(person)
    return people


@pytest.mark.parametrize(
    ("bought", "viewed", "delivered"), [(True, False, True), (False, True, True), (False, False, False)]
)
def test_a_forecast_is_what_the_engine_does(
    world: World, crowd: list[UUID], bought: bool, viewed: bool, delivered: bool
) -> None:
    world.sms(purpose="marketing")
    journey = world.journey(full_graph())
    events = [("order_paid", bought, 26 * HOUR), ("page_view", viewed, 30 * HOUR), ("member_paid", viewed, 4 * DAY)]
    assumptions = {
        "events": [
            {"name": name, "probability": int(happens), "after": f"PT{int(after / HOUR)}H"}
            for name, happens, after in events
        ],
        "receipts": [{"channel": "sms", "outcome": "delivered", "probability": int(delivered), "after": "PT5M"}],
    }
    found = forecast(world, journey, days=10, assumptions=assumptions)

    world.enrolled(journey, *crowd)
    reality = Reality(world, journey, 5 * MINUTE if delivered else None)
    for name, happens, after in events:
        for person in crowd if happens else ():
            reality.plan(T0 + after, partial(world.happen, person, name, T0 + after))
    reality.run(T0 + 10 * DAY)

    assert found["people"] == len(crowd)
    assert found["ended"] == states(journey)
    assert foreseen(found) == left(journey)
    assert sent(found) == reality.hours
    blocked = Message.objects.filter(journey_id=journey.pk, state="blocked")
    assert Counter({row["reason"]: row["count"] for row in found["blocked"]}) == Counter(
        blocked.values_list("reason", flat=True)
    )
    assert {"allowed", "held"} <= {kind for _, kind in reality.hours}, "the comparison has something to compare"


def sent(found: dict[str, Any]) -> dict[tuple[datetime, str], int]:
    rows = [
        (datetime.fromisoformat(row["at"]), kind, row[kind]) for row in found["sends"] for kind in ("allowed", "held")
    ]
    return {(at, kind): count for at, kind, count in rows if count}


def test_parts_add_up_to_the_whole(world: World, crowd: list[UUID]) -> None:
    world.sms(purpose="marketing")
    journey = world.journey(full_graph())
    assumptions = {
        "events": [{"name": "order_paid", "probability": 0.4, "after": "PT1H", "within": "P2D"}],
        "receipts": [
            {"channel": "sms", "outcome": "delivered", "probability": 0.7, "after": "PT5M"},
            {"channel": "sms", "outcome": "failed", "probability": 0.2, "after": "PT10M"},
        ],
    }
    whole = forecast(world, journey, assumptions=assumptions)
    assert forecast(world, journey, parts=3, assumptions=assumptions) == whole
    assert 0 < whole["flow"]["order"]["left"]["order_paid"] < whole["flow"]["order"]["entered"]


def test_who_may_not_enter_is_counted_with_the_reason(world: World, crowd: list[UUID]) -> None:
    rule = {"rule": attribute("city", "杭州", "ne"), "reentry": {"mode": "never"}}
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"], entry=rule))
    world.enrolled(journey, *crowd[:2])
    found = forecast(world, journey)
    assert found["refused"] == {"entry_rule": 13, "already_enrolled": 2}
    assert found["people"] == 25
    assert found["sampled_from"] == 40


def test_a_sample_says_of_how_many_it_is(world: World, crowd: list[UUID]) -> None:
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    found = forecast(world, journey, audience={"sample": 10})
    assert (found["people"], found["sampled_from"], found["scale"]) == (10, 40, 4.0)
    assert "sampled" in {note["code"] for note in found["notes"]}


def test_the_audience_is_whom_its_rule_matches(world: World, crowd: list[UUID]) -> None:
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    assert forecast(world, journey, audience={"rule": attribute("city", "上海")})["people"] == 14


def test_people_stand_at_their_nodes_day_by_day(world: World) -> None:
    world.people(3)
    journey = world.journey(graph({"rest": wait("PT36H"), "more": wait("P30D")}, ["start -> rest", "rest -> more"]))
    found = forecast(world, journey, days=3)
    places = {(row["at"], row["node"]): row["people"] for row in found["nodes"]}
    days = [(T0 + day * DAY).isoformat() for day in (1, 2, 3)]
    assert places == {(days[0], "rest"): 3, (days[1], "more"): 3, (days[2], "more"): 3}
    assert found["ended"] == {"waiting": 3}


def test_a_trigger_that_is_assumed_lets_people_in_when_it_happens(world: World) -> None:
    world.people(40)
    nodes = {"start": on_event("signup", where=[{"key": "plan", "cmp": "eq", "value": "pro"}]), "rest": wait("PT1H")}
    journey = world.journey(graph(nodes, ["start -> rest"]))
    signup = {"name": "signup", "probability": 0.5, "after": "P1D", "within": "P5D"}
    found = forecast(world, journey, days=10, assumptions={"events": [{**signup, "properties": {"plan": "pro"}}]})
    assert found["people"] + found["refused"]["no_trigger"] == 40
    assert 8 < found["people"] < 32
    assert found["ended"] == {"completed": found["people"]}
    filtered = forecast(world, journey, days=10, assumptions={"events": [{**signup, "properties": {"plan": "free"}}]})
    assert filtered["refused"]["trigger_filter"] == found["people"]


@pytest.mark.parametrize(("within", "people", "refused"), [("P5D", 30, {"limit_total"}), (None, 12, {"limit_per_day"})])
def test_limits_of_entry_hold_over_all_parts(
    world: World, crowd: list[UUID], within: str | None, people: int, refused: set[str]
) -> None:
    nodes = {"start": on_event("signup"), "rest": wait("PT1H")}
    limited = graph(nodes, ["start -> rest"], entry={"limit": {"total": 30, "per_day": 12}})
    signup = {"name": "signup", "probability": 1, "within": within}
    request = ForecastRequest.model_validate({"start": T0, "days": 10, "assumptions": {"events": [signup]}})
    plan = compile_plan(str(uuid4()), "forecast", limited)
    whole = Tally()
    for part in range(3):
        whole.add(Run(world.workspace, plan, request, part, 3).go())
    assert whole.people == people
    assert whole.refused.total() == 40 - people
    assert set(whole.refused) == refused


def test_a_quota_runs_out_on_the_day_on_which_more_is_sent(world: World) -> None:
    template = world.sms()
    account = template.account
    account.settings = {"daily_quota": 4, "hourly_rate": 100}
    account.save()
    for number in range(6):
        world.person(phone=f"+861380000{number:04}", late=number > 2)
    nodes = {"late": split(late=attribute("late", True)), "rest": wait("P1D"), "sms": send(), "again": send()}
    edges = ["start -> late", "late.late -> sms", "late.else -> rest", "rest -> sms", "sms -> again"]
    (row,) = forecast(world, world.journey(graph(nodes, edges)))["quotas"]
    # Three people are sent two messages on the first day, the others on the second.
    assert row["exhausted_at"] == T0.isoformat()
    assert (row["most_a_day"], row["daily_quota"], row["rate_exceeded_at"]) == (6, 4, None)


def test_people_go_on_after_their_data_is_changed(world: World) -> None:
    world.people(3)
    nodes = {
        "mark": ("update", {"tags_add": ["seen"]}),
        "rest": wait("PT1H"),
        "late": leave("late"),
    }
    found = forecast(world, world.journey(graph(nodes, ["start -> mark", "mark -> rest", "rest -> late"])))
    assert found["ended"] == {"exited": 3}
    assert "effects_not_followed" in {note["code"] for note in found["notes"]}
    assert not Profile.objects.exclude(tags={}).exists()


def test_a_rule_that_ends_runs_ends_them_in_a_forecast(world: World) -> None:
    for number in range(4):
        world.person(vip=number > 2)
    rule = {"rule": {"op": "or", "args": [attribute("vip", True), {"op": "event", "name": "left"}]}}
    journey = world.journey(
        graph({"rest": wait("P2D"), "end": leave()}, ["start -> rest", "rest -> end"], exit_rules=[rule])
    )
    left = {"name": "left", "probability": 1, "after": "P1D"}
    assert forecast(world, journey)["flow"]["rest"]["entered"] == 3
    found = forecast(world, journey, assumptions={"events": [left]})
    assert found["flow"]["end"]["entered"] == 0
    assert found["ended"] == {"exited": 4}


def test_nothing_is_stored_and_nothing_sent(world: World, crowd: list[UUID]) -> None:
    world.sms(purpose="marketing")
    journey = create_draft(world.workspace, "草稿", "", full_graph())
    forecast(world, journey)
    assert not Enrollment.objects.exists()
    assert not Message.objects.exists()
