"""At the send: addresses that refused get nothing, and links get their codes."""

import pytest

from channels_app import dispatch, suppressions
from channels_app.models import ChannelAccount, ShortLink
from channels_app.simulator.client import SimulatorClient
from tests.integration.channels_app.simulated import (
    KEY_ID,
    MORNING,
    SECRET,
    SIGN,
    Registered,
    make_messages,
    make_template,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("registered")]

BODY = "看新品 https://s.example.cn/l/${code} 拒收请回复R"


def test_an_address_that_refused_is_blocked_and_others_are_not(account: ChannelAccount) -> None:
    suppressions.add(account.workspace_id, "sms", "13800000001", {}, MORNING)
    make_messages(account, make_template(account), 3)
    dispatch.drain(account.pk, MORNING)
    rows = account.messages.order_by("address").values_list("state", "reason", "error_code")
    assert list(rows) == [
        ("accepted", "", ""),
        ("blocked", "opted_out", "suppression_list"),
        ("accepted", "", ""),
    ]


def test_every_message_carries_a_code_of_its_own(
    account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    config = {"secret": SECRET, "signs": [SIGN], "templates": {"SMS_7": BODY}, "delivery_ms": 0}
    simulator.put_access_key(KEY_ID, config)
    links = {"links": {"code": "https://shop.example.cn/"}}
    make_messages(account, make_template(account, provider_code="SMS_7", body=BODY, settings=links), 3, params={})
    dispatch.drain(account.pk, MORNING)
    shown = {row["content"].split("/l/")[1].split(" ")[0] for row in simulator.export()}
    assert shown == set(ShortLink.objects.values_list("code", flat=True))
    assert len(shown) == 3
