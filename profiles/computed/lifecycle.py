"""The lifecycle stage: the first of a list of stages whose rule holds. The stages are data."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from django.db import connection
from pydantic import Field, TypeAdapter

from profiles import segments
from profiles.computed.calculation import PREFIX, Checked, Differences, uuids
from profiles.computed.definitions import InvalidDefinition, Part, as_json, read
from profiles.models import Computed
from profiles.rule_sql import condition
from profiles.rules.codec import event_names, parse_rule
from profiles.segment_definitions import Definitions, expanded
from workspaces.models import Workspace

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Stage(Part):
    """A stage, what it is called, and who is in it."""

    stage: Code
    name: Annotated[str, Field(min_length=1, max_length=60)]
    rule: dict[str, Any]


class LifecycleDefinition(Part):
    kind: Literal["lifecycle"] = "lifecycle"
    stages: list[Stage] = Field(min_length=1, max_length=20)


_ADAPTER: TypeAdapter[LifecycleDefinition] = TypeAdapter(LifecycleDefinition)
STAGES: Final = """
select p.id, s.stage from {people} cross join lateral (select case {cases} end as stage) s
where p.workspace_id = %s and p.id = any(%s::uuid[]) and s.stage is distinct from (p.attributes #>> %s)
"""


def parse_lifecycle(workspace: Workspace, value: Any) -> LifecycleDefinition:
    """Read a definition from JSON. Raises DomainError: `invalid_definition`, or of a rule."""
    definition: LifecycleDefinition = read(_ADAPTER, value, "definition")
    if len({one.stage for one in definition.stages}) < len(definition.stages):
        raise InvalidDefinition("invalid_definition", "Each stage is there once.", "definition.stages")
    for place, stage in enumerate(definition.stages):
        segments.read_rule(workspace, stage.rule, f"definition.stages.{place}.rule")
    return definition


def check(workspace: Workspace, key: str, value: Any) -> Checked:
    definition = parse_lifecycle(workspace, value)
    rules = [expanded(parse_rule(stage.rule), Definitions(workspace.id)) for stage in definition.stages]
    return Checked(as_json(definition), [key], sorted({name for rule in rules for name in event_names(rule)}))


class LifecycleCalculation:
    """The stages of people, as of `now` (aware); who is in none has no value."""

    def __init__(self, workspace: Workspace, key: str, definition: LifecycleDefinition, now: datetime) -> None:
        self._workspace = workspace
        self._definition = definition
        self._now = now
        self.keys: Sequence[str] = [key]

    def differences(self, people: Sequence[UUID]) -> Differences:
        return {id_: {self.keys[0]: stage} for id_, stage in self._rows(people, [PREFIX, self.keys[0]])}

    def values(self, people: Sequence[UUID]) -> dict[UUID, str]:
        return {id_: stage for id_, stage in self._rows(people, []) if stage is not None}

    def _rows(self, people: Sequence[UUID], stored: list[str]) -> list[tuple[UUID, str | None]]:
        cases, params = [], []
        for stage in self._definition.stages:
            holds = condition(parse_rule(stage.rule), self._now, Definitions(self._workspace.id))
            cases.append(f"when {holds.text} then %s")
            params += [*holds.params, stage.stage]
        statement = STAGES.format(people=segments.PEOPLE, cases=" ".join(cases))
        with connection.cursor() as cursor:
            cursor.execute(statement, [*params, self._workspace.id, uuids(people), stored])
            return list(cursor.fetchall())


def calculation(computed: Computed, now: datetime) -> LifecycleCalculation:
    definition: LifecycleDefinition = read(_ADAPTER, computed.definition, "definition")
    return LifecycleCalculation(computed.workspace, computed.key, definition, now)


def usual_stages(event: str) -> list[dict[str, Any]]:
    """The stages that are proposed: by how many purchases there were, and how long ago the last one was."""

    def bought(**fields: Any) -> dict[str, Any]:
        return {"op": "event", "name": event, **fields}

    def never() -> dict[str, Any]:
        return bought(cmp="eq", value=0)

    first = {"op": "and", "args": [bought(cmp="eq", value=1), bought(within="P30D")]}
    return [
        {"stage": "prospect", "name": "潜在客户", "rule": never()},
        {"stage": "new", "name": "新客户", "rule": first},
        {"stage": "active", "name": "活跃客户", "rule": bought(within="P90D")},
        {"stage": "at_risk", "name": "预流失客户", "rule": bought(within="P180D")},
        {"stage": "lapsed", "name": "流失客户", "rule": bought()},
    ]
