"""Segments: saved rules, checked against each other when they are saved, and asked who is in them."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from profiles import rule_questions
from profiles.models import (
    Profile,
    Segment,
    SegmentDue,
    SegmentKind,
    SegmentMember,
    SegmentPhase,
    SegmentState,
    SegmentStay,
    SegmentWatch,
)
from profiles.rule_sql import condition, everybody
from profiles.rules.ast import InSegment, Rule
from profiles.rules.codec import InvalidRule, parse_rule, segment_ids
from profiles.segment_definitions import Definition, Definitions, expanded
from profiles.segment_filling import begin
from workspaces.errors import DomainError
from workspaces.models import Workspace


class Use(NamedTuple):
    """Something that needs a segment, named for a person to read."""

    zh: str
    en: str


# Says who, outside this app, needs a segment. Filled by the composition root.
InUse = Callable[[UUID, UUID], Collection[Use]]
in_use: list[InUse] = []
MOST_NAMED: Final = 10

# Rules may compare with the moment of enrollment; where nobody is enrolled, nothing lies after it.
PEOPLE = "profiles_profile p cross join (select 'infinity'::timestamptz as since) m"
# Fewer than one in so many: a page of 50 would ask 10,000 people.
FEW_OF = 200


def read_rule(workspace: Workspace, value: Any, attr: str = "rule") -> Rule:
    """Read a rule from JSON and make sure that it can be judged here. Raises DomainError: `invalid_rule`, or of a segment."""
    rule = _parsed(value, attr)
    _try(rule, Definitions(workspace.id))
    return rule


def create_segment(workspace: Workspace, name: str, description: str, rule: Any) -> Segment:
    """Save a rule under a name. Raises DomainError for a rule that cannot be judged."""
    with transaction.atomic():
        _hold_all(workspace)
        read_rule(workspace, rule)
        segment = Segment.objects.create(workspace=workspace, name=name, description=description, rule=rule)
        begin(segment)
        return segment


def change_segment(segment: Segment, changes: dict[str, Any]) -> Segment:
    """Change `name`, `description` or `rule`. Raises DomainError, also where others would contain themselves by it."""
    with transaction.atomic():
        _hold_all(segment.workspace)
        stored = Segment.objects.get(pk=segment.pk)
        if "rule" in changes and changes["rule"] != stored.rule:
            if stored.kind == SegmentKind.LIST:
                raise DomainError("segment_is_list", "A list has members and no rule that can be changed.", "rule")
            _check_change(segment.workspace, stored, changes["rule"])
        is_new = changes.get("rule", stored.rule) != stored.rule
        for name, value in changes.items():
            setattr(stored, name, value)
        stored.save()
        if is_new:
            begin(stored)
    return stored


def delete_segment(segment: Segment) -> None:
    """Delete a segment that nobody needs. Raises DomainError `segment_in_use` (409)."""
    with transaction.atomic():
        _hold_all(segment.workspace)
        uses = [Use(f"人群“{one.name}”", f"segment {one.name}") for one in _naming(segment)]
        uses += [use for ask in in_use for use in ask(segment.workspace_id, segment.pk)]
        if uses:
            shown = uses[:MOST_NAMED]
            detail = f"It is in use: {', '.join(use.en for use in shown)}."
            messages = {"zh-CN": f"还在使用：{'、'.join(use.zh for use in shown)}。", "en": detail}
            raise DomainError("segment_in_use", detail, status=409, extra={"messages": messages})
        # Its state first: whoever judges by it has ended then, and what they found is deleted with the rest.
        SegmentState.objects.filter(segment=segment).delete()
        for rows in (SegmentMember.objects, SegmentStay.objects, SegmentDue.objects, SegmentWatch.objects):
            rows.filter(segment_id=segment.pk).delete()
        segment.delete()


def combined(operation: Literal["union", "intersect", "except"], segments: Sequence[UUID]) -> dict[str, Any]:
    """The rule of a segment of segments; `except`: of the first, less the others."""
    named = [{"op": "segment", "id": str(one)} for one in segments]
    match operation:
        case "union":
            return {"op": "or", "args": named}
        case "intersect":
            return {"op": "and", "args": named}
        case "except":
            return {"op": "and", "args": [named[0], {"op": "not", "arg": {"op": "or", "args": named[1:]}}]}


def members(workspace: Workspace, rule: Rule, at: datetime) -> QuerySet[Profile]:
    """Everybody whom `rule` holds for at `at` (aware), for whoever reads some of them in order: asked person by person."""
    asked = condition(rule, at, Definitions(workspace.id))
    # Every value of a compiled rule is a parameter.
    ids = RawSQL(  # noqa: S611
        f"select p.id from {PEOPLE} where p.workspace_id = %s and {asked.text}", (workspace.id, *asked.params)
    )
    return Profile.objects.filter(workspace=workspace, id__in=ids)


def all_members(workspace: Workspace, rule: Rule, at: datetime) -> QuerySet[Profile]:
    """The same people as `members`, for whoever counts or reads all of them: asked of everybody at once, by sets."""
    asked = everybody(workspace.id, rule, at, Definitions(workspace.id))
    ids = RawSQL(f"select p.id {asked.text}", asked.params)  # noqa: S611
    return Profile.objects.filter(workspace=workspace, id__in=ids)


def members_for_pages(segment: Segment, at: datetime) -> QuerySet[Profile]:
    """The same people for whoever reads them page by page.

    Person by person a page costs as many people as must be asked until it is full: of a segment with few members, by
    what is kept of it, nearly everybody. Those are asked as a set.
    """
    state = SegmentState.objects.filter(segment_id=segment.pk, phase=SegmentPhase.READY).first()
    few = state is not None and state.size * FEW_OF < state.total
    return (all_members if few else members)(segment.workspace, parse_rule(segment.rule), at)


def matching(workspace: Workspace, rule: Rule, profiles: Sequence[UUID], at: datetime) -> set[UUID]:
    """Those of `profiles` whom `rule` holds for at `at` (aware)."""
    return rule_questions.matching(workspace, rule, profiles, at)


def _parsed(value: Any, attr: str) -> Rule:
    try:
        return parse_rule(value)
    except InvalidRule as error:
        fault = error.faults[0]
        place = f"{attr}.{fault.place}" if fault.place else attr
        raise DomainError(error.code, fault.detail, place[:200], extra={"messages": fault.messages}) from error


def _try(rule: Rule, definitions: Definitions) -> None:
    """Open every segment that the rule names, and those that they name."""
    expanded(rule, definitions)


def _check_change(workspace: Workspace, segment: Segment, rule: Any) -> None:
    """Check the new rule, and every segment with it in place: one that names this one may become too large."""
    instead = {str(segment.pk): Definition(workspace.id, _parsed(rule, "rule"))}
    for one in [segment, *_naming(segment)]:
        _try(InSegment(op="segment", id=str(one.pk)), Definitions(workspace.id, instead))


def _naming(segment: Segment) -> list[Segment]:
    others = Segment.objects.filter(workspace_id=segment.workspace_id).exclude(pk=segment.pk).order_by("created_at")
    return [one for one in others if str(segment.pk) in {id_.lower() for id_ in segment_ids(parse_rule(one.rule))}]


def _hold_all(workspace: Workspace) -> None:
    """Let nobody else change segments meanwhile: two changes, each right by itself, can make a cycle together."""
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
