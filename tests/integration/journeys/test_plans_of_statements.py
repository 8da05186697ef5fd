"""The statements that run for everybody use the indexes that were made for them."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import orjson
import pytest
from django.db import connection

from journeys.runtime.batches import PAGE
from journeys.runtime.sweep import OVERDUE
from journeys.runtime.wake import DELIVER
from journeys.store import sql
from tests.fixtures.graphs import graph, wait_for
from tests.fixtures.world import DAY, T0, World

MANY = 20_000

FILL = """
insert into journeys_enrollment
    (id, workspace_id, journey_id, version_id, profile_id, lane, state, node, seq, due_at, context, properties, enrolled_at)
select gen_random_uuid(), %(workspace)s, %(journey)s, %(version)s, gen_random_uuid(),
       case when n %% 10 = 0 then null else n %% 4 end, 'waiting', 'order', 3,
       %(now)s::timestamptz + n * interval '1 minute', '{}', '{}', %(now)s
from generate_series(1, %(many)s) n
"""
FILL_INBOX = """
insert into journeys_inboxentry (workspace_id, lane, enrollment_id, kind, name, ref, occurred_at, payload)
select %(workspace)s, nullif(n %% 4, 3), gen_random_uuid(), 'event', 'order_paid', gen_random_uuid(), %(now)s, '{}'
from generate_series(1, %(many)s) n
"""


@pytest.fixture
def crowded(world: World) -> Iterator[dict[str, Any]]:
    """Values for every statement, and tables with so many rows that a sequential scan does not pay."""
    with connection.cursor() as cursor:
        # Rows that earlier tests left dead would make the tables look larger than they are, and other plans pay.
        cursor.execute("truncate journeys_enrollment, journeys_inboxentry")
    journey = world.journey(graph({"order": wait_for("order_paid")}, ["start -> order"]))
    (run,) = world.enrolled(journey, person := world.person())
    values = {
        "workspace": world.workspace.id,
        "journey": journey.pk,
        "version": journey.live_version_id,
        "profile": person,
        "now": T0,
        "many": MANY,
        "lane": 0,
        "limit": 2000,
        "paused": [],
        "woken": [],
        "ids": [run.id],
        "before": T0,
    }
    with connection.cursor() as cursor:
        cursor.execute(FILL, values)
        cursor.execute(FILL_INBOX, values)
        cursor.execute("analyze journeys_enrollment")
        cursor.execute("analyze journeys_inboxentry")
    yield values
    with connection.cursor() as cursor:
        cursor.execute("delete from journeys_enrollment where id <> %s", [run.id])
        cursor.execute("delete from journeys_inboxentry")


def nodes_of(plan: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Every scan of a plan: its kind, its table, its index."""
    own = [(plan["Node Type"], plan.get("Relation Name", ""), plan.get("Index Name", ""))]
    return own + [found for child in plan.get("Plans", ()) for found in nodes_of(child)]


def scans(statement: str, values: dict[str, Any], table: str) -> set[str]:
    """How the plan reads `table`: the indexes' names, or the kind of a scan that uses none."""
    with connection.cursor() as cursor:
        cursor.execute(f"explain (format json) {statement}", values)
        (plan,) = cursor.fetchone()
    plan = orjson.loads(plan) if isinstance(plan, str) else plan
    nodes = nodes_of(plan[0]["Plan"])
    found = {index or kind for kind, relation, index in nodes if relation == table and kind != "Bitmap Heap Scan"}
    return found | {
        index for kind, _, index in nodes if kind == "Bitmap Index Scan" and index.startswith(("enrollment", "inbox"))
    }


ENROLLMENTS, INBOX = "journeys_enrollment", "journeys_inboxentry"


@pytest.mark.parametrize(
    ("statement", "table", "index"),
    [
        (sql.CLAIM_DUE.format(lane=sql.DUE_OF_LANE), ENROLLMENTS, "enrollment_due"),
        (sql.CLAIM_DUE.format(lane=sql.DUE_OF_PERSON), ENROLLMENTS, "enrollment_of_person"),
        (sql.CLAIM_INBOX.format(lane=sql.INBOX_OF_LANE), INBOX, "inbox_of_lane"),
        (sql.CLAIM_INBOX.format(lane=sql.INBOX_OF_PERSON), INBOX, "inbox_of_enrollment"),
        (sql.NEWS_OF, INBOX, "inbox_of_enrollment"),
        (sql.CLAIM_WOKEN, ENROLLMENTS, "journeys_enrollment_pkey"),
    ],
)
def test_a_claim_reads_by_its_index(crowded: dict[str, Any], statement: str, table: str, index: str) -> None:
    assert index in scans(statement, crowded, table)
    assert "Seq Scan" not in scans(statement, crowded, table)


def test_bulk_work_reads_the_people_of_one_journey(crowded: dict[str, Any]) -> None:
    values = {**crowded, "journey": uuid4(), "after": uuid4()}
    assert scans(PAGE.format(condition="true"), values, ENROLLMENTS) == {"enrollment_of_journey"}


@pytest.mark.parametrize("own", [False, True])
def test_the_outlook_of_a_lane_reads_the_beginning_of_its_index(crowded: dict[str, Any], own: bool) -> None:
    statement = sql.OUTLOOK.format(
        due=sql.DUE_OF_PERSON if own else sql.DUE_OF_LANE, inbox=sql.INBOX_OF_PERSON if own else sql.INBOX_OF_LANE
    )
    assert "Seq Scan" not in scans(statement, crowded, ENROLLMENTS) | scans(statement, crowded, INBOX)


def test_an_event_is_delivered_by_the_person(crowded: dict[str, Any]) -> None:
    event = {
        "profile_id": crowded["profile"],
        "name": "order_paid",
        "ref": uuid4(),
        "occurred_at": T0,
        "properties": {},
    }
    values = {**crowded, "events": orjson.dumps([{**event, "place": 0}]).decode()}
    assert scans(DELIVER, values, ENROLLMENTS) <= {"enrollment_of_person", "journeys_enrollment_pkey"}


def test_the_sweep_reads_only_what_is_overdue(crowded: dict[str, Any]) -> None:
    assert "Seq Scan" not in scans(OVERDUE, {"before": T0 - DAY}, ENROLLMENTS)
