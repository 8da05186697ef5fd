"""Everybody computed anew: when it is asked for, when a definition is new, and every night.

A pass is a durable job. Where it is stands in the definition's row, which each batch locks; whoever comes next goes on.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q, QuerySet

from profiles.computed.calculation import HAVING, PREFIX
from profiles.computed.group import calculation_of, compute, failed
from profiles.computed.kinds import keys_of, kind_of
from profiles.computed.places import place_of
from profiles.models import ClassSpell, Computed, ComputedDue, Profile
from workspaces.localtime import instant_of
from workspaces.models import Workspace

AT_ONCE: Final = 2_000
# The local hour of the workspace in which nobody is in the way.
NIGHTLY_HOUR: Final = 3


def next_night(now: datetime, zone: str) -> datetime:
    """The next 03:00 of the workspace's clocks; Shanghai's where its zone is unknown."""
    place = place_of(zone)
    local = now.astimezone(place).replace(tzinfo=None)
    tonight = local.replace(hour=NIGHTLY_HOUR, minute=0, second=0, microsecond=0)
    return instant_of(tonight if tonight > local else tonight + timedelta(days=1), place)


def waiting(now: datetime) -> QuerySet[Computed]:
    """Definitions whose people are to be computed anew now."""
    wanted = Q(pass_at__isnull=False) | Q(wanted_at__lte=now) | Q(next_at__lte=now)
    return Computed.objects.filter(wanted).filter(Q(retry_at=None) | Q(retry_at__lte=now))


def advance_pass(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Do the next batch of the workspace's oldest pass, in one transaction; tell whether there may be more."""
    with transaction.atomic():
        computed = (
            waiting(now)
            .filter(workspace=workspace)
            .select_related("workspace")
            .select_for_update(of=("self",), skip_locked=True)
            .order_by(F("pass_at").asc(nulls_last=True), "pk")
            .first()
        )
        if computed is None:
            return False
        try:
            with transaction.atomic():
                _batch(computed, now, limit)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, an operator sees it beside the definition
            failed(computed, error, now)
    return True


def _batch(computed: Computed, now: datetime, limit: int) -> None:
    if computed.pass_at is None and not _begin(computed, now):
        return
    people = list(_page(computed, limit))
    # Most people have what they ought to have: only the others are locked, and computed again under the lock.
    # As of now and not of the pass's beginning: what happened since then has perhaps been computed already.
    different = calculation_of(computed, now).differences(people) if people else {}
    if different and compute(computed.workspace, {computed: sorted(different)}, now).failed:
        return
    computed.passed += len(people)
    if len(people) == limit:
        computed.cursor = people[-1]
        computed.save(update_fields=["cursor", "passed"])
    else:
        _end(computed, now)


def _begin(computed: Computed, now: datetime) -> bool:
    """Learn what is to be learned, and start at the first person; False: it cannot be computed now."""
    fit = None if computed.is_ending else kind_of(computed).fit
    if fit is not None:
        learned = fit(computed, now)
        computed.refusal = learned.refusal
        if learned.fitted is not None:
            computed.fitted, computed.fitted_at = dict(learned.fitted), now
            computed.fit_version += 1
        elif computed.fitted is None:
            _rest(computed, now)
            return False
    computed.pass_at, computed.cursor, computed.passed = now, None, 0
    computed.save()
    return True


def _end(computed: Computed, now: datetime) -> None:
    if computed.is_ending:
        ComputedDue.objects.filter(computed_id=computed.pk).delete()
        ClassSpell.objects.filter(computed_id=computed.pk).delete()
        computed.delete()
        return
    computed.computed_at = computed.pass_at
    count_coverage(computed, now)
    _rest(computed, now)


def _rest(computed: Computed, now: datetime) -> None:
    computed.wanted_at = computed.pass_at = computed.cursor = computed.retry_at = None
    computed.failures, computed.error = 0, ""
    computed.next_at = next_night(now, computed.workspace.timezone)
    computed.save()


def count_coverage(computed: Computed, now: datetime) -> None:
    """Count, in the row that is not saved yet, who there is and who has a value."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select count(*), count(*) filter (where {HAVING}) from profiles_profile where workspace_id = %s",
            [computed.workspace_id, PREFIX, list(keys_of(computed)[:1]), computed.workspace_id],
        )
        computed.people, computed.with_value = cursor.fetchone()
    computed.covered_at = now


def _page(computed: Computed, limit: int) -> QuerySet[Profile, UUID]:
    people = Profile.objects.filter(workspace_id=computed.workspace_id)
    if computed.cursor is not None:
        people = people.filter(pk__gt=computed.cursor)
    return people.order_by("pk").values_list("pk", flat=True)[:limit]
