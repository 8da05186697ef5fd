"""Where a send node's messages go: the account, the template, and the identities a channel can use."""

from typing import NamedTuple
from uuid import UUID

from channels_app.models import ChannelAccount, Template
from journeys.engine.nodes.send import InlineTemplate, SendConfig

# Each channel names the identity types it can use, in order.
IDENTITY_TYPES = {"sms": ("phone",)}


class UnknownRoute(LookupError):
    """The account or template of a send node no longer exists."""

    code = "unknown_route"


class Route(NamedTuple):
    account: UUID | None
    template: UUID | None
    approved: bool
    body: str


def identity_types(channel: str) -> tuple[str, ...]:
    return IDENTITY_TYPES.get(channel, (channel,))


class StoredRoutes:
    """Routes by the key or the id that a graph uses; each is looked up once in the life of this object."""

    def __init__(self) -> None:
        self._found: dict[tuple[UUID, str, str], Route] = {}

    def find(self, workspace: UUID, config: SendConfig) -> Route:
        """Return the route. Raises UnknownRoute."""
        if isinstance(config.template, InlineTemplate):
            raise UnknownRoute("A text written into the node can be simulated, not sent.")
        names = (workspace, config.account, config.template)
        if names not in self._found:
            self._found[names] = _look_up(*names)
        return self._found[names]


def _look_up(workspace: UUID, account_name: str, template_name: str) -> Route:
    account = _by_name(ChannelAccount.objects.filter(workspace=workspace), account_name)
    template = _by_name(Template.objects.filter(workspace=workspace), template_name)
    if account is None or template is None:
        raise UnknownRoute(f"There is no account {account_name!r} or no template {template_name!r}.")
    return Route(account.id, template.id, template.state == "approved", template.body)


def _by_name(queryset, name: str):  # type: ignore[no-untyped-def]  # generic over the two models
    try:
        return queryset.filter(id=UUID(name)).first() or queryset.filter(key=name).first()
    except ValueError:
        return queryset.filter(key=name).first()
