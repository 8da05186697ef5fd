"""Callbacks of the simulated WeCom, from its push to what is stored, and welcomes that cannot wait."""

import threading
import time
from typing import Any

import pytest
from django.db import connections

from channels_app import dispatch
from channels_app.models import ChannelAccount, ContactWay, CorpTag, Greeting, SendingStop, WelcomeMessage
from channels_app.simulator.client import SimulatorClient
from channels_app.wecom import contact_ways
from tests.integration.channels_app.simulated import MORNING, make_messages, make_template
from tests.integration.channels_app.wecom_callbacks import Sink, corp, sink
from tests.integration.channels_app.wecom_corp import SimulatedCorp, until

__all__ = ["corp", "sink"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]


def welcome(corp: SimulatedCorp, **fields: Any) -> WelcomeMessage:
    wanted = {
        "workspace": corp.account.workspace,
        "account": corp.account,
        "name": "欢迎",
        "text": "您好，我是${staff}",
    }
    return WelcomeMessage.objects.create(**{**wanted, **fields})


def way(corp: SimulatedCorp, **fields: Any) -> ContactWay:
    return contact_ways.create(corp.account, {"name": "门店", "state": "store-1", "users": ["zhangsan"], **fields})


def greeted(corp: SimulatedCorp) -> Greeting:
    greeting: Greeting = until(lambda: Greeting.objects.filter(account=corp.account).exclude(outcome="pending").first())
    return greeting


def test_the_vendor_accepts_the_address(corp: SimulatedCorp) -> None:
    assert corp.do("verify") == {"ok": True}


def test_who_comes_through_a_contact_way_is_welcomed_tagged_and_known_by_it(corp: SimulatedCorp, sink: Sink) -> None:
    CorpTag.objects.create(
        workspace=corp.account.workspace,
        account=corp.account,
        tag_id="et1",
        name="门店",
        group_id="g",
        group_name="来源",
    )
    made = way(corp, welcome=welcome(corp), tags=["et1"])
    came = corp.do("scans", config_id=made.config_id, name="王")
    greeting = greeted(corp)
    assert (greeting.outcome, greeting.userid, greeting.tries) == ("sent", "zhangsan", 1)
    assert greeting.latency_ms is not None
    # The vendor gives twenty seconds; how few it takes is measured by `make bench-dispatch`.
    assert greeting.latency_ms < 20_000
    (shown,) = corp.screen["inbox"]
    assert (shown["external_userid"], shown["text"]) == (came["external_userid"], "您好，我是zhangsan")
    (event,) = sink.named("wecom_contact_added")
    assert event.identities == {"wecom_external_userid": came["external_userid"]}
    assert event.properties == {"userid": "zhangsan", "state": "store-1", "contact_way": "门店", "tags": ["门店"]}
    assert event.traits["wecom_owner"] == "zhangsan"
    assert event.traits["wecom_tags"] == ["门店"]
    # The simulated corporation does not know the tag, and the greeting says so.
    assert until(lambda: Greeting.objects.get(pk=greeting.pk).tagging_code) == "40068"


def test_a_welcome_does_not_wait_behind_a_thousand_messages(corp: SimulatedCorp, simulator: SimulatorClient) -> None:
    welcome(corp)
    template = make_template(corp.account, channel="wecom_app", body="通知${order}")
    make_messages(corp.account, template, 1000, channel="wecom_app", address="zhangsan")
    simulator.put_faults(latency_ms=20)

    def drain() -> None:
        try:
            dispatch.drain(corp.account.pk, MORNING)
        finally:
            connections.close_all()

    draining = threading.Thread(target=drain)
    draining.start()
    try:
        # The drain is under way.
        until(lambda: waiting(corp.account) < 1000, 30)
        corp.do("scans", userid="LiSi")
        until(lambda: corp.screen["inbox"], 30)
        left = waiting(corp.account)
    finally:
        # What the others come to has been seen: nobody waits for them.
        corp.account.messages.filter(state="queued").delete()
        draining.join()
    # How many seconds it takes is measured by `make bench-dispatch`; here, that it comes before what was there before it.
    assert left > 0, "the welcome came after everything else"


def waiting(account: ChannelAccount) -> int:
    return account.messages.filter(state__in=["queued", "sending"]).count()


