"""A formula computed for a group of people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from profiles.computed import numbers
from profiles.computed.calculation import PREFIX, Differences, uuids
from profiles.computed.definitions import Edge, Favourite, Formula
from profiles.computed.formula_sql import compile_formula
from workspaces.models import Workspace

STATEMENT: Final = """
with asked as (
    select p.id, p.attributes #> %(path)s as stored, v.value, v.due
    from profiles_profile p left join lateral {formula} v on true
    where p.workspace_id = %(workspace)s and p.id = any(%(people)s::uuid[])
), kept as (
    insert into profiles_computeddue as d (workspace_id, computed_id, profile_id, due_at)
    select %(workspace)s, %(computed)s, id, due from asked where due is not null
    on conflict (computed_id, profile_id) do update set due_at = excluded.due_at where d.due_at <> excluded.due_at
), gone as (
    -- By the ids, so that the index finds them: joined, every due row of the definition was compared with every person
    -- asked about wherever the planner did not know yet how many there are.
    delete from profiles_computeddue d where d.computed_id = %(computed)s
    and d.profile_id = any(array(select a.id from asked a where a.due is null))
)
select id, value from asked
where (value is null) <> (stored is null) or {stored} is distinct from value
"""
VALUES: Final = """
select p.id, v.value from profiles_profile p left join lateral {formula} v on true
where p.workspace_id = %(workspace)s and p.id = any(%(people)s::uuid[])
"""


class FormulaCalculation:
    """A formula for the people of one workspace, as of `now` (aware)."""

    def __init__(
        self, workspace: Workspace, computed_id: UUID | None, key: str, formula: Formula, now: datetime
    ) -> None:
        self._workspace = workspace
        self._computed_id = computed_id
        self._formula = formula
        self._compiled = compile_formula(formula, now, workspace.timezone)
        self.keys: Sequence[str] = [key]

    def differences(self, people: Sequence[UUID]) -> Differences:
        rows = self._run(STATEMENT, people, stored=_reading(self._formula))
        return {id_: {self.keys[0]: self._json(value)} for id_, value in rows}

    def values(self, people: Sequence[UUID]) -> dict[UUID, Any]:
        """What the formula gives, for a preview; nothing is kept."""
        return {id_: self._json(value) for id_, value in self._run(VALUES, people) if value is not None}

    def _run(self, template: str, people: Sequence[UUID], **parts: str) -> list[tuple[UUID, Any]]:
        # The formula's own values come by place; the frame's are named, and become places too.
        named = {
            "path": [PREFIX, self.keys[0]],
            "workspace": self._workspace.id,
            "computed": self._computed_id,
            "people": uuids(people),
        }
        before, after = template.format(formula="\0", **parts).split("\0")
        (head, head_values), (tail, tail_values) = _placed(before, named), _placed(after, named)
        with connection.cursor() as cursor:
            cursor.execute(head + self._compiled.text + tail, [*head_values, *self._compiled.params, *tail_values])
            return list(cursor.fetchall())

    def _json(self, value: Any) -> Any:
        if isinstance(self._formula, Edge) and self._formula.property is not None and value is not None:
            return orjson.loads(value)
        return numbers.as_json(value)


def _reading(formula: Formula) -> str:
    """How what is stored is read to be compared with the value."""
    if isinstance(formula, Edge):
        return "stored" if formula.property is not None else "zhitu_instant(stored)"
    return "zhitu_text(stored)" if isinstance(formula, Favourite) else "zhitu_number(stored)"


def _placed(text: str, named: dict[str, Any]) -> tuple[str, list[Any]]:
    """Named placeholders turned into places, with their values in order."""
    parts = text.split("%(")
    values, out = [], [parts[0]]
    for part in parts[1:]:
        name, rest = part.split(")s", 1)
        values.append(named[name])
        out += ["%s", rest]
    return "".join(out), values
