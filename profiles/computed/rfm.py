"""RFM: scores 1 to k for recency, frequency and monetary value, by quantiles or fixed breaks, and the class they make.

A break is an upper bound: of k - 1 ascending breaks, a value is past those that are smaller than it. Frequency and money
score 1 + the breaks passed; days since the last purchase score k - the breaks passed. The same value has the same score.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, NamedTuple, Self
from uuid import UUID

from django.db import connection
from pydantic import Field, TypeAdapter, model_validator

from profiles.computed.calculation import PREFIX, Checked, Differences, Fit, stored_values, uuids
from profiles.computed.definitions import InvalidDefinition, Part, Selected, as_json, read
from profiles.computed.filter_sql import filters, value_at
from profiles.computed.numbers import as_json as number_as_json
from profiles.computed.rfm_classes import class_of
from profiles.computed.sampling import SAMPLED, threshold
from profiles.models import Computed
from profiles.rule_sql import Sql
from profiles.rules.filters import Key
from workspaces.models import Workspace

# Breaks by quantile are those of at most about this many people, the same ones each time.
MOST_PEOPLE: Final = 200_000
Break = Annotated[float, Field(ge=0, strict=False)]
Score = Annotated[int, Field(ge=2, le=10)]


class Breaks(Part):
    """Fixed breaks: days, purchases, money; k - 1 ascending ones of each."""

    r: list[Break]
    f: list[Break]
    m: list[Break]


class High(Part):
    """From which score on each of the three counts as high."""

    r: Score
    f: Score
    m: Score


class RfmDefinition(Selected):
    """Which events are purchases, and the property that is their value."""

    kind: Literal["rfm"] = "rfm"
    value: Key
    k: Annotated[int, Field(ge=2, le=10)] = 5
    breaks: Breaks | None = None
    high: High | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        for ascending in (self.breaks.r, self.breaks.f, self.breaks.m) if self.breaks else ():
            if len(ascending) != self.k - 1 or sorted(set(ascending)) != ascending:
                raise ValueError(f"`breaks` are {self.k - 1} ascending numbers of each")
        if self.high and max(self.high.r, self.high.f, self.high.m) > self.k:
            raise ValueError("`high` is a score from 2 to k")
        return self

    @property
    def high_from(self) -> tuple[int, int, int]:
        """Unless said otherwise, high is above the middle score: 4 and 5 of 5."""
        middle = (self.k + 1) // 2 + 1
        return (self.high.r, self.high.f, self.high.m) if self.high else (middle, middle, middle)


class Scored(NamedTuple):
    r: int
    f: int
    m: int
    label: str


_ADAPTER: TypeAdapter[RfmDefinition] = TypeAdapter(RfmDefinition)
# Days, purchases and money of each person `p` who has bought.
BOUGHT: Final = """
select p.id, p.attributes -> %s as stored, o.days, o.purchases, o.money
from profiles_profile p left join lateral (
    select floor(extract(epoch from %s - max(e.occurred_at)) / 86400) as days, count(*)::numeric as purchases,
        coalesce(sum(zhitu_number({value})), 0) as money
    from profiles_event e
    where e.profile_id = p.id and {name} and e.occurred_at <= %s and e.occurred_at > %s and {where} having count(*) > 0
) o on true
where p.workspace_id = %s and {who}
"""
QUANTILES: Final = """
select count(*), percentile_disc(%s::float8[]) within group (order by b.days),
    percentile_disc(%s::float8[]) within group (order by b.purchases),
    percentile_disc(%s::float8[]) within group (order by b.money)
