"""A crowd is let in as everybody would be one by one."""

from collections import Counter
from typing import Any

import pytest
from django.db import connection

from journeys.models import Enrollment, EnrollmentEvent, Journey, NodeCounter
from journeys.runtime.admission import admit
from journeys.runtime.crowd import admit_crowd
from journeys.runtime.plans import plan_of
from journeys.runtime.refusals import Entrant
from tests.fixtures.graphs import GOAL, attribute, graph, wait
from tests.fixtures.world import DAY, T0, World

pytestmark = pytest.mark.django_db

SOURCE = {"trigger": "schedule", "segment": "一 \\ 二"}
SETTINGS: list[dict[str, Any]] = [
    {},
    {"goals": [GOAL]},
    {"goals": [{**GOAL, "window": None}]},
    {"entry": {"rule": attribute("city", "上海")}},
    {"entry": {"limit": {"total": 3}}},
    {"entry": {"starts_at": (T0 + DAY).isoformat()}},
    {"entry": {"ends_at": T0.isoformat()}},
    {"holdout": {"percent": 50}},
    {"execution": "per_person"},
]


def stored(journey: Journey) -> list[Any]:
    """Everything that was written, but for the ids and the counters' rows."""
    columns = [
        field.attname for field in Enrollment._meta.fields if field.attname not in {"id", "journey_id", "version_id"}
    ]
    runs = Enrollment.objects.filter(journey=journey)
    events = EnrollmentEvent.objects.filter(enrollment_id__in=runs.values("id"))
    of_run = {run.id: run.profile_id for run in runs}
    assert journey.live_version_id is not None
    counters = NodeCounter.objects.filter(version_id=journey.live_version_id).values_list("node", "metric", "value")
    return [
        sorted(runs.values_list(*columns), key=str),
        sorted(
            (
                (of_run[one.enrollment_id], one.seq, one.at, one.kind, one.node, one.data, one.workspace_id)
                for one in events
            ),
            key=str,
        ),
        sorted(counters),
    ]


@pytest.mark.parametrize("settings", SETTINGS, ids=str)
def test_a_crowd_is_let_in_as_one_by_one(settings: dict[str, Any]) -> None:
    world = World(lanes=3)
    nodes = {"start": ("trigger", {"kind": "api"}), "rest": wait("P1D")}
    people = [world.person(city="上海" if number % 2 else "杭州") for number in range(20)]
    outcomes, written = [], []
    for way in ("crowd", "one by one"):
        journey = world.journey(graph(nodes, ["start -> rest"], **settings))
        plan = plan_of(str(journey.live_version_id))
        world.enroll(journey, people[0])
        if way == "crowd":
            outcomes.append(admit_crowd(world.workspace, plan, people, SOURCE, T0))
        else:
            results = admit(world.workspace, plan, [Entrant(person, {}, SOURCE) for person in people], T0)
            refused = Counter(one.refusal for one in results if not one.enrollment)
            outcomes.append((20 - refused.total(), refused))
        written.append(stored(journey))
    if "holdout" not in settings:
        assert outcomes[0] == outcomes[1]
        assert written[0] == written[1]
    else:
        # Who is held out differs from journey to journey.
        assert outcomes[0] == outcomes[1] == (19, Counter({"already_enrolled": 1}))
        states = {row[3] for row in written[0][1]}
        assert states == {"enrolled", "held_out"}
    world.verify()


def test_the_pattern_knows_the_columns_of_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from information_schema.columns where table_name = 'journeys_enrollment'")
        assert cursor.fetchone()[0] == len(Enrollment._meta.fields)
