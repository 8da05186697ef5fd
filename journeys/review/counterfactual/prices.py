"""What a message that was never sent would have cost: as those of its template did, else its account's price."""

from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from journeys.runtime.addressing import Route
from journeys.store.postgres import query

# Of the units of a template's text, the messages that were sent know best.
OF_TEMPLATE: Final = """
select round(avg(c.cost), 4) as price from (
    select m.cost from channels_app_message m
    where m.workspace_id = %(workspace)s and m.journey_id::text = %(journey)s and m.template_id = %(template)s
      and m.cost is not null order by m.requested_at desc limit 1000
) c
"""
OF_ACCOUNT: Final = "select a.price, a.currency from channels_app_channelaccount a where a.id = %(account)s"


class Price(NamedTuple):
    """Of one message; None: nobody has said."""

    amount: Decimal | None
    currency: str


class Prices:
    def __init__(self, workspace: UUID, journey: str) -> None:
        self._workspace = workspace
        self._journey = journey
        self._known: dict[tuple[UUID | None, UUID | None], Price] = {}

    def of(self, route: Route) -> Price:
        asked = (route.account, route.template)
        if asked not in self._known:
            self._known[asked] = self._read(route)
        return self._known[asked]

    def _read(self, route: Route) -> Price:
        rows = query(OF_ACCOUNT, {"account": route.account}) if route.account else []
        if not rows:
            return Price(None, "CNY")
        values = {"workspace": self._workspace, "journey": self._journey, "template": route.template}
        seen = query(OF_TEMPLATE, values)[0]["price"] if route.template else None
        return Price(rows[0]["price"] if seen is None else seen, rows[0]["currency"])
