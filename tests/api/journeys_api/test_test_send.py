"""A draft's message, sent to a tester now."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from channels_app.models import ChannelAccount, Message, Template
from journeys.models import NodeCounter
from profiles.models import Identity, Profile
from tests.fixtures.graphs import graph, send, wait, webhook
from workspaces.models import Workspace

GREETING = send(params={"name": "{{ profile.name }}"})
EDGES = ["start -> greet"]


@pytest.fixture
def template(workspace: Workspace) -> Template:
    account = ChannelAccount.objects.create(
        workspace=workspace,
        key="sms",
        name="短信",
        channel="sms",
        provider="sms.aliyun",
        base_url="http://127.0.0.1:1",
        callback_token="t",
    )
    return Template.objects.create(
        workspace=workspace,
        account=account,
        key="hello",
        name="您好",
        channel="sms",
        provider_code="SMS_1",
        body="${name}您好",
        purpose="marketing",
        state="approved",
    )


def person(workspace: Workspace, *tags: str) -> Profile:
    profile = Profile.objects.create(workspace=workspace, attributes={"name": "王"}, tags=dict.fromkeys(tags))
    Identity.objects.create(workspace=workspace, profile=profile, type="phone", value="+8613800000000")
    return profile


def tried(client: APIClient, profile: Any, node: str = "greet", kind: Any = GREETING) -> Any:
    draft = client.post(
        "/api/v1/journeys/", {"name": "草稿", "graph": graph({"greet": kind, "loose": wait("PT1H")}, EDGES)}
    ).json()
    return client.post(f"/api/v1/journeys/{draft['id']}/nodes/{node}/test-send/", {"profile": str(profile)})


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def test_a_tester_gets_the_drafts_message_and_no_number_moves(
    client: APIClient, workspace: Workspace, template: Template
) -> None:
    answer = tried(client, person(workspace, "tester").pk)
    assert answer.status_code == 201, answer.content
    message = Message.objects.get()
    assert answer.json() == {"message": str(message.pk), "state": "queued", "reason": ""}
    assert (message.params, message.address, message.node) == ({"name": "王"}, "+8613800000000", "greet")
    assert message.test
    assert (message.journey_id, message.version_id, message.enrollment_id) == (None, None, None)
    assert not NodeCounter.objects.exists()
    assert client.get(f"/api/v1/messages/{message.pk}/").json()["test"] is True


def test_policy_is_asked_as_for_everybody(client: APIClient, workspace: Workspace, template: Template) -> None:
    kind = send(purpose="marketing", params={"name": "x"})
    answer = tried(client, person(workspace, "tester").pk, kind=kind)
    assert answer.json()["state"] == "blocked"
    assert answer.json()["reason"] == "no_consent"


def test_nobody_else_gets_one(client: APIClient, workspace: Workspace, template: Template) -> None:
    assert code(tried(client, person(workspace, "vip").pk)) == (409, "not_a_tester")
    assert code(tried(client, uuid4())) == (400, "unknown_profile")
    assert not Message.objects.exists()


def test_a_stranger_of_another_workspace_is_unknown(
    client: APIClient, other_workspace: Workspace, template: Template
) -> None:
    assert code(tried(client, person(other_workspace, "tester").pk)) == (400, "unknown_profile")


def test_only_a_send_of_the_draft_can_be_tried(client: APIClient, workspace: Workspace, template: Template) -> None:
    tester = person(workspace, "tester").pk
    assert code(tried(client, tester, node="nowhere")) == (404, "unknown_node")
    assert code(tried(client, tester, kind=webhook())) == (409, "not_a_send")
    assert code(tried(client, tester, kind=send(params=5))) == (409, "invalid_config")
    assert code(tried(client, tester, kind=send(template="gone"))) == (400, "invalid_graph")
    assert code(tried(client, tester, kind=send(template={"text": "hi"}))) == (409, "unknown_route")
    assert code(tried(client, tester, kind=send(params={"name": "{% for %}"}))) == (409, "liquid_error")
