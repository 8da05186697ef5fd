from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from channels_app.policy.hours import DailyHours, end_of_hours
from channels_app.policy.judge import judge
from channels_app.policy.verdict import ALLOWED, Held, QuietHours, SendRequest

ZONES = st.sampled_from(
    ["Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]
).map(ZoneInfo)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
HOURS = st.builds(DailyHours, st.integers(0, 1440), st.integers(0, 1440))


@given(HOURS, ZONES, INSTANTS)
def test_hours_end_after_now_within_a_day_and_a_change_of_clock(
    hours: DailyHours, zone: ZoneInfo, now: datetime
) -> None:
    end = end_of_hours(hours, zone, now)
    if end is not None:
        assert now < end <= now + timedelta(hours=26)


@given(HOURS, ZONES, INSTANTS)
def test_a_held_message_is_allowed_at_the_instant_it_is_held_until(
    hours: DailyHours, zone: ZoneInfo, now: datetime
) -> None:
    request = SendRequest("sms", "marketing", "granted", quiet_hours=QuietHours(hours), zone=zone.key)
    verdict = judge(request, now)
    if isinstance(verdict, Held):
        assert verdict.until > now
        assert judge(request, verdict.until) is ALLOWED
        assert judge(request, verdict.until - timedelta(microseconds=1)) is not ALLOWED
