"""The review's conversions, rules, definition and attribution over HTTP."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app.models import ChannelAccount, Message, Template
from journeys.models import Journey
from journeys.review.attribution.crediting import MODELS
from journeys.review.credits.refresh import refresh_credits
from profiles.incoming import IncomingEvent
from profiles.ingestion import ingest
from tests.api.conftest import MakeKey, SignIn
from tests.api.journeys_api.conftest import code_of, graph
from workspaces.models import AuditEntry, Workspace

GOAL = {"id": "bought", "name": "下单", "event": "order_paid", "window": "P7D", "value": "amount"}


@pytest.fixture
def journey(client: APIClient) -> str:
    """Live, with one goal and one person inside."""
    made = client.post("/api/v1/journeys/", {"name": "欢迎", "graph": graph(goals=[GOAL])}).json()
    client.post(f"/api/v1/journeys/{made['id']}/publish/")
    people = {"profiles": [{"identities": {"member_id": "m1"}, "properties": {}}]}
    assert client.post(f"/api/v1/journeys/{made['id']}/enrollments/", people).status_code == 202
    return str(made["id"])


def happens(workspace: Workspace, name: str, **properties: Any) -> None:
    now = timezone.now()
    event = IncomingEvent(
        payload={}, name=name, identities=[("member_id", "m1")], occurred_at=now.isoformat(), properties=properties
    )
    assert not ingest(workspace, [event], now).rejected


def touched(workspace: Workspace, journey: str, channel: str, state: str, ago: timedelta) -> None:
    """A message that went out by a channel so long ago."""
    row = Journey.objects.get(pk=journey)
    account, _ = ChannelAccount.objects.get_or_create(
        workspace=workspace,
        key=channel,
        defaults={"name": channel, "channel": channel, "provider": "sms.aliyun", "callback_token": channel},
    )
    template, _ = Template.objects.get_or_create(
        workspace=workspace, account=account, key=channel, defaults={"name": "您好", "channel": channel}
    )
    at = timezone.now() - ago
    Message.objects.create(
        workspace=workspace,
        account=account,
        template=template,
        profile_id=row.enrollments.get().profile_id,
        journey_id=row.pk,
        node="n9",
        channel=channel,
        purpose="marketing",
        address="x",
        state=state,
        not_before=at,
        requested_at=at,
        accepted_at=at,
        delivered_at=at if state == "delivered" else None,
        updated_at=at,
    )


def test_conversions_come_by_goal_and_currency_with_what_is_odd(
    client: APIClient, journey: str, workspace: Workspace
) -> None:
    happens(workspace, "order_paid", order_id="A1", amount="99.50")
    happens(workspace, "order_paid", order_id="A2", amount=10, currency="USD")
    happens(workspace, "order_paid", order_id="A3", amount=-1)
    happens(workspace, "order_refunded", order_id="A1", amount=9.5)
    refresh_credits(Journey.objects.get(pk=journey).pk)
    body = client.get(f"/api/v1/journeys/{journey}/review/conversions/").json()
    (goal,) = body["goals"]
    assert (goal["people"], goal["conversions"], goal["primary"]) == (1, 3, True)
    assert goal["value"] == [
        {"currency": "CNY", "conversions": 2, "value": "99.50", "refunded": "9.50", "net": "90.00"},
        {"currency": "USD", "conversions": 1, "value": "10.00", "refunded": "0.00", "net": "10.00"},
    ]
    assert [note["code"] for note in body["notes"]] == ["negative_value", "several_currencies"]
    assert body["notes"][0]["messages"]["en"].startswith("1 conversion has a negative value")
    assert (body["stale"], body["definition"]["source"], body["definition"]["version"]) == (False, "version", 1)


@pytest.mark.parametrize(
    ("query", "people"), [("since=2000-01-01", 0), ("channel=sms", 0), ("variant=n1:a", 0), ("", 1)]
)
def test_conversions_of_runs_that_are_chosen(
    client: APIClient, journey: str, workspace: Workspace, query: str, people: int
) -> None:
    # Runs whose path is not read yet are no part of a choice.
    happens(workspace, "order_paid", order_id="A1", amount=1)
    refresh_credits(Journey.objects.get(pk=journey).pk)
    assert client.get(f"/api/v1/journeys/{journey}/review/conversions/?{query}").json()["goals"][0]["people"] == people


def test_a_definition_of_its_own_counts_the_past_again(client: APIClient, journey: str, workspace: Workspace) -> None:
    url = f"/api/v1/journeys/{journey}/review/"
    happens(workspace, "signed_up")
    goals = [{"id": "joined", "event": "signed_up", "window": None}]
    changed = client.put(f"{url}definition/", {"goals": goals}, format="json")
    assert (changed.status_code, changed.json()["source"]) == (200, "override")
    assert [note["code"] for note in client.get(f"{url}conversions/").json()["notes"]] == ["not_computed"]
    refresh_credits(Journey.objects.get(pk=journey).pk)
    body = client.get(f"{url}conversions/").json()
    assert (body["goals"][0]["id"], body["goals"][0]["conversions"], body["notes"]) == ("joined", 1, [])
    assert client.delete(f"{url}definition/").status_code == 204
    assert client.get(f"{url}definition/").json()["source"] == "version"
    assert AuditEntry.objects.filter(action="review_definition_changed", subject=journey).count() == 2


@pytest.mark.parametrize(
    "goals",
    [
        [],
        [{"id": "a", "event": "x", "window": "soon"}],
        [{"id": "a", "event": "x"}] * 2,
        [{"id": "a", "event": "x", "colour": 1}],
        [{"id": "a", "event": "x", "where": [{"key": "k", "cmp": "like", "value": 1}]}],
    ],
)
def test_goals_that_cannot_be_read_are_refused(client: APIClient, journey: str, goals: Any) -> None:
    answer = client.put(f"/api/v1/journeys/{journey}/review/definition/", {"goals": goals}, format="json")
    assert code_of(answer)[0] == 400


def test_rules_are_changed_by_administrators_and_written_down(sign_in: SignIn, client: APIClient) -> None:
    url = "/api/v1/review/rules/"
    assert client.get(url).json()["credit"] == "last_entry_before"
    assert client.patch(url, {"credit": "each"}, format="json").status_code == 403
    changes = {"credit": "each", "most_value": "500000", "refunds": [{"event": "returned", "value": "sum"}]}
    answer = sign_in("admin").patch(url, changes, format="json")
    assert answer.status_code == 200, answer.content
    assert answer.json() | {"changed_at": None} == {
        "order_property": "order_id",
        "currency_property": "currency",
        "currency": "CNY",
        "refunds": [{"event": "returned", "value": "sum"}],
        "cancellations": [{"event": "order_cancelled", "value": None}],
        "most_value": "500000",
        "credit": "each",
        "repeats": "each",
        "revision": 2,
        "changed_at": None,
    }
    assert AuditEntry.objects.get(action="review_rules_changed").data["credit"] == {
        "from": "last_entry_before",
        "to": "each",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"currency": "yuan"},
        {"most_value": 0},
        {"credit": "mine"},
        {"refunds": [{"event": "a"}], "cancellations": [{"event": "a"}]},
        {"refunds": [{"event": "order_cancelled"}]},
        {"colour": "red"},
    ],
)
def test_rules_that_make_no_sense_are_refused(sign_in: SignIn, changes: dict[str, Any]) -> None:
    assert sign_in("owner").patch("/api/v1/review/rules/", changes, format="json").status_code == 400


def test_what_had_arrived_is_credited_exactly(client: APIClient, journey: str, workspace: Workspace) -> None:
    touched(workspace, journey, "sms", "delivered", timedelta(days=2))
    touched(workspace, journey, "sms", "accepted", timedelta(days=1))
    touched(workspace, journey, "email", "accepted", timedelta(hours=1))
    touched(workspace, journey, "call", "delivered", timedelta(days=40))
    happens(workspace, "order_paid", order_id="A1", amount="0.99")
    refresh_credits(Journey.objects.get(pk=journey).pk)
    for url in (f"/api/v1/journeys/{journey}/review/attribution/", "/api/v1/review/attribution/"):
        body = client.get(url).json()
        assert body["totals"] == {"people": 1.0, "value": [{"currency": "CNY", "value": "0.99"}]}
        assert {row["key"] for row in body["rows"]} == {"sms", "email", ""}
        for model in MODELS:
            values = [Decimal(row["credits"][model]["value"][0]["value"]) for row in body["rows"]]
            assert sum(values) == Decimal("0.99")
        first = {row["key"]: row["credits"]["first"]["people"] for row in body["rows"]}
        assert first == {"sms": 1.0, "email": 0.0, "": 0.0}
    by_node = client.get(f"/api/v1/journeys/{journey}/review/attribution/?by=journey&window=P60D").json()
    assert (by_node["rows"][0]["name"], by_node["window_days"]) == ("欢迎", 60)


@pytest.mark.parametrize("query", ["by=colour", "window=PT1H", "window=P2Y", "window=soon", "since=yesterday"])
def test_questions_that_make_no_sense_are_refused(client: APIClient, journey: str, query: str) -> None:
    assert client.get(f"/api/v1/journeys/{journey}/review/attribution/?{query}").status_code == 400


@pytest.mark.parametrize("query", ["until=9999-12-31", "since=0001-01-01"])
def test_days_at_the_ends_of_the_calendar_are_refused(client: APIClient, query: str) -> None:
    assert code_of(client.get(f"/api/v1/review/attribution/?{query}")) == (400, "invalid_date")


def test_an_order_is_found_with_whose_it_is(client: APIClient, journey: str, workspace: Workspace) -> None:
    happens(workspace, "order_paid", order_id="A1", amount=1)
    happens(workspace, "order_paid", order_id="A1", amount=1)
    happens(workspace, "order_paid", order_id="A2")
    refresh_credits(Journey.objects.get(pk=journey).pk)

    def found(query: str) -> list[tuple[str, bool, str]]:
        rows = client.get(f"/api/v1/review/orders/?{query}").json()["results"]
        return [(row["order"], row["counted"], row["note"]) for row in rows]

    assert found("") == [("A2", True, ""), ("A1", False, "same_order"), ("A1", True, "")]
    assert found("order=A1&counted=true") == [("A1", True, "")]
    assert found("note=same_order") == [("A1", False, "same_order")]
    assert found("odd=no_value") == [("A2", True, "")]
    assert found("page_size=1") == [("A2", True, "")]


def test_another_workspace_sees_nothing(make_key: MakeKey, other_workspace: Workspace, journey: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_key('read', of=other_workspace)}")
    for name in ("conversions", "definition", "attribution"):
        assert client.get(f"/api/v1/journeys/{journey}/review/{name}/").status_code == 404
