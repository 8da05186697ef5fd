from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from channels_app.policy.judge import judge
from channels_app.policy.reasons import Reason
from channels_app.policy.verdict import ALLOWED, Blocked, Held, QuietHours, SendRequest, Verdict

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
NIGHT = {"from": "21:00", "to": "08:00"}


def marketing(**facts: object) -> SendRequest:
    return SendRequest(**{"channel": "sms", "purpose": "marketing", "consent": "granted", **facts})  # type: ignore[arg-type]


def quiet(policy: str = "hold", **hours: str) -> QuietHours:
    return QuietHours.parse({**(hours or NIGHT), "policy": policy})


def reason(verdict: Verdict) -> Reason | None:
    return verdict.reason if isinstance(verdict, Blocked | Held) else None


def test_marketing_with_a_grant_is_allowed_by_day() -> None:
    assert judge(marketing(), NOON) is ALLOWED


def test_marketing_without_a_consent_entry_is_blocked_no_consent() -> None:
    assert reason(judge(marketing(consent=None), NOON)) == Reason.NO_CONSENT


def test_marketing_after_a_withdrawal_is_blocked_opted_out() -> None:
    assert reason(judge(marketing(consent="withdrawn"), NOON)) == Reason.OPTED_OUT


@pytest.mark.parametrize(("consent", "expected"), [(None, None), ("granted", None), ("withdrawn", Reason.OPTED_OUT)])
def test_service_is_blocked_only_by_a_withdrawal(consent: str | None, expected: Reason | None) -> None:
    assert reason(judge(SendRequest("sms", "service", consent), NOON)) == expected


def test_the_suppression_list_blocks_even_with_a_grant() -> None:
    assert reason(judge(marketing(suppressed=True), NOON)) == Reason.OPTED_OUT


def test_a_person_without_an_address_is_blocked_no_identity() -> None:
    assert reason(judge(marketing(has_address=False), NOON)) == Reason.NO_IDENTITY


def test_a_template_that_is_not_approved_blocks() -> None:
    assert reason(judge(marketing(template_approved=False), NOON)) == Reason.TEMPLATE_NOT_APPROVED


@pytest.mark.parametrize(
    ("local", "allowed"),
    [("07:59:59", False), ("08:00:00", True), ("20:59:59", True), ("21:00:00", False), ("00:00:00", False)],
)
def test_marketing_sms_goes_only_from_eight_to_nine_in_shanghai(local: str, allowed: bool) -> None:
    now = datetime.fromisoformat(f"2026-03-02T{local}").replace(tzinfo=SHANGHAI)
    assert (judge(marketing(), now) is ALLOWED) == allowed


def test_the_legal_window_binds_although_the_person_lives_in_another_zone() -> None:
    ten_in_london = datetime(2026, 3, 2, 14, 0, tzinfo=ZoneInfo("Europe/London"))
    assert reason(judge(marketing(zone="Europe/London"), ten_in_london)) == Reason.QUIET_HOURS


def test_service_goes_at_night() -> None:
    night = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)
    assert judge(SendRequest("sms", "service", None, quiet_hours=quiet()), night) is ALLOWED


def test_email_has_no_legal_window() -> None:
    night = datetime(2026, 3, 2, 23, 0, tzinfo=SHANGHAI)
    assert judge(marketing(channel="email"), night) is ALLOWED


def test_hold_waits_for_the_first_instant_that_every_rule_allows() -> None:
    night = datetime(2026, 3, 2, 22, 30, tzinfo=SHANGHAI)
    verdict = judge(marketing(quiet_hours=quiet(**{"from": "22:00", "to": "10:00"})), night)
    assert isinstance(verdict, Held)
    assert verdict.until == datetime(2026, 3, 3, 10, 0, tzinfo=SHANGHAI)
    assert verdict.figures["from"] == "22:00"


def test_quiet_hours_that_end_before_the_legal_window_opens_hold_until_it_does() -> None:
    night = datetime(2026, 3, 2, 22, 30, tzinfo=SHANGHAI)
    verdict = judge(marketing(quiet_hours=quiet(**{"from": "22:00", "to": "06:00"})), night)
    assert isinstance(verdict, Held)
    assert verdict.until == datetime(2026, 3, 3, 8, 0, tzinfo=SHANGHAI)


def test_skip_blocks_in_quiet_hours_and_names_rule_and_figures() -> None:
    night = datetime(2026, 3, 2, 22, 30, tzinfo=SHANGHAI)
    verdict = judge(marketing(quiet_hours=quiet("skip")), night)
    assert verdict == Blocked(
        Reason.QUIET_HOURS,
        "quiet_hours",
        {"from": "21:00", "to": "08:00", "zone": "Asia/Shanghai", "local_time": "22:30:00"},
    )


@pytest.mark.parametrize(("on_blocked", "kind"), [("hold", Held), ("continue", Blocked)])
def test_without_quiet_hours_the_node_decides_what_the_legal_window_does(
    on_blocked: str, kind: type[Held | Blocked]
) -> None:
    night = datetime(2026, 3, 2, 22, 30, tzinfo=SHANGHAI)
    verdict = judge(marketing(on_blocked=on_blocked), night)
    assert isinstance(verdict, kind)
    assert isinstance(verdict, Blocked | Held)
    assert verdict.rule == "cn.sms.marketing_hours@1"


def test_hours_that_together_never_open_block_instead_of_holding_for_ever() -> None:
    verdict = judge(marketing(quiet_hours=quiet(**{"from": "08:00", "to": "21:00"})), NOON)
    assert isinstance(verdict, Blocked)
    assert verdict.figures["opens"] is None


def test_empty_quiet_hours_hold_nobody() -> None:
    assert judge(marketing(quiet_hours=quiet(**{"from": "12:00", "to": "12:00"})), NOON) is ALLOWED


def test_an_unknown_zone_falls_back_and_the_figures_say_so() -> None:
    night = datetime(2026, 3, 2, 22, 30, tzinfo=SHANGHAI)
    verdict = judge(marketing(zone="Mars/Olympus", quiet_hours=quiet()), night)
    assert isinstance(verdict, Held)
    assert verdict.figures["unknown_zone"] == "Mars/Olympus"


def test_quiet_hours_end_at_the_first_instant_after_a_gap_in_the_clock() -> None:
    # New York skips 02:00-03:00 on 8 March 2026: 02:30 does not exist.
    new_york = ZoneInfo("America/New_York")
    verdict = judge(
        marketing(channel="email", zone="America/New_York", quiet_hours=quiet(**{"from": "22:00", "to": "02:30"})),
        datetime(2026, 3, 8, 1, 30, tzinfo=new_york),
    )
    assert isinstance(verdict, Held)
    assert verdict.until == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_quiet_hours_end_at_the_first_of_two_equal_clock_times() -> None:
    # New York repeats 01:00-02:00 on 1 November 2026.
    new_york = ZoneInfo("America/New_York")
    request = marketing(channel="email", zone="America/New_York", quiet_hours=quiet(**{"from": "22:00", "to": "01:30"}))
    verdict = judge(request, datetime(2026, 11, 1, 0, 30, tzinfo=new_york))
    assert isinstance(verdict, Held)
    assert verdict.until == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    assert judge(request, datetime(2026, 11, 1, 6, 15, tzinfo=UTC)) is ALLOWED


@pytest.mark.parametrize("text", ["25:00", "8:00", "24:01", "", "21:00\n", "२१:००"])
def test_a_malformed_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        QuietHours.parse({"from": text, "to": "08:00"})
