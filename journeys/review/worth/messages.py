"""What became of a journey's messages: by account, template, node and hour of the day."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Min

from channels_app.models import ChannelAccount, Template
from journeys.models import Journey, JourneyVersion, ReviewMessageBlock
from journeys.projections.message_metrics import STATES
from journeys.review.paths.filters import Filters
from journeys.review.worth import message_sql as sql
from journeys.store.postgres import query

READ: Final = frozenset({"read", "clicked", "replied"})
COUNTS: Final[Mapping[str, frozenset[str]]] = {
    "sent": STATES["sent"],
    "delivered": STATES["delivered"],
    "read": READ,
    "clicked": STATES["clicked"],
    "replied": frozenset({"replied"}),
    "failed": STATES["failed"],
    "blocked": STATES["blocked"],
    "waiting": frozenset({"queued", "sending"}),
}


@dataclass
class Fates:
    """What became of some messages. A message that was read was delivered as well, and so on (`COUNTS`).

    `unpriced`: those that left and whose cost nobody knows, because the account has no price.
    """

    asked: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    opted_out: int = 0
    unpriced: int = 0
    failed_by: dict[str, int] = field(default_factory=dict)
    blocked_by: dict[str, int] = field(default_factory=dict)
    costs: dict[str, Decimal] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        state, messages = row["state"], row["messages"]
        self.asked += messages
        for count, states in COUNTS.items():
            if state in states:
                self.counts[count] += messages
        self.opted_out += row["opted_out"]
        if state in STATES["sent"]:
            self.unpriced += messages - row["priced"]
        for count, reasons in (("failed", self.failed_by), ("blocked", self.blocked_by)):
            if state in COUNTS[count]:
                # Of one that expired, or of which nobody knows, the state itself is the reason.
                reason = row["reason"] or state
                reasons[reason] = reasons.get(reason, 0) + messages
        if row["priced"]:
            self.costs[row["currency"]] = self.costs.get(row["currency"], Decimal(0)) + row["cost"]

    def as_data(self) -> dict[str, Any]:
        return {
            "asked": self.asked,
            **self.counts,
            "opted_out": self.opted_out,
            "unpriced": self.unpriced,
            "failed_by": _most_first(self.failed_by),
            "blocked_by": _most_first(self.blocked_by),
            "cost": [{"currency": name, "amount": amount} for name, amount in sorted(self.costs.items())],
        }


def _most_first(reasons: Mapping[str, int]) -> list[dict[str, Any]]:
    ranked = sorted(reasons.items(), key=lambda one: (-one[1], one[0]))
    return [{"reason": reason, "messages": messages} for reason, messages in ranked]


def message_review(journey: Journey, chosen: Filters) -> dict[str, Any]:
    """Return `{"total", "accounts", "templates", "nodes", "hours"}`; each row has a key, a name and its fates.

    Days are those on which runs began, hours those of sending or refusal, both in the workspace's zone. Test sends are
    no part of it. An opt-out stands with the last message before it on its channel, at most seven days back.
    """
    rows = rows_of(journey, chosen)
    accounts = dict(ChannelAccount.objects.filter(workspace=journey.workspace_id).values_list("pk", "name"))
    templates = dict(Template.objects.filter(workspace=journey.workspace_id).values_list("pk", "name"))
    nodes = node_names(journey)
    return {
        "total": _sum(rows),
        "accounts": _by(rows, lambda row: row["account_id"], accounts),
        "templates": _by(rows, lambda row: row["template_id"], templates),
        "nodes": _by(rows, lambda row: row["node"], nodes),
        "hours": [{"hour": hour, **_sum(row for row in rows if row["hour"] == hour)} for hour in range(24)],
    }


def rows_of(journey: Journey, chosen: Filters) -> list[dict[str, Any]]:
    return query(sql.REPORT, {"journey": journey.pk, **chosen.values()})


def _sum(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    fates = Fates()
    for row in rows:
        fates.add(row)
    return fates.as_data()


def _by(
    rows: Iterable[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], Any], names: Mapping[Any, str]
) -> list[dict[str, Any]]:
    """The most asked for first; ties by the key, so that the same figures are the same answer."""
    found: dict[Any, Fates] = {}
    for row in rows:
        found.setdefault(key(row), Fates()).add(row)
    ranked = sorted(found.items(), key=lambda one: (-one[1].asked, str(one[0])))
    return [{"key": str(one), "name": names.get(one, ""), **fates.as_data()} for one, fates in ranked]


def node_names(journey: Journey) -> dict[str, str]:
    """What the nodes of the draft are called, and those that only a published version has."""
    graphs = [
        *JourneyVersion.objects.filter(journey=journey).order_by("id").values_list("graph", flat=True),
        journey.draft,
    ]
    names: dict[str, str] = {}
    for graph in graphs:
        for node in graph.get("nodes", []) if isinstance(graph, dict) else []:
            if isinstance(node, dict) and isinstance(node.get("id"), str):
                names[node["id"]] = str(node.get("name") or "")
    return names


def messages_as_of(workspace: UUID) -> datetime | None:
    """What was committed before is in the figures of messages; None: nothing was read yet."""
    blocks = ReviewMessageBlock.objects.filter(workspace_id=workspace)
    found = blocks.aggregate(oldest=Min("as_of"), read=Count("as_of"), all=Count("id"))
    return found["oldest"] if found["all"] and found["read"] == found["all"] else None
