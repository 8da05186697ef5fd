"""Enterprise WeChat in the API: contact ways, welcomes, acts upon tasks, synchronisation, and the simulated corporation."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app import dispatch
from channels_app.models import ContactSync, ContactWay, CorpTag, Message, Staff
from channels_app.ports import ports
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from channels_app.wecom import contact_sync
from tests.integration.channels_app.simulated import MORNING, Registered, make_messages, make_template
from tests.integration.channels_app.wecom_callbacks import Sink
from tests.integration.channels_app.wecom_corp import CONTACT_SECRET, SECRET, SimulatedCorp
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

WAYS, WELCOMES = "/api/v1/channels/contact-ways/", "/api/v1/channels/welcome-messages/"
WAY = {"account": "wecom", "name": "门店", "state": "store-1", "users": ["zhangsan"]}


@pytest.fixture
def corp(
    simulator_url: str, simulator: SimulatorClient, workspace: Workspace, settings: Any, registered: Registered
) -> Iterator[SimulatedCorp]:
    settings.SIMULATOR_PORT = int(simulator_url.rsplit(":", 1)[1])
    yield SimulatedCorp(simulator, simulator_url, workspace=workspace)
    open_providers.close_all()


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["code"]


def test_a_contact_way_is_made_changed_and_deleted_at_the_vendor_too(client: APIClient, corp: SimulatedCorp) -> None:
    made = client.post(WAYS, WAY)
    assert made.status_code == 201, made.json()
    (remote,) = corp.screen["contact_ways"]
    assert remote == {"config_id": made.json()["config_id"], "state": "store-1"}
    path = f"{WAYS}{made.json()['id']}/"
    assert client.patch(path, {"users": ["LiSi"], "name": "二店"}).json()["users"] == ["LiSi"]
    told = corp.provider.api.post("/cgi-bin/externalcontact/get_contact_way", {"config_id": remote["config_id"]})
    assert told["contact_way"]["user"] == ["LiSi"]
    assert client.delete(path).status_code == 204
    assert corp.screen["contact_ways"] == []
    assert not ContactWay.objects.exists()


def test_what_the_vendor_refuses_is_said_and_nothing_is_kept(client: APIClient, corp: SimulatedCorp) -> None:
    answer = client.post(WAYS, {**WAY, "users": ["nobody"]})
    assert code_of(answer) == (409, "provider_refused")
    assert "60111" in answer.json()["errors"][0]["detail"]
    assert not ContactWay.objects.exists()


def test_a_contact_way_whose_answer_is_lost_is_found_by_its_state(
    client: APIClient, corp: SimulatedCorp, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = corp.provider.api
    corp.provider.try_connection()
    send = api._client.send

    simulator.put_faults(timeout_after_accept_rate=1)
    monkeypatch.setattr(api._client, "timeout", 0.3)

    def lost(request: Any) -> Any:
        try:
            return send(request)
        finally:
            simulator.put_faults()
            monkeypatch.setattr(api._client, "send", send)
            monkeypatch.setattr(api._client, "timeout", 5)

    monkeypatch.setattr(api._client, "send", lost)
    made = client.post(WAYS, WAY)
    assert made.status_code == 201, made.json()
    assert [row["config_id"] for row in corp.screen["contact_ways"]] == [made.json()["config_id"]]


def test_contact_ways_of_another_program_are_taken_over_once(client: APIClient, corp: SimulatedCorp) -> None:
    body = {"type": 1, "scene": 2, "state": "old-1", "user": ["zhangsan"], "remark": "旧"}
    corp.provider.api.post("/cgi-bin/externalcontact/add_contact_way", body)
    (adopted,) = client.post(f"{WAYS}adopt/", {"account": "wecom"}).json()
    assert (adopted["state"], adopted["name"], adopted["users"]) == ("old-1", "旧", ["zhangsan"])
    assert client.post(f"{WAYS}adopt/", {"account": "wecom"}).json() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"account": "sms"}, "does_not_exist"),
        ({"state": "x" * 31}, "invalid"),
        ({"users": []}, "min_length"),
        ({"welcome": str(uuid4())}, "does_not_exist"),
        ({"colour": "red"}, "unknown_field"),
    ],
)
def test_a_contact_way_is_checked(client: APIClient, corp: SimulatedCorp, change: dict[str, Any], code: str) -> None:
    assert code_of(client.post(WAYS, {**WAY, **change})) == (400, code)


def test_a_state_is_given_once_and_made_up_where_none_is_named(client: APIClient, corp: SimulatedCorp) -> None:
    client.post(WAYS, WAY)
    assert code_of(client.post(WAYS, WAY)) == (400, "unique")
    made_up = client.post(WAYS, {**WAY, "state": ""}).json()["state"]
    assert 0 < len(made_up) <= 30


def test_a_welcome_is_written_changed_and_kept_inside_its_limits(client: APIClient, corp: SimulatedCorp) -> None:
    made = client.post(WELCOMES, {"account": "wecom", "name": "欢迎", "text": "您好", "state": "store-*"})
    assert made.status_code == 201, made.json()
    path = f"{WELCOMES}{made.json()['id']}/"
    assert client.patch(path, {"enabled": False}).json()["enabled"] is False
    assert code_of(client.patch(path, {"text": "长" * 1334})) == (400, "too_long")
    assert code_of(client.patch(path, {"text": ""})) == (400, "empty")
    pictures = [{"msgtype": "image", "image": {"media_id": "m"}}]
    assert client.patch(path, {"text": "", "attachments": pictures}).status_code == 200
    assert code_of(client.patch(path, {"attachments": [{"msgtype": "poem"}]})) == (400, "attachments")
    assert client.delete(path).status_code == 204


def sent(corp: SimulatedCorp, count: int = 2) -> list[Message]:
    template = make_template(corp.account, channel="wecom_customer", body="新品", settings={"sender": "zhangsan"})
    messages = [
        make_messages(
            corp.account, template, channel="wecom_customer", address=customer, node="send", journey_id=uuid4()
        )[0]
        for customer in corp.customers(count)
    ]
    Message.objects.filter(pk__in=[m.pk for m in messages]).update(journey_id=messages[0].journey_id)
    dispatch.drain(corp.account.pk, MORNING)
    return messages


def test_members_are_reminded_three_times_a_day_and_no_more(client: APIClient, corp: SimulatedCorp) -> None:
    (first, _) = sent(corp)
    wanted = {"message": str(first.pk)}
    answers = [
        client.post("/api/v1/channels/mass-tasks/remind/", wanted).json()["results"][0]["code"] for _ in range(4)
    ]
    assert answers == ["", "", "", "45009"]


def test_a_cancelled_task_fails_what_was_not_sent(
    client: APIClient, corp: SimulatedCorp, registered: Registered
) -> None:
    first, _ = sent(corp)
    first.refresh_from_db()
    wanted = {"journey": str(first.journey_id), "node": "send"}
    corp.do("relations/delete", userid="zhangsan", external_userid=first.address)
    (act,) = client.post("/api/v1/channels/mass-tasks/cancel/", wanted).json()["results"]
    assert (act["msgid"], act["messages"], act["code"]) == (first.provider_id, 2, "")
    assert set(corp.account.messages.values_list("state", "error_code")) == {("failed", "cancelled")}
    assert corp.do(f"tasks/{first.provider_id}/confirm", userid="zhangsan") == {"sent": 0}
    assert client.post("/api/v1/channels/mass-tasks/cancel/", wanted).json() == {"results": []}


def test_acts_want_a_message_or_a_node(client: APIClient, corp: SimulatedCorp) -> None:
    for body in ({}, {"journey": str(uuid4())}, {"message": str(uuid4()), "journey": str(uuid4()), "node": "n"}):
        assert client.post("/api/v1/channels/mass-tasks/remind/", body).status_code == 400


def synced(client: APIClient) -> ContactSync:
    begun = client.post("/api/v1/channels/contact-syncs/", {"account": "wecom"})
    assert begun.status_code == 202, begun.json()
    sync = ContactSync.objects.get(pk=begun.json()["id"])
    while contact_sync.advance(sync.pk, 0.001):
        continue
    sync.refresh_from_db()
    return sync


def test_staff_tags_and_customers_are_read_step_by_step(client: APIClient, corp: SimulatedCorp) -> None:
    ports.events = sink = Sink()
    add = {"group_name": "等级", "tag": [{"name": "金卡"}]}
    tag = corp.provider.api.post("/cgi-bin/externalcontact/add_corp_tag", add)["tag_group"]["tag"][0]["id"]
    corp.do("customers", userid="zhangsan", count=250, prefix="wma", tags=[tag])
    corp.do("customers", userid="LiSi", count=7, prefix="wmb")
    sync = synced(client)
    assert (sync.state, sync.staff, sync.tags, sync.customers) == ("done", 3, 1, 257)
    assert set(Staff.objects.values_list("userid", "name")) >= {("zhangsan", "员工zhangsan")}
    assert CorpTag.objects.get().name == "金卡"
    event = next(e for e in sink.events.values() if e.identities["wecom_external_userid"] == "wma000007")
    assert event.identities["wechat_unionid"] == "union-wma000007"
    assert (event.traits["wecom_owner"], event.traits["wecom_tags"]) == ("zhangsan", ["金卡"])
    known = len(sink.events)
    synced(client)
    assert len(sink.events) == known == 257


def test_a_synchronisation_goes_on_where_it_was_stopped(client: APIClient, corp: SimulatedCorp) -> None:
    ports.events = sink = Sink()
    corp.customers(250)
    sync = contact_sync.start(corp.account, timezone.now())
    while not sink.events:
        assert contact_sync._step(sync.pk)
    assert len(sink.events) == 100
    assert contact_sync.start(corp.account, timezone.now()).pk == sync.pk
    while contact_sync.advance(sync.pk):
        continue
    assert len(sink.events) == 250


def test_a_synchronisation_that_is_refused_says_why(client: APIClient, corp: SimulatedCorp) -> None:
    ports.events = Sink()
    corp.set_up(apps=[{"secret": "another", "agent_id": 1}])
    sync = synced(client)
    assert (sync.state, sync.code) == ("failed", "40001")
    shown = str(client.get("/api/v1/channels/contact-syncs/").json())
    assert SECRET not in shown
    assert CONTACT_SECRET not in shown


def test_the_simulated_corporation_is_played_from_the_console(client: APIClient, corp: SimulatedCorp) -> None:
    (screen,) = client.get("/api/v1/simulator/wecom/").json()["results"]
    assert screen["corp_id"] == corp.id
    assert client.post(f"/api/v1/simulator/wecom/{corp.id}/scans/", {"userid": "zhangsan"}).status_code == 201
    (screen,) = client.get("/api/v1/simulator/wecom/").json()["results"]
    (customer,) = screen["customers"]
    first, _ = sent(corp)
    first.refresh_from_db()
    body = {"msgid": first.provider_id, "userid": "zhangsan"}
    assert client.post(f"/api/v1/simulator/wecom/{corp.id}/confirm/", body).json() == {"sent": 2}
    leave = {"userid": "zhangsan", "external_userid": customer["external_userid"]}
    assert client.post(f"/api/v1/simulator/wecom/{corp.id}/leave/", leave).status_code == 201


def test_another_workspaces_corporation_does_not_exist(
    client: APIClient, corp: SimulatedCorp, simulator: SimulatorClient, simulator_url: str
) -> None:
    other = SimulatedCorp(simulator, simulator_url)
    assert code_of(client.post(f"/api/v1/simulator/wecom/{other.id}/scans/", {"userid": "zhangsan"})) == (
        404,
        "not_found",
    )


def test_no_credential_is_in_an_answer(client: APIClient, corp: SimulatedCorp) -> None:
    paths = ["/api/v1/channels/accounts/", f"/api/v1/channels/accounts/{corp.account.pk}/", "/api/v1/simulator/wecom/"]
    shown = "".join(client.get(path).content.decode() for path in paths)
    assert SECRET not in shown
    assert CONTACT_SECRET not in shown
