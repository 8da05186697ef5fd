"""Access tokens: one for everybody, renewed once when it is refused, and never in a loop."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from channels_app import dispatch
from channels_app.models import AccessToken
from channels_app.providers.base import AccountConfig
from channels_app.providers.errors import CallRefused, ErrorClass
from channels_app.providers.registry import open_providers
from channels_app.providers.wechat.official import WechatOfficial
from channels_app.simulator.client import SimulatorClient
from channels_app.tokens import AccountTokens
from tests.integration.channels_app.simulated import MORNING, Registered, fates
from tests.integration.channels_app.wechat_world import SECRET, Wechat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wechat(db: None, simulator_url: str, simulator: SimulatorClient) -> Iterator[Wechat]:
    yield Wechat(simulator, simulator_url, everyone_follows=True)
    open_providers.close_all()


@pytest.fixture
def processes(wechat: Wechat) -> Iterator[list[WechatOfficial]]:
    """The providers of two processes, which share nothing but the database."""
    account, opened = wechat.account, []
    for _ in range(2):
        tokens = AccountTokens(account.pk, account.workspace_id)
        config = AccountConfig(account.pk, account.base_url, account.credentials, account.settings, tokens)
        opened.append(WechatOfficial(config))
    yield opened
    for one in opened:
        one.close()


def test_eight_threads_of_two_processes_fetch_one_token(wechat: Wechat, processes: list[WechatOfficial]) -> None:
    together = threading.Barrier(16)

    def send(number: int) -> None:
        together.wait(10)
        processes[number % 2].send_batch(uuid4(), [wechat.outgoing()])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, range(16)))
    assert wechat.tokens() == {"issued": 1, "asked": 1}
    assert len(wechat.received()) == 16


def test_a_token_revoked_in_the_middle_is_renewed_once_by_all(wechat: Wechat, processes: list[WechatOfficial]) -> None:
    for one in processes:
        one.send_batch(uuid4(), [wechat.outgoing()])
    wechat.revoke()
    together = threading.Barrier(16)

    def send(number: int) -> None:
        together.wait(10)
        processes[number % 2].send_batch(uuid4(), [wechat.outgoing()])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(send, range(16)))
    assert wechat.tokens() == {"issued": 2, "asked": 2}
    assert len(wechat.received()) == 18


def test_a_batch_goes_out_whole_although_its_token_is_revoked(wechat: Wechat, registered: Registered) -> None:
    template = wechat.template()
    wechat.queue(template, 3)
    dispatch.drain(wechat.account.pk, MORNING)
    wechat.revoke()
    wechat.queue(template, 20)
    dispatch.drain(wechat.account.pk, MORNING)
    assert set(fates(wechat.account)) == {("accepted", "", "")}
    assert len(wechat.received()) == 23
    assert wechat.tokens()["issued"] == 2


def test_a_token_that_is_always_refused_stops_the_account_and_is_not_fetched_for_ever(
    wechat: Wechat, registered: Registered
) -> None:
    wechat.put(token_seconds=0)
    wechat.queue(wechat.template(), 30)
    dispatch.drain(wechat.account.pk, MORNING)
    wechat.account.refresh_from_db()
    assert wechat.account.pause_reason in {"40001", "42001"}
    assert {(state, reason) for state, reason, _code in fates(wechat.account)} <= {
        ("queued", ""),
        ("queued", "account"),
    }
    assert wechat.tokens()["asked"] <= 2 * 24
    assert wechat.received() == []


@pytest.mark.parametrize(
    ("setup", "code"),
    [({"secret": "another"}, "40125"), ({"ips": ["203.0.113.7"]}, "40164")],
    ids=["wrong secret", "address not in the list"],
)
def test_an_account_that_may_have_no_token_is_stopped_with_the_reason(
    wechat: Wechat, setup: dict[str, object], code: str
) -> None:
    wechat.put(**setup)
    with pytest.raises(CallRefused) as caught:
        wechat.provider.send_batch(uuid4(), [wechat.outgoing()])
    assert (caught.value.error_class, caught.value.code) == (ErrorClass.ACCOUNT, code)


def test_a_token_that_cannot_be_had_for_now_makes_the_account_wait(wechat: Wechat) -> None:
    wechat.simulator.put_faults(http_500_rate=1)
    with pytest.raises(CallRefused) as caught:
        wechat.provider.send_batch(uuid4(), [wechat.outgoing()])
    assert caught.value.error_class == ErrorClass.ACCOUNT_DELAY


def test_a_token_near_its_end_is_replaced_while_both_are_good(wechat: Wechat, processes: list[WechatOfficial]) -> None:
    """Within the last five minutes the old token and the new are good, so that nobody must change at the same moment."""
    wechat.put(token_seconds=300)
    old, new = processes
    old.send_batch(uuid4(), [wechat.outgoing()])
    AccessToken.objects.all().delete()
    new.send_batch(uuid4(), [wechat.outgoing()])
    assert wechat.tokens()["issued"] == 2
    old.send_batch(uuid4(), [wechat.outgoing()])
    assert wechat.tokens()["asked"] == 2


def test_a_forced_refresh_ends_the_token_before(wechat: Wechat) -> None:
    wechat.provider.send_batch(uuid4(), [wechat.outgoing()])
    before = AccessToken.objects.get().value
    wechat.provider.force_refresh()
    assert AccessToken.objects.get().value != before
    wechat.provider.send_batch(uuid4(), [wechat.outgoing()])
    assert wechat.tokens() == {"issued": 2, "asked": 2}


def test_neither_secret_nor_token_is_in_logs_or_errors(
    wechat: Wechat, registered: Registered, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wechat.provider.send_batch(uuid4(), [wechat.outgoing()])
    token = AccessToken.objects.get().value
    wechat.put(templates={})
    wechat.queue(wechat.template())
    dispatch.drain(wechat.account.pk, MORNING)
    (message,) = wechat.account.messages.all()
    assert message.error_code == "40037"
    shown = (
        caplog.text + message.error_detail + repr(wechat.provider.account) + repr(wechat.account.__dict__["settings"])
    )
    assert SECRET not in shown
    assert token not in shown
