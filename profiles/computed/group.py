"""A group of people computed by several definitions, in the caller's transaction; one that fails keeps no other back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from profiles.computed.calculation import Calculation, Differences, Removal
from profiles.computed.kinds import keys_of, kind_of
from profiles.computed.writing import record_classes, write
from profiles.locks import lock_people
from profiles.model_tags import give_model_tags
from profiles.models import Computed
from workspaces.models import Workspace

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(hours=6)


def calculation_of(computed: Computed, now: datetime) -> Calculation:
    if computed.is_ending:
        return Removal(computed.workspace_id, keys_of(computed))
    return kind_of(computed).calculation(computed, now)


class Computation(NamedTuple):
    """Who is different now, and which definitions failed."""

    changed: set[UUID]
    failed: list[Computed]


def compute(workspace: Workspace, wanted: Mapping[Computed, Sequence[UUID]], now: datetime) -> Computation:
    """Compute each definition for its people and write what is different; must run in a transaction.

    A definition that fails says so in its row, and computes everybody anew after a while.
    """
    lock_people(workspace.id, {person for people in wanted.values() for person in people})
    found: dict[Computed, Differences] = {}
    failures: list[Computed] = []
    for computed, people in wanted.items():
        try:
            with transaction.atomic():
                found[computed] = calculation_of(computed, now).differences(people)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, an operator sees it beside the definition
            failed(computed, error, now)
            failures.append(computed)
    changed = write(workspace, list(found.values()), now)
    for computed, differences in found.items():
        label = kind_of(computed).label
        if label is not None:
            key = label(computed)
            labels = {one: wanted[key] for one, wanted in differences.items() if one in changed and key in wanted}
            record_classes(workspace.id, computed.pk, labels, now)
            give_model_tags(workspace, computed, labels, now)
    return Computation(changed, failures)


def failed(computed: Computed, error: Exception, now: datetime) -> None:
    """Say what failed, and have everybody computed anew, later each time that it fails again."""
    pause = min(FIRST_RETRY * 2 ** min(computed.failures, 16), LAST_RETRY)
    computed.failures = min(computed.failures + 1, 1000)
    computed.error = f"{getattr(error, 'code', type(error).__name__)}: {error}"[:2000]
    computed.failed_at, computed.retry_at = now, now + pause
    computed.wanted_at, computed.pass_at = computed.wanted_at or now, None
    computed.save(update_fields=["failures", "error", "failed_at", "retry_at", "wanted_at", "pass_at"])
