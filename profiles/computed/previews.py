"""What a definition would give, for a sample of people, before it is saved. Nothing is kept."""

from collections import Counter
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from profiles.choices import ComputedKind
from profiles.computed import clv, lifecycle, rfm
from profiles.computed.definitions import parse_formula
from profiles.computed.formulas import FormulaCalculation
from profiles.computed.sampling import SAMPLED, threshold
from workspaces.models import Workspace

MOST_PEOPLE: Final = 5_000
SHOWN: Final = 10


class Preview(NamedTuple):
    """How many people were looked at, how many have a value, some of them, and, of a model, what it learned from them."""

    people: int
    with_value: int
    sample: list[tuple[UUID, Any]]
    classes: dict[str, int]
    fitted: dict[str, Any] | None = None
    refusal: str = ""


def preview(workspace: Workspace, kind: str, key: str, value: Any, now: datetime) -> Preview:
    """Compute a definition for a stable sample of about 5,000 people. Raises InvalidDefinition, DomainError."""
    people = _sample(workspace)
    match kind:
        case ComputedKind.RFM:
            return _rfm(workspace, key, value, people, now)
        case ComputedKind.LIFECYCLE:
            stages = lifecycle.parse_lifecycle(workspace, value)
            found = lifecycle.LifecycleCalculation(workspace, key, stages, now).values(people)
            return _of(people, found, dict(Counter(found.values())))
        case ComputedKind.CLV:
            return _clv(workspace, key, value, people, now)
        case _:
            formula = parse_formula(value)
            return _of(people, FormulaCalculation(workspace, None, key, formula, now).values(people), {})


def _rfm(workspace: Workspace, key: str, value: Any, people: list[UUID], now: datetime) -> Preview:
    definition = rfm.parse_rfm(value)
    breaks = rfm.learn(workspace, definition, now, MOST_PEOPLE)
    if breaks is None:
        return _of(people, {}, {})._replace(refusal="no_buyers")
    found = rfm.RfmCalculation(workspace, key, definition, breaks, now).values(people)
    return _of(people, found, dict(Counter(values[key] for values in found.values())))._replace(fitted=breaks)


def _clv(workspace: Workspace, key: str, value: Any, people: list[UUID], now: datetime) -> Preview:
    definition = clv.parse_clv(value)
    fit = clv.learn(workspace, definition, now, MOST_PEOPLE)
    if fit.fitted is None:
        return _of(people, {}, {})._replace(refusal=fit.refusal)
    found = clv.ClvCalculation(workspace, key, definition, fit.fitted, 0, now).values(people)
    return _of(people, found, {})._replace(fitted=dict(fit.fitted))


def _of(people: list[UUID], found: dict[UUID, Any], classes: dict[str, int]) -> Preview:
    return Preview(len(people), len(found), sorted(found.items())[:SHOWN], classes)


def _sample(workspace: Workspace) -> list[UUID]:
    statement = f"select p.id from profiles_profile p where p.workspace_id = %s and {SAMPLED} order by p.id"
    with connection.cursor() as cursor:
        cursor.execute(statement, [workspace.id, threshold(workspace.id, MOST_PEOPLE)])
        return [id_ for (id_,) in cursor.fetchall()]
