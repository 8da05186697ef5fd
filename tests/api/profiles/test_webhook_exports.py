"""Exports to a server: signed calls in parts, repeated under the same id, with nobody lost and masked by who asked."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app.webhooks.signing import signing_keys, verified
from config import webhook_export
from profiles.exports import webhook
from profiles.exports.jobs import advance_export, overdue
from profiles.exports.webhook import Call, Outcome
from profiles.models import Export, Profile
from tests.fixtures.http_server import Asked, Handler, Server, http_server
from workspaces.models import AuditEntry, Workspace

FIELDS = {"mobile": "identity.phone", "nick": "attribute.name", "level": "tag.vip"}
CONSENT = {"channel": "sms", "purpose": "marketing"}


@pytest.fixture(autouse=True)
def _may_call_loopback(settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True


@pytest.fixture
def people(client: APIClient) -> None:
    for number in range(7):
        client.post(
            "/api/v1/profiles/",
            {
                "identities": {"phone": f"1380013800{number}"},
                "attributes": {"name": f"客户{number}"},
                "tags": {"vip": number},
                "consents": [{**CONSENT, "status": "granted" if number < 5 else "withdrawn"}],
            },
        )


@pytest.fixture
def server() -> Iterator[Server]:
    with http_server() as running:
        yield running


def asked_for(client: APIClient, server: Server, **body: Any) -> Export:
    given = {"kind": "people", "target": "webhook", "url": f"{server.url}/in", "fields": FIELDS} | body
    answer = client.post("/api/v1/exports/", given)
    assert answer.status_code == 202, answer.json()
    return Export.objects.get(pk=answer.json()["id"])


def work(job: Export, at: datetime | None = None, at_once: int = 3) -> Export:
    while advance_export(job.pk, at or timezone.now(), at_once):
        pass
    return Export.objects.get(pk=job.pk)


def rows(server: Server) -> list[dict[str, str]]:
    return [row for asked in server.asked for row in orjson.loads(asked.body)["rows"]]


def ids(server: Server) -> list[str]:
    return [asked.headers["webhook-id"] for asked in server.asked]


def test_everybody_who_consents_is_sent_once_by_the_receivers_names(
    client: APIClient, people: None, server: Server, workspace: Workspace
) -> None:
    job = work(asked_for(client, server, filters={"consent": CONSENT}))
    assert (job.state, job.done, job.total, job.parts) == ("done", 5, 5, 2)
    assert rows(server)[0] == {"mobile": "+8613800138000", "nick": "客户0", "level": "0"}
    assert [row["nick"] for row in rows(server)] == [f"客户{number}" for number in range(5)]
    keys = signing_keys(workspace.id, timezone.now())
    for asked in server.asked:
        assert verified(keys, asked.headers, asked.body, timezone.now()) == asked.headers["webhook-id"]
    assert len(set(ids(server))) == 2
    assert AuditEntry.objects.get(action="export_asked").data["host"] == "127.0.0.1"
    assert client.get(f"/api/v1/exports/{job.pk}/file/").json()["errors"][0]["code"] == "no_file"


def test_a_worker_killed_after_a_call_makes_it_again_with_the_same_id_and_people(
    client: APIClient, people: None, server: Server, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = asked_for(client, server)

    class Killed(BaseException):
        pass

    def killed(call: Call, now: datetime) -> Outcome:
        webhook_export.make(call, now)
        raise Killed

    monkeypatch.setattr(webhook.port, "make", killed)
    with pytest.raises(Killed):
        work(job)
    # Whoever comes in between is not taken for somebody who has been sent already.
    Profile.objects.create(workspace=workspace, attributes={"name": "新来的"})
    Profile.objects.filter(attributes__name="客户1").delete()
    monkeypatch.setattr(webhook.port, "make", webhook_export.make)
    later = timezone.now() + timedelta(minutes=1)
    assert overdue(later) == [job.pk]
    done = work(job, later)
    assert done.state == "done"
    assert ids(server)[0] == ids(server)[1]
    assert server.asked[0].body == server.asked[1].body
    names = {row["nick"] for row in rows(server)}
    assert names == {"新来的", *(f"客户{number}" for number in range(7))}
    assert len(set(ids(server))) == len(server.asked) - 1


def test_a_server_in_trouble_is_tried_again_later_and_the_failure_is_shown(
    client: APIClient, people: None, server: Server
) -> None:
    answers = iter([503])
    server.answer = lambda handler, _: handler.reply(next(answers, 200))
    now = timezone.now()
    job = work(asked_for(client, server), now)
    shown = client.get(f"/api/v1/exports/{job.pk}/").json()
    assert (shown["state"], shown["error"], shown["failures"], shown["done"]) == ("running", "status_503", 1, 0)
    assert job.not_before is not None
    assert job.not_before > now
    assert work(job, now + timedelta(seconds=1)).done == 0
    assert overdue(job.not_before - timedelta(seconds=1)) == []
    done = work(job, now + timedelta(minutes=2))
    assert (done.state, done.done, done.error) == ("done", 7, "")
    assert ids(server)[0] == ids(server)[1]


@pytest.mark.parametrize(("status", "reason"), [(400, "status_400"), (410, "status_410")])
def test_a_refusal_ends_it_with_its_reason(
    client: APIClient, people: None, server: Server, status: int, reason: str
) -> None:
    server.answer = lambda handler, _: handler.reply(status)
    job = work(asked_for(client, server))
    assert (job.state, job.error, len(server.asked)) == ("failed", reason, 1)


def test_an_address_inside_is_not_called(client: APIClient, people: None, server: Server, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    job = work(asked_for(client, server))
    assert (job.state, job.error, server.asked) == ("failed", "private_address", [])


def test_who_asks_decides_what_is_masked(client: APIClient, people: None, server: Server, operator: User) -> None:
    session = APIClient()
    session.force_login(operator)
    work(asked_for(session, server))
    assert rows(server)[0]["mobile"] == "+86138****8000"


def test_no_more_is_sent_once_it_is_cancelled(client: APIClient, people: None, server: Server) -> None:
    job = asked_for(client, server)
    held = threading.Event()

    def answer(handler: Handler, _: Asked) -> None:
        held.set()
        handler.reply()

    server.answer = answer
    assert advance_export(job.pk, timezone.now(), 3)
    assert client.post(f"/api/v1/exports/{job.pk}/cancel/").status_code == 200
    assert work(job).state == "cancelled"
    assert not held.is_set()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"url": "ftp://a/"}, "invalid_url"),
        ({"url": "https://user@a.cn/"}, "invalid_url"),
        ({"url": "nowhere"}, "invalid_url"),
        ({"fields": {}}, "invalid_target"),
        ({"columns": ["id"]}, "invalid_target"),
        ({"fields": {"": "id"}}, "invalid_names"),
        ({"fields": {"a": "nothing"}}, "unknown_column"),
        ({"target": "file"}, "invalid_target"),
    ],
)
def test_what_cannot_be_sent_is_refused(client: APIClient, server: Server, body: dict[str, Any], code: str) -> None:
    given = {"kind": "people", "target": "webhook", "url": f"{server.url}/in", "fields": FIELDS} | body
    answer = client.post("/api/v1/exports/", given)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code
