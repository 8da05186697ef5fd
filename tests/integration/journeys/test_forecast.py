"""Who is forecast, what is counted, and what is said of it."""

from uuid import UUID, uuid4

import pytest

from channels_app.models import Message
from journeys.engine.plan import compile_plan
from journeys.forecast.request import ForecastRequest
from journeys.forecast.run import Run
from journeys.forecast.tally import Tally
from journeys.models import Enrollment
from journeys.runtime.drafts import create_draft
from profiles.models import Profile
from tests.fixtures.forecasts import crowd_of, forecast, full_graph
from tests.fixtures.graphs import attribute, graph, leave, on_event, send, split, wait
from tests.fixtures.world import DAY, T0, World


@pytest.fixture
def crowd(world: World) -> list[UUID]:
    return crowd_of(world)


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
    world.people(120)
    nodes = {"start": on_event("signup", where=[{"key": "plan", "cmp": "eq", "value": "pro"}]), "rest": wait("PT1H")}
    journey = world.journey(graph(nodes, ["start -> rest"]))
    signup = {"name": "signup", "probability": 0.5, "after": "P1D", "within": "P5D"}
    found = forecast(world, journey, days=10, assumptions={"events": [{**signup, "properties": {"plan": "pro"}}]})
    assert found["people"] + found["refused"]["no_trigger"] == 120
    # Six standard deviations: the draws go by people's ids, which are new in every run.
    assert 27 < found["people"] < 93
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
    # By chance more people than a day's limit may come on one of the days, too.
    assert refused <= set(whole.refused) <= {"limit_total", "limit_per_day"}


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
    assert "updates_in_part" in {note["code"] for note in found["notes"]}
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
