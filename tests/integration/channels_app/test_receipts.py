from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from channels_app import dispatch
from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount, Message, Receipt
from channels_app.providers.inbound import CallbackRequest, Inbound
from channels_app.providers.sms.aliyun import AliyunSms
from channels_app.receipts import take_in
from channels_app.recording import Recorded, Recorder
from tests.integration.channels_app.simulated import MORNING, Registered, make_messages, make_template

pytestmark = pytest.mark.django_db(transaction=True)


def sent(account: ChannelAccount, count: int = 1) -> list[Message]:
    make_messages(account, make_template(account), count)
    dispatch.drain(account.pk, MORNING)
    return list(account.messages.order_by("id"))


def report(message: Message, success: bool = True, **fields: object) -> dict[str, object]:
    return {
        "phone_number": message.address.removeprefix("+86"),
        "send_time": "2026-03-02 10:00:00",
        "report_time": "2026-03-02 10:00:05",
        "success": success,
        "err_code": "DELIVERED" if success else "MK:0005",
        "err_msg": "",
        "sms_size": "1",
        "biz_id": message.provider_id,
        "out_id": str(message.attempt),
        **fields,
    }


def up(message: Message, content: str, sequence: int = 1) -> dict[str, object]:
    return {
        "phone_number": message.address.removeprefix("+86"),
        "send_time": "2026-03-02 10:05:00",
        "content": content,
        "sign_name": "知途",
        "dest_code": "1234",
        "sequence_id": sequence,
    }


def pushed(account: ChannelAccount, kind: str, entries: object) -> Inbound:
    request = CallbackRequest(kind, "POST", {}, {}, orjson.dumps(entries))
    return open_provider(account).receive(request).inbound


def push(account: ChannelAccount, *entries: dict[str, object], kind: str = "report") -> int:
    return take_in(account, pushed(account, kind, entries), MORNING + timedelta(minutes=1))


def test_a_report_delivers_the_message_it_names(account: ChannelAccount, registered: Registered) -> None:
    first, second = sent(account, 2)
    push(account, report(second))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("accepted", "delivered")
    assert second.delivered_at == MORNING + timedelta(seconds=5)
    assert Receipt.objects.get().message_id == second.pk


def test_a_failed_report_fails_the_message_with_the_carriers_code(
    account: ChannelAccount, registered: Registered
) -> None:
    (message,) = sent(account)
    push(account, report(message, success=False))
    message.refresh_from_db()
    assert (message.state, message.reason, message.error_code) == ("failed", "delivery", "MK:0005")
    change = registered.changes[-1]
    assert (change.old_state, change.new_state, change.code) == ("accepted", "failed", "MK:0005")


def test_the_same_report_twice_has_one_effect(account: ChannelAccount, registered: Registered) -> None:
    (message,) = sent(account)
    assert [push(account, report(message), report(message)), push(account, report(message))] == [1, 0]
    assert registered.states() == ["accepted", "delivered"]
    assert Receipt.objects.count() == 1


def test_a_report_without_our_attempt_is_matched_by_biz_id_and_number(
    account: ChannelAccount, registered: Registered
) -> None:
    _, second = sent(account, 2)
    push(account, report(second, out_id=""))
    second.refresh_from_db()
    assert second.state == "delivered"


def test_a_late_correction_is_kept_although_it_changes_nothing(account: ChannelAccount, registered: Registered) -> None:
    (message,) = sent(account)
    push(account, report(message))
    push(account, report(message, success=False))
    message.refresh_from_db()
    assert message.state == "delivered"
    assert Receipt.objects.filter(message_id=message.pk).count() == 2


def test_a_report_that_overtakes_the_answer_is_not_undone_by_it(
    account: ChannelAccount, registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_messages(account, make_template(account))
    send_batch = AliyunSms.send_batch

    def report_first(self: AliyunSms, attempt: UUID, messages: object) -> object:
        answer = send_batch(self, attempt, messages)  # type: ignore[arg-type]
        reported.append(attempt)
        return answer

    reported: list[UUID] = []
    write = Recorder.write

    def record_after_report(self: Recorder, *args: Any) -> Recorded:
        for attempt in reported:
            push(account, report(account.messages.get(attempt=attempt), biz_id="early"))
        reported.clear()
        return write(self, *args)

    monkeypatch.setattr(AliyunSms, "send_batch", report_first)
    monkeypatch.setattr(Recorder, "write", record_after_report)
    dispatch.drain(account.pk, MORNING)
    message = account.messages.get()
    assert message.state == "delivered"
    assert message.provider_id not in ("", "early")
    assert registered.states() == ["delivered"]


def test_a_report_resolves_an_unknown_outcome(account: ChannelAccount, registered: Registered) -> None:
    (message,) = sent(account)
    Message.objects.update(state="unknown", reason="no_record")
    push(account, report(message))
    message.refresh_from_db()
    assert (message.state, message.reason) == ("delivered", "")


def test_a_report_about_somebody_elses_message_is_kept_without_one(
    account: ChannelAccount, registered: Registered
) -> None:
    (message,) = sent(account)
    push(account, report(message, out_id=str(uuid4()), biz_id="other"))
    assert Receipt.objects.get().message_id is None


@pytest.mark.parametrize("content", ["R", "r", " TD ", "T", "退订"])
def test_a_refusal_opts_out_at_once_and_answers_no_message(
    account: ChannelAccount, registered: Registered, content: str
) -> None:
    (message,) = sent(account)
    push(account, up(message, content), kind="up")
    push(account, up(message, content), kind="up")
    (opt_out,) = registered.opt_outs
    assert (opt_out.channel, opt_out.address, opt_out.source) == ("sms", message.address, "sms_reply")
    assert opt_out.workspace_id == account.workspace_id
    message.refresh_from_db()
    assert message.state == "accepted"


def test_any_other_reply_counts_for_the_last_message_to_the_number(
    account: ChannelAccount, registered: Registered
) -> None:
    (message,) = sent(account)
    push(account, up(message, "好的"), kind="up")
    message.refresh_from_db()
    assert message.state == "replied"
    assert registered.opt_outs == []
