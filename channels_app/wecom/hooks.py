"""What WeCom's callbacks need of the database."""

from dataclasses import replace
from datetime import datetime

from channels_app.models import ChannelAccount, CorpTag
from channels_app.providers.inbound import Inbound, InboundEvent
from channels_app.providers.wecom.callback import ContactAdded, TagsChanged
from channels_app.providers.wecom.chats import ChatChanged
from channels_app.wecom import contact_sync, group_chats, welcome


class WecomHooks:
    """`channels_app.callback_hooks.CallbackHooks` of enterprise WeChat."""

    def complete(self, account: ChannelAccount, inbound: Inbound) -> Inbound:
        """Say through which contact way somebody came: its name, and the tags that it gives."""
        return replace(inbound, events=tuple(_attributed(account, event) for event in inbound.events))

    def at_once(self, account: ChannelAccount, urgent: object, received_at: datetime) -> None:
        if isinstance(urgent, ContactAdded):
            welcome.greet(account, urgent, received_at)
        elif isinstance(urgent, TagsChanged):
            contact_sync.read_tags(account)
        elif isinstance(urgent, ChatChanged):
            group_chats.changed(account, urgent)


def _attributed(account: ChannelAccount, event: InboundEvent) -> InboundEvent:
    way = welcome.contact_way_of(account, str(event.properties.get("state", "")))
    if way is None:
        return event
    known = dict(CorpTag.objects.filter(account=account, tag_id__in=way.tags).values_list("tag_id", "name"))
    tags = [known.get(tag, tag) for tag in way.tags]
    return replace(
        event,
        properties={**event.properties, "contact_way": way.name, "tags": tags},
        traits={**event.traits, "wecom_contact_way": way.name, **({"wecom_tags": tags} if tags else {})},
    )
