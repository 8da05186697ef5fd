"""Customer lifetime value: BG/NBD for how often somebody will buy, Gamma-Gamma for what a purchase is worth.

A purchase is a local day with at least one order, worth the sum of its orders; a unit of time is a day. What is predicted is
the sum of the next `days` days, not discounted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import numpy as np
from django.db import connection
from pydantic import Field, TypeAdapter

from profiles.computed.bgnbd import BgNbd, Customers, FitFailed
from profiles.computed.calculation import PREFIX, Checked, Differences, Fit, stored_values, uuids
from profiles.computed.definitions import InvalidDefinition, Selected, as_json, read
from profiles.computed.filter_sql import filters, value_at
from profiles.computed.gamma_gamma import GammaGamma
from profiles.computed.places import place_of
from profiles.computed.sampling import ALL, SAMPLED, threshold
from profiles.models import Computed
from profiles.rule_sql import Sql
from profiles.rules.filters import Key
from workspaces.models import Workspace

# Fewer say nothing about people: the parameters would be those of chance.
LEAST_BUYERS: Final = 100
LEAST_REPEAT_BUYERS: Final = 30
MOST_PEOPLE: Final = 50_000


class ClvDefinition(Selected):
    """Which events are orders, the property that is their value, and how many days are predicted."""

    kind: Literal["clv"] = "clv"
    value: Key
    days: Annotated[int, Field(ge=1, le=3650)] = 180


_ADAPTER: TypeAdapter[ClvDefinition] = TypeAdapter(ClvDefinition)
HISTORY: Final = """
select p.id, p.attributes -> %s, h.x, h.t_x, h.age, h.mean
from profiles_profile p left join lateral (
    select count(*) - 1 as x, max(d.day) - min(d.day) as t_x, %s - min(d.day) as age,
        avg(d.total) filter (where d.day > d.first) as mean
    from (
        select e.day, sum(e.amount) as total, min(e.day) over () as first from (
            select (e.occurred_at at time zone z.zone)::date as day, coalesce(zhitu_number({value}), 0) as amount
            from profiles_event e, (select zhitu_zone(%s, 'Asia/Shanghai') as zone) z
            where e.profile_id = p.id and {name} and e.occurred_at <= %s and {where}
        ) e group by e.day
    ) d having count(*) > 0
) h on true
where p.workspace_id = %s and {who}
"""


def parse_clv(value: Any) -> ClvDefinition:
    """Read a definition from JSON. Raises InvalidDefinition, also for a window: the model is of whole histories."""
    definition: ClvDefinition = read(_ADAPTER, value, "definition")
    if definition.within is not None or definition.between is not None:
        raise InvalidDefinition("invalid_definition", "The model is of whole histories.", "definition.within")
    return definition


def check(workspace: Workspace, key: str, value: Any) -> Checked:
    definition = parse_clv(value)
    return Checked(as_json(definition), keys(key, definition.days), [definition.event])


def keys(key: str, days: int) -> list[str]:
    """Value; purchases; P(alive); P(churned); the version of the fit."""
    return [f"{key}_{days}d", f"{key}_orders_{days}d", f"{key}_alive", f"{key}_churn", f"{key}_version"]


def fit(computed: Computed, now: datetime) -> Fit:
    return learn(computed.workspace, parse_clv(computed.definition), now)


def learn(workspace: Workspace, definition: ClvDefinition, now: datetime, most: int = MOST_PEOPLE) -> Fit:
    """Fit both models to the histories of at most about `most` people; refuse where they say nothing."""
    sample = threshold(workspace.id, most)
    rows = [row for row in _histories(workspace, definition, now, Sql(SAMPLED, (sample,))) if row[2] is not None]
    paid = [row for row in rows if row[2] > 0 and row[5] is not None and row[5] > 0]
    if len(rows) < LEAST_BUYERS:
        return Fit(None, "too_few_buyers")
    if len(paid) < LEAST_REPEAT_BUYERS:
        return Fit(None, "too_few_repeat_buyers")
    try:
        purchases = BgNbd.fit(_grouped(rows))
        value = GammaGamma.fit(np.array([float(row[2]) for row in paid]), np.array([float(row[5]) for row in paid]))
    except FitFailed as error:
        return Fit(None, error.code)
    fitted = {
        "bgnbd": {"r": purchases.r, "alpha": purchases.alpha, "a": purchases.a, "b": purchases.b},
        "gamma_gamma": {"p": value.p, "q": value.q, "gamma": value.gamma},
        "log_likelihood": {"bgnbd": purchases.log_likelihood, "gamma_gamma": value.log_likelihood},
        "buyers": len(rows),
        "repeat_buyers": len(paid),
        "is_sample": sample < ALL,
        "unit": "day",
    }
    return Fit(fitted)


class ClvCalculation:
    """What people will buy in the next days, as of the local day of `now` (aware), by a fit."""

    def __init__(
        self,
        workspace: Workspace,
        key: str,
        definition: ClvDefinition,
        fitted: Mapping[str, Any],
        version: int,
        now: datetime,
    ) -> None:
        self._workspace = workspace
        self._definition = definition
        self._purchases, self._value = BgNbd.of(fitted["bgnbd"]), GammaGamma.of(fitted["gamma_gamma"])
        self._version = version
        self._now = now
        self.keys: Sequence[str] = keys(key, definition.days)

    def differences(self, people: Sequence[UUID]) -> Differences:
        rows = self._rows(people)
        predicted = self._predicted(rows)
        wanted: dict[UUID, dict[str, Any]] = {}
        for id_, stored, *_ in rows:
            new = predicted.get(id_) or dict.fromkeys(self.keys)
            old = stored_values(stored)
            if different := {key: value for key, value in new.items() if value != old.get(key)}:
                wanted[id_] = different
        return wanted

    def values(self, people: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
        return self._predicted(self._rows(people))

    def _rows(self, people: Sequence[UUID]) -> list[Any]:
        return _histories(self._workspace, self._definition, self._now, Sql("p.id = any(%s::uuid[])", (uuids(people),)))

    def _predicted(self, rows: Sequence[Any]) -> dict[UUID, dict[str, Any]]:
        bought = [row for row in rows if row[2] is not None]
        if not bought:
            return {}
        x, t_x, age = (np.array([float(row[place]) for row in bought]) for place in (2, 3, 4))
        # A mean that is not positive is none that the model of money knows: such a person counts as one who paid nothing yet.
        mean = np.array([float(row[5]) if row[5] is not None and row[5] > 0 else 0.0 for row in bought])
        customers = Customers(x, t_x, age)
        alive = self._purchases.probability_alive(customers)
        orders = self._purchases.expected_purchases(customers, float(self._definition.days))
        worth = orders * self._value.expected_value(np.where(mean > 0, x, 0.0), mean)
        found: dict[UUID, dict[str, Any]] = {}
        for (id_, *_), p, n, money in zip(bought, alive, orders, worth, strict=True):
            if not (np.isfinite(p) and np.isfinite(n) and np.isfinite(money)):
                continue
            numbers = (round(float(money), 2), round(float(n), 4), round(float(p), 4), round(1 - float(p), 4))
            found[id_] = dict(zip(self.keys, (*numbers, self._version), strict=True))
        return found


def calculation(computed: Computed, now: datetime) -> ClvCalculation:
    assert computed.fitted is not None
    definition = parse_clv(computed.definition)
    return ClvCalculation(computed.workspace, computed.key, definition, computed.fitted, computed.fit_version, now)


def _grouped(rows: Sequence[Any]) -> Customers:
    """Equal histories once, with how many people have them: days are whole, so many do."""
    histories = np.array([[float(row[2]), float(row[3]), float(row[4])] for row in rows])
    different, counts = np.unique(histories, axis=0, return_counts=True)
    return Customers(different[:, 0], different[:, 1], different[:, 2], counts.astype(np.float64))


def _histories(workspace: Workspace, definition: ClvDefinition, now: datetime, who: Sql) -> list[Any]:
    """(profile, stored, x, t_x, T, mean of repeat purchases) of people, in the order of their ids; None: never bought."""
    value, where = value_at("e.properties", definition.value), filters(definition.where)
    is_prefix = definition.event.endswith("*")
    name = "starts_with(e.name, %s)" if is_prefix else "e.name = %s"
    statement = HISTORY.format(value=value.text, name=name, where=where.text, who=who.text)
    params = [
        PREFIX,
        now.astimezone(place_of(workspace.timezone)).date(),
        *value.params,
        workspace.timezone,
        definition.event[:-1] if is_prefix else definition.event,
        now,
        *where.params,
        workspace.id,
        *who.params,
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement + " order by p.id", params)
        return list(cursor.fetchall())
