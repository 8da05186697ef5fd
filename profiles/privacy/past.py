"""What a person's archive says of the past: changes, tags and stays that are over, merges, what was computed of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from profiles.computed.calculation import PREFIX
from profiles.computed.kinds import keys_of
from profiles.merging.explain import merges_of
from profiles.models import (
    ClassSpell,
    Computed,
    PersonHistory,
    PreferenceRevocation,
    Profile,
    ProfileAlias,
    Segment,
    SegmentMember,
    SegmentStay,
    TagAssignment,
)
from workspaces.models import AuditEntry

CHUNK = 500


def rows_of(query: QuerySet[Any], *fields: str, **named: Any) -> Iterator[dict[str, Any]]:
    """Read rows as the archive has them, without keeping them; `named` are columns under another name."""
    return query.values(*fields, **named).iterator(chunk_size=CHUNK)


def sections(profile: Profile) -> Mapping[str, Iterable[Any]]:
    workspace, person = profile.workspace_id, profile.pk
    theirs = {"workspace_id": workspace, "profile_id": person}
    return {
        "former_ids": rows_of(ProfileAlias.objects.filter(**theirs).order_by("id"), "id"),
        "changes": rows_of(
            PersonHistory.objects.filter(profile_id=person).order_by("at", "id"),
            "at", "recorded_at", "attributes", "tags",
        ),
        "tag_assignments": rows_of(
            TagAssignment.objects.filter(profile_id=person).order_by("id"),
            "key", "value", "source", "at", "expires_at", "ended_at", "ended_because",
        ),
        "segments": rows_of(
            SegmentMember.objects.filter(profile_id=person).order_by("segment_id"), "segment_id", "since", name=_SEGMENT
        ),
        "segment_stays": rows_of(
            SegmentStay.objects.filter(profile_id=person).order_by("entered_at", "segment_id"),
            "segment_id", "entered_at", "left_at", name=_SEGMENT,
        ),
        "computed": _computed(profile),
        "classes": rows_of(
            ClassSpell.objects.filter(profile_id=person).order_by("id"),
            "label", "since", "until", key=Subquery(Computed.objects.filter(id=OuterRef("computed_id")).values("key")),
        ),
        "merges": _merges(profile),
        "preference_links_revoked": rows_of(PreferenceRevocation.objects.filter(**theirs), "before"),
        # Who in the company it was is that employee's data.
        "audit": rows_of(AuditEntry.objects.filter(**theirs).order_by("id"), "at", "action", "reason"),
    }  # fmt: skip


_SEGMENT = Subquery(Segment.objects.filter(id=OuterRef("segment_id")).values("name"))


def _computed(profile: Profile) -> Iterator[dict[str, Any]]:
    """What each definition has found of the person."""
    found = profile.attributes.get(PREFIX)
    values = found if isinstance(found, dict) else {}
    for one in Computed.objects.filter(workspace_id=profile.workspace_id).order_by("key"):
        own = {key: values[key] for key in keys_of(one) if key in values}
        if own:
            yield {"key": one.key, "name": one.name, "kind": one.kind, "definition": one.definition, "values": own}


def _merges(profile: Profile) -> Iterator[dict[str, Any]]:
    """Every merge that led to them; of those that were taken back, nothing that is the other person's."""
    own = {profile.pk, *ProfileAlias.objects.filter(profile_id=profile.pk).values_list("id", flat=True)}
    for merge in merges_of(profile.workspace_id, profile.pk):
        undone = getattr(merge, "undo", None)
        told = {"at": merge.at, "origin": merge.origin, "rule": merge.rule, "undone_at": undone.at if undone else None}
        sides = {merge.survivor_id: merge.survivor_before, merge.merged_id: merge.merged_before}
        before = [_state(id_, row) for id_, row in sides.items() if undone is None or id_ in own]
        if undone is None:
            told |= {"reason": merge.reason, "event_id": merge.event_id, "survivor_id": merge.survivor_id}
            told["identities"] = [[merge.type, merge.value], [merge.with_type, merge.with_value]]
            # Rows of the merged person that the survivor had, too.
            told["put_aside"] = list(merge.rows.exclude(shelved=[]).order_by("table").values("table", "shelved"))
        yield {**told, "before": before}


def _state(id_: UUID, row: Mapping[str, Any]) -> dict[str, Any]:
    # Empty after the days of the rule `merges`.
    return {"id": id_, "attributes": row.get("attributes"), "tags": row.get("tags")}
