"""Where a send node's messages go: the account and the template."""

from typing import NamedTuple
from uuid import UUID

import orjson

from channels_app.choices import TemplateState
from channels_app.models import ChannelAccount, Template
from journeys.engine.nodes.send import InlineTemplate, SendConfig
from journeys.store.postgres import query


class UnknownRoute(LookupError):
    """The account or template of a send node no longer exists."""

    code = "unknown_route"


class Route(NamedTuple):
    account: UUID | None
    template: UUID | None
    approved: bool
    body: str
    tags: tuple[str, ...] = ()


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


_NAMED = "(select * from {table} where workspace_id = %(workspace)s and (id = %({id})s or key = %({key})s) order by id = %({id})s desc nulls last limit 1)"
ROUTE = f"""
select a.id as account, t.id as template, t.state = '{TemplateState.APPROVED}' as approved, t.body, t.tags::text as tags
from {_NAMED.format(table=ChannelAccount._meta.db_table, id="account_id", key="account")} a
cross join {_NAMED.format(table=Template._meta.db_table, id="template_id", key="template")} t
"""


def _look_up(workspace: UUID, account: str, template: str) -> Route:
    values = {
        "workspace": workspace,
        "account": account,
        "account_id": _as_id(account),
        "template": template,
        "template_id": _as_id(template),
    }
    found = query(ROUTE, values)
    if not found:
        raise UnknownRoute(f"There is no account {account!r} or no template {template!r}.")
    return Route(**{**found[0], "tags": tuple(orjson.loads(found[0]["tags"]))})


def _as_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
