"""What a message says, for whoever looks at it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from channels_app.accounts import open_provider
from channels_app.models import Message
from channels_app.providers.base import Outgoing
from channels_app.providers.enclosed import Enclosed


@dataclass(frozen=True, slots=True)
class Said:
    """`text` is empty where the provider makes it and the template has none; `title` is, say, a mail's subject."""

    title: str
    text: str
    enclosed: Sequence[Enclosed]


def said_by(message: Message, params: Mapping[str, Any]) -> Said:
    """What a message with `params` says, made anew of its template as that is now: the texts themselves are not kept.

    Needs the message's account and template.
    """
    provider = open_provider(message.account)
    template = message.template
    outgoing = Outgoing(
        message_id=message.pk,
        address="",
        template_code=template.provider_code,
        template_body=template.body,
        params={name: str(value) for name, value in params.items()},
        channel=message.channel,
        purpose=message.purpose,
        template=template.settings,
    )
    text = provider.text(outgoing) if template.body.strip() else ""
    return Said(provider.title(outgoing), text, provider.enclosed(outgoing))
