"""Definitions of tags: made, changed and ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from profiles import tag_jobs, tag_rules
from profiles.attributes import read_tags
from profiles.choices import TagAction, TagKind
from profiles.models import Tag, TagJob
from profiles.rules.durations import InvalidDuration, parse
from profiles.segments import delete_segment
from profiles.tag_values import check_allowed, check_value
from workspaces.errors import DomainError
from workspaces.models import Workspace


def create(workspace: Workspace, fields: Mapping[str, Any], rule: Any, by: str, now: datetime) -> Tag:
    """Define a tag. A rule tag is given to everybody whom `rule` holds for, soon.

    Raises DomainError: `key_taken`, `rule_required`, `no_rule`, `tag_cycle`, or of the rule.
    """
    read_tags([fields["key"]])
    tag = Tag(workspace=workspace, **fields)
    _check(tag)
    if (rule is not None) != (tag.kind == TagKind.RULE):
        code, detail = (
            ("rule_required", "A rule tag has a rule.") if rule is None else ("no_rule", "Only a rule tag has one.")
        )
        raise DomainError(code, detail, "rule")
    try:
        with transaction.atomic():
            tag.save(force_insert=True)
            if rule is not None:
                tag.segment = tag_rules.back(tag, rule, now)
                tag.save()
                tag_jobs.ask(tag, TagAction.ASSIGN, by, now, segment=tag.segment, value=tag.value)
    except IntegrityError as error:
        if "tag_once" in str(error):
            raise DomainError("key_taken", "There is a definition of this tag already.", "key", status=409) from error
        raise
    return tag


def change(tag: Tag, changes: Mapping[str, Any], by: str, now: datetime) -> Tag:
    """Change a definition (not its key, kind or type). Raises DomainError."""
    with transaction.atomic():
        row = _open(tag)
        rule = changes.get("rule")
        if rule is not None and row.kind != TagKind.RULE:
            raise DomainError("no_rule", "Only a rule tag has one.", "rule")
        other_value = "value" in changes and repr(changes["value"]) != repr(row.value)
        for name, value in changes.items():
            if name != "rule":
                setattr(row, name, value)
        _check(row)
        row.save()
        if rule is not None and row.segment is not None:
            tag_rules.change_rule(row, rule)
        if other_value and row.segment is not None:
            tag_jobs.ask(row, TagAction.ASSIGN, by, now, segment=row.segment, value=row.value)
    return row


def end(tag: Tag, by: str, now: datetime) -> TagJob:
    """Take the tag from everybody, as a job, and then delete its definition."""
    with transaction.atomic():
        row = _open(tag)
        segment, row.segment, row.is_ending = row.segment, None, True
        row.save()
        if segment is not None:
            delete_segment(segment)
        return tag_jobs.ask(row, TagAction.DELETE, by, now)


def refuse_unless_given_by_hand(tag: Tag) -> None:
    """Raise DomainError `given_otherwise` (409) for a tag that a rule or a model gives."""
    if tag.kind in {TagKind.RULE, TagKind.MODEL}:
        raise DomainError("given_otherwise", f"A {tag.kind} gives this tag, and takes it.", status=409)
    if tag.is_ending:
        raise DomainError("is_ending", "It is being taken from everybody, and then deleted.", status=409)


def expiry(tag: Tag, asked: datetime | None, now: datetime) -> datetime | None:
    """When a tag that is given now is over: as asked, else by its definition, else never."""
    if asked is not None:
        if asked <= now:
            raise DomainError("already_over", "A tag that is given now cannot be over already.", "expires_at")
        return asked
    return now + parse(tag.expires_after).fixed if tag.expires_after else None


def _check(tag: Tag) -> None:
    check_allowed(tag.value_type, tag.allowed_values)
    if tag.kind == TagKind.RULE:
        check_value(tag.value_type, tag.allowed_values, tag.value)
    elif tag.value is not None:
        raise DomainError("no_value", "Only a rule tag is defined with its value.", "value")
    if tag.expires_after:
        if tag.kind in {TagKind.RULE, TagKind.MODEL}:
            raise DomainError("no_expiry", "It is had as long as the rule or the model says.", "expires_after")
        try:
            if parse(tag.expires_after).is_zero:
                raise DomainError("invalid_duration", "A tag is had for longer than nothing.", "expires_after")
        except InvalidDuration as error:
            raise DomainError(error.code, str(error), "expires_after") from error


def _open(tag: Tag) -> Tag:
    row = Tag.objects.select_for_update(of=("self",)).select_related("workspace", "segment").get(pk=tag.pk)
    if row.is_ending:
        raise DomainError("is_ending", "It is being taken from everybody, and then deleted.", status=409)
    return row
