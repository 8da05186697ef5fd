"""What the canvas reads: signs of trouble at the nodes, a message as one person would get it, names to complete."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app.models import Alert, ChannelAccount, Message, SendingStop, Template
from journeys.models import JourneyVersion, NodeCounter
from profiles.models import Identity, Profile
from tests.api.journeys_api.test_test_send import template as template  # noqa: PLC0414
from tests.fixtures.graphs import graph, send
from workspaces.models import Workspace
from workspaces.models.base import new_id

GREETING = {"channel": "sms", "account": "sms", "template": "hello", "params": {"name": "{{ profile.name }}"}}


@pytest.fixture
def journey(client: APIClient, template: Template) -> str:
    drawn = graph({"greet": send(**GREETING)}, ["start -> greet"])
    return client.post("/api/v1/journeys/", {"name": "草稿", "graph": drawn}).json()["id"]  # type: ignore[no-any-return]


def warnings(client: APIClient, journey: str) -> list[tuple[str, str]]:
    answer = client.get(f"/api/v1/journeys/{journey}/signals/")
    assert answer.status_code == 200, answer.content
    return [(issue["node_id"], issue["code"]) for issue in answer.json()["warnings"]]


def test_a_journey_that_runs_well_gives_no_sign(client: APIClient, journey: str) -> None:
    assert client.get(f"/api/v1/journeys/{journey}/signals/").json() == {"warnings": [], "lost": {}}


def test_accounts_that_stand_still_are_named_at_the_sends_that_use_them(client: APIClient, journey: str) -> None:
    account = ChannelAccount.objects.get()
    account.paused_until = timezone.now() + timedelta(hours=1)
    account.save()
    assert warnings(client, journey) == [("greet", "account_paused")]
    Alert.objects.create(
        workspace=account.workspace, kind="account_stopped", subject=str(account.pk), opened_at=timezone.now()
    )
    SendingStop.objects.create(workspace=account.workspace, channel="sms")
    assert warnings(client, journey) == [("greet", "sending_stopped"), ("greet", "account_stopped")]
    ChannelAccount.objects.update(enabled=False)
    SendingStop.objects.all().delete()
    assert warnings(client, journey) == [("greet", "account_disabled")]


def test_a_quota_that_runs_out_is_told_before_it_has(client: APIClient, journey: str) -> None:
    account = ChannelAccount.objects.get()
    ChannelAccount.objects.update(settings={"daily_quota": 10})
    now = timezone.now()
    for number in range(8):
        Message.objects.create(
            id=new_id(),
            workspace=account.workspace,
            account=account,
            template=Template.objects.get(),
            profile_id=uuid4(),
            channel="sms",
            purpose="marketing",
            address=str(number),
            state="accepted",
            not_before=now,
            requested_at=now,
            updated_at=now,
            attempted_at=now,
        )
        assert warnings(client, journey) == ([("greet", "quota_nearly_used")] if number == 7 else [])


@pytest.mark.parametrize(("blocked", "told"), [(9, False), (20, False), (25, True)])
def test_sends_that_are_blocked_often_are_told(client: APIClient, journey: str, blocked: int, told: bool) -> None:
    client.post(f"/api/v1/journeys/{journey}/publish/")
    version = JourneyVersion.objects.get()
    for metric, value in (("sent", 100), ("blocked", blocked), ("stuck", 2)):
        NodeCounter.objects.create(
            workspace_id=version.workspace_id, version_id=version.pk, node="greet", lane=0, metric=metric, value=value
        )
    assert warnings(client, journey) == [*([("greet", "often_blocked")] if told else []), ("greet", "people_stuck")]


def test_a_draft_that_is_no_graph_gives_no_sign(client: APIClient, workspace: Workspace, template: Template) -> None:
    broken = {
        "nodes": [
            7,
            {"id": 1},
            {"id": "a", "type": "send", "config": 3},
            {"id": "b", "type": "send", "config": {"channel": []}},
        ],
        "edges": 0,
    }
    journey = client.post("/api/v1/journeys/", {"name": "x", "graph": broken}).json()["id"]
    assert warnings(client, journey) == []


def person(workspace: Workspace, phone: str = "") -> Profile:
    profile = Profile.objects.create(workspace=workspace, attributes={"name": "王小明", "city": "上海"})
    if phone:
        Identity.objects.create(workspace=workspace, profile=profile, type="phone", value=phone)
    return profile


def previewed(client: APIClient, profile: Any, **config: Any) -> Any:
    body = {"config": {**GREETING, "purpose": "service", **config}, "profile": str(profile), "event": {"amount": 99}}
    return client.post("/api/v1/journeys/message-preview/", body)


def test_a_message_is_shown_as_the_person_would_get_it(
    client: APIClient, workspace: Workspace, template: Template
) -> None:
    Template.objects.update(purpose="service")
    answer = previewed(
        client, person(workspace, "+8613800000000").pk, params={"name": "{{ profile.name }}{{ event.amount }}"}
    )
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    assert (shown["verdict"], shown["params"]) == ("allowed", {"name": "王小明99"})
    assert "王小明99您好" in shown["text"]
    assert shown["segments"] == 1
    assert shown["address"].endswith("13800000000")
    assert not Message.objects.exists()


def test_why_it_cannot_be_sent_is_said(client: APIClient, workspace: Workspace, template: Template) -> None:
    answer = previewed(client, person(workspace).pk).json()
    assert (answer["verdict"], answer["reason"], answer["address"]) == ("blocked", "no_identity", "")
    answer = previewed(client, person(workspace, "+8613800000000").pk, purpose="marketing").json()
    assert (answer["verdict"], answer["reason"]) == ("blocked", "no_consent")


def test_what_cannot_be_shown_is_refused_in_words(
    client: APIClient, workspace: Workspace, other_workspace: Workspace, template: Template
) -> None:
    def code(answer: Any) -> tuple[int, str]:
        return answer.status_code, answer.json()["errors"][0]["code"]

    known = person(workspace, "+8613800000000").pk
    assert code(previewed(client, person(other_workspace).pk)) == (400, "unknown_profile")
    assert code(previewed(client, known, template="gone")) == (409, "unknown_route")
    assert code(previewed(client, known, params={"name": "{{ profile.name"})) == (409, "liquid_error")
    assert code(previewed(client, known, channel=7)) == (409, "invalid_config")


def test_names_of_attributes_are_completed(client: APIClient, workspace: Workspace, other_workspace: Workspace) -> None:
    person(workspace)
    Profile.objects.create(workspace=workspace, attributes={"city": "杭州", "100%": 1})
    Profile.objects.create(workspace=other_workspace, attributes={"secret": 1})
    names = client.get("/api/v1/attribute-names/").json()["results"]
    assert names == [{"name": "city", "people": 2}, {"name": "100%", "people": 1}, {"name": "name", "people": 1}]
    found = client.get("/api/v1/attribute-names/", {"search": "%"}).json()["results"]
    assert [row["name"] for row in found] == ["100%"]
