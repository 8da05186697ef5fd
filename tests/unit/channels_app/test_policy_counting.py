from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from channels_app.policy.judge import judge
from channels_app.policy.own import InvalidRules, OwnRules, check, read
from channels_app.policy.reasons import Reason
from channels_app.policy.verdict import ALLOWED, Blocked, Held, Past, SendRequest

# Noon in Shanghai.
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def request(channel: str = "sms", purpose: str = "marketing", **facts: Any) -> SendRequest:
    return SendRequest(channel, purpose, "granted", **facts)


def sent(*ago: timedelta, channel: str = "sms", purpose: str = "marketing", tags: tuple[str, ...] = ()) -> Any:
    return tuple(Past(NOON - one, channel, purpose, tags) for one in ago)


def own(**rules: Any) -> OwnRules:
    return read(3, orjson.dumps(rules).decode())


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_the_third_marketing_sms_in_a_minute_is_blocked_with_its_figures() -> None:
    verdict = judge(request(past=sent(seconds(10), seconds(20))), NOON)

    assert isinstance(verdict, Blocked)
    assert verdict.reason == Reason.QUOTA
    assert verdict.rule == "cn.sms.marketing_per_minute@1"
    assert verdict.figures == {
        "sent": 2,
        "most": 2,
        "window": "PT60S",
        "frees_at": (NOON + seconds(40)).isoformat(),
    }


def test_a_message_is_out_of_a_rolling_window_when_it_is_exactly_that_old() -> None:
    assert judge(request(past=sent(seconds(10), seconds(60))), NOON) is ALLOWED


def test_where_the_node_holds_a_quota_holds_until_there_is_room() -> None:
    verdict = judge(request(past=sent(seconds(10), seconds(20)), on_blocked="hold"), NOON)

    assert isinstance(verdict, Held)
    assert verdict.until == NOON + seconds(40)


def test_when_more_than_the_limit_were_sent_room_comes_when_enough_have_left_the_window() -> None:
    verdict = judge(request(past=sent(seconds(5), seconds(10), seconds(20)), on_blocked="hold"), NOON)

    assert isinstance(verdict, Held)
    assert verdict.until == NOON + seconds(50)


def test_service_messages_and_other_channels_do_not_count_for_marketing_sms() -> None:
    past = sent(seconds(1), seconds(2), purpose="service") + sent(seconds(1), seconds(2), channel="email")
    assert judge(request(past=past), NOON) is ALLOWED


def test_the_sixth_call_in_a_day_is_blocked_whatever_its_purpose() -> None:
    hours = tuple(timedelta(hours=count) for count in (1, 3, 5, 7, 9))
    verdict = judge(request("call", "service", past=sent(*hours, channel="call", purpose="service")), NOON)

    assert isinstance(verdict, Blocked)
    assert verdict.rule == "cn.call.per_day@1"


@pytest.mark.parametrize(("count", "allowed"), [(30, True), (31, False)])
def test_wecom_customers_get_as_many_in_a_calendar_month_as_it_has_days(count: int, allowed: bool) -> None:
    last_day = datetime(2026, 3, 31, 4, 0, tzinfo=UTC)
    # The first instant of March in Shanghai counts, the last of February does not.
    first = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)
    past = tuple(Past(first + timedelta(hours=hour), "wecom_customer", "marketing") for hour in range(count))
    february = (Past(first - timedelta(microseconds=1), "wecom_customer", "marketing"),)

    verdict = judge(request("wecom_customer", past=february + past), last_day)

    assert (verdict is ALLOWED) == allowed


def test_a_used_up_month_is_held_until_the_next_one() -> None:
    past = tuple(Past(NOON - timedelta(minutes=count), "wecom_customer", "marketing") for count in range(31))
    verdict = judge(request("wecom_customer", past=past, on_blocked="hold"), NOON)

    assert isinstance(verdict, Held)
    assert verdict.until == datetime(2026, 3, 31, 16, 0, tzinfo=UTC)


def test_customer_service_needs_that_the_person_has_turned_to_the_account() -> None:
    verdict = judge(request("wechat_service", "service", turned={}), NOON)

    assert isinstance(verdict, Blocked)
    assert (verdict.reason, verdict.figures) == (Reason.QUOTA, {"last_interaction": None})


