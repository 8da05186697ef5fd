"""The borders of day and week are those of the workspace's clock, also where clocks change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from journeys.dashboard.period import period_of

SHANGHAI, BERLIN, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("now", "today", "midnight", "week"),
    [
        # A second before Monday's midnight in Shanghai it is still Sunday, and last week.
        ((2026, 3, 1, 15, 59, 59), date(2026, 3, 1), (2026, 2, 28, 16), (2026, 2, 22, 16)),
        ((2026, 3, 1, 16, 0, 0), date(2026, 3, 2), (2026, 3, 1, 16), (2026, 3, 1, 16)),
        ((2026, 3, 4, 2, 0, 0), date(2026, 3, 4), (2026, 3, 3, 16), (2026, 3, 1, 16)),
    ],
)
def test_day_and_week_begin_at_local_midnight(
    now: tuple[int, ...], today: date, midnight: tuple[int, ...], week: tuple[int, ...]
) -> None:
    period = period_of(datetime(*now, tzinfo=UTC), SHANGHAI)  # type: ignore[arg-type, misc]  # parts of an instant
    assert period.today == today
    assert period.midnight == datetime(*midnight, tzinfo=UTC)  # type: ignore[arg-type, misc]  # as above
    assert period.week == datetime(*week, tzinfo=UTC)  # type: ignore[arg-type, misc]  # as above
    assert period.days[0] == period.monday
    assert period.monday.isoweekday() == 1


def test_last_week_is_compared_until_the_same_clock_time() -> None:
    # Berlin went to summer time on 29 March 2026: on both days the clock shows 10:00.
    period = period_of(datetime(2026, 4, 1, 8, tzinfo=UTC), BERLIN)
    assert period.now_before == datetime(2026, 3, 25, 9, tzinfo=UTC)
    assert period.week == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert period.week_before == datetime(2026, 3, 22, 23, tzinfo=UTC)


def test_a_day_of_23_hours_begins_where_it_begins() -> None:
    period = period_of(datetime(2026, 3, 8, 20, tzinfo=UTC), NEW_YORK)
    assert period.midnight == datetime(2026, 3, 8, 5, tzinfo=UTC)
