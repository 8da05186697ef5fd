"""Whose date has come enters, at the time of day of their own clock."""

from datetime import UTC, datetime
from typing import Any

import pytest

from journeys.models import Journey, Launch
from journeys.runtime import publish
from journeys.runtime.launches import advance_launch, open_launches
from tests.fixtures.graphs import graph, wait
from tests.fixtures.world import DAY, HOUR, SECOND, T0, World


def on_date(world: World, settings: dict[str, Any] | None = None, **config: Any) -> Journey:
    trigger = {"kind": "date", "attribute": "birthday", "time": "11:00", **config}
    nodes = {"start": ("trigger", trigger), "rest": wait("PT1M")}
    return world.journey(graph(nodes, ["start -> rest"], **(settings or {})))


def run_until(journey: Journey, end: datetime, at_once: int = 100) -> None:
    """Let every launch happen at its instant."""
    for _ in range(500):
        due = open_launches(end)
        if not due:
            return
        while advance_launch(due[0].pk, due[0].due_at, at_once).more:
            pass
    raise AssertionError("the launches do not come to an end")


def entries(world: World, journey: Journey) -> list[tuple[Any, datetime]]:
    return sorted((run.row.profile_id, run.row.enrolled_at) for run in world.runs(journey))


def test_a_birthday_in_the_workspaces_zone_for_who_has_none(world: World) -> None:
    world.person(birthday="1990-03-03")
    person = world.person(birthday="1990-03-02")
    journey = on_date(world, yearly=True)
    run_until(journey, T0 + 12 * HOUR)
    # Eleven in Shanghai.
    assert entries(world, journey) == [(person, T0 + HOUR)]
    data = world.run(journey, person).last("enrolled").data
    assert (data["trigger"], data["attribute"]) == ("date", "birthday")


def test_each_by_the_clock_of_their_own_zone_and_an_unknown_one_is_none(world: World) -> None:
    tokyo = world.person(birthday="1990-03-03", timezone="Asia/Tokyo")
    apia = world.person(birthday="1990-03-03", timezone="Pacific/Apia")
    mars = world.person(birthday="1990-03-03", timezone="Mars/Olympus")
    journey = on_date(world, yearly=True)
    run_until(journey, T0 + 3 * DAY)
    assert entries(world, journey) == sorted(
        [
            (apia, datetime(2026, 3, 2, 22, tzinfo=UTC)),
            (tokyo, datetime(2026, 3, 3, 2, tzinfo=UTC)),
            (mars, datetime(2026, 3, 3, 3, tzinfo=UTC)),
        ]
    )


def test_a_journey_with_a_zone_goes_by_that(world: World) -> None:
    person = world.person(birthday="1990-03-03", timezone="Asia/Tokyo")
    journey = on_date(world, {"timezone": "UTC"}, yearly=True)
    run_until(journey, T0 + 3 * DAY)
    assert entries(world, journey) == [(person, datetime(2026, 3, 3, 11, tzinfo=UTC))]


def test_offsets_and_every_form_of_a_date(world: World) -> None:
    values = ["2026-03-10", "2026-03-09T16:00:00Z", 1773072000, "1773072000000"]
    people = [world.person(birthday=value) for value in values]
    for value in ("2026-03-20", "1990-03-10", "2026-03-08T15:59:59Z", "soon", None, True, ["2026-03-10"], "2026-02-31"):
        world.person(birthday=value)
    journey = on_date(world, {"timezone": "Asia/Shanghai"}, offset="-P1W")
    run_until(journey, T0 + 3 * DAY, at_once=2)
    assert entries(world, journey) == [(person, T0 + DAY + HOUR) for person in sorted(people)]


def test_one_born_on_29_february_enters_every_year(world: World) -> None:
    person = world.person(birthday="2000-02-29")
    journey = on_date(
        world, {"timezone": "Asia/Shanghai", "entry": {"reentry": {"mode": "always"}}}, yearly=True, time="00:00"
    )
    Launch.objects.filter(journey=journey).update(due_at=datetime(2027, 2, 26, 16, tzinfo=UTC))
    run_until(journey, datetime(2027, 3, 3, tzinfo=UTC))
    Launch.objects.filter(journey=journey, state="planned").update(due_at=datetime(2028, 2, 26, 16, tzinfo=UTC))
    run_until(journey, datetime(2028, 3, 3, tzinfo=UTC))
    assert [at for _, at in entries(world, journey)] == [
        datetime(2027, 2, 27, 16, tzinfo=UTC),
        datetime(2028, 2, 28, 16, tzinfo=UTC),
    ]
    assert entries(world, journey)[0][0] == person


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ("warning", "empty_audience")),
        (["soon", 7e40], ("error", "attribute_is_no_date")),
        (["soon", "1990-03-02"], None),
    ],
)
def test_an_attribute_that_is_no_date_is_an_issue(
    world: World, values: list[Any], expected: tuple[str, str] | None
) -> None:
    for value in values:
        world.person(birthday=value)
    journey_graph = graph({"start": ("trigger", {"kind": "date", "attribute": "birthday"})}, [])
    issues = publish.check(world.workspace, journey_graph, None, T0)
    found = [(one.severity, one.code) for one in issues if one.node_id == "start"]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    "config", [{"attribute": None}, {"offset": "PT1H"}, {"offset": "P1DT1H"}, {"offset": "soon"}, {"time": "25:00"}]
)
def test_a_date_that_cannot_be_read_is_not_published(world: World, config: dict[str, Any]) -> None:
    with pytest.raises(publish.InvalidGraph):
        on_date(world, **config)


def test_a_launch_of_nobody_leaves_no_row(world: World) -> None:
    world.person(birthday="1990-03-03")
    journey = on_date(world, yearly=True)
    run_until(journey, T0 + DAY + 2 * HOUR)
    states = list(Launch.objects.filter(journey=journey).order_by("due_at").values_list("state", "due_at"))
    assert [state for state, _ in states] == ["done", "planned"]
    assert states[0][1] == T0 + DAY + HOUR
    assert states[1][1] > T0 + DAY + HOUR + SECOND
