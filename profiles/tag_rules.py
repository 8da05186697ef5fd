"""Tags that a rule gives: backed by a segment whose members are kept, they come and go with its members."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from profiles import segments, tags
from profiles.choices import TagKind, TagSource
from profiles.models import Segment, Tag
from profiles.rules.ast import Rule
from profiles.rules.codec import parse_rule
from profiles.segment_definitions import expanded
from profiles.segment_filling import fill_now
from profiles.segment_judging import MemberChange
from workspaces.errors import DomainError
from workspaces.models import Workspace


class TagCycle(DomainError):
    """Whether somebody is to have the tag would depend on whether they have it."""

    def __init__(self, key: str) -> None:
        detail = f"The rule looks at the tag {key!r} itself, directly or by other tags or segments."
        super().__init__("tag_cycle", detail, "rule")


def back(tag: Tag, rule: Any, now: datetime) -> Segment:
    """Make the segment that says who has the tag, and keep its members from now on. Raises DomainError for the rule."""
    refuse_cycle(tag.workspace, tag.key, segments.read_rule(tag.workspace, rule))
    segment = segments.create_segment(tag.workspace, f"标签 · {tag.name}"[:100], f"tag {tag.key}", rule)
    fill_now(segment.pk, now)
    return segment


def change_rule(tag: Tag, rule: Any) -> None:
    """Give the tag by another rule. Who it holds for is found when the segment has been computed."""
    assert tag.segment is not None
    refuse_cycle(tag.workspace, tag.key, segments.read_rule(tag.workspace, rule))
    segments.change_segment(tag.segment, {"rule": rule})


def members_changed(workspace: Workspace, changes: Sequence[MemberChange]) -> None:
    """Listener of profiles.segment_members: give the tag to who has entered, take it from who has left. They are locked."""
    backed = Tag.objects.filter(workspace=workspace, segment__in={change.segment_id for change in changes})
    for tag in backed.filter(is_ending=False).order_by("pk"):
        moved: dict[bool, list[MemberChange]] = defaultdict(list)
        for change in changes:
            if change.segment_id == tag.segment_id:
                moved[change.entered].append(change)
        if moved[True]:
            at = max(change.at for change in moved[True])
            tags.assign_locked(workspace, giving(tag), [change.profile_id for change in moved[True]], at)
        if moved[False]:
            at = max(change.at for change in moved[False])
            left = [change.profile_id for change in moved[False]]
            tags.unassign_locked(workspace, tag.key, left, _by(tag), at, source=TagSource.RULE)


def giving(tag: Tag) -> tags.Giving:
    return tags.Giving(tag.key, tag.value, TagSource.RULE, _by(tag))


def tags_naming(workspace_id: UUID, segment_id: UUID) -> list[segments.Use]:
    """`profiles.segments.InUse`: the tag that a segment backs."""
    backed = Tag.objects.filter(workspace_id=workspace_id, segment_id=segment_id, is_ending=False)
    return [segments.Use(f"标签“{tag.name}”", f"tag {tag.name}") for tag in backed]


def refuse_cycle(workspace: Workspace, key: str, rule: Rule) -> None:
    """Raise TagCycle if what the rule says depends on the tag `key`: it would be given and taken for ever."""
    rules = {
        tag.key: tag.segment.rule
        for tag in Tag.objects.filter(workspace=workspace, kind=TagKind.RULE).select_related("segment")
        if tag.segment is not None
    }
    seen: set[str] = set()
    open_ = _tag_keys(expanded(rule))
    while open_:
        one = open_.pop()
        if one == key:
            raise TagCycle(key)
        if one not in seen and one in rules:
            open_ |= _tag_keys(expanded(parse_rule(rules[one])))
        seen.add(one)


def _tag_keys(rule: Rule) -> set[str]:
    return {part.key for part in _parts(rule) if getattr(part, "op", None) == "tag"}


def _parts(value: Any) -> Iterator[Any]:
    """The rule and every rule in it, whatever its operators are called."""
    if isinstance(value, BaseModel):
        yield value
        for name in type(value).model_fields:
            yield from _parts(getattr(value, name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _parts(one)


def _by(tag: Tag) -> str:
    return f"rule:{tag.key}"
