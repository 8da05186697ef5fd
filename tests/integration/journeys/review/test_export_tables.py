"""Every table that a file can be made of, over runs with everything in them."""

import pytest
from django.utils import timezone

from journeys.models import Journey
from journeys.review.credits.definition import goals_of
from journeys.review.experiments.experiments import experiments
from journeys.review.funnel.funnel import funnel
from journeys.review.losses.waterfall import losses
from journeys.review.paths.filters import ALL
from journeys.review.paths.freshness import freshness
from journeys.review.worth.export_tables import Table, tables
from profiles.exports.sources import Request
from tests.fixtures.review_drawn import ab_test_of, generated
from tests.fixtures.review_runs import store
from tests.fixtures.world import World

pytestmark = pytest.mark.django_db
# They are counted in the background from messages and events, of which these runs have none.
OF_LOGS = {"messages_by_accounts", "messages_by_templates", "messages_by_nodes", "message_reasons", "retention"}
OF_LOGS |= {"rfm_movement", "sales"}


@pytest.fixture
def journey() -> Journey:
    journey = ab_test_of(World())
    store(journey, generated(journey, 5, again=True))
    return journey


def rows_of(table: Table, journey: Journey) -> list[dict[str, object]]:
    request = Request(journey.workspace, (), {"journey": str(journey.pk)}, False, timezone.now())
    return [dict(row) for row in table.rows(journey, ALL, request)]


def test_every_column_is_one_that_rows_have(journey: Journey) -> None:
    for name, table in tables().items():
        rows = rows_of(table, journey)
        assert bool(rows) == (name not in OF_LOGS), name
        missing = {column for column in table.columns if rows and not any(column in row for row in rows)}
        # Nobody has stayed anywhere, so nothing is known of how long.
        assert missing <= {"p50_s", "p90_s"}, name


def test_files_have_the_figures_of_the_page(journey: Journey) -> None:
    found = {name: rows_of(table, journey) for name, table in tables().items() if name not in OF_LOGS}
    fresh, goal = freshness(journey.pk), goals_of(journey)[0]
    stages = {stage["key"]: stage for stage in funnel(journey, fresh, ALL)["stages"]}
    assert {row["key"]: row["people"] for row in found["funnel"]} == {key: one["people"] for key, one in stages.items()}
    assert [(row["bar"], row["people"]) for row in found["losses"] if "reason" not in row] == [
        (bar.key, bar.people) for bar in losses(journey, ALL, goal).bars
    ]
    test = experiments(journey, ALL, goal)[0]
    assert {row["variant"]: row["converted"] for row in found["experiments"]} == {
        key: arm.converted for key, arm in test.arms.items()
    }
    for model in {row["model"] for row in found["attribution_by_nodes"]}:
        credited = [row for row in found["attribution_by_nodes"] if row["model"] == model and "conversions" in row]
        assert sum(float(str(row["conversions"])) for row in credited) == pytest.approx(
            found["conversions"][0]["conversions"]
            if len(found["conversions"]) == 1
            else sum(int(str(row["conversions"])) for row in found["conversions"] if row["goal"] == goal.id)
        )
