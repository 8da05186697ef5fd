"""Searching for people who are probably the same: asked for, done by a worker, reviewed by somebody.

A search is a row; whoever takes it up begins anew, and what it finds is written once for each pair, so that a killed
worker costs time and nothing else.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from importlib.util import find_spec
from typing import Final
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from profiles.choices import MergeOrigin, SuggestionState
from profiles.identity_facts import apart
from profiles.identity_plan import too_much
from profiles.identity_types import rules_of
from profiles.identity_values import IdentityKey
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.probable import Pair, probable_pairs
from profiles.merging.undo import keep_apart
from profiles.models import Identity, MatchRun, MatchSuggestion, Profile, ProfileMerge
from workspaces.errors import DomainError
from workspaces.models import Workspace

OPEN: Final = ("queued", "running")
MOST_ATTEMPTS: Final = 3
# A search says that it goes on as often as a thousand pairs are written, and before each of its steps.
SILENCE: Final = timedelta(minutes=30)
NUDGE_TAKES: Final = timedelta(seconds=5)
AT_ONCE: Final = 1_000
# Called after the commit with a search that was asked for.
runs_wanted: list[Callable[[UUID], None]] = []


class MatchingNotInstalled(DomainError):
    """The extra `matching` (splink) is not installed here."""

    def __init__(self) -> None:
        super().__init__("matching_not_installed", "Install zhitu[matching] to search for matches.", status=501)


def ask(workspace: Workspace, at_least: float, now: datetime) -> MatchRun:
    """Ask for a search. Raises MatchingNotInstalled, and DomainError `matching_under_way` while one goes on."""
    if find_spec("splink") is None:
        raise MatchingNotInstalled
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        if MatchRun.objects.filter(workspace=workspace, state__in=OPEN).exists():
            raise DomainError("matching_under_way", "A search is under way.", status=409)
        run = MatchRun.objects.create(workspace=workspace, settings={"at_least": at_least}, asked_at=now)
        for wanted in runs_wanted:
            transaction.on_commit(partial(wanted, run.pk))
    return run


def overdue(now: datetime) -> list[UUID]:
    """Searches that no worker has taken up, or whose worker has fallen silent."""
    waiting = Q(state="queued", asked_at__lt=now - NUDGE_TAKES)
    silent = Q(state="running", beat_at__lt=now - SILENCE)
    return list(MatchRun.objects.filter(waiting | silent).order_by("asked_at").values_list("pk", flat=True))


def perform(run_id: UUID, now: datetime) -> None:
    """Do a search to its end. Nothing happens if it has ended."""
    row = MatchRun.objects.filter(pk=run_id, state__in=OPEN).select_related("workspace").first()
    if row is None:
        return
    if row.attempts >= MOST_ATTEMPTS:
        fail(run_id, f"The worker ended {MOST_ATTEMPTS} times before the search did.", now)
        return
    MatchRun.objects.filter(pk=run_id).update(state="running", attempts=F("attempts") + 1, beat_at=now)
    people, pairs = probable_pairs(row.workspace_id, row.settings["at_least"])
    found = 0
    for start in range(0, len(pairs), AT_ONCE):
        found += _suggest(row.workspace, pairs[start : start + AT_ONCE], now)
        MatchRun.objects.filter(pk=run_id).update(beat_at=now, found=found)
    MatchRun.objects.filter(pk=run_id, state="running").update(
        state="done", people=people, found=found, finished_at=now
    )


def fail(run_id: UUID, error: str, now: datetime) -> None:
    MatchRun.objects.filter(pk=run_id, state__in=OPEN).update(state="failed", error=error[:500], finished_at=now)


def open_suggestions() -> QuerySet[MatchSuggestion]:
    """Those about which nobody has said anything, while both are there."""
    there = [Exists(Profile.objects.filter(id=OuterRef(name))) for name in ("first_id", "second_id")]
    return MatchSuggestion.objects.filter(*there, state=SuggestionState.OPEN)


def accept(
    workspace: Workspace, suggestion: MatchSuggestion, at: datetime, user: User | None, reason: str, *, force: bool
) -> ProfileMerge:
    """Say that the two are one. Raises what `merge_by_hand` raises."""
    with transaction.atomic():
        merge = merge_by_hand(
            workspace,
            suggestion.first_id,
            suggestion.second_id,
            at,
            user,
            reason,
            force=force,
            origin=MergeOrigin.SUGGESTION,
        )
        _reviewed(suggestion, SuggestionState.ACCEPTED, at, user)
    return merge


def reject(workspace: Workspace, suggestion: MatchSuggestion, at: datetime, user: User | None) -> None:
    """Say that the two are two: they are never suggested again, and no fact joins them."""
    with transaction.atomic():
        keep_apart(workspace.id, suggestion.first_id, suggestion.second_id)
        _reviewed(suggestion, SuggestionState.REJECTED, at, user)


def _reviewed(suggestion: MatchSuggestion, state: SuggestionState, at: datetime, user: User | None) -> None:
    MatchSuggestion.objects.filter(pk=suggestion.pk).update(state=state, reviewed_at=at, reviewed_by=user)


def _suggest(workspace: Workspace, pairs: Sequence[Pair], now: datetime) -> int:
    """Write the pairs that nothing speaks against. Returns how many are new."""
    people = {one for pair in pairs for one in (pair.first, pair.second)}
    keys: dict[UUID, set[IdentityKey]] = {one: set() for one in people}
    for profile, type_, value in Identity.objects.filter(profile_id__in=people).values_list(
        "profile_id", "type", "value"
    ):
        keys[profile].add(IdentityKey(type_, value))
    rules, separate = rules_of(workspace.id), apart(workspace.id, people)
    known = set(
        MatchSuggestion.objects.filter(workspace=workspace, first_id__in=people).values_list("first_id", "second_id")
    )
    rows = [
        MatchSuggestion(
            workspace=workspace,
            first_id=pair.first,
            second_id=pair.second,
            weight=pair.weight,
            probability=pair.probability,
            explanation=pair.explanation,
            found_at=now,
        )
        for pair in pairs
        if (pair.first, pair.second) not in known
        and frozenset({pair.first, pair.second}) not in separate
        and too_much(keys[pair.first], keys[pair.second], rules) is None
    ]
    MatchSuggestion.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
