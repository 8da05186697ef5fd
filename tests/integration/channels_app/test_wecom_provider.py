"""The provider of enterprise WeChat against the simulated vendor, over HTTP."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from channels_app.models import AccessToken
from channels_app.providers.base import Accepted, Attempted, Open, Outgoing, Reconciled, Refused
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass
from channels_app.providers.registry import open_providers
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.wecom_corp import AGENT, SECRET, SimulatedCorp

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def corp(db: None, simulator_url: str, simulator: SimulatorClient) -> Iterator[SimulatedCorp]:
    yield SimulatedCorp(simulator, simulator_url)
    open_providers.close_all()


def to_staff(userid: str, body: str = "您好", **fields: Any) -> Outgoing:
    return Outgoing(uuid4(), userid, "t", body, fields.pop("params", {}), channel="wecom_app", **fields)


def to_customer(customer: str, body: str = "新品到店", **fields: Any) -> Outgoing:
    return Outgoing(uuid4(), customer, "t", body, fields.pop("params", {}), channel="wecom_customer", **fields)


def test_one_call_carries_a_content_to_many_members_and_names_who_is_none(corp: SimulatedCorp) -> None:
    messages = [to_staff("zhangsan"), to_staff("lisi"), to_staff("Nobody")]
    (call,) = corp.provider.plan(messages)
    results = corp.provider.send_batch(uuid4(), call)
    nobody = results[messages[2].message_id]
    assert isinstance(nobody, Refused)
    assert (nobody.error_class, nobody.code) == (ErrorClass.RECIPIENT_PERMANENT, "invaliduser")
    assert all(isinstance(results[m.message_id], Accepted) for m in messages[:2])
    assert sorted(row["userid"] for row in corp.screen["app_messages"]) == ["LiSi", "zhangsan"]


def test_if_all_members_are_invalid_the_call_is_refused_for_the_recipients(corp: SimulatedCorp) -> None:
    with pytest.raises(CallRefused) as error:
        corp.provider.send_batch(uuid4(), [to_staff("nobody")])
    assert (error.value.error_class, error.value.code) == (ErrorClass.RECIPIENT_PERMANENT, "81013")
    assert "from ip" not in error.value.detail


def test_a_text_card_carries_its_link(corp: SimulatedCorp) -> None:
    card = {"msgtype": "textcard", "textcard": {"title": "任务", "url": "https://example.com/t/${id}"}}
    message = to_staff("zhangsan", "请联系${name}", template=card, params={"id": "7", "name": "王"})
    assert corp.provider.check(message) is None
    corp.provider.send_batch(uuid4(), [message])
    (shown,) = corp.screen["app_messages"]
    assert (shown["text"], shown["url"]) == ("任务\n请联系王", "https://example.com/t/7")


def test_the_same_words_twice_are_two_messages(corp: SimulatedCorp) -> None:
    for _ in range(2):
        corp.provider.send_batch(uuid4(), [to_staff("zhangsan")])
    assert len(corp.screen["app_messages"]) == 2


def test_a_revoked_token_is_renewed_once(corp: SimulatedCorp) -> None:
    corp.provider.send_batch(uuid4(), [to_staff("zhangsan")])
    before = AccessToken.objects.get(account=corp.account, name=f"app:{AGENT}").value
    corp.do("revoke-tokens")
    corp.provider.send_batch(uuid4(), [to_staff("zhangsan")])
    assert AccessToken.objects.get(account=corp.account, name=f"app:{AGENT}").value != before
    assert len(corp.screen["app_messages"]) == 2


def test_each_secret_has_a_token_of_its_own(corp: SimulatedCorp) -> None:
    assert corp.provider.try_connection() == "gettoken: ok"
    assert set(AccessToken.objects.values_list("name", flat=True)) == {f"app:{AGENT}", "contacts"}


def test_a_wrong_secret_stops_the_account_and_is_in_no_text(corp: SimulatedCorp) -> None:
    corp.set_up(apps=[{"secret": "another", "agent_id": AGENT}])
    with pytest.raises(CallRefused) as error:
        corp.provider.try_connection()
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "40001")
    assert SECRET not in str(error.value) + repr(error.value) + repr(corp.provider.account)


def test_an_address_that_is_not_trusted_stops_the_account(corp: SimulatedCorp) -> None:
    corp.set_up(trusted_ips=["203.0.113.7"])
    with pytest.raises(CallRefused) as error:
        corp.provider.send_batch(uuid4(), [to_staff("zhangsan")])
    assert (error.value.error_class, error.value.code) == (ErrorClass.ACCOUNT, "60020")


def test_who_calls_too_often_waits_as_long_as_the_block(corp: SimulatedCorp) -> None:
    corp.set_up(per_minute=1)
    corp.provider.send_batch(uuid4(), [to_staff("zhangsan")])
    with pytest.raises(CallRefused) as error:
        corp.provider.send_batch(uuid4(), [to_staff("zhangsan")])
    assert error.value.error_class == ErrorClass.ACCOUNT_DELAY
    assert error.value.delay is not None
    assert error.value.delay.total_seconds() == 60


def test_an_app_message_without_an_answer_stays_unknown(
    corp: SimulatedCorp, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, message, attempt = corp.provider, to_staff("zhangsan"), uuid4()
    provider.try_connection()
    simulator.put_faults(timeout_after_accept_rate=1)
    monkeypatch.setattr(provider.api._client, "timeout", 0.3)
    with pytest.raises(CallOutcomeUnknown):
        provider.send_batch(attempt, [message])
    simulator.put_faults()
    asked = provider.reconcile([Attempted(message.message_id, attempt, timezone.now(), message.address)])
    assert asked == {message.message_id: None}
    assert len(corp.screen["app_messages"]) == 1


def test_one_task_is_made_of_customers_with_one_sender_and_one_text(corp: SimulatedCorp) -> None:
    customers = corp.customers(3)
    messages = [to_customer(customer, params={"sender": "zhangsan"}) for customer in [*customers, "wm-stranger"]]
    other = to_customer(customers[0], "另一条", params={"sender": "zhangsan"})
    calls = corp.provider.plan([*messages, other])
    assert [len(call) for call in calls] == [4, 1]
    results = corp.provider.send_batch(uuid4(), calls[0])
    stranger = results[messages[3].message_id]
    assert isinstance(stranger, Refused)
    assert stranger.code == "fail_list"
    (task,) = corp.screen["tasks"]
    assert (task["userid"], task["customers"], task["text"]) == ("zhangsan", 3, "新品到店")


def test_a_lost_answer_is_found_again_by_words_sender_and_people(
    corp: SimulatedCorp, simulator: SimulatorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider, attempt, at = corp.provider, uuid4(), timezone.now()
    messages = [to_customer(customer, params={"sender": "zhangsan"}) for customer in corp.customers(2)]
    provider.send_batch(uuid4(), [to_customer("wm000000", "别的", params={"sender": "zhangsan"})])
    simulator.put_faults(timeout_after_accept_rate=1)
    monkeypatch.setattr(provider.api._client, "timeout", 0.3)
    with pytest.raises(CallOutcomeUnknown):
        provider.send_batch(attempt, messages)
    simulator.put_faults()
    monkeypatch.setattr(provider.api._client, "timeout", 5)
    attempted = [Attempted(m.message_id, attempt, at, m.address) for m in messages]
    found = provider.reconcile(attempted)
    (task,) = [task for task in corp.screen["tasks"] if task["text"] == "新品到店"]
    assert found == {m.message_id: Reconciled("accepted", task["msgid"]) for m in messages}
    # A process that knows nothing of the attempt finds it by the message that the dispatcher gives.
    open_providers.close_all()
    assert set(corp.provider.reconcile(attempted).values()) == {None}
    told = [Attempted(m.message_id, attempt, at, m.address, m) for m in messages]
    assert corp.provider.reconcile(told) == found


def test_polling_tells_who_was_sent_to_and_why_others_were_not(corp: SimulatedCorp) -> None:
    corp.set_up(month_quota=1)
    customers = corp.customers(3)
    provider = corp.provider
    earlier = provider.send_batch(uuid4(), [to_customer(customers[1], "上一条", params={"sender": "zhangsan"})])
    (first,) = earlier.values()
    assert isinstance(first, Accepted)
    corp.do(f"tasks/{first.provider_id}/confirm", userid="zhangsan")
    messages = [to_customer(customer, params={"sender": "zhangsan"}) for customer in customers]
    accepted = provider.send_batch(uuid4(), messages)[messages[0].message_id]
    assert isinstance(accepted, Accepted)
    open_ones = [Open(m.message_id, uuid4(), accepted.provider_id, m.address, timezone.now()) for m in messages]
    assert provider.poll(open_ones).receipts == ()
    corp.do("relations/delete", userid="zhangsan", external_userid=customers[2])
    corp.do(f"tasks/{accepted.provider_id}/confirm", userid="zhangsan")
    reported = {r.address: (r.outcome, r.code) for r in provider.poll(open_ones).receipts}
    assert reported == {
        customers[0]: ("delivered", ""),
        customers[1]: ("failed", "quota_used"),
        customers[2]: ("failed", "not_friend"),
    }
    again = {r.dedup_key for r in provider.poll(open_ones).receipts}
    assert again == {r.dedup_key for r in provider.poll(open_ones).receipts}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (to_staff("zhangsan", "长" * 683), "too_long"),
        (to_staff("zhangsan", " "), "empty"),
        (to_staff("a|b"), "invaliduser"),
        (to_staff("@all"), "invaliduser"),
        (to_staff("zhangsan", "${name}"), "variable_missing"),
        (to_customer("wm1", "长" * 1334), "too_long"),
        (to_customer("wm1", template={"attachments": [{"msgtype": "image", "image": {"media_id": "m"}}] * 10}), "attachments"),
        (to_customer("wm1", ""), "empty"),
    ],
)  # fmt: skip
def test_what_the_vendor_would_refuse_is_refused_before_the_call(
    corp: SimulatedCorp, message: Outgoing, code: str
) -> None:
    refused = corp.provider.check(message)
    assert refused is not None
    assert refused.code == code


def test_a_task_that_leaves_some_customers_out_names_them(corp: SimulatedCorp, simulator: SimulatorClient) -> None:
    customers = corp.customers(40)
    simulator.put_faults(partial_failure_rate=0.5)
    results = corp.provider.send_batch(uuid4(), [to_customer(customer) for customer in customers])
    simulator.put_faults()
    refused = [result for result in results.values() if isinstance(result, Refused)]
    assert {result.code for result in refused} == {"fail_list"}
    assert 0 < len(refused) < 40
