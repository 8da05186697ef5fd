"""The records of calls are kept for a time, and no longer: nobody asks for them after that, and there are many."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

# A sweep takes so many, every ten seconds: more than a workspace can make in that time.
AT_ONCE = 5_000
# The longest finished first, by the index; what another sweep is deleting is left to it.
PURGE = """
delete from channels_app_webhookcall where id in (
    select id from channels_app_webhookcall where finished_at < %(before)s
    order by finished_at limit %(most)s for update skip locked
)
"""


def purge(now: datetime, most: int = AT_ONCE) -> int:
    """Delete calls whose fate has been known for WEBHOOK_CALLS_KEPT_DAYS. Returns how many; there may be more."""
    before = now - timedelta(days=settings.WEBHOOK_CALLS_KEPT_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(PURGE, {"before": before, "most": most})
        return int(cursor.rowcount)
