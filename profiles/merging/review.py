"""What waits for a person's judgement: identities that two people have, and rules of types."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from profiles.identity_types import DEFAULTS, TypeRule, rule_of_row, rules_of
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import keep_apart
from profiles.models import Identity, IdentityConflict, IdentityType, ProfileMerge
from workspaces import audit
from workspaces.errors import DomainError
from workspaces.models import AuditAction, Workspace

if TYPE_CHECKING:
    from rest_framework.request import Request

_FIELDS = ("priority", "normalisation", "joins", "most_identities", "most_people")


def open_conflicts() -> QuerySet[IdentityConflict]:
    """Those about which nobody has said anything, while the two are two; `other_id` is whose the identity is."""
    owner = Identity.objects.filter(workspace=OuterRef("workspace"), type=OuterRef("type"), value=OuterRef("value"))
    conflicts = IdentityConflict.objects.annotate(other_id=Subquery(owner.values("profile_id")[:1]))
    return conflicts.filter(dismissed_at=None, other_id__isnull=False).exclude(other_id=F("profile_id"))


def merge_conflict(
    workspace: Workspace, conflict: IdentityConflict, at: datetime, user: User | None, reason: str, *, force: bool
) -> ProfileMerge:
    """Say that the two are one. Raises what `merge_by_hand` raises."""
    other: UUID = conflict.other_id  # type: ignore[attr-defined]  # an annotation of open_conflicts
    return merge_by_hand(workspace, conflict.profile_id, other, at, user, reason, force=force)


def dismiss_conflict(workspace: Workspace, conflict: IdentityConflict, at: datetime) -> None:
    """Say that the two are two: they are kept apart."""
    with transaction.atomic():
        IdentityConflict.objects.filter(pk=conflict.pk).update(dismissed_at=at)
        keep_apart(workspace.id, conflict.profile_id, conflict.other_id)  # type: ignore[attr-defined]  # as above


def type_rules(workspace: Workspace) -> list[tuple[TypeRule, bool]]:
    """The rules of every type that is shipped, that a workspace has rules for or has seen; whether they are its own."""
    rules = rules_of(workspace.id)
    seen = Identity.objects.filter(workspace=workspace).values_list("type", flat=True).distinct()
    names = sorted({*DEFAULTS, *rules.own, *seen}, key=lambda name: (rules.of(name).priority, name))
    return [(_named(rules.of(name), name), name in rules.own) for name in names]


def set_type_rule(
    workspace: Workspace, type_: str, values: dict[str, Any], at: datetime, by: "Request | str"
) -> TypeRule:
    """Give a type rules of the workspace's own; what `values` leaves out stays. What was merged stays merged."""
    with transaction.atomic():
        row, before = _locked(workspace, type_)
        if row is None:
            shipped = rules_of(workspace.id).of(type_)
            row = IdentityType(workspace=workspace, type=type_, **{name: getattr(shipped, name) for name in _FIELDS})
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        _note(workspace, type_, before, _values(row), at, by)
    return rule_of_row(row)


def reset_type_rule(workspace: Workspace, type_: str, at: datetime, by: "Request | str") -> None:
    """Let the rules that are shipped hold again. Raises DomainError `no_rule` if they do."""
    with transaction.atomic():
        row, before = _locked(workspace, type_)
        if row is None:
            raise DomainError("no_rule", "The workspace has no rules of its own for this type.", status=404)
        row.delete()
        _note(workspace, type_, before, None, at, by)


def _locked(workspace: Workspace, type_: str) -> tuple[IdentityType | None, dict[str, Any] | None]:
    row = IdentityType.objects.select_for_update().filter(workspace=workspace, type=type_).first()
    return row, None if row is None else _values(row)


def _values(row: IdentityType) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FIELDS}


def _note(
    workspace: Workspace,
    type_: str,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    at: datetime,
    by: "Request | str",
) -> None:
    data = {"before": before, "after": after}
    audit.record(workspace.id, AuditAction.IDENTITY_RULES_CHANGED, at, by=by, subject=type_, data=data)


def _named(rule: TypeRule, name: str) -> TypeRule:
    return TypeRule(name, rule.priority, rule.normalisation, rule.joins, rule.most_identities, rule.most_people)
