"""What journeys hold of a person: runs end, and keep their streams, which name nobody; words about the person go.

No person's lock is taken: a tick that holds a run's row may want it. A run that begins meanwhile is ended by the second
pass, after which nobody can begin one.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from journeys.models import Enrollment, JourneyComment
from journeys.runtime.leaving import exit_enrollment
from profiles.models import Profile
from workspaces.erasing import Removed, Subject, redact
from workspaces.errors import DomainError

HANDLES: Final = frozenset(
    {"journeys_enrollment", "journeys_conversion", "journeys_credit", "journeys_reviewrun", "journeys_stafftask"}
)
REASON: Final = "erased"
ENDED: Final = ("completed", "exited", "converted_exit", "held_out")
# Attributes that are a person's name, as colleagues write it in a comment.
NAMES: Final = ("name", "full_name", "real_name", "nickname", "姓名")
SHORTEST_NAME: Final = 2

_ENROLLMENTS = """
update journeys_enrollment set properties = '{}', idempotency_key = null, entry_key = null
where workspace_id = %(workspace)s and profile_id = %(profile)s
      and (properties <> '{}' or idempotency_key is not null or entry_key is not null)
"""
_INBOX = """
delete from journeys_inboxentry where enrollment_id in (
    select id from journeys_enrollment where workspace_id = %(workspace)s and profile_id = %(profile)s)
"""
_TASKS = """
update journeys_stafftask
set content = '', note = '', materials = '[]', state = case when state = 'open' then 'cancelled' else state end,
    closed_at = coalesce(closed_at, %(now)s)
where workspace_id = %(workspace)s and profile_id = %(profile)s
      and (content <> '' or note <> '' or materials <> '[]' or state = 'open')
"""
_CREDITS = """
update journeys_credit set "order" = '' where workspace_id = %(workspace)s and profile_id = %(profile)s and "order" <> ''
"""


def erase(subject: Subject, now: datetime, limit: int) -> Removed:
    """`workspaces.erasing.Eraser`. Conversions, credits and streams stay: they name the person's id alone."""
    rows: Counter[str] = Counter()
    rows["journeys_enrollment"] = _end_runs(subject, now)
    values: dict[str, Any] = {"workspace": subject.workspace_id, "profile": subject.profile_id, "now": now}
    with connection.cursor() as cursor:
        for table, statement in (
            ("journeys_inboxentry", _INBOX),
            ("journeys_enrollment", _ENROLLMENTS),
            ("journeys_stafftask", _TASKS),
            ("journeys_credit", _CREDITS),
        ):
            cursor.execute(statement, values)
            rows[table] += cursor.rowcount
    rows["journeys_journeycomment"] = _blacken_comments(subject, [*_names(subject), *subject.needles])
    return Removed(+rows)


def _end_runs(subject: Subject, now: datetime) -> int:
    runs = Enrollment.objects.filter(workspace_id=subject.workspace_id, profile_id=subject.profile_id)
    ended = 0
    for run in runs.exclude(state__in=ENDED).select_related("journey").order_by("id"):
        try:
            exit_enrollment(run, now, REASON)
            ended += 1
        except DomainError as error:
            if error.code != "wrong_state":
                raise
    return ended


def _names(subject: Subject) -> list[str]:
    known = Profile.objects.filter(pk=subject.profile_id).values_list("attributes", flat=True).first() or {}
    names = {known.get(key) for key in NAMES}
    return sorted((name for name in names if isinstance(name, str) and len(name) >= SHORTEST_NAME), key=len)[::-1]


def _blacken_comments(subject: Subject, needles: Sequence[str]) -> int:
    changed = 0
    for needle in needles:
        named = JourneyComment.objects.filter(workspace_id=subject.workspace_id, text__contains=needle)
        for comment in named.select_for_update():
            comment.text = redact(comment.text, needles)
            comment.save(update_fields=["text"])
            changed += 1
    return changed
