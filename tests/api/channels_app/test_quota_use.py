"""How much of each quota is used."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from channels_app.models import ChannelAccount, CreditEntry, Interaction, SendingRules
from channels_app.policy.hours import SHANGHAI
from tests.integration.channels_app.simulated import make_account, make_messages, make_template
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.channels_app.urls")]


@pytest.fixture
def account(workspace: Workspace) -> ChannelAccount:
    return make_account("http://127.0.0.1:9", workspace=workspace)


def used(client: APIClient) -> dict[str, Any]:
    answer = client.get("/api/v1/quotas/use/")
    assert answer.status_code == 200, answer.json()
    body: dict[str, Any] = answer.json()
    return body


def test_people_who_have_got_all_that_a_rule_allows_are_told_from_those_with_one_left(
    client: APIClient, account: ChannelAccount
) -> None:
    template, now, (full, nearly) = make_template(account, purpose="marketing"), timezone.now(), (uuid4(), uuid4())
    for person, count in ((full, 10), (nearly, 9), (uuid4(), 1)):
        make_messages(
            account,
            template,
            count,
            profile_id=person,
            at=now,
            attempted_at=now - timedelta(hours=2),
            state="delivered",
        )
    make_messages(account, template, 3, profile_id=full, at=now)
    make_messages(account, make_template(account), 5, profile_id=nearly, at=now, attempted_at=now, state="delivered")

    rules = {row["rule"]: row for row in used(client)["people"]}

    day = rules["cn.sms.marketing_per_day"]
    assert (day["most"], day["people"], day["messages"], day["highest"]) == (10, 3, 20, 10)
    assert (day["full"], day["nearly"]) == (1, 1)
    assert rules["cn.sms.marketing_per_minute"]["people"] == 0


def test_a_cap_of_the_workspace_counts_by_its_tags(client: APIClient, account: ChannelAccount) -> None:
    caps = [{"id": "promo", "most": 1, "hours": 48, "purposes": [], "tags": ["promotion"]}]
    SendingRules.objects.create(workspace=account.workspace, rules={"caps": caps})
    now = timezone.now()
    for tags in (["promotion"], ["order"], []):
        template = make_template(account, tags=tags)
        make_messages(account, template, 1, at=now, attempted_at=now, state="accepted")
    (cap,) = [row for row in used(client)["people"] if row["own"]]
    assert (cap["rule"], cap["window"], cap["people"], cap["full"]) == ("cap.promo", "PT172800S", 1, 1)


def test_windows_are_open_have_room_and_close_soon(client: APIClient, workspace: Workspace) -> None:
    account = make_account("http://127.0.0.1:9", workspace=workspace, provider="wechat.official")
    template, now = make_template(account, channel="wechat_service"), timezone.now()
    for address, hours in (("used-up", 1), ("closing", 47.5), ("fresh", 2), ("over", 49)):
        Interaction.objects.create(
            workspace=workspace, account=account, address=address, kind="message", at=now - timedelta(hours=hours)
        )
    sent = {"channel": "wechat_service", "address": "used-up", "state": "accepted"}
    make_messages(account, template, 5, at=now, attempted_at=now, **sent)
    (window,) = [row for row in used(client)["windows"] if row["opened_by"] == "message"]
    assert (window["open"], window["with_room"], window["closing"]) == (3, 2, 1)


def test_permissions_are_those_of_the_ledger(client: APIClient, account: ChannelAccount) -> None:
    make_template(account, provider_code="TPL", name="到货提醒")
    for person, changes in (("a", [1, 1, -1]), ("b", [1, 1]), ("c", [1, -1])):
        for number, change in enumerate(changes):
            CreditEntry.objects.create(
                workspace=account.workspace,
                account=account,
                address=person,
                template_code="TPL",
                change=change,
                at=timezone.now(),
                dedup_key=f"{person}{number}",
            )
    (row,) = used(client)["credits"]
    assert row == {
        "account": str(account.pk),
        "template_code": "TPL",
        "template_name": "到货提醒",
        "people": 2,
        "last_one": 1,
        "left": 3,
        "granted": 5,
        "used": 2,
    }


def test_an_accounts_busiest_second_and_its_day(client: APIClient, account: ChannelAccount) -> None:
    template = make_template(account, channel="wechat_template")
    now = timezone.now()
    second = (now - timedelta(seconds=10)).replace(microsecond=0)
    for at, count in ((second, 3), (second + timedelta(seconds=2), 1)):
        make_messages(account, template, count, at=now, attempted_at=at, channel="wechat_template", state="accepted")
    answer = used(client)
    assert answer["rates"] == [{"account": str(account.pk), "peak": 3, "sent": 4}]
    if second.astimezone(SHANGHAI).date() == now.astimezone(SHANGHAI).date():
        (day,) = answer["daily"]
        assert (day["rule"], day["sent"], day["most"]) == ("wechat.template_per_day", 4, 100_000)


def test_what_others_have_used_is_not_counted(client: APIClient, other_workspace: Workspace) -> None:
    theirs = make_account("http://127.0.0.1:9", workspace=other_workspace)
    now = timezone.now()
    make_messages(theirs, make_template(theirs, purpose="marketing"), 3, at=now, attempted_at=now, state="accepted")
    answer = used(client)
    assert all(row["people"] == 0 for row in answer["people"])
    assert answer["rates"] == []
