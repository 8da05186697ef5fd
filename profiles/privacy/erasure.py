"""Erase one person: asked for in a transaction that shuts the door behind them, done step by step, proved at the end.

A step is an app's eraser, a search of one table, or the end: the person's row and identities, without which nothing
could be looked for. Each is a transaction that locks the erasure's row, so two who are at it take turns.
"""

from collections import Counter
from datetime import datetime, timedelta
from time import monotonic
from typing import Final
from uuid import UUID

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from profiles.choices import ErasureState
from profiles.identity_values import IdentityKey
from profiles.locks import lock_identities, lock_people
from profiles.merging.aliases import current_id
from profiles.models import Erasure, Identity, IdentityConflict, Profile, ProfileAlias, Tombstone
from profiles.models.erasure import OPEN_ERASURES
from profiles.privacy import mentions, own_rows
from workspaces import audit, erasing
from workspaces.erasing import Subject
from workspaces.errors import DomainError
from workspaces.models import AuditAction, Workspace
from workspaces.privacy import digest, read_rules, settings_of

AT_ONCE: Final = 2000
MOST_FAILURES: Final = 5
SILENCE = timedelta(seconds=10)
OWN, LAST, SEARCH, AGAIN = "profiles", "end", "search:", "again:"


def ask(workspace: Workspace, profile_id: UUID, reason: str, by: User | None, named: str, now: datetime) -> Erasure:
    """Ask that a person be erased; from the commit on nothing is taken for them any more.

    Asked again while it is under way, the same erasure is returned. Raises DomainError `not_found`.
    """
    with transaction.atomic():
        profile_id = current_id(workspace.id, profile_id)
        found = Erasure.objects.filter(workspace=workspace, profile_id=profile_id).first()
        if found is not None:
            return found
        subject = subject_of(workspace.id, profile_id)
        lock_identities(workspace.id, subject.identities)
        lock_people(workspace.id, [profile_id])
        if not Profile.objects.filter(workspace=workspace, pk=profile_id).exists():
            raise DomainError("not_found", "There is no such profile in this workspace.", status=404)
        subject = subject_of(workspace.id, profile_id)
        settings = settings_of(workspace.id, now)
        erasure = Erasure.objects.create(
            workspace=workspace,
            profile_id=profile_id,
            step=_steps()[0],
            reason=erasing.redact(reason, subject.needles),
            asked_by=by,
            asked_by_name=named[:200],
            asked_at=now,
            beat_at=now,
            identities=len(subject.identities),
            unsearched=_unsearched(subject),
        )
        until = now + timedelta(days=read_rules(settings.rules).erasure_grace_days)
        hashes = {digest(bytes(settings.salt), type_, value) for type_, value in subject.identities}
        Tombstone.objects.bulk_create(
            Tombstone(workspace=workspace, erasure=erasure, digest=one, blocks_until=until) for one in sorted(hashes)
        )
        audit.record(
            workspace.id,
            AuditAction.ERASE_ASKED,
            now,
            by=named,
            profile_id=profile_id,
            subject=str(erasure.pk),
            reason=erasure.reason,
        )
    return erasure


def perform(erasure: Erasure, now: datetime, at_once: int = AT_ONCE, seconds: float | None = None) -> Erasure:
    """Do it in the calling thread, to its end or for so many seconds; what is left is a worker's."""
    until = None if seconds is None else monotonic() + seconds
    while advance(erasure.pk, now, at_once) and (until is None or monotonic() < until):
        pass
    erasure.refresh_from_db()
    return erasure


def advance(erasure_id: UUID, now: datetime, at_once: int = AT_ONCE) -> bool:
    """Do the next part, in a transaction of its own; tell whether there is more that can be done now.

    What a part fails with is recorded, and tried again; after MOST_FAILURES tries the erasure has failed, visibly.
    """
    try:
        return _advance(erasure_id, now, at_once)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, an operator sees it on the certificate
        return _fail(erasure_id, error, now)


def retry(erasure: Erasure, now: datetime) -> None:
    """Go on with one that has failed. Raises DomainError `wrong_state`."""
    failed = Erasure.objects.filter(pk=erasure.pk, state=ErasureState.FAILED)
    if not failed.update(state=ErasureState.RUNNING, failures=0, error="", beat_at=now):
        raise DomainError("wrong_state", "This erasure has not failed.", status=409)


def overdue(now: datetime) -> list[UUID]:
    """Erasures that nobody is at, or that wait for a message under way."""
    silent = Erasure.objects.filter(state__in=OPEN_ERASURES, beat_at__lt=now - SILENCE)
    return list(silent.order_by("beat_at").values_list("pk", flat=True))


def subject_of(workspace_id: UUID, profile_id: UUID) -> Subject:
    """Read whom it is about; their identities are there until the last step."""
    rows = Identity.objects.filter(workspace_id=workspace_id, profile_id=profile_id).order_by("id")
    former = ProfileAlias.objects.filter(workspace_id=workspace_id, profile_id=profile_id).order_by("id")
    return Subject(
        workspace_id, profile_id, tuple(rows.values_list("type", "value")), tuple(former.values_list("id", flat=True))
    )