def test_a_repeated_callback_welcomes_once_and_tells_once(
    corp: SimulatedCorp, simulator: SimulatorClient, sink: Sink
) -> None:
    welcome(corp)
    simulator.put_faults(duplicate_callback_rate=1)
    corp.do("scans", userid="zhangsan")
    greeted(corp)
    time.sleep(0.3)
    assert Greeting.objects.filter(account=corp.account).count() == 1
    assert len(corp.screen["inbox"]) == 1
    assert len(sink.named("wecom_contact_added")) == 1


def test_a_welcome_whose_answer_is_lost_is_tried_again_and_said_once(
    corp: SimulatedCorp, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels_app.wecom.welcome.CALL_SECONDS", 0.3)
    welcome(corp)
    corp.provider.try_connection()
    simulator.put_faults(timeout_after_accept_rate=1)
    corp.do("scans", userid="zhangsan")
    until(lambda: corp.screen["inbox"])
    simulator.put_faults()
    greeting = greeted(corp)
    assert greeting.outcome == "already"
    assert greeting.tries > 1
    assert len(corp.screen["inbox"]) == 1


def test_a_busy_vendor_is_asked_again_inside_the_twenty_seconds(
    corp: SimulatedCorp, simulator: SimulatorClient
) -> None:
    welcome(corp)
    corp.provider.try_connection()
    simulator.put_faults(http_500_rate=1)
    corp.do("scans", userid="zhangsan")
    until(lambda: Greeting.objects.filter(account=corp.account).first())
    time.sleep(0.5)
    simulator.put_faults()
    assert greeted(corp).outcome == "sent"


def test_a_welcome_that_comes_too_late_says_so(
    corp: SimulatedCorp, simulator: SimulatorClient, live_server: Any
) -> None:
    corp.call_back_to(live_server.url, welcome_seconds=0.05)
    simulator.put_faults(late_callback_ms=200)
    welcome(corp)
    corp.do("scans", userid="zhangsan")
    greeting = greeted(corp)
    assert (greeting.outcome, greeting.code) == ("expired", "41050")


def test_a_stopped_workspace_welcomes_nobody(corp: SimulatedCorp) -> None:
    SendingStop.objects.create(workspace=corp.account.workspace)
    welcome(corp)
    corp.do("scans", userid="zhangsan")
    greeting = greeted(corp)
    assert (greeting.outcome, greeting.code) == ("failed", "sending_stopped")
    assert corp.screen["inbox"] == []


def test_the_welcome_of_a_state_goes_before_everybodys(corp: SimulatedCorp) -> None:
    welcome(corp, text="大家好")
    welcome(corp, text="展会", state="expo-*")
    welcome(corp, text="停用", state="expo-7", enabled=False)
    made = way(corp, state="expo-7")
    corp.do("scans", config_id=made.config_id)
    greeted(corp)
    assert [row["text"] for row in corp.screen["inbox"]] == ["展会"]


def test_who_leaves_and_who_is_let_go_are_events(corp: SimulatedCorp, sink: Sink) -> None:
    one, two = (corp.do("scans", userid="zhangsan")["external_userid"] for _ in range(2))
    corp.do("relations/delete", userid="zhangsan", external_userid=one)
    corp.do("relations/delete", userid="zhangsan", external_userid=two, by="staff")
    fields = {
        "Event": "change_external_contact",
        "ChangeType": "transfer_fail",
        "UserID": "LiSi",
        "ExternalUserID": one,
    }
    corp.do("events", fields={**fields, "FailReason": "customer_refused"})
    until(lambda: sink.named("wecom_transfer_failed"))
    until(lambda: sink.named("wecom_contact_lost") and sink.named("wecom_contact_removed"))
    assert sink.named("wecom_contact_lost")[0].identities == {"wecom_external_userid": one}
    assert sink.named("wecom_contact_removed")[0].identities == {"wecom_external_userid": two}
    assert sink.named("wecom_transfer_failed")[0].properties["fail_reason"] == "customer_refused"


def test_a_change_of_tags_reads_them_again(corp: SimulatedCorp) -> None:
    made = corp.provider.api.post(
        "/cgi-bin/externalcontact/add_corp_tag", {"group_name": "等级", "tag": [{"name": "金卡"}]}
    )
    corp.do("events", fields={"Event": "change_external_tag", "ChangeType": "create", "Id": "x", "TagType": "tag"})
    tag = until(lambda: CorpTag.objects.filter(account=corp.account).first())
    assert (tag.tag_id, tag.name, tag.group_name) == (made["tag_group"]["tag"][0]["id"], "金卡", "等级")
