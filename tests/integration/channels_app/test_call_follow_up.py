"""A text message after a call, once, by how the call ended."""

from datetime import timedelta
from typing import Any

import pytest

from channels_app import dispatch
from channels_app.models import ChannelAccount, Message
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import MORNING, Registered, make_account, make_template
from tests.integration.channels_app.test_redial import TWICE, push, redialled, report
from tests.integration.channels_app.voice import BY_HAND, KEY, make_calls, tell, voice_account, voice_template

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "您好${name}，刚才给您致电未接通。"


@pytest.fixture
def account(simulator_url: str, simulator: SimulatorClient) -> ChannelAccount:
    tell(simulator, "aliyun_tts", KEY, **BY_HAND)
    return voice_account(simulator_url, "aliyun_tts")


@pytest.fixture
def sms(account: ChannelAccount, simulator_url: str) -> ChannelAccount:
    sms = make_account(simulator_url)
    sms.workspace = account.workspace
    sms.save()
    make_template(sms, key="missed", provider_code="SMS_1", body=TEXT)
    return sms


def dialled(account: ChannelAccount, when: list[str], **more: Any) -> Message:
    settings = {"follow_up": {"template": "missed", "when": when}, **more}
    make_calls(account, voice_template(account, settings=settings))
    dispatch.drain(account.pk, MORNING)
    return account.messages.get()


def test_a_missed_call_is_followed_by_one_text_however_often_it_is_reported(
    account: ChannelAccount, sms: ChannelAccount, registered: Registered
) -> None:
    call = dialled(account, ["no_answer", "busy"])
    push(account, report(call, "200003"))
    push(account, report(call, "200003"), report(call, "200002", at="10:02:00"))
    text = sms.messages.get()
    assert (text.channel, text.purpose, text.address, text.profile_id) == (
        "sms",
        "service",
        call.address,
        call.profile_id,
    )
    assert (text.params, text.state, text.enrollment_id) == ({"name": "王"}, "queued", None)


def test_a_result_that_is_not_named_is_followed_by_nothing(
    account: ChannelAccount, sms: ChannelAccount, registered: Registered
) -> None:
    push(account, report(dialled(account, ["no_answer"]), "200000"))
    assert not sms.messages.exists()


def test_the_text_waits_for_the_last_try(account: ChannelAccount, sms: ChannelAccount, registered: Registered) -> None:
    call = dialled(account, ["busy"], retry={**TWICE["retry"], "count": 1})
    push(account, report(call, "200002"))
    assert not sms.messages.exists()
    second = redialled(account, MORNING + timedelta(minutes=31))
    push(account, report(second, "200002"))
    assert sms.messages.count() == 1


def test_the_text_is_judged_like_any_other(
    account: ChannelAccount, sms: ChannelAccount, registered: Registered
) -> None:
    sms.templates.update(purpose="marketing")
    push(account, report(dialled(account, ["busy"]), "200002"))
    dispatch.drain(sms.pk, MORNING + timedelta(minutes=2))
    assert list(sms.messages.values_list("state", "reason")) == [("blocked", "no_consent")]


def test_a_template_that_is_gone_costs_the_call_nothing(
    account: ChannelAccount, registered: Registered, caplog: pytest.LogCaptureFixture
) -> None:
    call = dialled(account, ["busy"])
    push(account, report(call, "200002"))
    call.refresh_from_db()
    assert call.state == "failed"
    assert "there is no template missed" in caplog.text