def _steps() -> list[str]:
    # Once the person's row is gone nothing can begin for them: the second pass finds what began meanwhile.
    erasers = erasing.erasers()
    again = [AGAIN + name for name in erasers]
    return [*erasers, OWN, *(SEARCH + name for name in mentions.tables()), LAST, *again]


def _unsearched(subject: Subject) -> int:
    sought = set(subject.searchable)
    return sum(value not in sought for _, value in subject.identities)


def _advance(erasure_id: UUID, now: datetime, at_once: int) -> bool:
    with transaction.atomic():
        erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
        if erasure.state not in OPEN_ERASURES:
            return False
        erasure.state, erasure.started_at = ErasureState.RUNNING, erasure.started_at or now
        subject = subject_of(erasure.workspace_id, erasure.profile_id)
        more, waits = _do(erasure, subject, now, at_once)
        if not more:
            steps = _steps()
            following = steps[steps.index(erasure.step) + 1 :] if erasure.step in steps else []
            if following:
                erasure.step = following[0]
            else:
                _finish(erasure, now)
        erasure.failures, erasure.error, erasure.beat_at = 0, "", now
        erasure.save()
        return erasure.state in OPEN_ERASURES and not waits


def _do(erasure: Erasure, subject: Subject, now: datetime, at_once: int) -> tuple[bool, bool]:
    """Do a part of the present step; tell whether the step has more, and whether that must wait."""
    if erasure.step == LAST:
        _count(erasure.removed, _remove_person(subject))
        return False, False
    if erasure.step.startswith(SEARCH):
        return _search(erasure, subject, at_once), False
    name = erasure.step.removeprefix(AGAIN)
    eraser = own_rows.erase if name == OWN else erasing.erasers()[name]
    removed = eraser(subject, now, at_once)
    _count(erasure.removed, removed.rows)
    return removed.more, removed.more and not removed.rows


def _search(erasure: Erasure, subject: Subject, at_once: int) -> bool:
    name = erasure.step.removeprefix(SEARCH)
    table, needles = mentions.tables().get(name), subject.searchable
    if table is None:
        return False
    if needles and name not in mentions.SETTINGS:
        done = mentions.blacken(table, subject, needles, at_once)
        _count(erasure.redacted, Counter({name: done}))
        if done >= at_once:
            return True
    left = mentions.count(table, subject, needles) if needles else 0
    if left:
        erasure.remaining[name] = left
    erasure.searched = [*(one for one in erasure.searched if one != name), name]
    return False


def _remove_person(subject: Subject) -> Counter[str]:
    keys = [IdentityKey(*pair) for pair in subject.identities]
    lock_identities(subject.workspace_id, keys)
    lock_people(subject.workspace_id, [subject.profile_id])
    rows: Counter[str] = Counter()
    theirs = Q(profile_id=subject.profile_id)
    for key in keys:
        theirs |= Q(type=key.type, value=key.value) | Q(with_type=key.type, with_value=key.value)
    rows["profiles_identityconflict"] = IdentityConflict.objects.filter(
        theirs, workspace_id=subject.workspace_id
    ).delete()[0]
    former = ProfileAlias.objects.filter(workspace_id=subject.workspace_id, profile_id=subject.profile_id)
    rows["profiles_profilealias"] = former.delete()[0]
    _, by_model = Profile.objects.filter(workspace_id=subject.workspace_id, pk=subject.profile_id).delete()
    for label, deleted in by_model.items():
        rows[label.lower().replace(".", "_")] += deleted
    return rows


def _finish(erasure: Erasure, now: datetime) -> None:
    erasure.state, erasure.step, erasure.finished_at = ErasureState.DONE, "", now
    audit.record(
        erasure.workspace_id,
        AuditAction.ERASED,
        now,
        by=audit.SYSTEM,
        profile_id=erasure.profile_id,
        subject=str(erasure.pk),
        data={"removed": erasure.removed, "redacted": erasure.redacted, "remaining": erasure.remaining},
    )


def _count(totals: dict[str, int], rows: Counter[str]) -> None:
    for table, number in rows.items():
        if number:
            totals[table] = totals.get(table, 0) + number


def _fail(erasure_id: UUID, error: Exception, now: datetime) -> bool:
    with transaction.atomic():
        erasure = Erasure.objects.select_for_update().get(pk=erasure_id)
        if erasure.state not in OPEN_ERASURES:
            return False
        # Not its text: an error of the database quotes the row.
        erasure.error = f"{erasure.step}: {getattr(error, 'code', type(error).__name__)}"
        erasure.failures += 1
        erasure.beat_at = now
        if erasure.failures >= MOST_FAILURES:
            erasure.state, erasure.finished_at = ErasureState.FAILED, now
        erasure.save()
        return erasure.state in OPEN_ERASURES