@pytest.mark.parametrize(("count", "allowed"), [(0, True), (4, True), (5, False)])
def test_five_customer_service_messages_fit_into_48_hours_after_a_message(count: int, allowed: bool) -> None:
    past = tuple(Past(NOON - seconds(60 + one), "wechat_service", "service") for one in range(count))
    turned = {"message": NOON - timedelta(hours=47)}

    assert (judge(request("wechat_service", "service", past=past, turned=turned), NOON) is ALLOWED) == allowed


def test_a_menu_click_opens_a_window_of_its_own_of_one_minute() -> None:
    past = tuple(Past(NOON - timedelta(hours=1), "wechat_service", "service") for _ in range(5))
    turned = {"message": NOON - timedelta(hours=2), "menu": NOON - seconds(59)}

    assert judge(request("wechat_service", "service", past=past, turned=turned), NOON) is ALLOWED
    assert judge(request("wechat_service", "service", past=past, turned=turned), NOON + seconds(1)) is not ALLOWED


@pytest.mark.parametrize(("left", "allowed"), [(1, True), (0, False), (None, True)])
def test_a_subscribe_message_needs_a_permission_that_is_left(left: int | None, allowed: bool) -> None:
    assert (judge(request("wechat_subscribe", "service", credits=left), NOON) is ALLOWED) == allowed


def test_a_cap_of_the_workspace_counts_over_channels_and_is_named_with_its_version() -> None:
    rules = own(caps=[{"id": "daily", "most": 2, "hours": 24}])
    past = sent(timedelta(hours=1)) + sent(timedelta(hours=2), channel="email")

    verdict = judge(request("email", past=past, own=rules), NOON)

    assert isinstance(verdict, Blocked)
    assert (verdict.reason, verdict.rule) == (Reason.FREQUENCY_CAP, "cap.daily@3")


def test_a_journey_may_pass_over_caps_but_not_over_quotas() -> None:
    rules = own(caps=[{"id": "none", "most": 0, "hours": 1}])

    assert judge(request("email", own=rules, ignore_caps=True), NOON) is ALLOWED
    over = judge(request(past=sent(seconds(1), seconds(2)), own=rules, ignore_caps=True), NOON)
    assert isinstance(over, Blocked)
    assert over.reason == Reason.QUOTA


def test_a_cap_by_tag_counts_only_messages_of_that_tag() -> None:
    rules = own(caps=[{"id": "promo", "most": 1, "hours": 24, "tags": ["promo"]}])
    past = sent(timedelta(hours=1), channel="email", tags=("promo",))

    assert judge(request("email", past=past, own=rules), NOON) is ALLOWED
    assert isinstance(judge(request("email", past=past, own=rules, tags=("promo",)), NOON), Blocked)


def test_the_workspaces_hours_are_judged_besides_the_shipped_ones() -> None:
    rules = own(hours=[{"channel": "email", "from": "10:00", "to": "11:00"}])
    verdict = judge(request("email", own=rules, on_blocked="hold"), NOON)

    assert isinstance(verdict, Held)
    assert (verdict.rule, verdict.until) == ("own_hours@3", datetime(2026, 3, 3, 2, 0, tzinfo=UTC))


def test_closed_days_hold_marketing_until_the_first_open_midnight_inside_marketing_hours() -> None:
    rules = own(closed_days=["2026-03-02", "2026-03-03"])
    verdict = judge(request(own=rules, on_blocked="hold"), NOON)

    assert isinstance(verdict, Held)
    # The day opens at midnight, marketing by SMS at eight.
    assert verdict.until == datetime(2026, 3, 4, 0, 0, tzinfo=UTC)
    assert judge(request(purpose="service", own=rules), NOON) is ALLOWED


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({"caps": [{"id": "x", "most": -1, "hours": 1}]}, "caps.0.most"),
        ({"caps": [{"id": "x", "most": 1, "hours": 0}]}, "caps.0.hours"),
        ({"caps": [{"id": "x", "most": 1, "hours": 1}, {"id": "x", "most": 2, "hours": 1}]}, "caps"),
        ({"hours": [{"from": "11:00", "to": "10:00"}]}, "hours.0"),
        ({"hours": [{"from": "25:00", "to": "10:00"}]}, "hours.0"),
        ({"closed_days": ["2026-02-30"]}, "closed_days.0"),
        ({"unknown": 1}, "unknown"),
    ],
)
def test_rules_that_cannot_be_read_are_refused_with_the_place(rules: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidRules) as raised:
        check(rules)
    assert [error[0] for error in raised.value.errors] == [place]
