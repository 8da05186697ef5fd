"""What a template becomes for somebody, before it is sent: text, length, billed parts, faults and cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from channels_app.accounts import open_provider
from channels_app.models import Template
from channels_app.ports import ports
from channels_app.providers.base import Outgoing
from channels_app.providers.sms.provider import CODE_LENGTH, SmsProvider
from workspaces.errors import DomainError

NOBODY = UUID(int=0)
CODE_SHOWN = "x" * CODE_LENGTH


@dataclass(frozen=True, slots=True)
class Preview:
    """`problems` are (code, detail) of everything for which the provider would refuse the message."""

    text: str
    length: int
    segments: int
    problems: list[tuple[str, str]]
    cost: Decimal | None
    currency: str


def preview(template: Template, params: Mapping[str, str], profile: UUID | None) -> Preview:
    """Fill a template with `params`, whose Liquid is rendered for a profile if one is given.

    Raises DomainError for a channel whose texts the provider makes, or an unknown profile.
    """
    account = template.account
    provider = open_provider(account)
    if not isinstance(provider, SmsProvider):
        raise DomainError("not_offered", "Only the texts of SMS can be previewed.", status=409)
    values = dict(params) if profile is None else ports.renders().render(template.workspace_id, profile, params)
    codes = dict.fromkeys(template.settings.get("links", {}), CODE_SHOWN)
    message = Outgoing(
        message_id=NOBODY,
        address="",
        template_code=template.provider_code,
        template_body=template.body,
        params={**values, **codes},
        channel=template.channel,
        purpose=template.purpose,
        template=template.settings,
    )
    text, parts = provider.text(message), provider.parts(message)
    cost = None if account.price is None else account.price * parts
    return Preview(text, len(text), parts, list(provider.problems(message)), cost, account.currency)