from ({bought}) b where b.purchases is not null
"""
LONG_AGO: Final = timedelta(days=36_525)


def parse_rfm(value: Any) -> RfmDefinition:
    """Read a definition from JSON. Raises InvalidDefinition."""
    definition: RfmDefinition = read(_ADAPTER, value, "definition")
    if definition.between is not None:
        raise InvalidDefinition("invalid_definition", "Recency is counted from now.", "definition.between")
    return definition


def check(workspace: Workspace, key: str, value: Any) -> Checked:
    definition = parse_rfm(value)
    return Checked(as_json(definition), keys(key), [definition.event])


def keys(key: str) -> list[str]:
    return [key, f"{key}_r", f"{key}_f", f"{key}_m"]


def fit(computed: Computed, now: datetime) -> Fit:
    """Learn the breaks; a model with fixed ones has nothing to learn but how many people there are."""
    definition = parse_rfm(computed.definition)
    found = learn(computed.workspace, definition, now, MOST_PEOPLE)
    return Fit(found, "") if found else Fit(None, "no_buyers")


def learn(workspace: Workspace, definition: RfmDefinition, now: datetime, most: int) -> dict[str, Any] | None:
    """The breaks that hold now, and of how many buyers they are; None if nobody has bought."""
    sample = threshold(workspace.id, most)
    bought = _bought(workspace, definition, now, Sql(SAMPLED, (sample,)))
    shares = [step / definition.k for step in range(1, definition.k)]
    with connection.cursor() as cursor:
        cursor.execute(QUANTILES.format(bought=bought.text), [shares, shares, shares, *bought.params])
        buyers, *quantiles = cursor.fetchone()
    if not buyers:
        return None
    if definition.breaks is not None:
        fixed = definition.breaks
        return {"buyers": buyers, "r": fixed.r, "f": fixed.f, "m": fixed.m}
    return {"buyers": buyers, **{name: [number_as_json(one) for one in q] for name, q in zip("rfm", quantiles)}}


class RfmCalculation:
    """The scores and classes of people, as of `now` (aware), by breaks that were learned."""

    def __init__(
        self, workspace: Workspace, key: str, definition: RfmDefinition, breaks: Mapping[str, Any], now: datetime
    ) -> None:
        self._workspace = workspace
        self._definition = definition
        self._breaks = {name: [Decimal(str(one)) for one in breaks[name]] for name in "rfm"}
        self._now = now
        self.keys: Sequence[str] = keys(key)

    def differences(self, people: Sequence[UUID]) -> Differences:
        wanted: dict[UUID, dict[str, Any]] = {}
        for id_, stored, scored in self._rows(people):
            new = dict.fromkeys(self.keys) if scored is None else self._values(scored)
            old = {key: stored.get(key) for key in self.keys}
            if new != old:
                wanted[id_] = {key: value for key, value in new.items() if value != old[key]}
        return wanted

    def values(self, people: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        return {id_: self._values(scored) for id_, _, scored in self._rows(people) if scored is not None}

    def _rows(self, people: Sequence[UUID]) -> list[tuple[UUID, dict[str, Any], Scored | None]]:
        bought = _bought(self._workspace, self._definition, self._now, Sql("p.id = any(%s::uuid[])", (uuids(people),)))
        with connection.cursor() as cursor:
            cursor.execute(bought.text, bought.params)
            return [
                (id_, stored_values(stored), None if purchases is None else self._scored(days, purchases, money))
                for id_, stored, days, purchases, money in cursor.fetchall()
            ]

    def _scored(self, days: Decimal, purchases: Decimal, money: Decimal) -> Scored:
        r = self._definition.k - _passed(self._breaks["r"], days)
        f, m = 1 + _passed(self._breaks["f"], purchases), 1 + _passed(self._breaks["m"], money)
        high = self._definition.high_from
        return Scored(r, f, m, class_of(r >= high[0], f >= high[1], m >= high[2]).code)

    def _values(self, scored: Scored) -> dict[str, Any]:
        return dict(zip(self.keys, (scored.label, scored.r, scored.f, scored.m), strict=True))


def calculation(computed: Computed, now: datetime) -> RfmCalculation:
    assert computed.fitted is not None
    return RfmCalculation(computed.workspace, computed.key, parse_rfm(computed.definition), computed.fitted, now)


def _passed(breaks: Sequence[Decimal], value: Decimal) -> int:
    return sum(1 for one in breaks if one < value)


def _bought(workspace: Workspace, definition: RfmDefinition, now: datetime, who: Sql) -> Sql:
    value, where = value_at("e.properties", definition.value), filters(definition.where)
    is_prefix = definition.event.endswith("*")
    name = "starts_with(e.name, %s)" if is_prefix else "e.name = %s"
    since = now - (definition.window.fixed if definition.window else LONG_AGO)
    return Sql(
        BOUGHT.format(value=value.text, name=name, where=where.text, who=who.text),
        (
            PREFIX,
            now,
            *value.params,
            definition.event[:-1] if is_prefix else definition.event,
            now,
            since,
            *where.params,
            workspace.id,
            *who.params,
        ),
    )
