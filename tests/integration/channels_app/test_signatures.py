"""The vendor's registry of signatures, synced, and what a name that is not approved does to a message."""

from datetime import UTC, datetime
from typing import Any

import pytest

from channels_app import dispatch, signatures
from channels_app.accounts import open_provider
from channels_app.models import ChannelAccount, Signature
from channels_app.providers.errors import CallRefused
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import (
    KEY_ID,
    MORNING,
    SECRET,
    SIGN,
    TEMPLATES,
    Registered,
    fates,
    make_messages,
    make_template,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("registered")]

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def at_vendor(simulator: SimulatorClient, **fields: Any) -> None:
    config = {"secret": SECRET, "signs": [SIGN], "templates": TEMPLATES, "delivery_ms": 0}
    simulator.put_access_key(KEY_ID, {**config, **fields})


def test_a_sync_brings_every_name_with_its_state_and_reason(
    account: ChannelAccount, simulator: SimulatorClient
) -> None:
    reviews = {"新名": {"state": "pending"}, "旧名": {"state": "rejected", "reason": "资质不符"}}
    at_vendor(simulator, signs=[SIGN, "新名", "旧名"], sign_reviews=reviews)
    signatures.sync(account, NOW)
    found = {row.name: (row.state, row.reason, row.synced_at) for row in Signature.objects.all()}
    assert found == {
        SIGN: ("approved", "", NOW),
        "新名": ("pending", "", NOW),
        "旧名": ("rejected", "资质不符", NOW),
    }


def test_more_names_than_a_page_are_all_read(account: ChannelAccount, simulator: SimulatorClient) -> None:
    at_vendor(simulator, signs=[SIGN, *(f"name{n}" for n in range(120))])
    assert len(signatures.sync(account, NOW)) == 121


def test_a_name_that_the_vendor_does_not_list_is_rejected(account: ChannelAccount, simulator: SimulatorClient) -> None:
    make_template(account, settings={"sign_name": "别名"})
    at_vendor(simulator, signs=[])
    found = {row.name: row.state for row in signatures.sync(account, NOW)}
    assert found == {SIGN: "rejected", "别名": "rejected"}


def test_a_message_is_refused_with_the_reviewers_reason_until_the_name_is_approved(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    at_vendor(simulator, sign_reviews={SIGN: {"state": "rejected", "reason": "资质不符"}})
    signatures.sync(account, NOW)
    template = make_template(account)
    make_messages(account, template)
    dispatch.drain(account.pk, MORNING)
    assert fates(account) == [("failed", "content_permanent", "isv.SMS_SIGNATURE_ILLEGAL")]
    assert "资质不符" in account.messages.get().error_detail
    at_vendor(simulator)
    signatures.sync(account, NOW)
    make_messages(account, template)
    dispatch.drain(account.pk, MORNING)
    assert [state for state, _, _ in fates(account)] == ["failed", "accepted"]


def test_a_template_may_sign_with_a_name_of_its_own(account: ChannelAccount, simulator: SimulatorClient) -> None:
    at_vendor(simulator, signs=[SIGN, "别名"])
    make_messages(account, make_template(account), 2)
    make_messages(account, make_template(account, settings={"sign_name": "别名"}), 2)
    dispatch.drain(account.pk, MORNING)
    assert sorted(row["sign_name"] for row in simulator.export()) == ["别名", "别名", SIGN, SIGN]


def test_templates_come_with_state_reason_and_kind(account: ChannelAccount, simulator: SimulatorClient) -> None:
    reviews = {"SMS_1": {"state": "rejected", "reason": "变量不规范"}, "SMS_2": {"kind": "marketing", "name": "上新"}}
    at_vendor(simulator, reviews=reviews)
    first, second = open_provider(account).templates()
    assert (first.provider_code, first.state, first.reason) == ("SMS_1", "rejected", "变量不规范")
    assert (second.name, second.state, second.purpose, second.settings) == (
        "上新",
        "approved",
        "marketing",
        {"kind": "marketing"},
    )


def test_a_connection_is_tried_without_sending(account: ChannelAccount, simulator: SimulatorClient) -> None:
    assert open_provider(account).try_connection() == "1 signatures"
    simulator.put_access_key(KEY_ID, {"secret": "another"})
    with pytest.raises(CallRefused) as error:
        open_provider(account).try_connection()
    assert error.value.code == "SignatureDoesNotMatch"
