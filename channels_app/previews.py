"""What a template becomes for somebody, before it is sent: text, length, billed parts, faults and cost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from channels_app.accounts import open_provider
from channels_app.models import Template
from channels_app.ports import ports
from channels_app.providers.base import Outgoing
from channels_app.providers.sms.provider import CODE_LENGTH

NOBODY = UUID(int=0)
CODE_SHOWN = "x" * CODE_LENGTH
# An address that each channel takes, because it is not the address that is looked at. Nothing is sent to it.
ADDRESSES = {"sms": "+8613800000000", "call": "+8613800000000", "email": "someone@example.com"}
ANY_ADDRESS = "oPreviewOfATemplate0000000000"


@dataclass(frozen=True, slots=True)
class Preview:
    """`problems` are (code, detail) of everything for which the provider would refuse the message."""

    title: str
    text: str
    length: int
    segments: int
    problems: list[tuple[str, str]]
    cost: Decimal | None
    currency: str


def preview(
    template: Template, params: Mapping[str, str], profile: UUID | None, shown: Callable[[str], str] = str
) -> Preview:
    """Fill a template with `params`, whose Liquid is rendered for a profile if one is given.

    `shown` is what the caller may see of a value that came from the person.

    Raises DomainError for an unknown profile.
    """
    account = template.account
    provider = open_provider(account)
    values = dict(params) if profile is None else ports.renders().render(template.workspace_id, profile, params)
    values = {name: value if value == params[name] else shown(value) for name, value in values.items()}
    codes = dict.fromkeys(template.settings.get("links", {}), CODE_SHOWN)
    message = Outgoing(
        message_id=NOBODY,
        address=ADDRESSES.get(template.channel, ANY_ADDRESS),
        template_code=template.provider_code,
        template_body=template.body,
        params={**values, **codes},
        channel=template.channel,
        purpose=template.purpose,
        template=template.settings,
    )
    text, parts = provider.text(message), provider.parts(message)
    cost = None if account.price is None else account.price * parts
    title, problems = provider.title(message), list(provider.problems(message))
    return Preview(title, text, len(text), parts, problems, cost, account.currency)
