"""An outbox filled by COPY, and what it looks like when it is empty again."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection, transaction

from bench.harness.people import TooSlow, wait_until_none
from channels_app.models import ChannelAccount, Template
from journeys.store.postgres import copy
from journeys.store.rows import copy_json
from workspaces.arrays import array_of
from workspaces.models.base import new_id

COLUMNS = (
    "id, workspace_id, account_id, template_id, profile_id, node, channel, purpose, address, params, policy,"
    " wants_outcome, state, reason, not_before, attempts, provider_id, error_code, error_detail, requested_at, updated_at"
)
PARAMS = {"name": "客户", "number": "{}"}
OPEN = """
(select 1 from channels_app_message where account_id = %s and state = 'queued' limit 1)
union all (select 1 from channels_app_message where account_id = %s and state = 'sending' limit 1)
"""


def fill_outbox(
    account: ChannelAccount,
    template: Template,
    addresses: Sequence[str],
    channel: str,
    params: Mapping[str, str] = PARAMS,
) -> list[UUID]:
    """Queue one service message for each address and return their ids; `{}` in a parameter is the message's number."""
    now = datetime.now(UTC).isoformat()
    ids = [new_id() for _ in addresses]
    lines = [
        f"{id_}\t{account.workspace_id}\t{account.pk}\t{template.pk}\t{new_id()}\tsend\t{channel}\tservice\t{address}"
        f"\t{copy_json({k: v.format(number) for k, v in params.items()})}\t{{}}\tf\tqueued\t\t{now}\t0\t\t\t\t{now}\t{now}\n"
        for number, (id_, address) in enumerate(zip(ids, addresses, strict=True))
    ]
    with transaction.atomic():
        copy(f"copy channels_app_message ({COLUMNS}) from stdin", lines)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze channels_app_message")
    return ids


def wake_dispatch(account: ChannelAccount) -> None:
    """Have the worker look at the account's outbox."""
    from channels_app.temporal import nudge_dispatch
    from journeys.temporal.client import connect
    from journeys.temporal.messages import TASK_QUEUE

    async def nudge() -> None:
        await nudge_dispatch(await connect(), TASK_QUEUE, account.pk)

    asyncio.run(nudge())


def states(account: ChannelAccount) -> Counter[str]:
    """How many of the account's messages are in each state."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select state, count(*) from channels_app_message where account_id = %s group by 1", [account.pk]
        )
        return Counter(dict(cursor.fetchall()))


def seconds_until(account: ChannelAccount, ids: Sequence[UUID], within: float) -> float:
    """Wait until the outbox is empty, check that these messages were accepted, and return how long after their first attempt.

    What is asked meanwhile costs the server next to nothing: to count the rows five times a second took a sixth of its time.
    """
    wait_until_none(OPEN, [account.pk, account.pk], within)
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(accepted_at), extract(epoch from max(accepted_at) - min(attempted_at))::float"
            " from channels_app_message where id = any(%s::uuid[])",
            [array_of(ids)],
        )
        count, seconds = cursor.fetchone()
    if count < len(ids):
        raise TooSlow(f"{count} of {len(ids)} messages were accepted")
    return float(seconds)
