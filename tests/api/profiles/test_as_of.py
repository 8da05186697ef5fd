"""Rules are judged as of any instant, by when things were so and not by when they were told."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from profiles.models import Profile
from workspaces.choices import Scope
from workspaces.models import Workspace

GOLD = {"op": "attribute", "key": "level", "cmp": "eq", "value": "gold"}
NOW = datetime.now(UTC)
DAY = timedelta(days=1)


def identify(client: APIClient, at: datetime, message: str, **traits: Any) -> None:
    body = {"type": "identify", "userId": "li", "timestamp": at.isoformat(), "messageId": message, "traits": traits}
    answer = client.post("/v1/batch", {"batch": [body]}, format="json")
    assert answer.status_code == 200, answer.content


def holds(client: APIClient, rule: Any, at: datetime | None = None) -> bool:
    """What evaluation says, which preview must say, too."""
    (person,) = Profile.objects.values_list("id", flat=True)
    asked = {"rule": rule} | ({"at": at.isoformat()} if at else {})
    matches = client.post("/api/v1/segments/evaluate/", {**asked, "profiles": [str(person)]}).json()["matches"]
    previewed = client.post("/api/v1/segments/preview/", asked).json()
    assert previewed["count"] == len(matches)
    assert [one["id"] for one in previewed["sample"]] == matches
    return bool(matches)


@pytest.fixture
def tracking(client: APIClient, make_key: Any) -> APIClient:
    tracker = APIClient()
    key = b64encode(f"{make_key(Scope.TRACK)}:".encode()).decode()
    tracker.credentials(HTTP_AUTHORIZATION=f"Basic {key}")
    return tracker


def test_a_late_older_trait_does_not_win_and_was_true_in_its_time(client: APIClient, tracking: APIClient) -> None:
    identify(tracking, NOW - 3 * DAY, "m1", level="silver", address={"city": "上海"})
    identify(tracking, NOW - DAY, "m3", level="gold")
    identify(tracking, NOW - 2 * DAY, "m2", level="bronze", address={"zip": "200000"})
    assert Profile.objects.get().attributes == {"level": "gold", "address": {"city": "上海", "zip": "200000"}}
    said = {"op": "attribute", "key": "level", "cmp": "eq"}
    assert holds(client, GOLD)
    assert not holds(client, GOLD, NOW - DAY - timedelta(microseconds=1))
    assert holds(client, {**said, "value": "bronze"}, NOW - DAY - timedelta(microseconds=1))
    assert holds(client, {**said, "value": "silver"}, NOW - 2 * DAY - timedelta(microseconds=1))
    assert holds(client, {**said, "cmp": "not_exists", "value": None}, NOW - 4 * DAY)


def test_a_value_is_held_since_it_was_last_another(client: APIClient, tracking: APIClient) -> None:
    for number, (days, level) in enumerate([(9, "gold"), (5, "silver"), (4, "gold"), (2, "gold")]):
        identify(tracking, NOW - days * DAY, f"m{number}", level=level)
    rule = {"op": "held", "key": "level", "value": "gold"}
    assert holds(client, {**rule, "for": "P4D"})
    assert holds(client, {**rule, "for": "P2D", "cmp": "at_least"}, NOW - 2 * DAY), (
        "at exactly that long it is at least"
    )
    assert not holds(client, {**rule, "for": "P2D", "cmp": "less_than"}, NOW - 2 * DAY)
    assert holds(client, {**rule, "for": "P5D", "cmp": "less_than"})
    assert not holds(client, {**rule, "for": "P1D"}, NOW - 5 * DAY)


def test_attributes_and_tags_of_an_upsert_hold_from_receipt(client: APIClient) -> None:
    person = {"identities": {"user_id": "li"}}
    client.post("/api/v1/profiles/", {**person, "attributes": {"level": "gold"}, "tags": ["vip"]})
    between = datetime.now(UTC)
    client.post("/api/v1/profiles/", {**person, "attributes": {"level": None}, "tags": {"vip": None}})
    for rule in (GOLD, {"op": "tag", "key": "vip"}):
        assert not holds(client, rule, NOW - DAY)
        assert holds(client, rule, between)
        assert not holds(client, rule)


def test_people_from_before_changes_were_kept_count_from_when_they_were_written(
    client: APIClient, tracking: APIClient, workspace: Workspace
) -> None:
    identify(tracking, NOW - 9 * DAY, "m1")
    Profile.objects.update(attributes={"level": "gold"}, updated_at=NOW - 3 * DAY, history_since=None)
    assert holds(client, GOLD, NOW - 3 * DAY)
    assert not holds(client, GOLD, NOW - 4 * DAY)
    identify(tracking, NOW - DAY, "m2", level="silver")
    assert holds(client, GOLD, NOW - 3 * DAY)
    assert not holds(client, GOLD)
    assert not holds(client, GOLD, NOW - 4 * DAY)


def nested(levels: int) -> dict[str, Any]:
    rule: dict[str, Any] = {"op": "tag", "key": "vip"}
    for _ in range(levels - 1):
        rule = {"op": "not", "arg": rule}
    return rule


def test_a_rule_fifty_levels_deep_works_and_a_deeper_one_is_refused(client: APIClient) -> None:
    assert client.post("/api/v1/segments/preview/", {"rule": nested(50)}).status_code == 200
    answer = client.post("/api/v1/segments/preview/", {"rule": nested(101)})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "invalid_rule")


@pytest.mark.parametrize(
    "rule",
    [
        {"op": "journey", "id": "'; drop table x --", "status": "active"},
        {"op": "message", "outcome": "read", "template": "{{ x }}", "value": 10**30},
        {"op": "event", "name": "%s*", "agg": "sum", "property": "a.0.%", "cmp": "gt", "value": 1e300},
        {"op": "attribute", "key": "%(x)s", "cmp": "within_last", "value": "P100Y"},
        {"op": "bucket", "salt": "'\\", "from": 0, "to": 0},
    ],
)
def test_strange_rules_are_judged(client: APIClient, rule: Any) -> None:
    answer = client.post("/api/v1/segments/preview/", {"rule": rule})
    assert (answer.status_code, answer.json()["count"]) == (200, 0)
    answer = client.post("/api/v1/segments/preview/", {"rule": rule, "at": NOW.isoformat()})
    assert answer.status_code == 200


def test_deep_rules_within_deep_segments_are_refused(client: APIClient) -> None:
    rule: dict[str, Any] = {"op": "tag", "key": "vip"}
    for number in range(2):
        for _ in range(90):
            rule = {"op": "not", "arg": rule}
        answer = client.post("/api/v1/segments/", {"name": f"s{number}", "rule": rule})
        assert answer.status_code == 201, answer.content
        rule = {"op": "segment", "id": answer.json()["id"]}
    for _ in range(90):
        rule = {"op": "not", "arg": rule}
    answer = client.post("/api/v1/segments/", {"name": "s2", "rule": rule})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "rule_too_large")
