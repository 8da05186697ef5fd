"""Groups of customers: what the simulated WeCom tells of them becomes events, and a synchronisation reads them all."""

from typing import Any

import pytest
from django.utils import timezone

from channels_app.models import GroupChat
from channels_app.providers.errors import CallRefused
from channels_app.wecom import contact_sync
from tests.integration.channels_app.wecom_callbacks import Sink, corp, sink
from tests.integration.channels_app.wecom_corp import SimulatedCorp, until

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["corp", "sink"]


def founded(corp: SimulatedCorp, *customers: str, **fields: Any) -> GroupChat:
    wanted = {"name": "会员群", "owner": "zhangsan", "customers": list(customers), **fields}
    chat_id = corp.do("chats", **wanted)["chat_id"]
    found: GroupChat = until(lambda: GroupChat.objects.filter(account=corp.account, chat_id=chat_id).first())
    return found


def happened(sink: Sink, name: str) -> list[tuple[str, str]]:
    """Return who and how."""
    return [
        (event.identities["wecom_external_userid"], str(event.properties.get("scene", "")))
        for event in sink.named(name)
    ]


def test_a_new_group_is_read_and_who_is_in_it_has_joined(corp: SimulatedCorp, sink: Sink) -> None:
    chat = founded(corp, "wm1", "wm2")
    assert (chat.name, chat.owner, chat.staff, chat.customers) == ("会员群", "zhangsan", ["zhangsan"], ["wm1", "wm2"])
    until(lambda: len(sink.named("wecom_chat_joined")) == 2)
    assert {event.properties["chat_id"] for event in sink.named("wecom_chat_joined")} == {chat.chat_id}


@pytest.mark.parametrize("named", [True, False])
def test_who_comes_and_goes_is_an_event_whether_the_callback_names_them_or_not(
    corp: SimulatedCorp, sink: Sink, named: bool
) -> None:
    chat = founded(corp, "wm1")
    until(lambda: sink.named("wecom_chat_joined"))
    act = {"chat_id": chat.chat_id, "change": "update", "named": named}
    corp.do("chats", **act, detail="add_member", customers=["wm2", "wm3"])
    until(lambda: len(sink.named("wecom_chat_joined")) == 3)
    until(lambda: GroupChat.objects.get(pk=chat.pk).customers == ["wm1", "wm2", "wm3"])
    corp.do("chats", **act, detail="del_member", customers=["wm1"])
    until(lambda: sink.named("wecom_chat_left"))
    until(lambda: GroupChat.objects.get(pk=chat.pk).customers == ["wm2", "wm3"])
    assert happened(sink, "wecom_chat_left") == [("wm1", "left")]
    assert happened(sink, "wecom_chat_joined")[1:] == [("wm2", "invited_by_link"), ("wm3", "invited_by_link")]


def test_a_group_that_changes_itself_is_read_again_and_one_that_is_dissolved_has_been_left_by_all(
    corp: SimulatedCorp, sink: Sink
) -> None:
    chat = founded(corp, "wm1", "wm2")
    corp.do("chats", chat_id=chat.chat_id, change="update", detail="change_name", name="金卡群")
    until(lambda: GroupChat.objects.get(pk=chat.pk).name == "金卡群")
    corp.do("chats", chat_id=chat.chat_id, change="dismiss")
    until(lambda: not GroupChat.objects.get(pk=chat.pk).active)
    until(lambda: len(sink.named("wecom_chat_left")) == 2)
    assert happened(sink, "wecom_chat_left") == [("wm1", "dismissed"), ("wm2", "dismissed")]


def test_a_synchronisation_reads_every_group_once(corp: SimulatedCorp, sink: Sink) -> None:
    corp.set_up()
    chat_ids = [corp.do("chats", customers=[f"wm{n}"], name=f"群{n}")["chat_id"] for n in range(45)]
    for _ in range(2):
        sync = contact_sync.start(corp.account, timezone.now())
        while contact_sync.advance(sync.pk):
            pass
        sync.refresh_from_db()
        assert (sync.state, sync.groups) == ("done", 45)
    assert set(GroupChat.objects.filter(active=True).values_list("chat_id", flat=True)) == set(chat_ids)
    assert len(sink.named("wecom_chat_synced")) == 45

    corp.do("chats", chat_id=chat_ids[0], change="dismiss")
    sync = contact_sync.start(corp.account, timezone.now())
    while contact_sync.advance(sync.pk):
        pass
    assert GroupChat.objects.get(active=False).chat_id == chat_ids[0]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("list", {}, "40058"),
        ("list", {"limit": 1001}, "40058"),
        ("list", {"limit": 10, "status_filter": 9}, "40058"),
        ("list", {"limit": 10, "cursor": "x"}, "40058"),
        ("list", {"limit": 10, "owner_filter": {"userid_list": ["nobody"]}}, "60111"),
        ("get", {"chat_id": "wrNone"}, "40050"),
    ],
)
def test_the_simulator_refuses_what_wecom_refuses(
    corp: SimulatedCorp, path: str, body: dict[str, Any], code: str
) -> None:
    with pytest.raises(CallRefused) as caught:
        corp.provider.api.post(f"/cgi-bin/externalcontact/groupchat/{path}", body)
    assert caught.value.code == code
