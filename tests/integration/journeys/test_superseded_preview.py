"""Who types on does not wait for what they asked before: the earlier preview is cancelled, and says so."""

import threading
import time
from datetime import UTC, datetime

import pytest
from django.db import connection

from profiles.rules.codec import parse_rule
from profiles.segment_preview import PreviewSuperseded, preview
from tests.fixtures.world import World

pytestmark = pytest.mark.django_db(transaction=True)
RULE = {"op": "attribute", "key": "city", "value": "上海"}
ACTIVE = (
    "select count(*) from pg_stat_activity where application_name like 'preview %%' and state = 'active'"
    " and wait_event_type = 'Lock' and datname = current_database()"
)


@pytest.mark.parametrize(("typing", "is_cancelled"), [("a", True), ("b", False)])
def test_a_later_preview_of_the_same_editor_cancels_the_one_that_runs(
    world: World, typing: str, is_cancelled: bool
) -> None:
    world.person(city="上海")
    rule, at = parse_rule(RULE), datetime.now(UTC)
    outcome: list[object] = []

    def first() -> None:
        try:
            outcome.append(preview(world.workspace, rule, at, typing="a", patience_ms=60_000))
        except PreviewSuperseded as error:
            outcome.append(error)
        finally:
            connection.close()

    holder = connection.copy()
    earlier = threading.Thread(target=first)
    try:
        # Its statement waits for a lock: it is certainly under way when the later one comes.
        with holder.cursor() as cursor:
            cursor.execute("begin")
            cursor.execute("lock table profiles_profile in access exclusive mode")
            earlier.start()
            deadline = time.monotonic() + 60
            with connection.cursor() as looking:
                while time.monotonic() < deadline:
                    looking.execute(ACTIVE)
                    if looking.fetchone()[0]:
                        break
                    time.sleep(0.01)
            later = threading.Thread(target=_cancel_by_asking, args=(world, rule, at, typing))
            later.start()
            if is_cancelled:
                earlier.join(60)
                assert [type(one) for one in outcome] == [PreviewSuperseded]
            cursor.execute("rollback")
        earlier.join(60)
        later.join(60)
        assert isinstance(outcome[0], PreviewSuperseded) is is_cancelled
    finally:
        holder.close()


def _cancel_by_asking(world: World, rule: object, at: datetime, typing: str) -> None:
    try:
        preview(world.workspace, rule, at, typing=typing, patience_ms=60_000)  # type: ignore[arg-type]
    finally:
        connection.close()
