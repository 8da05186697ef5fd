"""An attempt whose answer is lost is looked up at the provider, and never made again."""

from datetime import UTC, datetime, timedelta

import pytest

from channels_app import dispatch
from channels_app.models import ChannelAccount
from channels_app.recording import Recorder
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import Registered, fates, make_messages, make_template

pytestmark = pytest.mark.django_db(transaction=True)


def real_now() -> datetime:
    """The simulator answers by the day of its own clock, so what it is asked about must be attempted now."""
    return datetime.now(UTC)


def crash_after_accepting(account: ChannelAccount, monkeypatch: pytest.MonkeyPatch, count: int, at: datetime) -> None:
    """Send, and die before the answer is recorded."""
    make_messages(account, make_template(account), count, at=at)

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Recorder, "write", die)
        with pytest.raises(KeyboardInterrupt):
            dispatch.drain(account.pk, at)


def test_an_attempt_whose_answer_was_lost_is_found_at_the_provider_and_not_sent_again(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = real_now()
    crash_after_accepting(account, monkeypatch, 3, now)
    assert {state for state, _, _ in fates(account)} == {"sending"}
    dispatch.drain(account.pk, now)
    assert {state for state, _, _ in fates(account)} <= {"accepted", "delivered"}
    assert len(list(simulator.export())) == 3


def test_an_attempt_the_provider_has_no_record_of_is_unknown_after_a_grace_and_never_sent_again(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = real_now()
    crash_after_accepting(account, monkeypatch, 2, now)
    simulator.reset()
    soon = dispatch.drain(account.pk, now).next_at
    assert {state for state, _, _ in fates(account)} == {"sending"}
    assert soon is not None
    assert soon > now
    assert dispatch.drain(account.pk, now + timedelta(seconds=61)).next_at is None
    assert set(fates(account)) == {("unknown", "no_record", "")}
    assert registered.states() == ["unknown", "unknown"]
    assert list(simulator.export()) == []


def test_a_provider_that_fails_after_it_may_have_accepted_is_asked_and_not_called_again(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    now = real_now()
    make_messages(account, make_template(account), 2, at=now)
    simulator.put_faults(http_500_rate=1)
    dispatch.drain(account.pk, now)
    simulator.put_faults()
    dispatch.drain(account.pk, now + timedelta(seconds=61))
    assert set(fates(account)) == {("unknown", "no_record", "")}
    assert list(simulator.export()) == []
