"""Which runs of a journey a figure is about."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils import timezone

from journeys.review.paths.folding import Body
from profiles.models import SegmentMember
from profiles.rule_sql import condition
from profiles.rules.codec import parse_rule
from profiles.segment_definitions import Definitions
from workspaces.localtime import midnight, zone_of

# Of rows `r` of journeys_reviewrun: their person has other runs of the journey.
SEVERAL: Final = "r.several"
_MEMBERS = f"""exists (select 1 from {SegmentMember._meta.db_table} s
    where s.segment_id = %s and s.profile_id = r.profile_id and s.workspace_id = r.workspace_id)"""
_PERSON = """exists (select 1 from profiles_profile p cross join (select 'infinity'::timestamptz as since) m
    where p.id = r.profile_id and p.workspace_id = r.workspace_id and {})"""


@dataclass(frozen=True)
class Filters:
    """Nothing given: all runs.

    `since` and `until`, both included, are days of the workspace's zone on which runs began. A run is of the version that
    it is in now, of a variant (node, variant) that it was assigned, and of a channel by which a message was asked for.
    `segment` and `attribute` (key, value; compared as rules do) go by who the people are now, and not as they were then.
    `by_day`: figures for each day instead of their sum.
    """

    since: date | None = None
    until: date | None = None
    version: UUID | None = None
    variant: tuple[str, str] | None = None
    channel: str = ""
    segment: UUID | None = None
    attribute: tuple[str, str] | None = None
    by_day: bool = False

    @property
    def about_people(self) -> bool:
        """Whether they ask about people, whom the tallies of paths do not know."""
        return self.segment is not None or self.attribute is not None

    @property
    def about_paths(self) -> bool:
        """Whether they leave out some of the paths (`takes`)."""
        return self.version is not None or self.variant is not None or bool(self.channel)

    def daily(self) -> "Filters":
        return replace(self, by_day=True)

    def values(self) -> dict[str, Any]:
        """Parameters of a statement that knows no more than days, version and channel; each is null where nothing is asked."""
        return {"since": self.since, "until": self.until, "version": self.version, "channel": self.channel or None}

    def instants(self, zone: str) -> dict[str, datetime | None]:
        """Their days as a period `[begins, ends)` of instants; None: it is open."""
        local = zone_of(zone)
        return {
            "begins": midnight(self.since, local) if self.since else None,
            "ends": midnight(self.until + timedelta(days=1), local) if self.until else None,
        }

    def takes(self, version: UUID, body: Body) -> bool:
        """Whether runs of this path are meant, apart from their days and their people."""
        if self.version is not None and version != self.version:
            return False
        if self.variant is not None and body["variants"].get(self.variant[0]) != self.variant[1]:
            return False
        return not self.channel or any(sent[1] == self.channel for sent in body["sends"])


ALL: Final = Filters()


def days_sql(filters: Filters, table: str) -> tuple[str, list[Any]]:
    """The condition on the days of a table that has the column `day`, with its parameters."""
    texts, params = ["true"], []
    for day, comparison in ((filters.since, ">="), (filters.until, "<=")):
        if day is not None:
            texts.append(f"{table}.day {comparison} %s")
            params.append(day)
    return " and ".join(texts), params


def runs_sql(filters: Filters, workspace: UUID) -> tuple[str, list[Any]]:
    """The condition on rows `r` of journeys_reviewrun, by their days and people, with its parameters."""
    text, params = days_sql(filters, "r")
    if filters.segment is not None:
        text += f" and {_MEMBERS}"
        params.append(filters.segment)
    if filters.attribute is not None:
        key, value = filters.attribute
        rule = parse_rule({"op": "attribute", "key": key, "cmp": "eq", "value": value})
        asked = condition(rule, timezone.now(), Definitions(workspace))
        text += f" and {_PERSON.format(asked.text)}"
        params += asked.params
    return text, params
