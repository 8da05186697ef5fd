"""A refusal by a number that nobody has is kept with the number, and counts for whoever gets it."""

from datetime import UTC, datetime
from uuid import uuid4

import orjson
import pytest
from django.test import Client

from channels_app import suppressions
from channels_app.models import ChannelAccount, Suppression
from channels_app.ports import OptOut, Ports
from config.composition import OptOutRecorder
from profiles.identity_values import normalise
from profiles.models import Consent, Identity, Profile
from tests.integration.channels_app.simulated import Registered, make_account, replaced_ports
from workspaces.errors import DomainError

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.api.channels_app.urls")]

NUMBER = "+8613800000009"
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def reply(account: ChannelAccount, content: str = "Ｒ", sequence: int = 1) -> int:
    entry = {"phone_number": "13800000009", "send_time": "2026-03-02 10:00:00", "content": content}
    path = f"/callbacks/{account.callback_token}/sms/aliyun/up/"
    body = orjson.dumps([{**entry, "sequence_id": sequence}])
    return Client().post(path, body, content_type="application/json").status_code


@pytest.fixture
def shop(db: None) -> ChannelAccount:
    return make_account("http://127.0.0.1:9")


def test_a_strangers_refusal_suppresses_the_number(shop: ChannelAccount, registered: Registered) -> None:
    registered.strangers = {NUMBER}
    assert [reply(shop), reply(shop, "退订", 2)] == [200, 200]
    entry = Suppression.objects.get()
    assert (entry.address, entry.source, entry.proof["content"]) == (NUMBER, "sms_reply", "Ｒ")
    assert suppressions.suppressed(shop.workspace_id, "sms", [NUMBER, "+8613800000001"]) == {NUMBER}


def test_the_refusal_of_a_known_person_withdraws_their_consent_and_needs_no_entry(shop: ChannelAccount) -> None:
    profile = Profile.objects.create(workspace=shop.workspace)
    key = normalise("phone", NUMBER)
    Identity.objects.create(workspace=shop.workspace, profile=profile, type=key.type, value=key.value)
    with replaced_ports(Ports(opt_outs=OptOutRecorder())):
        reply(shop)
    assert Consent.objects.get(profile=profile).status == "withdrawn"
    assert Suppression.objects.count() == 0


def test_a_number_nobody_has_is_given_back_by_the_recorder(shop: ChannelAccount) -> None:
    with replaced_ports(Ports(opt_outs=OptOutRecorder())):
        reply(shop)
    assert Suppression.objects.get().address == NUMBER


def test_an_entry_binds_its_workspace_and_channel_only(shop: ChannelAccount) -> None:
    suppressions.keep([OptOut(shop.workspace_id, "sms", NUMBER, AT, "sms_reply", {})])
    assert suppressions.suppressed(uuid4(), "sms", [NUMBER]) == set()
    assert suppressions.suppressed(shop.workspace_id, "email", [NUMBER]) == set()


def test_a_lifted_entry_suppresses_nothing_and_a_new_refusal_does_again(shop: ChannelAccount) -> None:
    refusal = OptOut(shop.workspace_id, "sms", NUMBER, AT, "sms_reply", {})
    suppressions.keep([refusal])
    entry = suppressions.lift(Suppression.objects.get(), None, "客户来电要求恢复", AT)
    assert suppressions.suppressed(shop.workspace_id, "sms", [NUMBER]) == set()
    with pytest.raises(DomainError, match="lifted already"):
        suppressions.lift(entry, None, "再次", AT)
    suppressions.keep([refusal])
    assert suppressions.suppressed(shop.workspace_id, "sms", [NUMBER]) == {NUMBER}
    assert Suppression.objects.count() == 2


def test_a_number_is_kept_as_messages_carry_it_however_it_was_entered(shop: ChannelAccount) -> None:
    suppressions.add(shop.workspace_id, "sms", "138 0000 0009", {}, AT)
    assert suppressions.suppressed(shop.workspace_id, "sms", [NUMBER]) == {NUMBER}
    assert suppressions.add(shop.workspace_id, "sms", NUMBER, {}, AT).pk == Suppression.objects.get().pk
