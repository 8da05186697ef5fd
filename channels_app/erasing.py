"""What channels hold of a person, and how it goes: rows that are counted stay, without address and words."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from channels_app.models import Message
from channels_app.suppressions import hashed_address
from workspaces.erasing import Removed, Subject, patterns

HANDLES: Final = frozenset({"channels_app_message", "channels_app_webhookcall"})
# A call under way has an answer, or is looked up and becomes `unknown`, well within this.
UNDER_WAY = timedelta(minutes=3)
REASON = "erased"

# Whoever waits at a node for the fate of a message has left by then: journeys erase first.
_MESSAGES = """
update channels_app_message m
set address = '', params = '{}', error_detail = '', updated_at = %(now)s,
    state = case when state = 'queued' then 'blocked' when state = 'sending' then 'unknown' else state end,
    reason = case when state in ('queued', 'sending') then %(reason)s else reason end
where m.id in (select id from channels_app_message
               where workspace_id = %(workspace)s and profile_id = %(profile)s
                     and (address <> '' or params <> '{}' or error_detail <> '' or state in ('queued', 'sending'))
               order by id limit %(limit)s for update)
"""
_OF_MESSAGES = (
    "in (select id from channels_app_message where workspace_id = %(workspace)s and profile_id = %(profile)s)"
)
_STATEMENTS: Final = {
    "channels_app_receipt": f"""
        update channels_app_receipt set payload = '{{}}', dedup_key = 'erased:' || id
        where message_id {_OF_MESSAGES} and dedup_key <> 'erased:' || id""",
    # Replies that belong to no message.
    "channels_app_receipt ": """
        update channels_app_receipt set payload = '{}', dedup_key = 'erased:' || id
        where workspace_id = %(workspace)s and message_id is null
              and (payload::text like any(%(patterns)s) or dedup_key like any(%(patterns)s))""",
    "channels_app_shortlink": f"""
        update channels_app_shortlink set address = '', target = '', expires_at = least(expires_at, %(now)s)
        where message_id {_OF_MESSAGES} and (address <> '' or target <> '')""",
    "channels_app_calltry": f"""
        update channels_app_calltry set address = '' where message_id {_OF_MESSAGES} and address <> ''""",
    "channels_app_webhookcall": """
        update channels_app_webhookcall
        set request = '{}', state = case when state = 'queued' then 'failure' else state end,
            reason = case when state = 'queued' then %(reason)s else reason end,
            finished_at = coalesce(finished_at, %(now)s)
        where workspace_id = %(workspace)s and profile_id = %(profile)s and (request <> '{}' or state = 'queued')""",
    "channels_app_interaction": """
        delete from channels_app_interaction where workspace_id = %(workspace)s and address = any(%(values)s)""",
    # The sums per template stay what they were.
    "channels_app_creditentry": """
        update channels_app_creditentry set address = '', dedup_key = 'erased:' || id
        where workspace_id = %(workspace)s and address = any(%(values)s)""",
    "channels_app_greeting": """
        update channels_app_greeting set external_userid = '', detail = ''
        where workspace_id = %(workspace)s and external_userid = any(%(values)s)""",
    "channels_app_groupchat": """
        update channels_app_groupchat
        set customers = coalesce((select jsonb_agg(one) from jsonb_array_elements(customers) one
                                  where not one #>> '{}' = any(%(values)s)), '[]')
        where workspace_id = %(workspace)s and customers ?| %(values)s""",
    # Where a finished reading ended; one under way goes on after it.
    "channels_app_followersync": """
        update channels_app_followersync set position = ''
        where workspace_id = %(workspace)s and position = any(%(values)s) and state <> 'running'""",
}


def erase(subject: Subject, now: datetime, limit: int) -> Removed:
    """`workspaces.erasing.Eraser`. Waits while a message to the person is under way at a provider."""
    values: dict[str, Any] = {
        "workspace": subject.workspace_id,
        "profile": subject.profile_id,
        "values": subject.values,
        "patterns": patterns(subject.searchable),
        "now": now,
        "reason": REASON,
        "limit": limit,
    }
    rows: Counter[str] = Counter()
    theirs = Message.objects.filter(workspace_id=subject.workspace_id, profile_id=subject.profile_id)
    if theirs.filter(state="sending", attempted_at__gt=now - UNDER_WAY).exists():
        return Removed(rows, more=True)
    with connection.cursor() as cursor:
        for table, statement in _STATEMENTS.items():
            cursor.execute(statement, values)
            rows[table.strip()] += cursor.rowcount
        cursor.execute(_MESSAGES, values)
        rows["channels_app_message"] = cursor.rowcount
        more = cursor.rowcount >= limit
    rows["channels_app_suppression"] = _keep_refusals(subject, now)
    return Removed(+rows, more)


def _keep_refusals(subject: Subject, now: datetime) -> int:
    """A refusal outlives the person, as a hash that their address still matches: they asked to be left alone."""
    from channels_app.models import Suppression

    entries = Suppression.objects.filter(workspace_id=subject.workspace_id, address__in=subject.values)
    changed = 0
    for entry in entries.select_for_update():
        hashed = hashed_address(subject.workspace_id, entry.channel, entry.address, now)
        same = Suppression.objects.filter(
            workspace_id=subject.workspace_id, channel=entry.channel, address=hashed, lifted_at=None
        )
        if entry.lifted_at is None and same.exists():
            entry.delete()
        else:
            entry.address, entry.proof, entry.reason, entry.lift_reason = hashed, {}, "", ""
            entry.save()
        changed += 1
    return changed
