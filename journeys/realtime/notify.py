"""Tell every web process that a journey's numbers, or its draft, have changed."""

from collections.abc import Collection

from django.db import connection

CHANNEL = "journey_counts"
DRAFTS = "journey_drafts"


def announce(journeys: Collection[str]) -> None:
    """NOTIFY inside the present transaction: heard after its commit, and only then."""
    if journeys:
        with connection.cursor() as cursor:
            cursor.execute("select pg_notify(%s, j) from unnest(%s::text[]) j", [CHANNEL, sorted(journeys)])


def announce_draft(journey: str, revision: int) -> None:
    """NOTIFY inside the present transaction that a draft was saved as this revision."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_notify(%s, %s)", [DRAFTS, f"{journey} {revision}"])
