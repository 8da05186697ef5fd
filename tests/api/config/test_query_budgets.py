"""How many statements each list may cost, however many rows it shows (NetBox keeps such a budget for each endpoint)."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from journeys.models import Enrollment
from profiles.models import Profile
from tests.api.journeys_api.conftest import graph

# The key and its workspace are one statement of each.
BUDGETS = {
    "/api/v1/profiles/": 4,
    "/api/v1/profiles/?search=m": 4,
    "/api/v1/profiles/?tag=vip&segment={profile}": 2,
    "/api/v1/profiles/{profile}/changes/": 3,
    "/api/v1/profiles/{profile}/": 4,
    # Events, messages and merges; and one of the journeys, whose store has cursors of its own.
    "/api/v1/profiles/{profile}/timeline/": 5,
    "/api/v1/profiles/{profile}/timeline/?kind=event": 3,
    "/api/v1/profiles/{profile}/overview/": 8,
    # The figures of the whole page are one.
    "/api/v1/journeys/": 3,
    "/api/v1/journey-folders/": 2,
    "/api/v1/plays/": 2,
    # And the accounts (with some, the templates are one more) and a segment of the same rule.
    "/api/v1/plays/wake_sleepers/": 3,
    "/api/v1/journeys/?search=x&state=live": 3,
    # The newest approval is one.
    "/api/v1/journeys/{journey}/": 3,
    "/api/v1/journeys/{journey}/changes/": 3,
    "/api/v1/journeys/{journey}/comments/": 3,
    "/api/v1/journeys/{journey}/versions/": 3,
    "/api/v1/journeys/{journey}/enrollments/": 3,
    # And the version, whose names are kept by the process once they are read.
    "/api/v1/enrollments/{enrollment}/": 3,
    "/api/v1/enrollments/{enrollment}/events/": 4,
    # And the version of each of three runs, as above.
    "/api/v1/enrollments/?profile={profile}": 6,
    "/api/v1/channels/accounts/": 2,
    "/api/v1/channels/stops/": 2,
    "/api/v1/channels/alerts/": 2,
    "/api/v1/templates/": 2,
    # One for the workspace's own rules and for each of five rules and four windows, then permissions, speeds, the day.
    "/api/v1/quotas/use/": 14,
}


@pytest.fixture
def ids(client: APIClient) -> dict[str, Any]:
    people = [{"identities": {"member_id": f"m{number}", "device": f"d{number}"}} for number in range(7)]
    for _ in range(3):
        journey = client.post("/api/v1/journeys/", {"name": "x", "graph": graph()}).json()["id"]
        client.post(f"/api/v1/journeys/{journey}/publish/")
        client.post(f"/api/v1/journeys/{journey}/enrollments/", {"profiles": people})
    events = [{"name": "e", "identities": person["identities"]} for person in people]
    client.post("/api/v1/events/", {"events": events})
    enrollment = Enrollment.objects.filter(journey=journey).first()
    return {"journey": journey, "profile": Profile.objects.first().pk, "enrollment": enrollment.pk}  # type: ignore[union-attr]


@pytest.mark.parametrize(("path", "budget"), BUDGETS.items())
def test_a_list_keeps_its_budget(client: APIClient, ids: dict[str, Any], path: str, budget: int) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(path.format(**ids)).status_code == 200
    statements = [query["sql"] for query in queries.captured_queries]
    assert len(statements) == budget, "\n".join(statements)
